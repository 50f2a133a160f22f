"""Rows → spreadsheet files that open rightly everywhere: .xlsx, and .csv that Excel reads as Chinese.

The one place that writes them. What comes from questions, file names and PDFs stays text: no cell
becomes a formula, whatever it begins with; figures stay figures, negative ones too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | Decimal | int | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
_NUMBER = re.compile(r"^[-+]?[\d,]+(\.\d+)?%?$")
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\]")
_MOST_DIGITS = 15  # what a spreadsheet keeps of a number
_MOST_TEXT = 32_767  # characters in a cell
_WIDEST = 60
_HEAD = PatternFill("solid", fgColor="DCE8F5")


@dataclass(frozen=True)
class Sheet:
    """A named sheet: `rows`, of which the first `heads` are its header."""

    name: str
    rows: Sequence[Sequence[Value]]
    heads: int = 1


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of `sheets`; `Decimal` and int are numbers in it, all else is text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, 1):
        name = _BAD_IN_NAME.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", sheet.name)).strip("' ")[:28]
        page = book.create_sheet(name or f"表{number}")
        for row, values in enumerate(sheet.rows, 1):
            for column, value in enumerate(values, 1):
                _put(page.cell(row, column), value, head=row <= sheet.heads)
        _shape(page, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows: Sequence[Sequence[Value]]) -> bytes:
    """Comma-separated values in UTF-8 with the mark that Excel needs to see it.

    Text that a spreadsheet would run as a formula gets a ``'`` before it; numbers do not.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_plain(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _put(cell: Cell, value: Value, head: bool) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= _MOST_DIGITS:
        places = max(0, -int(value.as_tuple().exponent))
        cell.value = value
        cell.number_format = "#,##0" + ("." + "0" * places if places else "")
    elif isinstance(value, int):
        cell.value = value
    elif value is not None:
        text = value if isinstance(value, str) else f"{value:f}"
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_MOST_TEXT]
        cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
        if _FORMULA.match(text):
            cell.quotePrefix = True  # text also after someone has edited the cell
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if head:
        cell.font, cell.fill = Font(bold=True), _HEAD


def _shape(page: Worksheet, sheet: Sheet) -> None:
    """Columns as wide as what they hold, within bounds; the header stays in sight."""
    page.freeze_panes = f"A{sheet.heads + 1}" if sheet.heads else None
    for column in range(1, max((len(row) for row in sheet.rows), default=0) + 1):
        shown = (_width(row[column - 1]) for row in sheet.rows if len(row) >= column)
        page.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(shown, default=0) + 3)


def _width(value: Value) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in str(value if value is not None else ""))

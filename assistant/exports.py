"""An answer, or a table as it was read, → rows that a person goes on working with.

Separate from the page and from the files: `assistant.web` shows the figures of an answer, and
`assistant.sheets` writes the same rows as .xlsx and .csv.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from assistant.answer import Answer, Citation, Figure
from assistant.draft import CONVERTED
from assistant.sheets import Sheet, Value
from ingest.document import Table
from ingest.text import parse_number

_FIGURES = ("项目", "数值", "单位", "算式", "来源")
_SOURCES = ("编号", "文件", "页码", "标题", "原文")
_CSV = ("问题", "项目", "数值", "单位", "算式", "文件", "页码", "原文")
_NOWHERE: list[Value] = [None, None, None]
_CODES = re.compile(r"编码|代码|编号|电话|^[类款项]$")


class Row(NamedTuple):
    """A figure of an answer for a reader; `converted` is the same amount in a larger unit."""

    figure: Figure
    converted: Figure | None


def figure_rows(answer: Answer) -> list[Row]:
    """The figures, each once, with its conversion beside it."""
    conversions = {f.label: f for f in answer.figures if f.derived and f.label.endswith(CONVERTED)}
    rows: dict[tuple[str, str, str], Row] = {}
    for figure in answer.figures:
        if conversions.get(figure.label) is not figure:
            converted = conversions.get(figure.label + CONVERTED)
            if converted is not None and converted.citations != figure.citations:
                converted = None
            rows.setdefault((figure.label, figure.value, figure.unit), Row(figure, converted))
    return list(rows.values())


def number(figure: Figure) -> Decimal | None:
    """The figure's value as a number."""
    try:
        value = Decimal(figure.value)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def answer_sheets(answer: Answer) -> list[Sheet]:
    """Three sheets: what was asked and answered, the figures, the sources."""
    said: list[list[Value]] = [["问题", answer.question], ["答案", answer.answer]]
    said += [["提示", warning] for warning in answer.warnings]
    figures: list[list[Value]] = [list(_FIGURES)]
    for figure in answer.figures:
        sources = "".join(f"[{n}]" for n in figure.citations)
        figures.append([figure.label, _value(figure), figure.unit, figure.formula, sources])
    sources_: list[list[Value]] = [list(_SOURCES)]
    sources_ += [[c.n, c.document, c.page, c.title, c.quote] for c in answer.citations]
    return [Sheet("答案", said, heads=0), Sheet("数字", figures), Sheet("来源", sources_)]


def answer_rows(answer: Answer) -> list[list[Value]]:
    """One table of an answer: a row for each figure at each of its sources, else for each source."""
    cited = {citation.n: citation for citation in answer.citations}
    rows: list[list[Value]] = [list(_CSV)]
    for figure in answer.figures:
        what: list[Value] = [figure.label, _value(figure), figure.unit, figure.formula]
        places = [_place(cited[n]) for n in figure.citations if n in cited]
        rows += [[answer.question, *what, *place] for place in places or [_NOWHERE]]
    if not answer.figures:
        places = [_place(source) for source in answer.citations]
        rows += [[answer.question, answer.answer, None, None, None, *place] for place in places or [_NOWHERE]]
    return rows


def table_sheet(table: Table) -> Sheet:
    """A table as it was read: printed figures are numbers, codes and all else text."""
    codes = {column for row in table.header for column, text in enumerate(row) if _CODES.search(text)}
    rows: list[list[Value]] = [list(row) for row in table.header]
    rows += [
        [text if column in codes else _printed(text) for column, text in enumerate(row)] for row in table.rows
    ]
    return Sheet(table.title or table.kind, rows, heads=len(table.header))


def table_source(document: str, table: Table) -> Sheet:
    """Where a table is printed, as a sheet beside it."""
    first, last = table.pages
    pages = f"{first}" if first == last else f"{first}-{last}"
    rows: list[list[Value]] = [["文件", document], ["页码", pages], ["表名", table.title]]
    rows += [["单位", table.unit], ["说明", table.note]]
    return Sheet("出处", rows, heads=0)


def _value(figure: Figure) -> Value:
    value = number(figure)
    return figure.value if value is None else value


def _place(source: Citation) -> list[Value]:
    return [source.document, source.page, source.quote]


def _printed(text: str) -> Value:
    """A cell's figure; a rate with its sign and a number with leading zeros stay as printed."""
    value = parse_number(text)
    if value is None or text.rstrip().endswith(("%", "％")) or re.match(r"0\d", text.strip()):
        return text
    whole = value == value.to_integral_value() and not re.search(r"[,，.．]", text)
    return int(value) if whole and len(value.as_tuple().digits) <= 15 else value

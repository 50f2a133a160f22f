"""One extracted table → HTML, as it was read: merged headers, merged cells, and where each cell stands.

Separate from the page so that what a reader compares with the PDF is made in one place. A cell
carries its page and box (``data-at``), which the browser marks on the page's picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from assistant.web.render import mark, text
from ingest.document import BBox, Cell, Table

_AMOUNT = re.compile(r"-?\d[\d,]*(\.\d+)?%?")
_CODES = re.compile(r"编码|代码|序号|^[类款项]$")  # columns whose digits are no amounts
_WORDS = 4  # letters; a longer text needs a column that is not narrow


def boxes(table: Table) -> dict[int, BBox]:
    """Where the table's body (or the note in its place) stands, for each of its pages."""
    found: dict[int, BBox] = {}
    places = [(cell.page, cell.bbox) for cell in table.cells]
    if not places and table.note_place:
        places = [(table.note_place.page, table.note_place.bbox)]
    for page, bbox in places:
        found[page] = around([found.get(page, bbox), bbox])
    return found


def around(bboxes: Iterable[BBox]) -> BBox:
    """The box around all of them."""
    left, top, right, bottom = zip(*bboxes, strict=True)
    return (min(left), min(top), max(right), max(bottom))


def grid(table: Table) -> str:
    """The table as HTML; rows of a table that runs over pages tell where a page begins."""
    if not table.rows:
        return ""
    paged = table.pages[0] != table.pages[1]
    corner = f'<th scope="col" rowspan="{len(table.header)}">页</th>' if paged else ""
    head = "".join(f"<tr>{'' if n else corner}{row}</tr>" for n, row in enumerate(_head(table.header)))
    return (
        f'<table class="bq-grid" aria-label="{text(table.title or "表格")}">'
        f"<thead>{head}</thead><tbody>{''.join(_body(table, paged))}</tbody></table>"
    )


def _head(header: Sequence[Sequence[str]]) -> list[str]:
    """Header rows; what was repeated into the places that a span covers becomes one cell again."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for r, row in enumerate(header):
        cells = []
        for c, said in enumerate(row):
            if (r, c) in taken:
                continue
            wide, high = _reach(header, r, c, taken)
            taken |= set(product(range(r, r + high), range(c, c + wide)))
            scope = "colgroup" if wide > 1 else "col"
            cells.append(f'<th scope="{scope}" colspan="{wide}" rowspan="{high}">{text(said)}</th>')
        rows.append("".join(cells))
    return rows


def _reach(header: Sequence[Sequence[str]], r: int, c: int, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """How far the header cell at `r`, `c` reaches to the right and down.

    Equal neighbours are one cell only under one and the same cell above: 合计 beside 合计 under two
    groups are two.
    """
    said = header[r][c]
    if not said:
        return 1, 1
    wide = high = 1
    while (
        c + wide < len(header[r])
        and header[r][c + wide] == said
        and (r, c + wide) not in taken
        and all(above[c + wide] == above[c] for above in header[:r])
    ):
        wide += 1
    while r + high < len(header) and all(header[r + high][c + n] == said for n in range(wide)):
        high += 1
    return wide, high


def _body(table: Table, paged: bool) -> Iterable[str]:
    cells = {(cell.row, cell.col): cell for cell in table.cells}
    first: dict[int, int] = {}  # the page that a row begins on
    for cell in table.cells:
        first[cell.row] = min(first.get(cell.row, cell.page), cell.page)
    codes = {c for row in table.header for c, said in enumerate(row) if _CODES.search(said)}
    taken: set[tuple[int, int]] = set()
    page = 0
    for r, row in enumerate(table.rows):
        begins = first.get(r, page) != page
        page = first.get(r, page)
        lead = f'<th scope="row" class="bq-leaf">{page if begins else ""}</th>' if paged else ""
        shown = []
        for c, said in enumerate(row):
            if (r, c) in taken:
                continue
            found = cells.get((r, c))
            wide, high = _span(found, table, taken) if found else (1, 1)
            taken |= set(product(range(r, r + high), range(c, c + wide)))
            kind = "bq-num" if c not in codes and _AMOUNT.fullmatch(said) else ""
            shown.append(_cell(r, c, said, found, kind, wide, high))
        start = ' class="bq-begins"' if begins and paged else ""
        yield f"<tr{start}>{lead}{''.join(shown)}</tr>"


def _span(cell: Cell, table: Table, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """The cell's span within the table; one place where it would cover what is printed or taken."""
    wide = min(cell.col_span, len(table.rows[cell.row]) - cell.col)
    high = min(cell.row_span, len(table.rows) - cell.row)
    covered = set(product(range(cell.row, cell.row + high), range(cell.col, cell.col + wide)))
    covered.discard((cell.row, cell.col))
    free = not covered & taken and not any(table.rows[r][c] for r, c in covered)
    return (wide, high) if free else (1, 1)


def _cell(row: int, col: int, said: str, cell: Cell | None, kind: str, wide: int, high: int) -> str:
    place = f' tabindex="-1" data-at="{cell.page}:{mark(cell.bbox)}"' if cell else ""
    spans = (f' colspan="{wide}"' if wide > 1 else "") + (f' rowspan="{high}"' if high > 1 else "")
    if not kind and len(said) > _WORDS:
        kind = "bq-words"
    return f'<td data-row="{row}" data-col="{col}" class="{kind}"{spans}{place}>{text(said)}</td>'

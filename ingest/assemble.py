"""Grids of single pages → tables as a reader sees them: title, unit, note, joined over pages.

A grid goes on from the page before when it has no title of its own (or repeats the last one) and
the same outline. Its repeated header rows are dropped, rows and words cut by the page break are
joined, and all pages are laid on one common lattice of columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest import template
from ingest.document import BBox, Place
from ingest.grid import Grid
from ingest.lines import Line, bounds, join
from ingest.outline import (
    SAME_EDGE,
    column_edges,
    heads_levels,
    is_list,
    opens_form,
    row_texts,
    same_columns,
    same_header,
)
from ingest.running import body_lines
from ingest.text import key, normalise, parse_number

if TYPE_CHECKING:  # the PDF reader is slow to import, and answering needs only these values
    from ingest.pdf import RawPage


PROSE_LINES = 3  # lines over a table that make it one of its own, whatever stood on the page before
LEAD_LINES = 3  # lines above a table that its introducing sentence may fill
LEAD_LENGTH = 40
TITLE_LENGTH = 60
LEAD_END = re.compile(
    r"[,，]?(其中|分别(为|是)|具体(包括|为)?|(具体)?(情况)?(如下表?|见下表)(所示)?|主要?包括|包括|有)+$"
)
NUMBERING = re.compile(
    r"^(第[一二三四五六七八九十]+(部分|章)|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]、?|"
    r"\d{1,2}[、.．](?!\d))\s*"
)
BODY_LINE = re.compile(
    r"^(编制|预算|填报|公开|申报|主管)?(部门|单位|日期)([（(][^（()）]{1,6}[)）])?[:：]|填报日期"
)
ITEM = re.compile(r"\d{1,2}[.、．](?!\d)")  # 2.本套报表…, the note's next item
RADICAL = re.compile("[\u2e80-\u2fdf]")  # letters that some producers write as their radicals


@dataclass(frozen=True)
class Piece:
    """One cell of a joined table: position on the common lattice, and where it is printed."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    page: int
    bbox: BBox


@dataclass
class RawTable:
    """A printed table before it is understood: what stands above, in and under its grids."""

    title: str
    number: str | None
    kind: str
    unit: str | None
    grids: list[Grid]
    units: tuple[str, ...] = ()  # where its columns have several (单位：户、栋、万元)
    note: str | None = None
    note_place: Place | None = None
    used: list[tuple[int, Line]] = field(default_factory=list)

    @property
    def pages(self) -> tuple[int, int]:
        """First and last page."""
        return self.grids[0].page, self.grids[-1].page


def assemble(pages: Sequence[RawPage]) -> tuple[list[RawTable], dict[int, list[Line]]]:
    """All tables of the document, and for each page the lines that belong to no table."""
    tables: list[RawTable] = []
    prose: dict[int, list[Line]] = {}
    waiting: list[tuple[int, Line]] = []  # lines at the foot of the page before
    body = body_lines(pages)
    for page in pages:
        lines = body[page.number]
        free = list(lines)
        top = 0.0
        for number, found in enumerate(page.grids):
            if not any(c.text for c in found.cells):
                continue  # rules without a word, such as a row that spilled over to an empty page
            grid, inner = _peel(found)
            above = [n for n in lines if top <= n.bbox[1] and n.bbox[3] <= found.bbox[1] + 3]
            taken = _place(tables, grid, above + inner, [] if number else waiting)
            free = [n for n in free if n not in taken]
            top = grid.bbox[3] - 3
        if page.grids and tables:
            free = _take_note(tables[-1], page, free)
        prose[page.number] = free
        last = page.grids[-1].bbox[3] if page.grids else 0.0
        waiting = [(page.number, n) for n in free if n.bbox[1] > max(last, 0.6 * page.height)]
    for table in tables:
        for number, line in table.used:
            if line in prose[number]:
                prose[number].remove(line)
    return tables, prose


def _peel(grid: Grid) -> tuple[Grid, list[Line]]:
    """Take the title, year and unit rows that some producers draw as full-width top cells."""
    lines: list[Line] = []
    rows = len(grid.ys) - 1
    for row in range(rows - 1):
        own = [c for c in grid.cells if c.row == row]
        if len(own) != 1 or own[0].col_span < len(grid.xs) - 1 or own[0].row_span > 1:
            break
        line = Line(own[0].text, own[0].bbox, own[0].bbox[3] - own[0].bbox[1])
        section = template.is_section(own[0].text) or NUMBERING.match(normalise(own[0].text))
        if (own[0].text and not _is_heading(line)) or section:
            break
        lines.append(line)
    if not lines:
        return grid, []
    cut = len(lines)
    cells = tuple(replace(c, row=c.row - cut) for c in grid.cells if c.row >= cut)
    ys = grid.ys[cut:]
    box = (grid.bbox[0], ys[0], grid.bbox[2], grid.bbox[3])
    return replace(grid, cells=cells, ys=ys, bbox=box), [n for n in lines if n.text]


def _place(
    tables: list[RawTable], grid: Grid, above: list[Line], waiting: list[tuple[int, Line]]
) -> list[Line]:
    """Begin a new table with `grid`, or add it to the last one; returns the lines it used."""
    heading = _heading(above)
    if not heading and not above and waiting and not _continues(tables, grid, None):
        old = _heading([line for _, line in waiting])
        if old:
            tables.append(_new(grid, old, _title(old)))
            tables[-1].used = [(n, line) for n, line in waiting if line in old]
            return []
    title = _title(heading) or ("" if heading else _lead_in(above))
    if len(above) - len(heading) < PROSE_LINES and _continues(tables, grid, title):
        tables[-1].grids.append(grid)
        return heading
    unit = None
    if not title and not heading and tables and template.is_form_kind(tables[-1].kind) and opens_form(grid):
        title, unit = tables[-1].title, tables[-1].unit  # one title over a form for each project
    tables.append(_new(grid, heading, title))
    tables[-1].unit = tables[-1].unit or unit
    return heading


def _lead_in(above: Sequence[Line]) -> str:
    """What the sentence or heading right over a table without a title says that it lists, else ``""``."""
    text = normalise(join(line.text for line in above[-LEAD_LINES:]))
    if text.endswith((":", "：")) or re.search(r"(如下|见下表)(所示)?[。.]?$", text):
        said = re.split(r"[。；;！？!?]", text.rstrip("。.:："))[-1]
        said = re.split(r"[,，]", said)[-1] if len(said) > LEAD_LENGTH else said
        return LEAD_END.sub("", NUMBERING.sub("", said)).strip("，, ")[:TITLE_LENGTH]
    last = normalise(above[-1].text) if above else ""
    if NUMBERING.match(last) and len(last) <= LEAD_LENGTH and not re.search(r"[。；;，,]", last):
        return NUMBERING.sub("", last)
    return ""


def _heading(above: list[Line]) -> list[Line]:
    """The trailing run of lines above a grid that are its title, number, unit or body line."""
    taken: list[Line] = []
    for line in reversed(above):
        if not _is_heading(line):
            break
        taken.append(line)
    return taken[::-1]


def _is_heading(line: Line) -> bool:
    text = key(line.text)
    number = template.table_number(line.text)
    return len(text) <= 80 and bool(
        template.is_title(line.text)
        or template.unit_in(line.text)
        or BODY_LINE.search(text)
        or re.fullmatch(r"[（(]?\d{4}年?度?[)）]?", text.removesuffix(number or ""))
        or number == text
    )


def _title(heading: list[Line]) -> str:
    """The title line nearest to the grid (a part's heading may stand above it)."""
    lines = [h.text for h in heading if not BODY_LINE.search(key(h.text))]
    titles = [t for t in map(template.without_unit, lines) if template.is_title(t)]  # 资金使用明细表 单位：元
    return titles[-1] if titles else ""


def _new(grid: Grid, heading: list[Line], title: str) -> RawTable:
    if not title and heading:
        title = heading[0].text
    unit = next((u for u in (template.unit_in(n.text) for n in heading) if u), None)
    number = next((n for n in (template.table_number(h.text) for h in heading) if n), None)
    # 项目支出绩效自评情况汇总表 stands over a list of projects, though it is called as a form is
    units = next((u for u in (template.units_in(n.text) for n in heading) if u), ())
    return RawTable(title, number, template.table_kind(title, forms=not is_list(grid)), unit, [grid], units)


def _continues(tables: list[RawTable], grid: Grid, title: str | None) -> bool:
    """Whether a grid is the last table's next page."""
    if not tables or grid.page != tables[-1].grids[-1].page + 1:
        return False
    last = tables[-1]
    if title:
        same = key(title) == key(last.title)
        return same and not opens_form(grid) and same_header(last.grids[0], grid) > 0
    if template.is_form_kind(last.kind):
        return not opens_form(grid) or (
            heads_levels(row_texts(grid)[0]) and same_header(last.grids[0], grid) > 0
        )
    return same_columns(last.grids[-1], grid) or same_header(last.grids[0], grid) > 0


def _repeated(table: RawTable, grid: Grid) -> int:
    """How many rows at the top of a table's next page only repeat its header, whole or in part."""
    first = table.grids[0]
    same = same_header(first, grid)
    if same or template.is_form_kind(table.kind):
        return same
    heads: set[str] = set()
    for row in row_texts(first):
        if any(parse_number(t) is not None for t in row):
            break
        heads |= {t for t in row if t}
    count = 0
    for row in row_texts(grid):
        texts = [t for t in row if t]
        if len(texts) < 2 or not heads.issuperset(texts):
            break
        count += 1
    return count


def _take_note(table: RawTable, page: RawPage, free: list[Line]) -> list[Line]:
    """Give the lines right under the last grid to its table when they are a note (注：…)."""
    bottom = table.grids[-1].bbox[3]
    under = [n for n in free if bottom - 3 <= n.bbox[1] < bottom + 60]
    if not under or not template.is_note(under[0].text):
        return free
    lines = [under[0]]
    for line in under[1:]:
        ended = lines[-1].text.rstrip().endswith(("。", "；")) and not ITEM.match(line.text.strip())
        if ended or line.bbox[1] - lines[-1].bbox[3] > 12:
            break
        lines.append(line)
    table.note = RADICAL.sub(lambda m: normalise(m.group()), join(n.text for n in lines))
    table.note_place = Place(page.number, bounds(n.bbox for n in lines))
    return [n for n in free if n not in lines]


def pieces(table: RawTable) -> tuple[list[Piece], int]:
    """All cells of a table on one lattice, page breaks mended, and the number of columns."""
    edges = _common_edges(table.grids)
    result: list[Piece] = []
    base = 0
    for n, grid in enumerate(table.grids):
        skip = _repeated(table, grid) if n else 0
        own = column_edges(grid)
        column = [min(range(len(edges)), key=lambda k: abs(edges[k] - x)) for x in own]
        page_cells = [
            Piece(
                base + c.row - skip,
                column[c.col],
                c.row_span,
                column[c.col + c.col_span] - column[c.col],
                c.text,
                grid.page,
                c.bbox,
            )
            for c in grid.cells
            if c.row >= skip
        ]
        dropped = False
        if n:
            dropped = _mend_break(result, page_cells, base)
        if dropped:
            page_cells = [
                replace(p, row=p.row - 1) if p.row > base else replace(p, row_span=p.row_span - 1)
                for p in page_cells
                if p.row > base or p.row_span > 1
            ]
            page_cells = [replace(p, row=base) if p.row < base else p for p in page_cells]
        result += page_cells
        base += len(grid.ys) - 1 - skip - (1 if dropped else 0)
    return result, len(edges) - 1


def _common_edges(grids: Iterable[Grid]) -> list[float]:
    edges: list[float] = []
    for x in sorted(e for g in grids for e in column_edges(g)):
        if not edges or x - edges[-1] > SAME_EDGE:
            edges.append(x)
    return edges


def _mend_break(before: list[Piece], after: list[Piece], base: int) -> bool:
    """Mend what a page break cut, in place; True when the page's first row was only a remainder.

    A remainder row prints nothing but the rest of cells of the row before: each of its texts stands
    under a text, a cell that was filled is empty, and no figure is among them.
    """
    last = {p.col: i for i, p in enumerate(before) if p.row + p.row_span >= base}
    first = [p for p in after if p.row == base]
    above = [before[last[p.col]] if p.col in last else None for p in first]
    pairs = list(zip(first, above, strict=True))
    if not _is_remainder(pairs):
        _join_groups(before, after, last, base)
        return False
    for piece in (p for p in first if p.text):
        i = last[piece.col]
        before[i] = replace(before[i], text=before[i].text + piece.text)
    return True


def _is_remainder(pairs: Sequence[tuple[Piece, Piece | None]]) -> bool:
    """Whether a page's first row, beside the cells above it, only ends the row before.

    A row of its own fills more cells than it leaves empty, or begins with its first column.
    """
    filled = [(p, a) for p, a in pairs if p.text]
    begun = sum(a is not None and bool(a.text) for _, a in pairs)
    headless = any(p.col == 0 and not p.text and a is not None and a.text for p, a in pairs)
    return (
        headless
        and 0 < len(filled) <= begun / 2
        and all(a is not None and a.text for _, a in filled)
        and not any(parse_number(p.text) is not None or p.row_span > 1 for p, _ in filled)
    )


def _join_groups(before: list[Piece], after: list[Piece], last: dict[int, int], base: int) -> None:
    """Join a group word that a page break cut (效益指 | 标), or carry it over when left blank."""
    words = template.form_words("groups")
    for j, piece in enumerate(after):
        if piece.row != base or piece.col not in last:
            continue
        upper = before[last[piece.col]]
        joined = upper.text + piece.text
        if piece.text and key(joined) in words and key(piece.text) not in words:
            before[last[piece.col]] = replace(upper, text=joined)
            after[j] = replace(piece, text=joined)
        elif not piece.text and key(upper.text) in words:
            after[j] = replace(piece, text=upper.text)

"""List tables → facts: one for each cell that states something, with all that says what it means.

A row's path comes from its code (类/款/项 above it), from its numbering (一、 over unnumbered rows,
其中：), or from the text columns before the figures. Tables without any name column (三公经费) are
read across: their header names the items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest import classification, template
from ingest.assemble import Piece, RawTable, pieces
from ingest.blocks import in_blocks
from ingest.document import Cell, Fact, Place, Table
from ingest.tables import Column, Panel, Shape, row_text, shape
from ingest.text import key, normalise, parse_number

_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）]、?)\s*")
_LISTED = re.compile(r"^(?:[（(]\d{1,2}[)）][、.．]?|\d{1,2}(?:[、．]|\.(?!\d)|[)）]))\s*(?=[^\d\s.．,])")
_WHEREOF = re.compile(r"^其中[:：]?\s*")
_CODED = re.compile(r"^(\d{3}|\d{5}|\d{7})\s*(?=[^\d,.\s])")
_NAME = 30  # letters of a text that may tell rows of one name apart
# 301001 区民政局（本级）; 51010025T000011483207-义务教育阶段课后服务补助
_BODY_CODE = re.compile(r"^(?:\d{6}(?:\d{3})?|\d{6,8}[A-Z]\d{6,})\s*[-—]?\s*(?=[^-—\d,.\s%年月])")


def read_table(index: int, raw: RawTable, year: int | None) -> tuple[Table, list[Fact]]:
    """The `Table` value of a list table, and its facts."""
    cells, width = pieces(raw)
    form = shape(cells, width, raw.units)
    unit = raw.unit or _unit_of_header(form)
    note, place = raw.note, raw.note_place
    if form.sentence and not note:
        note, place = normalise(form.sentence.text), Place(form.sentence.page, form.sentence.bbox)
    table = Table(
        index=index,
        number=raw.number,
        title=normalise(raw.title),
        kind=raw.kind,
        unit=unit,
        pages=raw.pages,
        header=form.header,
        rows=matrix(form.body, form.depth, form.row_count, width),
        cells=tuple(body_cell(p, form.depth) for p in form.body.values()),
        note=note,
        note_place=place,
    )
    facts: list[Fact] = []
    for panel in form.panels:
        read = _across if not panel.names else _down
        facts += read(table, form, panel, year)
    return table, _with_own_totals(facts, form)


def _with_own_totals(facts: list[Fact], form: Shape) -> list[Fact]:
    """A group's 小计 measures the group where the table has a column for the whole beside it."""
    paths = [[key(p) for p in c.path] for c in form.columns if c.role == "value"]
    if not any(len(p) == 1 and p[0].endswith(tuple(_WHOLES)) for p in paths):
        return facts
    return [
        replace(f, measure=template.column_measure(f.column_path[:-1])[0])
        if len(f.column_path) > 1 and key(f.column_path[-1]) in _WHOLES and f.measure == "合计"
        else f
        for f in facts
    ]


def matrix(
    body: dict[tuple[int, int], Piece], depth: int, rows: int, width: int
) -> tuple[tuple[str, ...], ...]:
    """The body as a rectangle of texts; a span keeps its text at its top left."""
    grid = [[""] * width for _ in range(depth, rows)]
    for (r, c), piece in body.items():
        grid[r - depth][c] = normalise(piece.text)
    return tuple(tuple(row) for row in grid)


def body_cell(piece: Piece, depth: int) -> Cell:
    """A piece as a `Cell` of the body that begins under `depth` header rows."""
    return Cell(
        piece.page,
        piece.row - depth,
        piece.col,
        normalise(piece.text),
        piece.bbox,
        piece.row_span,
        piece.col_span,
    )


def _unit_of_header(form: Shape) -> str | None:
    units = {c.unit for c in form.columns if c.role == "value" and c.unit and c.unit != "%"}
    return units.pop() if len(units) == 1 else None


def _down(table: Table, form: Shape, panel: Panel, year: int | None) -> Iterator[Fact]:
    """Facts of a panel whose rows are named in its own columns."""
    trail = _Trail()
    groups = _Groups()
    rows: list[list[Fact]] = []
    for row in range(form.depth, form.row_count):
        cells = [row_text(form, row, c) for c in panel.names]
        names = groups.names([normalise(c.text) if c else "" for c in cells])
        code = _code(form, row, panel)
        if not names or (form.sentence and form.sentence.row == row):
            continue
        own_code, name = split_name(names[-1])
        code = code or own_code
        path = trail.path(code, names, name)
        across = table.kind in _ITEMS_ACROSS and key(name) in _MEASURES
        rows.append([])
        for column in panel.values:
            piece = row_text(form, row, column)
            if piece is None or piece.row != row or (piece in cells and column not in panel.names):
                continue  # a name that reaches over other columns states nothing in them
            fact = _fact(table, panel, column, piece, year, code, trail.level, (*path,))
            rows[-1].append(_turned(fact, table) if across else fact)
    for facts in _told_apart(in_blocks([row for row in rows if row])):
        yield from facts


def _told_apart(rows: list[list[Fact]]) -> Iterator[list[Fact]]:
    """The rows of a panel, those of one name with what a column of text tells them apart by added to it:
    河道管养 bought for the east and for the west."""
    alike: dict[tuple[str, ...], list[list[Fact]]] = {}
    for row in rows:
        alike.setdefault(row[0].row_path, []).append(row)
    telling = {path: _telling_column(kin) for path, kin in alike.items() if len(kin) > 1}
    for row in rows:
        column = telling.get(row[0].row_path)
        said = next((f.text for f in row if column and f.column_path == column), None)
        yield [replace(f, name=said, row_path=(*f.row_path, said)) for f in row] if said else row


def _telling_column(rows: list[list[Fact]]) -> tuple[str, ...] | None:
    """The first column of short texts that says something else in each of some rows; None without one, or
    where no column has a figure in all of them."""
    filled = [{f.column_path for f in row if f.value is not None} for row in rows]
    for fact in rows[0] if set.intersection(*filled) else ():
        said = [f.text for row in rows for f in row if f.column_path == fact.column_path and f.value is None]
        told = [t for t in said if 1 < len(t) <= _NAME and not t[0].isdigit()]
        if len(told) == len(set(told)) == len(rows):
            return fact.column_path
    return None


def _across(table: Table, form: Shape, panel: Panel, year: int | None) -> Iterator[Fact]:
    """Facts of a panel without names: the header names the item and, somewhere, the measure."""
    for row in range(form.depth, form.row_count):
        for column in panel.values:
            piece = form.body.get((row, column.index))
            if piece is None:
                continue
            measure, path = _item_of(column.path, table)
            yield replace(_fact(table, panel, column, piece, year, None, None, path), measure=measure)


def _turned(fact: Fact, table: Table) -> Fact:
    """A fact of a row that is named by its measure (决算数): its column's head names the item."""
    heads = (fact.name, *fact.column_path)
    measure, path = _item_of(heads, table)
    return replace(fact, name=path[-1], row_path=path, column_path=heads, measure=measure, level=None)


def _item_of(heads: tuple[str, ...], table: Table) -> tuple[str, tuple[str, ...]]:
    """Measure and item path of a column whose header names both (决算数 › 公务接待费, in any order)."""
    measures = [p for p in map(clean_name, heads) if key(p) in _MEASURES]
    items = [p for p in map(clean_name, heads) if key(p) not in _MEASURES]
    while len(items) > 1 and key(items[-1]) in _WHOLES:
        items.pop()
    items = _full_names([re.sub(r"^\d{4}年|(预算|决算)?数$", "", p) or p for p in items])
    if not items or key(items[0]) in _WHOLES:
        items = ["“三公”经费" if table.kind == "三公经费表" else table.title]
    printed = template.column_measure(tuple(measures))[0] if measures else None
    return printed or ("决算数" if "决算" in table.title else "预算数"), tuple(items)


_MEASURES = frozenset(["预算数", "决算数", "执行数", "年初预算数", "全年预算数", "调整预算数", "金额"])
_WHOLES = frozenset(["合计", "小计", "总计"])
_ITEMS_ACROSS = frozenset(["三公经费表"])  # kinds of tables whose items may stand side by side in the header


def _full_names(path: list[str]) -> list[str]:
    """Complete an item whose header cell leaves out what the cell above says (购置费 → 公务用车购置费)."""
    for rule in template.knowledge("measures")["compounds"]:
        match = re.match(rule["parent"], path[-2]) if len(path) > 1 else None
        if match and path[-1] in rule["children"]:
            return [*path[:-1], match.group(1) + path[-1]]
    return path


def _fact(
    table: Table,
    panel: Panel,
    column: Column,
    piece: Piece,
    year: int | None,
    code: str | None,
    level: int | None,
    path: tuple[str, ...],
) -> Fact:
    heads = tuple(_full_names([*column.path]))
    measure, unit_class = template.column_measure(heads)
    counted = template.counted_unit(heads)
    value = parse_number(piece.text)
    if column.role != "value":
        value = None
    unit = None
    if value is not None:
        unit = counted or column.unit or {"money": table.unit, "%": "%"}.get(unit_class)
        if normalise(piece.text).endswith("%"):
            unit = "%"
    stated = re.search(r"(20\d\d)年", "".join(heads))
    return Fact(
        table=table.index,
        panel=panel.title,
        code=code,
        name=path[-1],
        level=level,
        row_path=path,
        column_path=heads,
        measure=measure,
        text=normalise(piece.text),
        value=value,
        unit=unit,
        year=int(stated.group(1)) if stated else year,
        place=Place(piece.page, piece.bbox),
    )


def _code(form: Shape, row: int, panel: Panel) -> str | None:
    """The row's full code, from one cell or from several side by side; a span counts once."""
    cells: list[Piece] = []
    for column in panel.codes:
        piece = row_text(form, row, column)
        if piece is not None and piece.text and piece not in cells:
            cells.append(piece)
    return classification.join_code([normalise(p.text) for p in cells]) if cells else None


def split_name(text: str) -> tuple[str | None, str]:
    """Code and clean name of a row's name cell (``201 一般公共服务支出``, ``二、项目支出``)."""
    text = normalise(text)
    match = _CODED.match(text)
    if match and classification.level(match.group(1)):  # 331国道改建 begins with no code
        return match.group(1), clean_name(text[match.end() :])
    return None, clean_name(without_code(text))


def without_code(text: str) -> str:
    """The name of a body, or of a project, without the code before it (301001 区民政局)."""
    return _BODY_CODE.sub("", normalise(text))


def clean_name(text: str) -> str:
    """A name without its numbering (一、 1. （1）) and without 其中：."""
    text = normalise(text)
    text = _WHEREOF.sub("", _NUMBERED.sub("", text))
    return _LISTED.sub("", _WHEREOF.sub("", text)).strip() or normalise(text)


class _Groups:
    """Fills in the names that a list prints once, over the rows that they hold for.

    A row that names only a group (a unit over its projects, in cells of its own or in one cell over
    all name columns) heads the rows below that leave its column blank.
    """

    def __init__(self) -> None:
        self._above: list[str] = []

    def names(self, printed: list[str]) -> list[str]:
        """The names of the next row down the table, outermost first; blanks filled from above."""
        own = list(dict.fromkeys(printed)) if len(set(printed)) == 1 else printed
        filled = [n for n, text in enumerate(own) if text]
        if not filled or template.is_total(own[filled[-1]]):
            self._above = []
            return [text for text in own if text]
        full = [*self._above[: filled[0]], *own[filled[0] :]]
        self._above = full
        return [text for text in full if text]


class _Trail:
    """Remembers the rows above to give each row its full path and level."""

    def __init__(self) -> None:
        self._by_level: dict[int, str] = {}
        self._numbered: str | None = None
        self._first: str | None = None  # the last row numbered 一、, over those numbered （一）
        self._listed: str | None = None
        self._carried: str | None = None  # 年初…结转和结余, whose sources are numbered beneath it
        self.level: int | None = None

    def path(self, code: str | None, names: list[str], name: str) -> tuple[str, ...]:
        """Path of the next row down the table; sets `level`."""
        level = classification.level(code) if code else None
        self.level = level
        groups = [split_name(n)[1] for n in names[:-1]]
        if template.is_total(name):
            self._numbered = self._listed = self._carried = self._first = None
            return (name,)
        if level and not groups:
            self._by_level = {k: v for k, v in self._by_level.items() if k < level}
            self._by_level[level] = name
            return tuple(self._by_level[k] for k in sorted(self._by_level))
        if groups:
            path = [g for i, g in enumerate(groups) if g != name and g not in groups[:i]]
            return (*path, name)
        return self._by_numbering(normalise(names[-1]), name)

    def _by_numbering(self, printed: str, name: str) -> tuple[str, ...]:
        if not _NUMBERED.match(printed) and re.search(r"^年[初末].*(结转|结余)", name):
            self._carried, self._numbered = name, None
            return (name,)
        under = self._carried or (self._first if re.match(r"[（(]", printed) else None)
        counted = _NUMBERED.match(printed) or self._carried
        if under and counted and not re.search(r"合计|总计|结转|结余|弥补", name):
            self.level = 2
            return (under, name)
        if _NUMBERED.match(printed):
            self._numbered, self._listed, self.level = name, None, 1
            if not re.match(r"[（(]", printed):
                self._first = name
            return (name,)
        if not self._numbered:
            parent = self._listed if _WHEREOF.match(printed) or not _LISTED.match(printed) else None
            if _LISTED.match(printed):
                self._listed = name
            return (parent, name) if parent and parent != name else (name,)
        if re.search(r"合计|总计|结转|结余|弥补", name):
            self._numbered = None
            return (name,)
        self.level = 2
        return (self._numbered, name)

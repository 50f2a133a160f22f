"""Facts of a list table → blocks of rows and columns, as arithmetic needs them.

A block is one panel: its rows in printed order with their numbering and codes, its value columns,
and the figure where both meet. Blank cells are no figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from assistant.audit.figures import Figure, of_fact
from assistant.audit.rules import rules, says
from ingest.document import Fact, Place, Table
from ingest.facts import clean_name, split_name
from ingest.text import key

_Spot = tuple[int, float, float]
COUNT = "（数量）"  # unit of a bare number in a table whose amounts have a unit


@dataclass(frozen=True)
class Column:
    """A value column: its place in the table's grid, header path, measure and year."""

    index: int
    path: tuple[str, ...]
    measure: str
    year: int | None


@dataclass(frozen=True)
class Row:
    """A row of a block. `printed` is its name with numbering; `figures` are by column index."""

    index: int
    printed: str
    name: str
    code: str | None
    path: tuple[str, ...]
    figures: Mapping[int, Figure]


@dataclass(frozen=True)
class Block:
    """One panel of a list table. `across`: its header names the items, not its rows."""

    table: Table
    title: str | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    across: bool = False

    @property
    def name(self) -> str:
        """The table's name for messages."""
        return f"《{self.table.title or self.table.kind}》"

    @cached_property
    def current(self) -> tuple[Column, ...]:
        """The money columns of the year reported: none of an earlier year, no change over it."""
        year = max((c.year for c in self.columns if c.year), default=None)
        return tuple(
            c
            for c in self.columns
            if c.year in (year, None)
            and not any(says(rules().no_parts, p) for p in c.path)
            and any(is_money(row.figures.get(c.index)) for row in self.rows)
        )

    @property
    def lead(self) -> Column | None:
        """The column that prints a row's whole amount: a total over the others, else the first."""
        totals = (c for c in self.current if c.path and says(rules().total_columns, c.path[-1]))
        return next(iter((*totals, *self.current)), None)


def is_money(figure: Figure | None) -> bool:
    """Whether a cell prints an amount of money (or one of a table that says no unit)."""
    return figure is not None and (figure.unit is None or figure.unit.endswith("元"))


def blocks(tables: Sequence[Table], facts: Sequence[Fact]) -> list[Block]:
    """The blocks of all list tables, in printed order."""
    by_table: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_table[fact.table].append(fact)
    return [b for t in tables if t.header for b in _of_table(t, by_table[t.index])]


def spots(table: Table) -> dict[_Spot, tuple[int, int]]:
    """Grid position of every cell by where it is printed."""
    return {_spot(Place(c.page, c.bbox)): (c.row, c.col) for c in table.cells}


def position(fact: Fact, at: Mapping[_Spot, tuple[int, int]]) -> tuple[int, int] | None:
    """Row and column of a fact's cell."""
    return at.get(_spot(fact.place))


def _spot(place: Place) -> _Spot:
    return place.page, round(place.bbox[0], 1), round(place.bbox[1], 1)


def _of_table(table: Table, facts: Sequence[Fact]) -> Iterator[Block]:
    at = spots(table)
    grid: dict[tuple[int, int], Fact] = {}
    for fact in facts:
        found = position(fact, at)
        if found is not None:
            grid[found] = fact
    if not grid:
        return
    if _named_across(facts):
        yield _block(table, grid, sorted({c for _, c in grid}), 0, across=True)
        return
    start = 0
    for columns in _panels(grid):
        yield _block(table, grid, columns, start, across=False)
        start = columns[-1] + 1


def _named_across(facts: Sequence[Fact]) -> bool:
    inside = sum(key(f.name) in key("".join(f.column_path)) for f in facts)
    return inside * 2 > len(facts)


def _panels(grid: Mapping[tuple[int, int], Fact]) -> list[list[int]]:
    """Columns that share their rows' names."""
    columns = sorted({c for _, c in grid})
    panels = [[columns[0]]]
    for left, right in pairwise(columns):
        pairs = [(grid[r, left], grid[r, right]) for r, c in grid if c == right and (r, left) in grid]
        alike = sum(a.row_path == b.row_path and a.code == b.code for a, b in pairs)
        one = pairs and pairs[0][0].panel == pairs[0][1].panel and alike * 2 > len(pairs)
        if one:
            panels[-1].append(right)
        else:
            panels.append([right])
    return panels


def _block(
    table: Table, grid: Mapping[tuple[int, int], Fact], columns: Sequence[int], start: int, *, across: bool
) -> Block:
    heads = []
    for column in columns:
        fact = next(f for (_, c), f in sorted(grid.items(), key=lambda i: i[0]) if c == column)
        heads.append(Column(column, fact.column_path, fact.measure, fact.year))
    rows = []
    for row in sorted({r for r, c in grid if c in columns}):
        cells = {c: grid[row, c] for c in columns if (row, c) in grid}
        rows.append(_row(table, row, cells, start, columns[0], plain=len(columns) == 1))
    first = grid[next(k for k in sorted(grid) if k[1] in columns)]
    return Block(table, first.panel, tuple(heads), tuple(rows), across)


def _row(table: Table, index: int, cells: Mapping[int, Fact], start: int, stop: int, *, plain: bool) -> Row:
    fact = next(iter(cells.values()))
    figures = {}
    for column, cell in cells.items():
        head = _head(cell)
        figure = of_fact(cell, cell.name if plain or head == cell.name else f"{cell.name}·{head}")
        if figure and figure.unit is None and table.unit:
            figure = replace(figure, unit=COUNT)
        if figure:
            figures[column] = figure
    printed = _printed(table.rows[index][start:stop] if index < len(table.rows) else (), fact)
    return Row(index, printed, fact.name, fact.code, fact.row_path, figures)


def _head(fact: Fact) -> str:
    """The lowest header cell that says what a column means."""
    return clean_name(fact.column_path[-1]) if fact.column_path else fact.measure


def _printed(texts: Sequence[str], fact: Fact) -> str:
    """The row's name cell with its numbering, as the table prints it."""
    return next((t for t in reversed(texts) if t and split_name(t)[1] == fact.name), fact.name)

"""Tables without rules → grids, by how their words line up.

The second strategy of table reading: where a page prints several lines that fall into the same
columns, figures among them, and no ruled grid holds them, the white gaps between the columns stand
in for the missing rules. Horizontal rules of half-ruled tables are not needed for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest import template
from ingest.grid import Grid, GridCell
from ingest.lines import Char, Line, bounds, group_chars, in_pieces, to_line
from ingest.text import parse_number

MIN_ROWS = 4
MIN_FIGURES = 4
ROW_GAP = 2.6  # letters of white space that end a table


@dataclass(frozen=True)
class _Row:
    """A line's characters cut where a reader sees a gap between columns."""

    pieces: tuple[tuple[Char, ...], ...]
    top: float
    bottom: float
    size: float

    @property
    def figures(self) -> int:
        return sum(parse_number(to_line(p).text) is not None for p in self.pieces)


def find_aligned(page: int, chars: Sequence[Char]) -> list[Grid]:
    """Grids of the tables that the characters outside ruled grids print, top to bottom."""
    rows = [_row(line) for line in group_chars(chars)]
    return [_grid(page, run) for run in _runs(rows)]


def _row(chars: Sequence[Char]) -> _Row:
    pieces = tuple(tuple(p) for p in in_pieces(chars))
    size = sorted(c.size for c in chars)[len(chars) // 2]
    return _Row(pieces, min(c.top for c in chars), max(c.bottom for c in chars), size)


def _runs(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Runs of neighbouring lines of several columns that are tables: titled, and with figures."""
    runs: list[tuple[list[str], list[_Row]]] = [([], [])]
    above: list[str] = []
    for row in rows:
        run = runs[-1][1]
        far = bool(run) and row.top - run[-1].bottom > ROW_GAP * row.size
        single = len(row.pieces) < 2 or _heads(row)
        if single or far:
            runs.append(([*above[-2:], *(["".join(_texts(row))] if single else [])], []))
        if single:
            above.append("".join(_texts(row)))
            runs[-1] = (above[-3:], [])
        else:
            runs[-1][1].append(row)
    return [run for heading, run in runs if _is_table(heading, run)]


def _texts(row: _Row) -> list[str]:
    return [to_line(p).text for p in row.pieces]


def _heads(row: _Row) -> bool:
    """Whether a line of two pieces is what stands over a table (编制部门：…    单位：万元)."""
    return len(row.pieces) == 2 and any(template.unit_in(t) for t in _texts(row))


def _is_table(heading: Sequence[str], run: Sequence[_Row]) -> bool:
    """Enough rows and figures, under a title or unit line, or going on from the page before."""
    if len(run) < MIN_ROWS or sum(row.figures for row in run) < MIN_FIGURES:
        return False
    return not heading or any(template.is_title(t) or template.unit_in(t) for t in heading)


def _grid(page: int, rows: Sequence[_Row]) -> Grid:
    edges = _column_edges(rows)
    ys = [rows[0].top - 1]
    ys += [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    ys.append(rows[-1].bottom + 1)
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        cells += _cells(number, row, edges, ys)
    box = bounds(c.bbox for c in cells)
    return Grid(page, box, tuple(edges), tuple(ys), tuple(cells))


def _column_edges(rows: Sequence[_Row]) -> list[float]:
    """Column edges in the middle of the gaps that no piece of the fullest lines crosses."""
    most = max(len(r.pieces) for r in rows)
    spans = sorted((p[0].x0, p[-1].x1) for r in rows if len(r.pieces) >= max(2, most - 1) for p in r.pieces)
    columns: list[list[float]] = []
    for start, end in spans:
        if columns and start < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], end)
        else:
            columns.append([start, end])
    left = min(p[0].x0 for r in rows for p in r.pieces) - 1
    right = max(p[-1].x1 for r in rows for p in r.pieces) + 1
    inner = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    return [left, *inner, right]


def _cells(number: int, row: _Row, edges: Sequence[float], ys: Sequence[float]) -> list[GridCell]:
    """The row's cells; a piece that reaches over several columns (a heading) spans them."""
    cells: dict[int, GridCell] = {}
    taken: set[int] = set()
    for piece in row.pieces:
        over = [
            i
            for i in range(len(edges) - 1)
            if min(edges[i + 1], piece[-1].x1) - max(edges[i], piece[0].x0) > 0 and i not in taken
        ]
        if not over:
            continue
        taken |= set(over)
        line: Line = to_line(piece)
        box = (edges[over[0]], ys[number], edges[over[-1] + 1], ys[number + 1])
        cells[over[0]] = GridCell(number, over[0], 1, len(over), box, line.text)
    for i in range(len(edges) - 1):
        if i not in taken:
            box = (edges[i], ys[number], edges[i + 1], ys[number + 1])
            cells[i] = GridCell(number, i, 1, 1, box, "")
    return [cells[i] for i in sorted(cells)]

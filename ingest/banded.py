"""Tables with level rules only (three-line tables) → grids, by how header and cells line up.

Reports made with a word processor often rule a table above and below its header and its rows, and
draw no upright rule at all. The level rules tell where the table is and where rows end; white gaps
that run down through all rows stand in for the upright ones, and a heading over several columns is
told by where its middle stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest import template
from ingest.grid import SNAP, Grid, GridCell, Rule, cell_text, merge_rules
from ingest.lines import PIECE_GAP, Char, bounds, group_chars, in_pieces, to_line
from ingest.text import key, parse_number

SHORTEST = 150.0  # points; shorter rules belong to headings or footnotes
SAME_END = 4.0  # points by which the ends of one table's rules may differ
MIN_RULES = 3
HEADING = -1  # the header's number among a table's rows
MIN_FIGURES = 2
COLUMN_GAP = 0.5  # letters of white space that part two columns where all rows leave it
FEW_ROWS = 3  # so many rows leave gaps by chance
WRAPPED = 0.75  # share of the distance of two rows within which a line without a figure belongs to one


@dataclass(frozen=True)
class _Text:
    """Characters that stand together on one line."""

    chars: tuple[Char, ...]

    @property
    def x0(self) -> float:
        return self.chars[0].x0

    @property
    def x1(self) -> float:
        return self.chars[-1].x1

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def text(self) -> str:
        return to_line(self.chars).text

    @property
    def is_figure(self) -> bool:
        return parse_number(self.text) is not None


@dataclass(frozen=True)
class _Row:
    """What stands between two edges: its lines, each of one or several pieces."""

    top: float
    bottom: float
    lines: tuple[tuple[_Text, ...], ...]

    @property
    def figures(self) -> int:
        return sum(t.is_figure for line in self.lines for t in line)


def find_banded(
    page: int, horizontal: Iterable[Rule], chars: Sequence[Char], grids: Sequence[Grid]
) -> list[Grid]:
    """Grids of the tables that level rules outside the ruled `grids` hold, top to bottom."""
    rules = [
        r
        for r in merge_rules(horizontal)
        if r.end - r.start >= SHORTEST and not any(_inside(r, g) for g in grids)
    ]
    found = []
    for own in _alike(rules):
        for run in _runs(own, chars):
            grid = _read(page, (own[0].start, own[0].end), run)
            if grid:
                found.append(grid)
    return sorted(found, key=lambda g: g.bbox[1])


def with_columns(grid: Grid, chars: Sequence[Char]) -> Grid:
    """A grid of one column (a frame with level rules) read again by how its cells line up."""
    rules = [Rule(y, grid.xs[0], grid.xs[-1]) for y in grid.ys]
    runs = _runs(rules, chars) if len(grid.xs) == 2 and len(rules) >= MIN_RULES else []
    return (_read(grid.page, (grid.xs[0], grid.xs[-1]), runs[0]) if len(runs) == 1 else None) or grid


def _inside(rule: Rule, grid: Grid) -> bool:
    x0, top, x1, bottom = grid.bbox
    return top - SNAP <= rule.at <= bottom + SNAP and rule.start < x1 and x0 < rule.end


def _alike(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that begin and end at the same x, enough of them for a table, each set top to bottom."""
    sets: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        for own in sets:
            if abs(own[0].start - rule.start) <= SAME_END and abs(own[0].end - rule.end) <= SAME_END:
                own.append(rule)
                break
        else:
            sets.append([rule])
    return [own for own in sets if len(own) >= MIN_RULES]


def _runs(rules: Sequence[Rule], chars: Sequence[Char]) -> list[list[_Row]]:
    """The bands between rules, cut where one holds no row of a table but what stands between tables."""
    runs: list[list[_Row]] = [[]]
    for upper, lower in pairwise(rules):
        inside = [
            c
            for c in chars
            if upper.at <= (c.top + c.bottom) / 2 <= lower.at
            and upper.start - SNAP <= (c.x0 + c.x1) / 2 <= upper.end + SNAP
        ]
        lines = tuple(_texts(line) for line in group_chars(inside))
        if not lines or _is_apart(lines):
            runs.append([])
        else:
            runs[-1].append(_Row(upper.at, lower.at, lines))
    return [run for run in runs if len(run) + 1 >= MIN_RULES]


def _is_apart(lines: Sequence[Sequence[_Text]]) -> bool:
    """Whether lines are a title, a line that tells the unit, or prose between two tables."""
    if any(template.unit_in("".join(t.text for t in line)) and len(line) <= 3 for line in lines):
        return True
    single = all(len(line) == 1 for line in lines)
    return single and (len(lines) > 2 or any(template.is_title(line[0].text) for line in lines))


def _texts(chars: Sequence[Char]) -> tuple[_Text, ...]:
    return tuple(_Text(tuple(p)) for p in in_pieces(chars))


def _read(page: int, ends: tuple[float, float], bands: Sequence[_Row]) -> Grid | None:
    """The grid of one table's bands; None when they do not line up as a table does."""
    first = next((n for n, b in enumerate(bands) if b.figures and not _numbers_only(b)), 1)
    first = max(first, 1)
    head = [line for band in bands[:first] for line in band.lines]
    rows = [row for band in bands[first:] for row in _rows(band)]
    edges = _edges(ends, head, rows)
    if len(edges) < 3 or sum(r.figures for r in rows) < MIN_FIGURES:
        return None
    header = _header(head, edges)
    depth = max(r + tall for r, _, tall, _, _ in header)
    top, under = bands[0].top, bands[first - 1].bottom
    ys = [top + (under - top) * n / depth for n in range(depth)] + [under, *(r.bottom for r in rows)]
    cells = [
        GridCell(r, c, tall, wide, (edges[c], ys[r], edges[c + wide], ys[r + tall]), text)
        for r, c, tall, wide, text in header
    ]
    for number, row in enumerate(rows, depth):
        cells += _cells(number, row, edges, ys)
    return Grid(page, bounds(c.bbox for c in cells), tuple(edges), tuple(ys), tuple(cells))


def _numbers_only(band: _Row) -> bool:
    """Whether a band is the row of column numbers under a header (栏次 1 2 3)."""
    texts = [key(t.text) for line in band.lines for t in line]
    numbers = [t for t in texts if t.isdigit()]
    return len(numbers) >= len(texts) - 2 and [int(t) for t in numbers] == list(range(1, len(numbers) + 1))


def _rows(band: _Row) -> list[_Row]:
    """The rows of a band: one where rules part the rows, several where only the table's end is ruled."""
    marks = [(min(t.chars[0].top for t in line), any(t.is_figure for t in line)) for line in band.lines]
    tops = [top for top, figure in marks if figure]
    if len(tops) < 2:
        return [band]
    pitch = min(b - a for a, b in pairwise(tops))
    groups: list[list[int]] = []
    for n, (top, figure) in enumerate(marks):
        near = min(tops, key=lambda t: abs(t - top))
        owner = tops.index(near) if figure or abs(near - top) < WRAPPED * pitch else -1 - n
        if groups and owner >= 0 and groups[-1][0] == owner:
            groups[-1].append(n)
        else:
            groups.append([owner, n])
    parts = [[band.lines[n] for n in group[1:]] for group in groups]
    boxes = [
        bounds((c.x0, c.top, c.x1, c.bottom) for line in p for t in line for c in t.chars) for p in parts
    ]
    ys = [band.top, *((a[3] + b[1]) / 2 for a, b in pairwise(boxes)), band.bottom]
    return [_Row(ys[n], ys[n + 1], tuple(lines)) for n, lines in enumerate(parts)]


def _edges(ends: tuple[float, float], head: Sequence[Sequence[_Text]], rows: Sequence[_Row]) -> list[float]:
    """Column edges: in the middle of the gaps that all rows leave and no lowest heading crosses."""
    lowest = [t for n, line in enumerate(head) for t in line if not _has_below(t, head[n + 1 :])]
    gap = COLUMN_GAP if len(rows) > FEW_ROWS else PIECE_GAP
    letters = [c for r in rows for line in r.lines for t in line for c in t.chars]
    if not letters or not lowest:
        return []
    size = sorted(c.size for c in letters)[len(letters) // 2]
    # A heading wider than its column still keeps it whole; one that stands alone is an empty column.
    spans = [
        _Span(c.x0, c.x1, frozenset([n]))
        for n, r in enumerate(rows)
        for line in r.lines
        for t in line
        for c in t.chars
    ]
    spans += [_Span(t.x0, t.x1, frozenset([HEADING])) for t in lowest]
    columns: list[_Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if columns and span.start - columns[-1].end < gap * size:
            columns[-1] = columns[-1].with_(span)
        else:
            columns.append(span)
    columns = _paired(columns)
    return [ends[0], *((a.end + b.start) / 2 for a, b in pairwise(columns)), ends[1]]


@dataclass(frozen=True)
class _Span:
    """Where letters stand across the page, and in which rows (`HEADING`: in the header)."""

    start: float
    end: float
    rows: frozenset[int]

    def with_(self, other: _Span) -> _Span:
        return _Span(
            min(self.start, other.start),
            max(self.end, other.end),
            self.rows | other.rows,
        )


def _paired(spans: Sequence[_Span]) -> list[_Span]:
    """Columns: cells without a heading (figures at a wide column's right, names at its left) joined to
    the nearer neighbour that has one and leaves their rows blank.
    """
    columns = list(spans)
    while True:
        pairs = [
            (abs(a.start + a.end - b.start - b.end), n)
            for n, (a, b) in enumerate(pairwise(columns))
            if (HEADING in a.rows) != (HEADING in b.rows) and not a.rows & b.rows
        ]
        if not pairs:
            return columns
        _, n = min(pairs)
        columns[n : n + 2] = [columns[n].with_(columns[n + 1])]


def _has_below(piece: _Text, lines: Sequence[Sequence[_Text]]) -> bool:
    """Whether headings stand under one: another than its own soft line break."""
    for line in lines:
        under = [t for t in line if t.x0 < piece.x1 and piece.x0 < t.x1]
        if len(under) > 1 or any(t.x1 - t.x0 > piece.x1 - piece.x0 + t.chars[0].size for t in under):
            return True
        if not under and any(t.x0 < piece.middle for t in line) and any(t.x1 > piece.middle for t in line):
            return True
    return False


def _header(head: Sequence[Sequence[_Text]], edges: Sequence[float]) -> list[tuple[int, int, int, int, str]]:
    """Header cells as (row, column, rows, columns, text), headings over several columns spanning them."""
    placed = [[(t, _column(t.middle, edges)) for t in line] for line in head]
    stacks: list[list[tuple[int, int, str]]] = [[] for _ in range(len(edges) - 1)]
    for n, line in enumerate(placed):
        below = {c for later in placed[n + 1 :] for _, c in later}
        for piece, column in line:
            first, last = _reach(piece, column, below, edges)
            for c in range(first, last + 1):
                stacks[c].append((first, last, piece.text))
    for column, stack in enumerate(stacks):
        stacks[column] = _joined(stack)
    depth = max(map(len, stacks), default=1) or 1
    cells: dict[tuple[int, int], tuple[int, int, int, int, str]] = {}
    for c, stack in enumerate(stacks):
        for r, (first, last, text) in enumerate(stack or [(c, c, "")]):
            tall = depth - r if r == max(len(stack), 1) - 1 else 1
            if c == first:
                cells[r, c] = (r, c, tall, last - first + 1, text)
    return [cells[place] for place in sorted(cells)]


def _column(x: float, edges: Sequence[float]) -> int:
    return next((n for n in range(len(edges) - 2) if x < edges[n + 1]), len(edges) - 2)


def _reach(piece: _Text, column: int, below: set[int], edges: Sequence[float]) -> tuple[int, int]:
    """First and last of the columns under a heading: those that have their own, and its middle in theirs."""
    best, reach = abs((edges[column] + edges[column + 1]) / 2 - piece.middle), (column, column)
    if column not in below:
        return reach
    size = piece.chars[0].size
    first = column
    while first >= 0 and first in below:
        last = column
        while last < len(edges) - 1 and last in below:
            away = abs((edges[first] + edges[last + 1]) / 2 - piece.middle)
            if away + size < best:
                best, reach = away, (first, last)
            last += 1
        first -= 1
    return reach


def _joined(stack: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """A column's headings with the soft lines of its own one joined."""
    joined: list[tuple[int, int, str]] = []
    for first, last, text in stack:
        if joined and first == last and joined[-1][:2] == (first, last):
            joined[-1] = (first, last, joined[-1][2] + text)
        else:
            joined.append((first, last, text))
    return joined


def _cells(number: int, row: _Row, edges: Sequence[float], ys: Sequence[float]) -> list[GridCell]:
    """The row's cells; a text that runs over column edges without a gap spans those columns."""
    inside: dict[tuple[int, int], list[Char]] = {}
    for line in row.lines:
        for piece in line:
            for part in _cut(piece, edges):
                place = (_column(part[0].x0 + 0.1, edges), _column(part[-1].x1 - 0.1, edges))
                inside.setdefault(place, []).extend(part)
    cells: list[GridCell] = []
    column = 0
    while column < len(edges) - 1:
        own = [place for place in inside if place[0] == column]
        last = max((end for _, end in own), default=column)
        chars = [c for place, cs in inside.items() if column <= place[0] <= last for c in cs]
        box = (edges[column], ys[number], edges[last + 1], ys[number + 1])
        cells.append(GridCell(number, column, 1, last - column + 1, box, cell_text(chars)))
        column = last + 1
    return cells


def _cut(piece: _Text, edges: Sequence[float]) -> list[list[Char]]:
    """A piece's characters cut at the column edges that stand in a gap between two of them."""
    parts: list[list[Char]] = [[piece.chars[0]]]
    for left, right in pairwise(piece.chars):
        if any(left.x1 - 0.5 <= edge <= right.x0 + 0.5 for edge in edges):
            parts.append([])
        parts[-1].append(right)
    return parts

"""Ruled lines → lattice → cells with spans.

A table is a set of crossing rules. Their distinct x and y positions make a lattice of elementary
boxes; two neighbouring boxes belong to the same cell where no rule is drawn between them. Spans
fall out of that by themselves, and a short gap in a rule does no harm.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.document import BBox
from ingest.lines import Char, bounds, group_lines, join

SNAP = 2.5  # points within which two rules are one
THIN = 3.0  # a filled rectangle at most this thick is a rule
MIN_CELLS = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule at `at` (x of a vertical, y of a horizontal one) from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True)
class GridCell:
    """A cell of a ruled grid: lattice position, span, box and text."""

    row: int
    col: int
    row_span: int
    col_span: int
    bbox: BBox
    text: str


@dataclass(frozen=True)
class Grid:
    """A ruled grid on one page: the lattice's `xs` and `ys`, and its cells row by row."""

    page: int
    bbox: BBox
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]


def find_grids(
    page: int, horizontal: Iterable[Rule], vertical: Iterable[Rule], chars: Sequence[Char]
) -> list[Grid]:
    """The page's ruled grids, top to bottom, each character placed in its cell."""
    across, down = merge_rules(horizontal), merge_rules(vertical)
    grids = []
    for hs, vs in _components(across, down):
        xs = _positions([v.at for v in vs], [h.start for h in hs], [h.end for h in hs])
        ys = _positions([h.at for h in hs], [v.start for v in vs], [v.end for v in vs])
        if len(xs) < 2 or len(ys) < 2:
            continue
        cells = _cells(xs, ys, hs, vs)
        if len(cells) >= MIN_CELLS:
            grids.append(_fill(page, xs, ys, cells, chars))
    return sorted(grids, key=lambda g: (g.bbox[1], g.bbox[0]))


def merge_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Snap rules at nearly the same position together and join pieces that touch."""
    merged: list[Rule] = []
    for group in _clusters(sorted(rules, key=lambda r: r.at)):
        at = sum(r.at * (r.end - r.start + 0.01) for r in group) / sum(r.end - r.start + 0.01 for r in group)
        pieces = sorted(group, key=lambda r: r.start)
        start, end = pieces[0].start, pieces[0].end
        for piece in pieces[1:]:
            if piece.start <= end + SNAP:
                end = max(end, piece.end)
            else:
                merged.append(Rule(at, start, end))
                start, end = piece.start, piece.end
        merged.append(Rule(at, start, end))
    return [r for r in merged if r.end - r.start > SNAP]


def _clusters(rules: Sequence[Rule]) -> Iterable[list[Rule]]:
    group: list[Rule] = []
    for rule in rules:
        if group and rule.at - group[0].at > SNAP:
            yield group
            group = []
        group.append(rule)
    if group:
        yield group


def _components(hs: list[Rule], vs: list[Rule]) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """Sets of rules that cross one another, directly or through others."""
    parent = list(range(len(hs) + len(vs)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(hs):
        for j, v in enumerate(vs):
            if h.start - SNAP <= v.at <= h.end + SNAP and v.start - SNAP <= h.at <= v.end + SNAP:
                parent[find(i)] = find(len(hs) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(hs):
        groups[find(i)][0].append(h)
    for j, v in enumerate(vs):
        groups[find(len(hs) + j)][1].append(v)
    return [g for g in groups.values() if len(g[0]) >= 2 and g[1]]


def _positions(own: list[float], starts: list[float], ends: list[float]) -> list[float]:
    """Distinct lattice positions; the crossing rules' ends close a side that has no rule."""
    positions: list[float] = []
    for value in sorted([*own, min(starts), max(ends)]):
        if not positions or value - positions[-1] > SNAP:
            positions.append(value)
    return positions


def _cells(
    xs: list[float], ys: list[float], hs: list[Rule], vs: list[Rule]
) -> list[tuple[int, int, int, int]]:
    """Cells as (row, col, row_span, col_span): elementary boxes merged where no rule parts them."""
    rows, cols = len(ys) - 1, len(xs) - 1
    wall_right = _walls(xs, ys, vs)
    wall_below = _walls(ys, xs, hs)
    seen = [[False] * cols for _ in range(rows)]
    cells = []
    for r in range(rows):
        for c in range(cols):
            if seen[r][c]:
                continue
            width = 1
            while c + width < cols and not seen[r][c + width] and (c + width, r) not in wall_right:
                width += 1
            height = 1
            while r + height < rows and _open(r + height, c, width, wall_right, wall_below, seen):
                height += 1
            for i in range(r, r + height):
                for j in range(c, c + width):
                    seen[i][j] = True
            cells.append((r, c, height, width))
    return cells


def _open(
    row: int,
    col: int,
    width: int,
    wall_right: set[tuple[int, int]],
    wall_below: set[tuple[int, int]],
    seen: list[list[bool]],
) -> bool:
    """Whether a cell of `width` boxes goes on into `row`: no rule above it, none inside it."""
    inside = all((c, row) not in wall_right for c in range(col + 1, col + width))
    above = any((row, c) in wall_below for c in range(col, col + width))
    return inside and not above and not any(seen[row][col : col + width])


def _walls(at: list[float], along: list[float], rules: list[Rule]) -> set[tuple[int, int]]:
    """(position index, interval index) pairs where a rule covers most of the interval."""
    walls = set()
    for rule in rules:
        i = min(range(len(at)), key=lambda k: abs(at[k] - rule.at))
        for j in range(len(along) - 1):
            low, high = along[j], along[j + 1]
            if min(high, rule.end) - max(low, rule.start) > 0.6 * (high - low):
                walls.add((i, j))
    return walls


def _fill(
    page: int,
    xs: list[float],
    ys: list[float],
    cells: list[tuple[int, int, int, int]],
    chars: Sequence[Char],
) -> Grid:
    owner = {}
    for n, (r, c, h, w) in enumerate(cells):
        for i in range(r, r + h):
            for j in range(c, c + w):
                owner[i, j] = n
    inside: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        i = bisect_right(ys, (char.top + char.bottom) / 2) - 1
        j = bisect_right(xs, (char.x0 + char.x1) / 2) - 1
        if (i, j) in owner:
            inside[owner[i, j]].append(char)
    filled = tuple(
        GridCell(r, c, h, w, (xs[c], ys[r], xs[c + w], ys[r + h]), cell_text(inside[n]))
        for n, (r, c, h, w) in enumerate(cells)
    )
    return Grid(page, bounds(c.bbox for c in filled), tuple(xs), tuple(ys), filled)


def cell_text(chars: Sequence[Char]) -> str:
    """A cell's text in reading order, its soft line breaks joined."""
    return join(line.text for line in group_lines(chars)) if chars else ""

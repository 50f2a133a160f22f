"""What a grid's outline and its first rows tell: a list or a form, a new one or the last one's next page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from ingest import template
from ingest.grid import Grid
from ingest.text import key, parse_number

SAME_EDGE = 0.012  # share of the table's width within which two pages' column edges are one
LIST_ROWS = 0.8  # share of a list's rows that print figures, each under one heading
HEAD_ROWS = 4  # more rows than a list's header has


def row_texts(grid: Grid) -> list[tuple[str, ...]]:
    """The texts of the cells that start in each row."""
    rows: list[list[str]] = [[] for _ in range(len(grid.ys) - 1)]
    for cell in grid.cells:
        rows[cell.row].append(key(cell.text))
    return [tuple(r) for r in rows]


def is_list(grid: Grid) -> bool:
    """Whether a grid's first rows head columns, in which most of the rows below print figures.

    A form's labels and texts print few, and its parts divide the width each in its own way.
    """
    rows = row_texts(grid)
    heads = [text for text in rows[0] if text]
    if (
        len(heads) < 3
        or any(map(heads_levels, rows))
        or any(parse_number(text) is not None for text in heads)
    ):
        return False
    figures = [sum(parse_number(text) is not None for text in row) for row in rows]
    depth = next((n for n, count in enumerate(figures) if count), len(figures))
    merged = {c.row for c in grid.cells if c.col_span > 1 and parse_number(c.text) is not None}
    below = [bool(figures[n]) and n not in merged for n, row in enumerate(rows) if n >= depth and any(row)]
    return depth <= HEAD_ROWS and len(below) > 1 and sum(below) > LIST_ROWS * len(below)


def heads_levels(row: Iterable[str]) -> bool:
    """Whether a row heads columns of indicator levels (一级指标 …)."""
    return not template.form_words("indicator_levels").isdisjoint(row)


def opens_form(grid: Grid) -> bool:
    """Whether a grid begins with a new form's subject row (项目名称 …), perhaps under a section's name."""
    rows = [[text.rstrip(":：") for text in row if text] for row in row_texts(grid)]
    first = next((row for row in rows if len(row) > 1), [])
    above = sum(1 for _ in takewhile(lambda row: len(row) < 2, rows))
    return above < 2 and bool(first) and first[0] in template.form_words("subject_labels")


def column_edges(grid: Grid) -> list[float]:
    """Where columns begin and end, as shares of the grid's width."""
    width = grid.xs[-1] - grid.xs[0]
    return [(x - grid.xs[0]) / width for x in grid.xs]


def same_columns(a: Grid, b: Grid) -> bool:
    """Whether two pages' grids share their outline; a page may merge columns, never add some."""
    wide, narrow = sorted((column_edges(a), column_edges(b)), key=len, reverse=True)
    widths = a.xs[-1] - a.xs[0], b.xs[-1] - b.xs[0]
    alike = min(widths) > 0.95 * max(widths)
    return alike and all(any(abs(x - y) < 2 * SAME_EDGE for y in wide) for x in narrow)


def same_header(first: Grid, grid: Grid) -> int:
    """How many leading rows of `grid` repeat the first page's leading rows (0: none)."""
    count = 0
    for a, b in zip(row_texts(first), row_texts(grid), strict=False):
        if a != b or any(re.search(r"\d\.\d", t) for t in a):
            break
        count += 1
    return count

"""Finds the amounts that a rule's `Cells` describe: kind of table, panel, rows, columns.

Rows are met by name or by code when two tables are laid side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.audit.figures import Figure, renamed, total
from assistant.audit.rules import Cells, rules, says
from assistant.audit.sheet import Block, Column, Row
from assistant.audit.sums import is_total
from ingest.text import key


@lru_cache(4096)
def item_key(name: str) -> str:
    """A name for comparison over tables and prose: small words and 支出, 费用 at the end left out."""
    name = key(name)
    for group in rules().prose.same_items:
        if name in group:
            return group[0]
    return re.sub(r"(费用|经费|支出|缴费|费)$", "", re.sub(r"[的和及与性]", "", name)) or name


@dataclass(frozen=True)
class Hit:
    """An amount found, with its row and column."""

    row: Row
    column: Column
    figure: Figure


def find(blocks: Sequence[Block], cells: Cells) -> list[Hit]:
    """The amounts that `cells` describe, in printed order."""
    found = []
    for block in blocks:
        other_side = cells.panel and block.title not in (cells.panel, None)
        if block.table.kind not in cells.kinds or other_side:
            continue
        for column in _columns(block, cells):
            for row in block.rows:
                figure = row.figures.get(column.index)
                if figure and _wanted(block, row, column, cells):
                    found.append(Hit(row, column, renamed(figure, f"{block.name}{figure.label}")))
    return found


def amounts(blocks: Sequence[Block], cells: Cells) -> list[Figure]:
    """The figures that `cells` describe; with `sum`, the one figure that they add up to."""
    figures = [hit.figure for hit in find(blocks, cells)]
    if not cells.sum:
        return figures
    made = total("＋".join(f.label for f in figures), figures)
    return [made] if made else []


def _columns(block: Block, cells: Cells) -> Iterator[Column]:
    if cells.columns == "lead" and not block.across:
        lead = block.lead
        if lead:
            yield lead
        return
    for column in block.current:
        if cells.columns == "lead" or says(cells.columns, column.measure):
            yield column


def _wanted(block: Block, row: Row, column: Column, cells: Cells) -> bool:
    if cells.under:
        return any(says(cells.under, part) for part in row.path[:-1])
    if cells.rows == "total":
        return is_total(row) and (
            not _is_subtotal(row) or all(map(_is_subtotal, filter(is_total, block.rows)))
        )
    if cells.rows == "class":
        return len(row.code or "") == 3
    if cells.rows == "coded":
        return row.code is not None
    return says(cells.rows, item_of(block, row, column))


def _is_subtotal(row: Row) -> bool:
    """Whether a row sums up some rows before it: the total where no other row is."""
    return says(rules().subtotal_rows, row.name)


def item_of(block: Block, row: Row, column: Column) -> str:
    """The item that a cell speaks of: its row's name, or its header's where that names the items."""
    if not block.across:
        return row.name
    figure = row.figures.get(column.index)
    return figure.label.split("·")[0] if figure else row.name

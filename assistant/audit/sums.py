"""Rows of a table against the rows they belong to: by code, by numbering, and to the totals.

A row's parts are found once per block, from its codes (项 under 款 under 类) or its numbering (1. under
一、); each value column is then added up on its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from assistant.audit.checks import Check, Status, any_equal, doubted, equal, not_above, unchecked
from assistant.audit.figures import Figure, overlapping, total
from assistant.audit.rules import rules, says
from assistant.audit.sheet import Block, Column, Row, is_money

_STYLES = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十]+[)）]"),
    re.compile(r"^\d{1,2}[、.．](?!\d)"),
    re.compile(r"^[（(]\d{1,2}[)）]"),
)
_PLAIN = len(_STYLES)
_WHEREOF = re.compile(r"^其中")


@dataclass
class Node:
    """A row with the rows that make it up. `whereof`: they are only some of its parts (其中)."""

    row: Row
    children: list[Node] = field(default_factory=list)
    whereof: bool = False


@dataclass
class Segment:
    """The top rows that stand before one total row (or after the last), and that row."""

    tops: list[Node] = field(default_factory=list)
    total: Row | None = None

    @property
    def whereof(self) -> bool:
        """Whether the rows are only some of the total's parts (其中)."""
        return any(_WHEREOF.match(n.row.printed) for n in self.tops)

    @property
    def plain(self) -> bool:
        """Whether rows have neither codes nor numbers, so that some may be parts of others."""
        return any(_style(n.row) == _PLAIN for n in self.tops)


def check_rows(blocks: Sequence[Block]) -> Iterator[Check]:
    """Every sum of rows in every value column of the blocks."""
    for number, block in enumerate(blocks):
        if block.across or not block.rows:
            continue
        beside = [b for b in blocks[number + 1 :] if b.table.index == block.table.index]
        segments = outline(block)
        for column in block.columns:
            if not any(is_money(r.figures.get(column.index)) for r in block.rows):
                continue
            yield from doubted(_parents(block, column, segments, beside))
            yield from _totals(block, column, segments)
    yield from _class_totals(blocks)


def is_total(row: Row) -> bool:
    """Whether a row is a total of its panel."""
    return says(rules().total_rows, row.name)


def outline(block: Block) -> list[Segment]:
    """The block's rows as trees, cut after each total row."""
    segments = [Segment()]
    stack: list[tuple[object, Node]] = []
    for row in block.rows:
        if is_total(row):
            segments[-1].total = row
            segments.append(Segment())
            stack = []
            continue
        node, style = Node(row), _style(row)
        while stack and not _below(row, style, stack):
            stack.pop()
        if stack:
            parent = stack[-1][1]
            parent.whereof = parent.whereof or bool(_WHEREOF.match(row.printed))
            parent.children.append(node)
        else:
            segments[-1].tops.append(node)
        stack.append((style, node))
    return segments


def _style(row: Row) -> object:
    if row.code:
        return "code"
    return next((n for n, style in enumerate(_STYLES) if style.match(row.printed)), _PLAIN)


def _below(row: Row, style: object, stack: Sequence[tuple[object, Node]]) -> bool:
    """Whether a row belongs under the row on top of the stack."""
    if says(rules().carried_rows, row.name) and style in ("code", _PLAIN):
        return False
    above, node = stack[-1]
    if style == "code":
        code = node.row.code or ""
        return above == "code" and len(row.code or "") > len(code) and (row.code or "").startswith(code)
    return style not in [s for s, _ in stack]


def value(node: Node, column: Column) -> Figure | None:
    """What a row amounts to: the figure it prints, or the sum of its parts where it prints none."""
    own = node.row.figures.get(column.index)
    return own or total(node.row.name, _values(node.children, column))


def _values(nodes: Sequence[Node], column: Column) -> list[Figure]:
    return [f for f in (value(n, column) for n in nodes) if f is not None]


def _parents(
    block: Block, column: Column, segments: Sequence[Segment], beside: Sequence[Block]
) -> Iterator[Check]:
    stack = [node for segment in segments for node in segment.tops]
    last = next((n for n in reversed(stack) if n.row.code), None)
    while stack:
        node = stack.pop(0)
        stack = node.children + stack
        own = node.row.figures.get(column.index)
        if node.children and own:
            yield _parent(block, column, node, own, _continued(node, beside) if node is last else [])


def _continued(node: Node, beside: Sequence[Block]) -> list[Figure]:
    """The figures of a row's parts that run over into the next columns of its table (302 in 公开06表)."""
    rows = beside[0].rows if beside else ()
    parts = takewhile(lambda row: row.code and row.code.startswith(node.row.code or "-"), rows)
    return [figure for row in parts for figure in list(row.figures.values())[:1]]


def _parent(block: Block, column: Column, node: Node, own: Figure, continued: Sequence[Figure]) -> Check:
    subject = f"{block.name}{own.label}"
    parts = [*_values(node.children, column), *continued]
    made = total(f"所属{len(parts)}项之和", parts)
    if made is None:
        return unchecked("rows", subject, "下级各行没有印数字", own)
    if node.whereof:
        if made.base > own.base and all(p.base <= own.base for p in parts) and len(parts) > 1:
            return unchecked("whereof", subject, "其中各项可能互相包含", own)
        return not_above("whereof", subject, made, own)
    check = equal("rows", subject, made, own)
    alone = len(node.children) == 1 and not node.row.code and made.base < own.base
    if check.status is Status.FAILS and alone:
        return unchecked("rows", subject, "下级只印了一行，可能不全", own)
    if check.status is Status.FAILS and not node.row.code and overlapping(made, own):
        return unchecked("rows", subject, "下级各行可能互相包含", own)
    return check


def _totals(block: Block, column: Column, segments: Sequence[Segment]) -> Iterator[Check]:
    before: list[Segment] = []
    class_totals = {t.total for t in rules().class_totals}
    for number, segment in enumerate(segments):
        row = segment.total
        own = row.figures.get(column.index) if row else None
        if row and own and row.name not in class_totals:
            check = _total(block, column, own, [*before, segment], segments[number + 1 :])
            if check:
                yield check
        before.append(segment)


def _total(
    block: Block, column: Column, own: Figure, before: Sequence[Segment], after: Sequence[Segment]
) -> Check | None:
    """The check of one total; None for a zero over blank cells, which says nothing."""
    subject = f"{block.name}{own.label}"
    readings = _readings(column, before, after)
    if not readings:
        return unchecked("total", subject, "各行没有印数字", own) if own.value else None
    check = any_equal("total", subject, readings, own)
    if check.status is not Status.FAILS or check.expected is None:
        return check
    used = [s for s in (*before, *after) if s.tops]
    if any(s.whereof for s in used) and check.expected.base < own.base:
        return unchecked("total", subject, "只印了其中几项", own)
    if any(s.plain for s in used) and check.expected.base > own.base:
        return unchecked("total", subject, "各行可能有上下级关系", own)
    return check


def _readings(column: Column, before: Sequence[Segment], after: Sequence[Segment]) -> list[Figure]:
    """What a total may add up, the likeliest first.

    Rows before it with the total before them, those rows alone, all rows before, the subtotals, or
    what follows; where unit names stand among coded rows, either of them alone.
    """
    segment = before[-1]
    own = _values(segment.tops, column)
    coded = [f for f in (value(n, column) for n in segment.tops if n.row.code) if f]
    named = [f for f in (value(n, column) for n in segment.tops if not n.row.code) if f]
    earlier = [
        s.total.figures[column.index] for s in before[:-1] if s.total and column.index in s.total.figures
    ]
    everything = [f for s in before for f in _values(s.tops, column)]
    following = [f for s in after for f in _values(s.tops, column)]
    subtotals = [
        f
        for s in (*before[:-1], *after)
        if s.total and says(rules().subtotal_rows, s.total.name) and (f := s.total.figures.get(column.index))
    ]
    if not any(s.tops for s in before):  # the total stands first
        rest = [n for s in after for n in s.tops]
        coded = [f for f in (value(n, column) for n in rest if n.row.code) if f]
        named = [f for f in (value(n, column) for n in rest if not n.row.code) if f]
        sums = [following, _values(after[0].tops, column) if after else [], subtotals, coded, named]
    else:
        sums = [[*earlier[-1:], *own], own, everything, subtotals, coded, named]
    made = [total(f"各行之和（{len(parts)}项）", parts) for parts in sums]
    return [m for m in made if m is not None]


def _class_totals(blocks: Sequence[Block]) -> Iterator[Check]:
    """人员经费合计 and 公用经费合计, whose parts may stand in other panels of the table."""
    for rule in rules().class_totals:
        for block in blocks:
            for row in (r for r in block.rows if r.name == rule.total):
                own = next(iter(row.figures.values()), None)
                if own is None:
                    continue
                subject = f"{block.name}{own.label}"
                parts = [
                    figure
                    for other in blocks
                    if other.table.index == block.table.index
                    for r in other.rows
                    if r.code in rule.codes
                    for figure in list(r.figures.values())[:1]
                ]
                made = total(f"{'、'.join(p.label for p in parts)}之和", parts)
                if made is None:
                    yield unchecked("total", subject, "各类没有印数字", own)
                else:
                    yield equal("total", subject, made, own)


def check_balance(blocks: Sequence[Block]) -> Iterator[Check]:
    """收入总计 against 支出总计 in tables that print both sides."""
    rule = rules().balance
    for income in (b for b in blocks if b.table.kind in rule.kinds and b.title == "收入"):
        for spending in (b for b in blocks if b.table is income.table and b.title == "支出"):
            left, right = _last(income, rule.income), _last(spending, rule.spending)
            if left and right:
                yield equal("balance", income.name, left, right)
            else:
                yield unchecked("balance", income.name, "没有同时印出收入总计和支出总计", left or right)


def _last(block: Block, names: str) -> Figure | None:
    if block.lead is None:
        return None
    found = [r.figures.get(block.lead.index) for r in block.rows if says(names, r.name)]
    return next((f for f in reversed(found) if f), None)

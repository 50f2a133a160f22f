"""The same amount in several tables of one document, as ``rules.yaml`` pairs them.

A document may hold a set of tables for the department and one for each unit; tables are compared
inside one set only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.audit.checks import Check, any_equal, not_above, unchecked
from assistant.audit.figures import Figure, total
from assistant.audit.rules import Across, rules
from assistant.audit.select import Hit, amounts, find, item_key
from assistant.audit.sheet import Block


def sets(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks cut into sets of tables: a new set begins where a kind of table comes again."""
    found: list[list[Block]] = [[]]
    seen: dict[str, int] = {}
    for block in blocks:
        kind, index = block.table.kind, block.table.index
        if seen.get(kind, index) != index and kind != "其他":
            found.append([])
            seen = {}
        seen[kind] = index
        found[-1].append(block)
    return found


def check_across(blocks: Sequence[Block]) -> Iterator[Check]:
    """Every pair of tables that prints one amount twice, and every part against its whole."""
    for one in sets(blocks):
        for rule in rules().across:
            yield from _compared(one, rule, "across")
        for rule in rules().within:
            yield from _compared(one, rule, "within")


def _compared(blocks: Sequence[Block], rule: Across, name: str) -> Iterator[Check]:
    left = find(blocks, rule.left)
    if rule.by == "all":
        if not left:
            return
        right = [f for cells in rule.right for f in amounts(blocks, cells)]
        for hit in left[:1]:
            yield _check(name, rule.subject, hit.figure, right)
        return
    others = [h for cells in rule.right for h in find(blocks, cells)]
    for hit in left:
        right = [o.figure for o in others if _meets(hit, o, rule.by)]
        yield _check(name, f"{rule.subject}“{hit.row.name}”", hit.figure, right)


def _meets(hit: Hit, other: Hit, by: str) -> bool:
    """Whether two amounts are of one row; by code, several columns are compared, each with its like."""
    if by == "code":
        return hit.row.code == other.row.code and hit.column.measure == other.column.measure
    return item_key(hit.row.name) == item_key(other.row.name)


def _check(name: str, subject: str, figure: Figure, right: Sequence[Figure]) -> Check:
    if not right:
        return unchecked(name, subject, "另一处没有印数字", figure)
    if name == "within":
        whole = max(right, key=lambda f: f.base)
        return not_above(name, subject, figure, whole)
    if len({f.unit for f in right}) == 1 and len(right) > 1 and not any(f.parts for f in right):
        together = total("＋".join(f.label for f in right), right)
        right = [*right, together] if together else right
    return any_equal(name, subject, right, figure)

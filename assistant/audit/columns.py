"""Columns of a table against the column that totals them: 5=6+7, 合计 over its group, 人员经费+公用经费.

The relations come from the header: formulas printed in it first, then its groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.audit.checks import Check, Status, doubted, equal, unchecked
from assistant.audit.figures import Figure, overlapping, total
from assistant.audit.rules import rules, says
from assistant.audit.sheet import Block, Column, is_money
from ingest.text import key

_FORMULA = re.compile(r"^(\d{1,2})=([\d+\-]+)$")
_NUMBER = re.compile(r"^(\d{1,2})(?:=.*)?$")
_FACETS = {"预算数", "决算数", "执行数", "金额"}


@dataclass(frozen=True)
class Identity:
    """A column that equals the signed sum of others."""

    total: Column
    parts: tuple[Column, ...]
    signs: tuple[int, ...] = ()


def check_columns(blocks: Sequence[Block]) -> Iterator[Check]:
    """Every row of every block against each relation of its columns."""
    for block in blocks:
        for identity in identities(block):
            yield from doubted(_rows(block, identity))


def _rows(block: Block, identity: Identity) -> Iterator[Check]:
    signs = identity.signs or (1,) * len(identity.parts)
    for row in block.rows:
        own = row.figures.get(identity.total.index)
        if own is None:
            continue
        subject = f"{block.name}{own.label}"
        found = [(row.figures.get(c.index), s) for c, s in zip(identity.parts, signs, strict=True)]
        parts = [(f, s) for f, s in found if f is not None]
        made = total(f"{_names([f for f, _ in parts])}之和", [f for f, _ in parts], [s for _, s in parts])
        if made is None and own.value:
            yield unchecked("columns", subject, "各分列没有印数字", own)
        elif made is not None:
            yield _row(subject, made, own)


def _row(subject: str, made: Figure, own: Figure) -> Check:
    """One row's check; columns of which some already make the total may contain each other."""
    check = equal("columns", subject, made, own)
    if check.status is Status.FAILS and overlapping(made, own):
        return unchecked("columns", subject, "各分列可能互相包含", own)
    return check


def _names(figures: Sequence[Figure]) -> str:
    return "、".join(f.label.split("·")[-1] for f in figures)


def identities(block: Block) -> list[Identity]:
    """The relations between a block's columns, one for each total column."""
    found: dict[int, Identity] = {}
    for identity in (*_printed(block), *_grouped(block), *_named(block)):
        found.setdefault(identity.total.index, identity)
    return list(found.values())


def _printed(block: Block) -> Iterator[Identity]:
    """Relations that the header prints over column numbers (5=6+7)."""
    columns = {c.index: c for c in block.columns}
    numbered: dict[str, Column] = {}
    formulas: list[tuple[Column, str]] = []
    for row in block.table.header:
        for index, text in enumerate(row):
            match = _NUMBER.match(key(text))
            if match and index in columns:
                numbered[match.group(1)] = columns[index]
            formula = _FORMULA.match(key(text))
            if formula and index in columns:
                formulas.append((columns[index], formula.group(2)))
    for column, terms_of in formulas:
        terms = re.findall(r"([+\-]?)(\d+)", terms_of)
        if all(n in numbered for _, n in terms):
            signs = tuple(-1 if s == "-" else 1 for s, _ in terms)
            yield Identity(column, tuple(numbered[n] for _, n in terms), signs)


def _grouped(block: Block) -> Iterator[Identity]:
    """A 合计 column and the columns beside it under the same header cell."""
    money = [c for c in block.columns if any(is_money(r.figures.get(c.index)) for r in block.rows)]
    paths = {c.index: _path(c, money) for c in money}
    for column in money:
        path, facet = paths[column.index]
        if not path or not says(rules().total_columns, path[-1]):
            continue
        inside = [
            c
            for c in money
            if c is not column
            and paths[c.index][0][: len(path) - 1] == path[:-1]
            and paths[c.index][1] == facet
            and c.year == column.year
            and not any(says(rules().no_parts, p) for p in paths[c.index][0])
        ]
        right = [c for c in inside if c.index > column.index]
        parts = _leaves(right or inside, len(path) - 1, {i: p for i, (p, _) in paths.items()})
        if len(parts) > 1 or (parts and len(inside) == len(parts)):
            yield Identity(column, tuple(parts))


def _path(column: Column, columns: Sequence[Column]) -> tuple[tuple[str, ...], str]:
    """The header path without the words that only tell budget from outturn, and those words."""
    path = tuple(key(p) for p in column.path)
    facets = {key(c.path[-1]) for c in columns if c.path} & _FACETS
    if len(path) > 1 and path[-1] in _FACETS and len(facets) > 1:
        return path[:-1], path[-1]
    return path, ""


def _leaves(columns: Sequence[Column], depth: int, paths: dict[int, tuple[str, ...]]) -> list[Column]:
    """One column for each group at `depth`: its own total where it has one, else its members."""
    groups: dict[str, list[Column]] = {}
    for column in columns:
        path = paths[column.index]
        groups.setdefault(path[depth] if len(path) > depth else "", []).append(column)
    chosen: list[Column] = []
    for members in groups.values():
        totals = [c for c in members if says(rules().total_columns, paths[c.index][-1])]
        plain = [c for c in members if len(paths[c.index]) == depth + 1]
        chosen += totals[:1] or plain or members
    return chosen


def _named(block: Block) -> Iterator[Identity]:
    """Relations by measure: 基本支出 = 人员经费 + 公用经费."""
    by_measure = {c.measure: c for c in reversed(block.columns)}
    for rule in rules().column_sums:
        if rule.total in by_measure and all(p in by_measure for p in rule.parts):
            parts = tuple(by_measure[p] for p in rule.parts)
            if all(p.path[:-1] == by_measure[rule.total].path[:-1] for p in parts):
                yield Identity(by_measure[rule.total], parts)

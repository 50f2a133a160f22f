"""Tables that list the units of a department one after another, each over rows of its own.

Many regions print accounts by unit (Sichuan's 部门支出总表, Hunan's 基本支出表, Qingdao's 项目支出预算表): a
row with the unit's name and its total, then its accounts or projects, then the next unit. Only the order of
the rows says whose an account is; that the rows beneath each unit come to its total proves it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from ingest import template
from ingest.document import Fact
from ingest.text import key

LEAST = 2  # units over rows of their own that make a table one of units

Row = list[Fact]


def names_body(name: str) -> bool:
    """Whether a name ends as those of bodies and of their offices do (区环境监测站, 局机关)."""
    return bool(_body().search(key(name)))


@cache
def _body() -> re.Pattern[str]:
    return re.compile(rf"(本级|本部|机关|{template.knowledge('bodies')['suffix']})(\([^()]*\)|\))?$")


def in_blocks(rows: Sequence[Row]) -> list[Row]:
    """The rows of a panel, each under the unit whose rows it stands among; as they are where the table is
    none of units, or where the rows of a unit do not come to what is printed for it."""
    blocks: list[tuple[Row, list[Row]]] = []
    for row in rows:
        if template.is_total(row[0].name) or _is_unit(row):
            blocks.append((row, []))
        elif blocks:
            blocks[-1][1].append(row)
        else:
            return list(rows)
    filled = [(unit, own) for unit, own in blocks if own]
    if len(filled) < LEAST or not all(_is_unit(unit) and _comes_to(unit, own) for unit, own in filled):
        return list(rows)
    found: list[Row] = []
    for unit, own in blocks:
        found.append([replace(f, row_path=(f.name,)) for f in unit] if own else unit)
        found += [[_under(unit[0].name, f) for f in row] for row in own]
    return found


def _under(unit: str, fact: Fact) -> Fact:
    """A fact under its unit, where the columns of names have not put it there."""
    return fact if fact.row_path[0] == unit else replace(fact, row_path=(unit, *fact.row_path))


def _is_unit(row: Row) -> bool:
    return row[0].level is None and names_body(row[0].name)


def _comes_to(unit: Row, own: Sequence[Row]) -> bool:
    """Whether the outermost rows of a unit come to its total in the first column that prints one."""
    whole = next((f for f in unit if f.value), None)
    if whole is None:
        return False
    depth = min(len(row[0].row_path) for row in own)
    cells = (f for row in own if len(row[0].row_path) == depth for f in row)
    return (
        sum((f.value or Decimal(0) for f in cells if f.column_path == whole.column_path), Decimal(0))
        == whole.value
    )

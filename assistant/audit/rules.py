"""The audit's knowledge: ``rules.yaml`` loaded once, checked, and its patterns compiled.

A wrong key in the data is an error that names it, so that a clerk who extends the file is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from ingest.text import key
from ingest.yamlfile import parse_yaml


def _compiles(pattern: str) -> str:
    re.compile(pattern)
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cells(_Data):
    """Which amounts of which tables: see the comment over `across` in the data."""

    kinds: tuple[str, ...]
    columns: Pattern
    rows: Pattern = "."
    under: Pattern | None = None
    panel: str | None = None
    sum: bool = False


class Across(_Data):
    """The same amount at two places."""

    subject: str
    left: Cells
    right: tuple[Cells, ...]
    by: str = "all"


class ColumnSum(_Data):
    """A total column and its parts, by measure."""

    total: str
    parts: tuple[str, ...]


class ClassTotal(_Data):
    """A total over codes of the economic classification."""

    total: str
    codes: tuple[str, ...]


class Balance(_Data):
    """The totals of both sides of a 收支总表."""

    kinds: tuple[str, ...]
    income: Pattern
    spending: Pattern


class Details(_Data):
    """The detail rows of a form and the labels of the budgets that they add up to."""

    section: Pattern
    measure: Pattern
    budgets: tuple[str, ...]


class LabelSum(_Data):
    """A label of a form whose amount is the sum of others."""

    total: Pattern
    parts: tuple[Pattern, ...]


class Forms(_Data):
    """What is checked in performance-target forms."""

    details: Details
    sums: tuple[LabelSum, ...]
    group_total: Pattern
    group_skip: Pattern
    source_group: Pattern
    project_budget: tuple[str, ...]
    project_rows: Cells


class Ratio(_Data):
    """A rate printed beside the two amounts that it follows from."""

    rule: str
    rate: Pattern
    amount: Pattern
    whole: Pattern


class NamedAmount(_Data):
    """Words of prose that name an amount of the tables."""

    names: Pattern
    cells: tuple[Cells, ...]


class Listing(_Data):
    """Words of a whole and of all its parts, in order."""

    whole: Pattern
    parts: tuple[Pattern, ...]


class Prose(_Data):
    """How sentences speak of the tables' amounts."""

    relative: Pattern
    carriers: Pattern
    of_units: Pattern
    unit_headings: Pattern
    funds: Pattern
    path_tables: tuple[str, ...]
    amounts: tuple[NamedAmount, ...]
    same_items: tuple[tuple[str, ...], ...]
    listings: tuple[Listing, ...]


class Rules(_Data):
    """The whole of ``rules.yaml``."""

    titles: dict[str, str]
    total_rows: Pattern
    subtotal_rows: Pattern
    carried_rows: Pattern
    total_columns: Pattern
    no_parts: Pattern
    column_sums: tuple[ColumnSum, ...]
    class_totals: tuple[ClassTotal, ...]
    balance: Balance
    across: tuple[Across, ...]
    within: tuple[Across, ...]
    forms: Forms
    ratios: tuple[Ratio, ...]
    prose: Prose


@cache
def rules() -> Rules:
    """The rules. Raises pydantic's `ValidationError`, which names the wrong entry."""
    data: Any = parse_yaml((files("assistant.audit") / "rules.yaml").read_text("utf-8"))
    return Rules.model_validate(data)


@lru_cache(512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def says(pattern: str, text: str) -> bool:
    """Whether a pattern of the rules is found in a name (spaces and quotes aside)."""
    return bool(_compiled(pattern).search(key(text)))


def says_any(patterns: Sequence[str], text: str) -> bool:
    """Whether any of the patterns is found in a name."""
    return any(says(p, text) for p in patterns)

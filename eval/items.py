"""Picks out of a document's facts the items whose figure is beyond doubt, with every page that prints it.

An item that the document prints with two different figures, or several rows of one name, is left
out: a question after it would have no single right answer. Which facts are items says
``paraphrases.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from eval.quantity import Amount, amount, same_amount
from ingest.document import Fact, Kind, Quantity, Relation
from ingest.text import key
from ingest.yamlfile import parse_yaml
from vectorstore.records import DocumentRecord, StoredFact, StoredStatement
from vectorstore.store import Store

MOST = 100_000  # facts or statements of one document
TOTAL = "total"
TELLING = 4  # digits by which a total is known again wherever it stands


class NamedBy(StrEnum):
    """From what an item's name is made; see ``paraphrases.yaml``."""

    ROW = "row"
    SUBJECT = "subject"
    ROW_MEASURE = "row_measure"
    SUBJECT_YEAR = "subject_year"


class Family(BaseModel):
    """Which facts are items of one sort."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...]
    measures: tuple[str, ...]
    named_by: NamedBy


class Absent(BaseModel):
    """An item that a document has not when it prints none of the words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str
    words: tuple[str, ...]


class Paraphrases(BaseModel):
    """``paraphrases.yaml``: what is asked, and in which words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    families: dict[str, Family]
    totals: tuple[str, ...]
    skip: str
    contents: tuple[str, ...]
    mix: dict[str, int]
    lookup: dict[Kind, tuple[str, ...]]
    plain_lookup: tuple[str, ...]
    dated_lookup: tuple[str, ...]
    compare: tuple[str, ...]
    rank: tuple[str, ...]
    rank_classes: tuple[str, ...]
    share: tuple[str, ...]
    purpose: tuple[str, ...]
    strangers: tuple[str, ...]
    absent: tuple[Absent, ...]


@dataclass(frozen=True)
class Item:
    """An item with its one figure, as its family's fullest table has it.

    `path` leads from the outermost group to the item's row; `siblings` counts the rows under the
    same group, itself included.
    """

    family: str
    name: str
    path: tuple[str, ...]
    siblings: int
    number: str
    unit: str
    pages: tuple[int, ...]

    @property
    def said(self) -> Amount:
        """The figure."""
        return amount(self.number, self.unit)


@dataclass(frozen=True)
class Purpose:
    """What a thing is for: the wordings in which the document says it, and the pages that do."""

    name: str
    contents: tuple[str, ...]
    pages: tuple[int, ...]


@cache
def paraphrases() -> Paraphrases:
    """The wordings as the project states them."""
    text = files("eval").joinpath("paraphrases.yaml").read_text(encoding="utf-8")
    return Paraphrases.model_validate(parse_yaml(text))


def items_of(store: Store, document: DocumentRecord) -> list[Item]:
    """The document's items, in printed order of their first figure."""
    source = _Source(
        document.kind is Kind.FINAL,
        tuple(f for f in store.facts([document.id], limit=MOST) if f.fact.value is not None),
        tuple(s for s, _ in store.statements([document.id], relation=Relation.QUANTITY, limit=MOST)),
    )
    by_name: dict[str, list[StoredFact]] = {}
    families: dict[str, str] = {}
    for fact in source.facts:
        family = _family(fact, source)
        if family:
            name = key(name_of(fact.fact, family))
            families.setdefault(name, family)
            by_name.setdefault(name, []).append(fact)
    made = (_item(source, families[name], rows) for name, rows in by_name.items())
    return [item for item in made if item is not None]


def purposes_of(store: Store, document: DocumentRecord) -> list[Purpose]:
    """What the document says that each thing is for, in prose and in the forms of projects."""
    told = [
        (s.statement.subject, s.statement.content, [place.page for place in s.statement.places])
        for s, _ in store.statements([document.id], relation=Relation.PURPOSE, limit=MOST)
    ]
    told += [
        (f.fact.name if f.fact.column_path else f.fact.row_path[0], f.fact.text, [f.fact.place.page])
        for f in store.facts([document.id], measures=paraphrases().contents, limit=MOST)
    ]
    by_subject: dict[str, list[tuple[str, str, list[int]]]] = {}
    for entry in told:
        subject, content, _ = entry
        if key(content) not in key(subject):  # some forms give the name once more
            by_subject.setdefault(key(subject), []).append(entry)
    return [
        Purpose(
            entries[0][0],
            tuple(content for _, content, _ in entries),
            tuple(sorted({page for _, _, pages in entries for page in pages})),
        )
        for entries in by_subject.values()
    ]


def name_of(fact: Fact, family: str) -> str:
    """The name under which a fact's item is asked for."""
    subject = fact.row_path[0]
    match _named_by(family):
        case NamedBy.SUBJECT:
            return subject
        case NamedBy.ROW_MEASURE:
            return f"{fact.name}的{fact.measure}"
        case NamedBy.SUBJECT_YEAR:
            return f"{subject}{fact.year}年的{fact.measure}"
        case _:
            return fact.name


@dataclass(frozen=True)
class _Source:
    """What one document states: figures in tables, amounts in prose."""

    final: bool
    facts: tuple[StoredFact, ...]
    told: tuple[StoredStatement, ...]


def _named_by(family: str) -> NamedBy:
    return NamedBy.ROW if family == TOTAL else paraphrases().families[family].named_by


def _family(stored: StoredFact, source: _Source) -> str | None:
    fact, known = stored.fact, paraphrases()
    if fact.unit is None:
        return None
    if fact.name in known.totals and stored.table_kind == "收支总表":
        return TOTAL
    if _is_income(stored, source):
        return None
    for name, family in known.families.items():
        if stored.table_kind not in family.tables or fact.measure not in family.measures:
            continue
        if family.named_by is NamedBy.SUBJECT_YEAR:
            return name if fact.name.isdecimal() and fact.year else None
        planned = fact.measure == ("预算数" if source.final else "决算数")
        by_subject = family.named_by is NamedBy.SUBJECT
        asked = fact.row_path[0] if by_subject else fact.name
        nameless = by_subject and len(fact.row_path) == 1
        return None if planned or nameless or len(asked) < 3 or re.search(known.skip, asked) else name
    return None


def _is_income(stored: StoredFact, source: _Source) -> bool:
    """Whether a figure says what came in; in final accounts that is not what was spent on the item."""
    return stored.fact.panel == "收入" or (source.final and stored.table_kind == "收入总表")


def _item(source: _Source, family: str, rows: Sequence[StoredFact]) -> Item | None:
    """The item that these facts of one name state; None where the document is not of one mind."""
    said = [_said(row.fact) for row in rows]
    if any(not same_amount(said[0], other) for other in said):
        return None
    if len({row.fact.table for row in rows}) < len(rows):
        return None  # several rows of one name, or several columns of one meaning
    home = min(rows, key=lambda row: _rank(family, row))
    fact = home.fact
    prose = _pages_of_prose(source, family, fact)
    if prose is None:
        return None
    pages = {row.fact.place.page for row in rows} | _pages_of_tables(source, family, fact) | prose
    number, unit = f"{fact.value:f}", fact.unit or ""
    name = name_of(fact, family)
    return Item(family, name, fact.row_path, _siblings(source, fact), number, unit, tuple(sorted(pages)))


def _rank(family: str, row: StoredFact) -> int:
    """How near the front a fact's table stands among those of the family."""
    tables = () if family == TOTAL else paraphrases().families[family].tables
    return tables.index(row.table_kind) if row.table_kind in tables else len(tables)


def _siblings(source: _Source, fact: Fact) -> int:
    """How many rows of the fact's table stand under the same group, with a figure in its column."""
    return len(
        {
            row.fact.row_path
            for row in source.facts
            if (row.fact.table, row.fact.panel, row.fact.measure) == (fact.table, fact.panel, fact.measure)
            and row.fact.row_path[:-1] == fact.row_path[:-1]
            and not re.search(paraphrases().skip, row.fact.name)
        }
    )


def _said(fact: Fact) -> Amount:
    return amount(f"{fact.value:f}", fact.unit or "")


def _pages_of_tables(source: _Source, family: str, fact: Fact) -> set[int]:
    """Where other tables print the same figure of the same item; of nothing, there is no same figure."""
    if not fact.value or _named_by(family) is NamedBy.SUBJECT_YEAR:
        return set()
    name = key(fact.row_path[0] if _named_by(family) is NamedBy.SUBJECT else fact.name)
    same = (
        row
        for row in source.facts
        if row.fact.year == fact.year
        and (re.search(paraphrases().skip, row.fact.name) if family == TOTAL else key(row.fact.name) == name)
        and (not _is_income(row, source) or (family == TOTAL and "收入" in fact.name))
        and (_named_by(family) is not NamedBy.ROW_MEASURE or row.fact.measure == fact.measure)
    )
    return {row.fact.place.page for row in same if same_amount(_said(fact), _said(row.fact))}


def _pages_of_prose(source: _Source, family: str, fact: Fact) -> set[int] | None:
    """Where the prose says the same of the item; None where it says otherwise."""
    if _named_by(family) not in (NamedBy.ROW, NamedBy.SUBJECT):
        return set()
    name, said = key(name_of(fact, family)), _said(fact)
    pages: set[int] = set()
    for statement in (stored.statement for stored in source.told if stored.statement.quantities):
        amounts = [amount(f"{q.value:f}", q.unit) for q in statement.quantities]
        if family == TOTAL:
            known_again = len(fact.value.as_tuple().digits) >= TELLING if fact.value else False
        else:
            known_again = key(statement.subject) == name
        if not known_again:
            continue
        if any(same_amount(said, one) for one in amounts):
            pages |= {place.page for place in statement.places}
        elif family != TOTAL and _speaks_of(statement.quantities[0], name, said):
            return None
    return pages


def _speaks_of(quantity: Quantity, name: str, said: Amount) -> bool:
    """Whether a quantity is the item's own figure, not one of its changes or parts."""
    alike = amount("0", quantity.unit).family == said.family
    return alike and name in key(quantity.label) and "·" not in quantity.label

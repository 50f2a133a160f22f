"""The values the store returns: what it holds, with ids, and hits with scores.

Separate from the store so that the assistant and the tests can name and build them without
opening one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ingest.document import Fact, Kind, Passage, Scope, Statement


class Outcome(StrEnum):
    """What `Store.add` did. DUPLICATE: the same content is held under another file name."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


class DocumentStatus(StrEnum):
    """READY: searchable by words and vectors. VECTORS_PENDING: by words and tables so far."""

    READY = "ready"
    VECTORS_PENDING = "vectors_pending"


@dataclass(frozen=True)
class DocumentRecord:
    """One document held, with its counts. `pages`, `tables` … are numbers of."""

    id: int
    file_name: str
    sha256: str
    title: str
    body: str
    short_names: tuple[str, ...]
    year: int | None
    kind: Kind
    scope: Scope
    pages: int
    tables: int
    facts: int
    statements: int
    passages: int
    warnings: tuple[str, ...]
    status: DocumentStatus
    added_at: datetime


class NameKind(StrEnum):
    """Where a linkable name comes from.

    ITEM: a fact's row name. GROUP: an outer part of row paths (a form's project, a 类) that names
    no row itself. SUBJECT: what a statement speaks of. MEASURE: the meaning of a column.
    """

    ITEM = "item"
    GROUP = "group"
    SUBJECT = "subject"
    MEASURE = "measure"


@dataclass(frozen=True)
class NameHit:
    """A name of the catalog that shares grams with a text.

    `score` is the share of the name's grams that the text holds (1.0: the whole name occurs, as
    far as pairs of characters tell). `doc_ids` are the documents in scope that print it.
    """

    name: str
    kind: NameKind
    code: str | None
    doc_ids: tuple[int, ...]
    score: float

    @property
    def doc_id(self) -> int:
        """The newest document in scope that prints the name."""
        return self.doc_ids[-1]


@dataclass(frozen=True)
class StoredFact:
    """A fact with its id, its document's id and the names of the table it stands in."""

    id: int
    doc_id: int
    fact: Fact
    table_title: str
    table_kind: str
    table_number: str | None


@dataclass(frozen=True)
class StoredStatement:
    """A prose statement with its id and its document's id."""

    id: int
    doc_id: int
    statement: Statement


@dataclass(frozen=True)
class PassageHit:
    """A passage found by hybrid search.

    `score` is the fused one. `lexical` is BM25 (higher is better) and `vector` the cosine
    similarity; None where that search did not return the passage among its best.
    """

    id: int
    doc_id: int
    passage: Passage
    score: float
    lexical: float | None
    vector: float | None

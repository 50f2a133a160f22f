"""Full-text search over tokens that are already cut: SQLite's FTS5 with BM25.

A small seam between the catalog and one database's own full text: `FullText` says what is
needed, `Fts5` does it for SQLite. Tokens arrive cut and leave no doubt to the database; the
documents in scope are a column of the index, so that other documents' entries are skipped. A search
follows its rarest tokens and leaves out those that stand in most entries: they tell least, and their
cost would grow with what is held.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import Connection, Integer, Select, column, select, table, text
from typing_extensions import override

from vectorstore.errors import StoreUnavailable
from vectorstore.recall import once

_MOST_TOKENS = 128
_FEWEST = 3  # tokens that a search follows however common they are
_MOST_ENTRIES = 3000  # entries that a search looks at beyond these
_MOST_COUNTED = 50_000  # tokens whose numbers of entries are remembered


class Index(StrEnum):
    """The searchable things; each index holds the ids of the catalog table of that name."""

    NAMES = "names"
    FACTS = "facts"
    STATEMENTS = "statements"
    PASSAGES = "passages"


# Prose counts how often a word occurs; of names and rows it only matters which grams they have.
_DETAIL = {Index.NAMES: "column", Index.FACTS: "column", Index.STATEMENTS: "full", Index.PASSAGES: "full"}


class FullText(ABC):
    """What the catalog asks of a database's full text."""

    @staticmethod
    def of(dialect: str) -> FullText:
        """The full text of a SQLAlchemy dialect; `StoreUnavailable` where there is none."""
        if dialect == "sqlite":
            return Fts5()
        raise StoreUnavailable(
            f"全文检索还不支持 {dialect} 数据库："
            "请把 BUDGET_QA_DATABASE_URL 改为 sqlite:/// 开头的地址，或删去这项设置。"
        )

    @abstractmethod
    def create(self, connection: Connection) -> None:
        """Makes the indexes in an empty database."""

    @abstractmethod
    def add(
        self, connection: Connection, index: Index, doc_id: int, entries: Iterable[tuple[int, Sequence[str]]]
    ) -> None:
        """Adds (row id, tokens) of one document; 0 for entries that belong to no document."""

    @abstractmethod
    def remove(self, connection: Connection, index: Index, ids: Sequence[int]) -> None:
        """Forgets these row ids."""

    @abstractmethod
    def search(
        self,
        connection: Connection,
        index: Index,
        tokens: Sequence[str],
        doc_ids: Sequence[int] | None,
        limit: int,
        among: Select[tuple[int]] | None = None,
    ) -> list[tuple[int, float]]:
        """The rows that hold any of the tokens, best first, with BM25 (higher is better).

        `among` is a query for the ids to which the search is kept.
        """


class Fts5(FullText):
    """SQLite's FTS5. `scope` holds the document's id as a token; it bears no weight in BM25."""

    def __init__(self) -> None:
        self._frequencies = _Frequencies()

    @override
    def create(self, connection: Connection) -> None:
        for index, detail in _DETAIL.items():
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE fts_{index} USING fts5(scope, body, detail={detail}, "
                "tokenize=\"ascii tokenchars '.%'\")"
            )
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE fts_{index}_terms USING fts5vocab(fts_{index}, row)"
            )

    @override
    def add(
        self, connection: Connection, index: Index, doc_id: int, entries: Iterable[tuple[int, Sequence[str]]]
    ) -> None:
        rows = [{"id": id_, "scope": f"d{doc_id}", "body": " ".join(tokens)} for id_, tokens in entries]
        if rows:
            statement = text(f"INSERT INTO fts_{index} (rowid, scope, body) VALUES (:id, :scope, :body)")
            connection.execute(statement, rows)

    @override
    def remove(self, connection: Connection, index: Index, ids: Sequence[int]) -> None:
        if ids:
            connection.execute(
                text(f"DELETE FROM fts_{index} WHERE rowid = :id"), [{"id": id_} for id_ in ids]
            )

    @override
    def search(
        self,
        connection: Connection,
        index: Index,
        tokens: Sequence[str],
        doc_ids: Sequence[int] | None,
        limit: int,
        among: Select[tuple[int]] | None = None,
    ) -> list[tuple[int, float]]:
        distinct = list(dict.fromkeys(tokens))[:_MOST_TOKENS]
        if not distinct or (doc_ids is not None and not doc_ids):
            return []
        telling = _telling(self._frequencies.of(connection, index, distinct))
        if not telling:
            return []
        match = f"body : ({_any_of(telling)})"
        if doc_ids is not None:
            match = f"scope : ({_any_of([f'd{doc_id}' for doc_id in doc_ids])}) AND {match}"
        fts = table(f"fts_{index}", column("rowid", Integer))
        rank = text(f"bm25(fts_{index}, 0.0, 1.0) AS rank")
        query = select(fts.c.rowid, rank).select_from(fts).where(text(f"fts_{index} MATCH :match"))
        if among is not None:
            # "+ 0": or SQLite would run the whole match again for each id
            query = query.where((fts.c.rowid + 0).in_(among))
        query = query.order_by(text("rank"), fts.c.rowid).limit(limit)
        return [(id_, -rank) for id_, rank in connection.execute(query, {"match": match})]


_TERMS = {
    index: text(
        f"SELECT term, doc FROM fts_{index}_terms WHERE term IN (SELECT value FROM json_each(:terms))"
    )
    for index in Index
}


# The documents held, in two numbers: an id is never used again, so that the same two mean the same documents.
_STATE = "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'documents'), (SELECT count(*) FROM documents)"


class _Frequencies:
    """In how many entries tokens stand. Counting costs what is held, so what was counted is kept as long as
    the same documents are."""

    def __init__(self) -> None:
        self._counted: tuple[object, dict[tuple[Index, str], int]] = (None, {})

    def of(self, connection: Connection, index: Index, tokens: Sequence[str]) -> dict[str, int]:
        """The tokens that the index holds, with their numbers of entries."""
        state = once(("documents", id(self)), lambda: tuple(connection.exec_driver_sql(_STATE).one()))
        held, counts = self._counted
        if held != state or len(counts) > _MOST_COUNTED:
            counts = {}
            self._counted = (state, counts)
        fresh = [token for token in tokens if (index, token) not in counts]
        if fresh:
            found = {
                row.term: row.doc for row in connection.execute(_TERMS[index], {"terms": json.dumps(fresh)})
            }
            counts.update({(index, token): found.get(token, 0) for token in fresh})
        return {token: count for token in tokens if (count := counts[index, token])}


def _telling(frequencies: Mapping[str, int]) -> list[str]:
    """The rarest tokens, the rarest first, as many as one search may follow."""
    chosen: list[str] = []
    entries = 0
    for term, held in sorted(frequencies.items(), key=lambda item: (item[1], item[0])):
        entries += held
        if len(chosen) >= _FEWEST and entries > _MOST_ENTRIES:
            break
        chosen.append(term)
    return chosen


def _any_of(tokens: Sequence[str]) -> str:
    return " OR ".join(f'"{token}"' for token in tokens)

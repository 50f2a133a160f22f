"""Looks things up in the catalog: documents, pages, tables, names, facts, statements, passages.

Each function is one indexed query over a connection the caller opened, and returns the values of
`ingest.document` with their ids. `doc_ids` keeps a query to these documents; None means all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    true,
)

from ingest.document import Page, Table
from ingest.text import key
from vectorstore import rows, schema, tokens
from vectorstore.fulltext import FullText, Index
from vectorstore.records import DocumentRecord, NameHit, NameKind, StoredFact, StoredStatement

Scope = Sequence[int] | None
_LISTED = func.json_each(bindparam("ids")).table_valued("value")
_OF_TABLE = and_(
    schema.tables.c.doc_id == schema.facts.c.doc_id, schema.tables.c.index == schema.facts.c.table_index
)
_MOST_FACTS = 50_000  # facts kept in memory, about 1 KB each
_OVERFETCH = 8
_IN_PATH = 0.5  # score of a statement whose path, not whose subject, is asked for
_NAMES = 20  # a question holds fewer


def documents(connection: Connection, *conditions: ColumnElement[bool]) -> list[DocumentRecord]:
    """The documents held that meet all conditions, in the order they were added."""
    table = schema.documents
    has_vectors = exists().where(schema.embedded.c.doc_id == table.c.id).label("has_vectors")
    query = select(table, has_vectors).where(*conditions).order_by(table.c.id)
    return [rows.to_record(row) for row in connection.execute(query)]


def page(connection: Connection, doc_id: int, number: int) -> Page | None:
    """A page by its 1-based number, None when the document has no such page."""
    table = schema.pages
    row = connection.execute(select(table).where(table.c.doc_id == doc_id, table.c.number == number)).first()
    return rows.to_page(row) if row else None


def tables(connection: Connection, doc_id: int, *, index: int | None, page: int | None) -> list[Table]:
    """The document's tables in order; only that index, only those that touch the page."""
    table = schema.tables
    query = select(table).where(table.c.doc_id == doc_id).order_by(table.c.index)
    if index is not None:
        query = query.where(table.c.index == index)
    if page is not None:
        query = query.where(table.c.first_page <= page, table.c.last_page >= page)
    return [rows.to_table(row) for row in connection.execute(query)]


def names(connection: Connection, fulltext: FullText, doc_ids: Scope, text: str, limit: int) -> list[NameHit]:
    """Names in scope that share grams with `text`: those that it holds most fully first."""
    asked = tokens.pairs(text)
    links, table = schema.document_names, schema.names
    among = None if doc_ids is None else select(links.c.name_id).where(links.c.doc_id.in_(doc_ids))
    found = fulltext.search(connection, Index.NAMES, asked, None, limit * _OVERFETCH, among)
    own = {row.id: row for row in _of_ids(connection, select(table), table, [id_ for id_, _ in found])}
    scores = {id_: _held_share(row.name_key, set(asked)) for id_, row in own.items()}

    def order(id_: int) -> tuple[float, int, str, str, str]:
        row = own[id_]
        return -scores[id_], -len(row.name), row.name, row.kind, row.code

    best = sorted(own, key=order)[:limit]
    query = select(links).where(links.c.name_id.in_(best), _in_scope(links.c.doc_id, doc_ids))
    printed: dict[int, list[int]] = {}
    for link in connection.execute(query.order_by(links.c.doc_id)):
        printed.setdefault(link.name_id, []).append(link.doc_id)
    return [
        NameHit(row.name, NameKind(row.kind), row.code or None, tuple(printed[id_]), scores[id_])
        for id_, row in ((id_, own[id_]) for id_ in best)
    ]


def _held_share(name: str, asked: set[str]) -> float:
    """The share of the name's character pairs that are asked for."""
    own = _pairs(name)
    return sum(gram in asked for gram in own) / len(own)


_pairs = lru_cache(8192)(tokens.pairs)


class ReadFacts:
    """Facts once read from a catalog: an id is never used again, so what it stands for never changes."""

    def __init__(self) -> None:
        self._held: dict[int, StoredFact] = {}

    def of(self, connection: Connection, ids: Sequence[int]) -> list[StoredFact]:
        """The facts with these ids, in their order; ids that are gone are left out."""
        held = {id_: fact for id_ in ids if (fact := self._held.get(id_)) is not None}
        if missing := [id_ for id_ in ids if id_ not in held]:
            fresh = map(rows.to_fact, _of_ids(connection, _facts(), schema.facts, missing))
            held |= {stored.id: stored for stored in fresh}
            if len(self._held) + len(missing) > _MOST_FACTS:
                self._held.clear()
            self._held |= held
        return [held[id_] for id_ in ids if id_ in held]


def facts(
    connection: Connection,
    read: ReadFacts,
    doc_ids: Scope,
    *,
    names: Sequence[str] | None,
    under: Sequence[str] | None,
    codes: Sequence[str] | None,
    measures: Sequence[str] | None,
    table_kinds: Sequence[str] | None,
    table: int | None,
    panel: str | None,
    limit: int,
) -> list[StoredFact]:
    """Facts that meet every given condition, in printed order."""
    fact = schema.facts
    query = select(fact.c.id).where(_in_scope(fact.c.doc_id, doc_ids))
    if names is not None:
        query = query.where(fact.c.name_key.in_([key(name) for name in names]))
    if under is not None:
        group = schema.fact_groups
        keys = [key(name) for name in under]
        inside = select(group.c.fact_id).where(group.c.key.in_(keys), _in_scope(group.c.doc_id, doc_ids))
        query = query.where(fact.c.id.in_(inside))
    if codes is not None:
        query = query.where(fact.c.code.in_(codes))
    if measures is not None:
        query = query.where(fact.c.measure.in_(measures))
    if table_kinds is not None:
        table_ = schema.tables
        query = query.join(table_, _OF_TABLE).where(table_.c.kind.in_(table_kinds))
    if table is not None:
        query = query.where(fact.c.table_index == table)
    if panel is not None:
        query = query.where(fact.c.panel == panel)
    found = connection.scalars(query.order_by(fact.c.doc_id, fact.c.id).limit(limit)).all()
    return read.of(connection, found)


def search_facts(
    connection: Connection, read: ReadFacts, fulltext: FullText, doc_ids: Scope, text: str, limit: int
) -> list[tuple[StoredFact, float]]:
    """Facts whose row, column or table title share grams with `text`, with BM25."""
    found = fulltext.search(connection, Index.FACTS, tokens.pairs(text), doc_ids, limit)
    scores = dict(found)
    return [(stored, scores[stored.id]) for stored in read.of(connection, list(scores))]


def statements(
    connection: Connection,
    fulltext: FullText,
    doc_ids: Scope,
    *,
    relation: str | None,
    subjects: Sequence[str] | None,
    text: str | None,
    said: Sequence[str] | None,
    limit: int,
) -> list[tuple[StoredStatement, float]]:
    """Statements that meet the conditions. Scored by BM25 where `text` is given, else 1.0 for a
    statement on the subject itself and 0.5 for one whose path leads through it."""
    own = schema.statements
    chosen = select(own.c.id).where(_in_scope(own.c.doc_id, doc_ids))
    if relation is not None:
        chosen = chosen.where(own.c.relation == relation)
    if subjects is not None:
        chosen = chosen.where(own.c.id.in_(_about(subjects, doc_ids)))
    if text is None:
        scored = _by_subject(connection, chosen, subjects, limit)
    else:
        among = None if relation is None and subjects is None else chosen
        asked = asked_words(connection, fulltext, doc_ids, text, said)
        found = fulltext.search(connection, Index.STATEMENTS, asked, doc_ids, limit, among)
        scored = dict(found)
        if subjects is not None:  # the subject is right even where no word of the text occurs
            scored = dict.fromkeys(_by_subject(connection, chosen, subjects, limit), 0.0) | scored
    held = _of_ids(connection, select(own), own, list(scored))
    hits = [(rows.to_statement(row), scored[row.id]) for row in held]
    hits.sort(key=lambda hit: (-hit[1], hit[0].doc_id, hit[0].id))
    return hits[:limit]


def _about(subjects: Sequence[str], doc_ids: Scope) -> Select[tuple[int]]:
    subject = schema.statement_subjects
    keys = [key(name) for name in subjects]
    return select(subject.c.statement_id).where(subject.c.key.in_(keys), _in_scope(subject.c.doc_id, doc_ids))


def _by_subject(
    connection: Connection, chosen: Select[tuple[int]], subjects: Sequence[str] | None, limit: int
) -> dict[int, float]:
    own, subject = schema.statements, schema.statement_subjects
    if subjects is None:
        return dict.fromkeys(connection.scalars(chosen.order_by(own.c.id).limit(limit)), 1.0)
    exact = func.max(case((subject.c.exact, 1.0), else_=_IN_PATH)).label("score")
    query = (
        select(own.c.id, exact)
        .join(subject, subject.c.statement_id == own.c.id)
        .where(own.c.id.in_(chosen), subject.c.key.in_([key(name) for name in subjects]))
        .group_by(own.c.id)
        .order_by(exact.desc(), own.c.id)
        .limit(limit)
    )
    return {row.id: row.score for row in connection.execute(query)}


def asked_words(
    connection: Connection, fulltext: FullText, doc_ids: Scope, text: str, said: Sequence[str] | None
) -> list[str]:
    """The words of a question, among them the names in scope that it holds: `said` where they are known.

    Only these names, not all that this process has learned: the same question always searches alike.
    """
    if said is None:
        held = names(connection, fulltext, doc_ids, text, _NAMES)
        said = [hit.name for hit in held if hit.score == 1.0]
    return tokens.asked_words(text, said)


def passages(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """The rows of `passages` by id; ids that are gone are left out."""
    table = schema.passages
    return {row.id: row for row in _of_ids(connection, select(table), table, ids)}


def _of_ids(
    connection: Connection, query: Select[Any], table: sqlalchemy.Table, ids: Sequence[int]
) -> Iterable[Row[Any]]:
    """The rows of a query whose `table` has one of these ids, handed over as one value: hundreds of
    parameters would cost more than the rows."""
    among = select(_LISTED.c.value)
    return connection.execute(query.where(table.c.id.in_(among)), {"ids": json.dumps(ids)})


def _facts() -> Select[Any]:
    fact, table = schema.facts, schema.tables
    return select(
        fact,
        table.c.title.label("table_title"),
        table.c.kind.label("table_kind"),
        table.c.number.label("table_number"),
    ).outerjoin(table, _OF_TABLE)


def _in_scope(column: ColumnElement[int], doc_ids: Scope) -> ColumnElement[bool]:
    return true() if doc_ids is None else column.in_(doc_ids)

"""Writes one document into the catalog, or takes it out, whole.

Both run inside the caller's transaction: a reader sees the document as it was or as it is, never
half of it. Search tokens are made here, once, when a document comes in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, Table, delete, exists, insert, select

from ingest.document import Document, Fact, Passage
from ingest.sentences import quotable
from ingest.text import key, without_body
from vectorstore import rows, schema, tokens
from vectorstore.fulltext import FullText, Index
from vectorstore.records import NameKind

_LONGEST_LABEL = 24  # letters of a figure's label in prose that still is a name
_AT_ONCE = 500  # names looked up in one query
_T = TypeVar("_T")
_Name = tuple[str, str, str, str]  # key, kind, code, printed name


def write(connection: Connection, fulltext: FullText, document: Document) -> int:
    """Adds all rows of `document` and their search tokens; returns the new document's id."""
    values = rows.of_document(document) | {"added_at": datetime.now(UTC).replace(tzinfo=None)}
    doc_id: int = connection.scalars(insert(schema.documents).returning(schema.documents.c.id), values).one()
    _insert(connection, schema.pages, doc_id, map(rows.of_page, document.pages))
    _insert(connection, schema.tables, doc_id, map(rows.of_table, document.tables))
    _write_names(connection, fulltext, doc_id, document)
    _write_facts(connection, fulltext, doc_id, document)
    _write_statements(connection, fulltext, doc_id, document)
    _write_passages(connection, fulltext, doc_id, document)
    return doc_id


def erase(connection: Connection, fulltext: FullText, doc_id: int) -> None:
    """Takes the document, its search tokens and whatever only it had printed out of the catalog.

    Cached embeddings stay; `forget_embeddings` drops those that no passage needs any more.
    """
    for index, table in (
        (Index.FACTS, schema.facts),
        (Index.STATEMENTS, schema.statements),
        (Index.PASSAGES, schema.passages),
    ):
        ids = connection.scalars(select(table.c.id).where(table.c.doc_id == doc_id)).all()
        fulltext.remove(connection, index, ids)
    links = schema.document_names
    held = connection.scalars(select(links.c.name_id).where(links.c.doc_id == doc_id)).all()
    connection.execute(delete(schema.documents).where(schema.documents.c.id == doc_id))
    _erase_names(connection, fulltext, held)


def digests(connection: Connection, doc_id: int) -> list[str]:
    """The content hashes of what is embedded of the document: its passages, their sentences, and names of
    its own."""
    passages, names, links = schema.passages, schema.names, schema.document_names
    held = connection.execute(select(passages).where(passages.c.doc_id == doc_id)).all()
    said = [text for row in held for text in quotable(rows.to_passage(row))]
    others = select(links.c.name_id).where(links.c.doc_id != doc_id)
    own = select(names.c.name).join(links, links.c.name_id == names.c.id)
    own = own.where(links.c.doc_id == doc_id, names.c.id.not_in(others))
    return [*(row.digest for row in held), *map(digest, [*said, *connection.scalars(own)])]


def forget_embeddings(connection: Connection, candidates: Iterable[str]) -> None:
    """Drops the cached embeddings among `candidates` (content hashes) that no passage has."""
    embeddings, passages = schema.embeddings, schema.passages
    for some in _batches(sorted(candidates)):
        used = exists().where(passages.c.digest == embeddings.c.digest)
        connection.execute(delete(embeddings).where(embeddings.c.digest.in_(some), ~used))


def indexed_text(document: Document, passage: Passage) -> str:
    """What word search sees of a passage: the document's name, the headings, the text."""
    year = f"{document.year}年" if document.year else ""
    name = f"{document.body}{year}{document.scope}{document.kind}"
    return "\n".join((name, *passage.heading_path, passage.text))


def digest(text: str) -> str:
    """The content hash under which an embedding is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def _insert(connection: Connection, table: Table, doc_id: int, values: Iterable[rows.Values]) -> list[int]:
    """Adds the rows; returns their ids in order where the table has ids."""
    data = [{"doc_id": doc_id} | value for value in values]
    if not data:
        return []
    if "id" not in table.c:
        connection.execute(insert(table), data)
        return []
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(query, data))


def _write_facts(connection: Connection, fulltext: FullText, doc_id: int, document: Document) -> None:
    ids = _insert(connection, schema.facts, doc_id, map(rows.of_fact, document.facts))
    groups = [
        {"key": part, "fact_id": id_}
        for id_, fact in zip(ids, document.facts, strict=True)
        for part in dict.fromkeys(map(key, fact.row_path[:-1]))
    ]
    _insert(connection, schema.fact_groups, doc_id, groups)
    titles = {table.index: table.title for table in document.tables}
    entries = ((id_, _fact_tokens(fact, titles)) for id_, fact in zip(ids, document.facts, strict=True))
    fulltext.add(connection, Index.FACTS, doc_id, entries)


def _fact_tokens(fact: Fact, titles: dict[int, str]) -> list[str]:
    parts = (*fact.row_path, fact.name, *fact.column_path, titles.get(fact.table, ""))
    return list(dict.fromkeys(gram for part in parts for gram in tokens.grams(part)))


def _write_statements(connection: Connection, fulltext: FullText, doc_id: int, document: Document) -> None:
    ids = _insert(connection, schema.statements, doc_id, map(rows.of_statement, document.statements))
    subjects: list[rows.Values] = []
    for id_, statement in zip(ids, document.statements, strict=True):
        exact = key(statement.subject)
        around = [part for part in map(key, statement.subject_path) if part != exact]
        subjects.append({"key": exact, "statement_id": id_, "exact": True})
        subjects += ({"key": part, "statement_id": id_, "exact": False} for part in dict.fromkeys(around))
    _insert(connection, schema.statement_subjects, doc_id, subjects)
    fulltext.add(
        connection,
        Index.STATEMENTS,
        doc_id,
        (
            (
                id_,
                tokens.indexed_words(" ".join((*statement.subject_path, statement.subject, statement.text))),
            )
            for id_, statement in zip(ids, document.statements, strict=True)
        ),
    )


def _write_passages(connection: Connection, fulltext: FullText, doc_id: int, document: Document) -> None:
    values = (rows.of_passage(passage) | {"digest": digest(passage.text)} for passage in document.passages)
    ids = _insert(connection, schema.passages, doc_id, values)
    entries = (
        (id_, tokens.indexed_words(indexed_text(document, passage)))
        for id_, passage in zip(ids, document.passages, strict=True)
    )
    fulltext.add(connection, Index.PASSAGES, doc_id, entries)


def _write_names(connection: Connection, fulltext: FullText, doc_id: int, document: Document) -> None:
    """Links the document to its names; a name that other documents print too is kept once."""
    found = {(key_, kind, code): name for key_, kind, code, name in _names(document) if key_}
    tokens.learn(found.values())
    known = _known_names(connection, {key_ for key_, _, _ in found})
    fresh = [name for name in found if name not in known]
    if fresh:
        query = insert(schema.names).returning(schema.names.c.id, sort_by_parameter_order=True)
        data = [
            {"name_key": k, "kind": kind, "code": code, "name": found[k, kind, code]}
            for k, kind, code in fresh
        ]
        ids = connection.scalars(query, data).all()
        known |= dict(zip(fresh, ids, strict=True))
        entries = ((id_, tokens.grams(name[0])) for name, id_ in zip(fresh, ids, strict=True))
        fulltext.add(connection, Index.NAMES, 0, entries)
    _insert(connection, schema.document_names, doc_id, ({"name_id": known[name]} for name in found))


def _names(document: Document) -> Iterator[_Name]:
    items = {key(fact.name) for fact in document.facts}
    for fact in document.facts:
        yield key(fact.name), NameKind.ITEM, fact.code or "", fact.name
        yield key(fact.measure), NameKind.MEASURE, "", fact.measure
        for part in fact.row_path[:-1]:
            if key(part) not in items:
                yield key(part), NameKind.GROUP, "", part
    for statement in document.statements:
        yield key(statement.subject), NameKind.SUBJECT, "", statement.subject
        for quantity in statement.quantities:
            label = without_body(quantity.label.partition("·")[0], document.short_names)
            if len(label) <= _LONGEST_LABEL:
                yield key(label), NameKind.SUBJECT, "", label


def _known_names(connection: Connection, keys: set[str]) -> dict[tuple[str, str, str], int]:
    names = schema.names
    known: dict[tuple[str, str, str], int] = {}
    for some in _batches(sorted(keys)):
        for row in connection.execute(select(names).where(names.c.name_key.in_(some))):
            known[row.name_key, row.kind, row.code] = row.id
    return known


def _erase_names(connection: Connection, fulltext: FullText, candidates: Sequence[int]) -> None:
    names, links = schema.names, schema.document_names
    for some in _batches(candidates):
        unused = select(names.c.id).where(
            names.c.id.in_(some), ~exists().where(links.c.name_id == names.c.id)
        )
        ids = connection.scalars(unused).all()
        fulltext.remove(connection, Index.NAMES, ids)
        connection.execute(delete(names).where(names.c.id.in_(ids)))


def _batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE))

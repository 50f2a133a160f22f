"""The objects that the interface gives and takes besides answers and tables: what is held, and jobs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from vectorstore.errors import UnknownDocument
from vectorstore.records import DocumentRecord
from vectorstore.store import Store


class DocumentObject(BaseModel):
    """One document held. `pages`, `tables` … are numbers of."""

    id: int
    name: str
    title: str
    body: str
    year: int | None
    kind: str
    scope: str
    pages: int
    tables: int
    figures: int
    passages: int
    status: str
    warnings: list[str]
    added_at: datetime

    @classmethod
    def of(cls, record: DocumentRecord) -> DocumentObject:
        """The object for a record of the store."""
        return cls(
            id=record.id,
            name=record.file_name,
            title=record.title,
            body=record.body,
            year=record.year,
            kind=record.kind,
            scope=record.scope,
            pages=record.pages,
            tables=record.tables,
            figures=record.facts,
            passages=record.passages,
            status=record.status,
            warnings=list(record.warnings),
            added_at=record.added_at,
        )


def find(store: Store, doc: str) -> DocumentRecord:
    """The document that `doc` names: its id, its file name, or a part that only it has.

    Raises `UnknownDocument` or `AmbiguousDocument`.
    """
    return store.document(int(doc)) if doc.isdecimal() and len(doc) < 10 else store.resolve(doc)


def find_exactly(store: Store, doc: str) -> DocumentRecord:
    """The document with this id or whole file name: what is deleted is never guessed."""
    record = find(store, doc)
    if doc not in (str(record.id), record.file_name):
        raise UnknownDocument(doc, [record.file_name])
    return record

"""The catalog's tables (SQLAlchemy Core): the source of truth from which vectors can be rebuilt.

Each look-up that the store offers has its index here, with the scope (document) beside the key,
so that a query costs what it returns and not what the catalog holds. Decimals are kept as text:
a database's own number type would round them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

VERSION = "4"

metadata = MetaData()


class ExactDecimal(TypeDecorator[Decimal]):
    """A `Decimal` kept digit for digit, trailing zeros included."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    @override
    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def _document() -> Column[int]:
    return Column("doc_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False)


meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String))

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_name", String, nullable=False, unique=True),
    Column("sha256", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("body", String, nullable=False),
    Column("short_names", JSON, nullable=False),
    Column("year", Integer),
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("tables", Integer, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("statements", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("added_at", DateTime, nullable=False),
    sqlite_autoincrement=True,  # an id is never used again: whoever holds an old one gets an error
)

pages = Table(
    "pages",
    metadata,
    _document(),
    Column("number", Integer, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("scanned", Boolean, nullable=False),
    Index("pages_by_number", "doc_id", "number", unique=True),
)

tables = Table(
    "tables",
    metadata,
    _document(),
    Column("index", Integer, nullable=False),
    Column("number", String),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("unit", String),
    Column("first_page", Integer, nullable=False),
    Column("last_page", Integer, nullable=False),
    Column("header", JSON, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("note", Text),
    Column("note_place", JSON),
    Index("tables_by_index", "doc_id", "index", unique=True),
    Index("tables_by_kind", "kind", "doc_id"),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True),
    _document(),
    Column("table_index", Integer, nullable=False),
    Column("panel", String),
    Column("code", String),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("level", Integer),
    Column("row_path", JSON, nullable=False),
    Column("column_path", JSON, nullable=False),
    Column("measure", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("value", ExactDecimal),
    Column("unit", String),
    Column("year", Integer),
    Column("page", Integer, nullable=False),
    Column("bbox", JSON, nullable=False),
    Column("confidence", Float),
    Index("facts_by_table", "doc_id", "table_index"),
    Index("facts_by_name", "name_key", "doc_id"),
    Index("facts_by_code", "code", "doc_id"),
    Index("facts_by_measure", "measure", "doc_id"),
    sqlite_autoincrement=True,
)

fact_groups = Table(
    "fact_groups",
    metadata,
    Column("key", String, nullable=False),
    _document(),
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), nullable=False, index=True),
    Index("fact_groups_by_key", "key", "doc_id"),
    Index("fact_groups_by_document", "doc_id"),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Integer, primary_key=True),
    _document(),
    Column("relation", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("subject_path", JSON, nullable=False),
    Column("content", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("quantities", JSON, nullable=False),
    Column("year", Integer),
    Column("places", JSON, nullable=False),
    Index("statements_by_relation", "doc_id", "relation"),
    sqlite_autoincrement=True,
)

statement_subjects = Table(
    "statement_subjects",
    metadata,
    Column("key", String, nullable=False),
    _document(),
    Column("statement_id", ForeignKey("statements.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("exact", Boolean, nullable=False),
    Index("statement_subjects_by_key", "key", "doc_id"),
    Index("statement_subjects_by_document", "doc_id"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    _document(),
    Column("text", Text, nullable=False),
    Column("heading_path", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    Column("table_index", Integer),
    Column("digest", String, nullable=False, index=True),  # of what is embedded
    Index("passages_by_document", "doc_id"),
    sqlite_autoincrement=True,
)

names = Table(
    "names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("code", String, nullable=False),  # "" for none: NULLs would not count as equal
    UniqueConstraint("name_key", "kind", "code"),
    sqlite_autoincrement=True,
)

document_names = Table(
    "document_names",
    metadata,
    Column("name_id", ForeignKey("names.id", ondelete="CASCADE"), primary_key=True),
    Column("doc_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Index("document_names_by_document", "doc_id"),
)

embeddings = Table(
    "embeddings",
    metadata,
    Column("model", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Index("embeddings_by_digest", "digest"),
)

# Which documents have their vectors in which Chroma collection. No foreign key: a row whose
# document is gone says that its vectors are still to be deleted.
embedded = Table(
    "embedded",
    metadata,
    Column("collection", String, primary_key=True),
    Column("collection_id", String, primary_key=True),
    Column("doc_id", Integer, primary_key=True),
    Index("embedded_by_document", "doc_id"),
)

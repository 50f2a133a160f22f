"""The desk's tables (SQLAlchemy Core): cases and their changes, in a file apart from the catalog.

Letters hold names and telephone numbers; in a file of their own they can be backed up, kept or
deleted by rules of their own.
"""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, MetaData, String, Table, Text

VERSION = "1"

metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String))

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("title", String, nullable=False),
    Column("words", Text, nullable=False),  # letter, questions and reply as search compares them
    Column("case", Text, nullable=False),  # the value as JSON
    Column("updated_by", String, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    Index("cases_by_time", "updated_at"),
    sqlite_autoincrement=True,  # a number is never given to another letter
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("text", Text, nullable=False),
)

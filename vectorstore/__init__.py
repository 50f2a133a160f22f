"""Keeps what ingest has read and finds it again: a catalog in SQL, full text, and vectors.

`Store` is the public face; importing this package loads neither Chroma nor a model.
"""

from vectorstore.records import (
    DocumentRecord,
    DocumentStatus,
    NameHit,
    NameKind,
    Outcome,
    PassageHit,
    StoredFact,
    StoredStatement,
)
from vectorstore.settings import Settings
from vectorstore.store import Store

__all__ = [
    "DocumentRecord",
    "DocumentStatus",
    "NameHit",
    "NameKind",
    "Outcome",
    "PassageHit",
    "Settings",
    "Store",
    "StoredFact",
    "StoredStatement",
]

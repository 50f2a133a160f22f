"""Finds the one document that a user means by a name or a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from ingest.text import key
from vectorstore.errors import AmbiguousDocument, UnknownDocument
from vectorstore.records import DocumentRecord

_NEAR = 50  # of 100: below this a name is no help
_SHOWN = 3


def choose(name: str, documents: Sequence[DocumentRecord]) -> DocumentRecord:
    """The document whose file name is `name` (``.pdf`` may be left out), else the only one whose
    file name contains it, else the only one whose title does.

    Raises `AmbiguousDocument` with the choices, `UnknownDocument` with the nearest file names.
    """
    wanted = _plain(name)
    for exact in (
        [document for document in documents if document.file_name == name],
        [document for document in documents if _plain(document.file_name) == wanted],
    ):
        if len(exact) == 1:
            return exact[0]
    for part in (
        [document for document in documents if wanted and wanted in _plain(document.file_name)],
        [document for document in documents if wanted and wanted in key(document.title).lower()],
    ):
        if len(part) == 1:
            return part[0]
        if part:
            raise AmbiguousDocument(name, [document.file_name for document in part])
    raise UnknownDocument(name, _nearest(wanted, documents))


def _plain(name: str) -> str:
    return key(name).lower().removesuffix(".pdf")


def _nearest(wanted: str, documents: Sequence[DocumentRecord]) -> list[str]:
    names = {document.file_name: _plain(document.file_name) for document in documents}
    found = process.extract(wanted, names, scorer=fuzz.WRatio, limit=_SHOWN, score_cutoff=_NEAR)
    return [file_name for _, _, file_name in found]

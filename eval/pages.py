"""Gives the printed text of a PDF page, read straight from the file.

Grounding is checked against the PDF itself and not against the store, so that an extraction
error cannot vouch for the figure that it produced.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from assistant.pages import page_text
from vectorstore.store import Store


def pdfs_in(folder: Path) -> dict[str, Path]:
    """The PDFs that lie in `folder`, by name."""
    return {path.name: path for path in folder.glob("*.pdf")}


def pdfs_of(store: Store) -> dict[str, Path]:
    """The copies that the store keeps of the PDFs it holds, by the name of each."""
    return {record.file_name: store.pdf_path(record.id) for record in store.documents()}


class PageTexts:
    """The page texts of named PDF files."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = paths
        self._read = lru_cache(maxsize=512)(self._read_page)

    def __call__(self, document: str, page: int) -> str | None:
        """The text of a page, or None when there is no such file or the file has no such page."""
        return self._read(document, page)

    def _read_page(self, document: str, page: int) -> str | None:
        if document not in self._paths:
            return None
        return page_text(self._paths[document], page)

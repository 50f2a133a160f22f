"""Gives the printed text of a PDF page, read straight from the file.

Grounding is checked against the PDF itself and not against the store, so that an extraction
error cannot vouch for the figure that it produced.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pypdfium2


class PageTexts:
    """The page texts of the PDFs in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = lru_cache(maxsize=512)(self._read_page)

    def __call__(self, document: str, page: int) -> str | None:
        """The text of a page, or None when the folder has no such file or the file no such page."""
        return self._read(document, page)

    def _read_page(self, document: str, page: int) -> str | None:
        path = self._folder / Path(document).name
        if not path.is_file():
            return None
        with pypdfium2.PdfDocument(path) as pdf:
            if not 1 <= page <= len(pdf):
                return None
            text: str = pdf[page - 1].get_textpage().get_text_bounded()
            return text

"""Draws the pages that a report speaks of: each cited place marked, each gold page plain.

The pictures lie in a folder beside the report's page, which links to them by relative names.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.answer import Citation
from assistant.pages import PageImages
from eval.report import Asked
from ingest.document import BBox
from ingest.errors import BudgetQAError

log = logging.getLogger(__name__)

FOLDER = "pages"
_OURS = re.compile(r"[0-9a-f]{12}-\d+(-[0-9a-f]{8})?\.png")
_SCALE = 1.5


class Pictures:
    """The pictures of one report in ``pages/`` of `folder`; those of an earlier report there go."""

    def __init__(self, folder: Path, pdfs: Mapping[str, Path]) -> None:
        self._pdfs = {name: (path, _sha256(path)) for name, path in pdfs.items() if path.is_file()}
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            if _OURS.fullmatch(file.name):
                file.unlink()
        self._cache = tempfile.TemporaryDirectory()
        self._images = PageImages(Path(self._cache.name))
        self._drawn: dict[tuple[str, int, BBox | None], str | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cache.cleanup()

    def draw(self, asked: Asked) -> None:
        """Draw what the report shows of a question, so that rendering it takes no time."""
        for citation in asked.citations:
            self.cited(citation)
        for document, pages in asked.gold_pages.items():
            for page in pages:
                self.plain(document, page)

    def cited(self, citation: Citation) -> str | None:
        """The relative name of the cited page's picture with the place marked; None without such a page."""
        return self._picture(citation.document, citation.page, citation.bbox)

    def plain(self, document: str, page: int) -> str | None:
        """The relative name of a page's picture; None without such a page."""
        return self._picture(document, page, None)

    def _picture(self, document: str, page: int, mark: BBox | None) -> str | None:
        asked = (document, page, mark)
        if asked not in self._drawn:
            self._drawn[asked] = self._draw(document, page, mark)
        return self._drawn[asked]

    def _draw(self, document: str, page: int, mark: BBox | None) -> str | None:
        if document not in self._pdfs:
            return None
        pdf, sha256 = self._pdfs[document]
        try:
            content = self._images.png(pdf, sha256, page, scale=_SCALE, mark=mark)
        except BudgetQAError as error:  # another system may cite a page that does not exist
            log.warning("%s 第%d页画不出来：%s", document, page, error)
            return None
        place = f"-{hashlib.sha256(repr(mark).encode()).hexdigest()[:8]}" if mark else ""
        name = f"{sha256[:12]}-{page}{place}.png"
        (self._folder / name).write_bytes(content)
        return f"{FOLDER}/{name}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Pictures of PDF pages with the cited place marked, for a reader who checks an answer.

A page is drawn once with pdfium and kept on disk under its file's hash; the mark is drawn over the
kept picture, so that many citations on one page cost one rendering. Fonts that a PDF does not embed
come from the system (Chinese ones from a package such as fonts-noto-cjk).
"""

from __future__ import annotations

import io
import logging
import os
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from ingest.document import BBox
from ingest.errors import BudgetQAError, UnreadablePDF
from ingest.pdfium import opened

logger = logging.getLogger(__name__)

SCALES = (0.5, 4.0)
_MAX_PIXELS = 16_000_000  # a poster-sized page must not exhaust memory
_FILL = (255, 232, 140)
_OUTLINE = (208, 72, 0)
_WASHED = 0.1  # of the page: a larger place (a whole table) is outlined only, so that it reads as before
_PADDING = 2.0  # points around the cited place, so that the outline does not touch the print


class NoSuchPageError(BudgetQAError):
    """The document has no page of that number."""


class PageImages:
    """Renders pages to PNG and keeps them in `folder`, at most `limit_bytes` of them.

    The pages that were looked at longest ago go first when the limit is reached.
    """

    def __init__(self, folder: Path, limit_bytes: int = 256 * 1024 * 1024) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._held = sum(file.stat().st_size for file in folder.glob("*.png"))

    def png(
        self, pdf: Path, sha256: str, page: int, *, scale: float = 1.5, mark: BBox | None = None
    ) -> bytes:
        """The PNG of page `page` (from 1) at `scale` pixels a point, with `mark` drawn on it.

        `mark` is x0, top, x1, bottom in points from the top left of the page as it is displayed
        (after /Rotate), counted on the media box. `scale` is held within `SCALES`, and lower where
        the picture would exceed 16 million pixels.

        Raises `NoSuchPageError` for a page number outside the document, `UnreadablePDF` when the file
        is gone or damaged, `ValueError` when `sha256` is not a hash.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        scale = round(min(max(scale, SCALES[0]), SCALES[1]), 2)
        file = self._folder / f"{sha256}-{page}-{scale:g}.png"
        plain = self._read(file)
        if plain is None:
            plain = _render(pdf, page, scale)
            self._write(file, plain)
        share = share_of_page(pdf, page, mark) if mark is not None else None
        return plain if share is None else _marked(plain, share)

    def keep_only(self, hashes: Iterable[str]) -> None:
        """Drop the pictures of every file but these: a document that was removed leaves none."""
        kept = set(hashes)
        for file in self._folder.glob("*.png"):
            if file.name.partition("-")[0] not in kept:
                file.unlink(missing_ok=True)

    def _read(self, file: Path) -> bytes | None:
        try:
            content = file.read_bytes()
            os.utime(file)
        except FileNotFoundError:
            return None
        return content

    def _write(self, file: Path, content: bytes) -> None:
        """Put the picture in place at once: another process never sees half of it."""
        with self._lock:
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
                part.write(content)
            Path(part.name).replace(file)
            self._held += len(content)
            if self._held > self._limit:
                self._evict(keep=file)

    def _evict(self, keep: Path) -> None:
        """Drop the oldest pictures until a tenth of the room is free again."""
        files = sorted(((f, f.stat()) for f in self._folder.glob("*.png")), key=lambda item: item[1].st_mtime)
        self._held = sum(stat.st_size for _, stat in files)
        for file, stat in files:
            if self._held <= self._limit * 0.9:
                break
            if file != keep:
                file.unlink(missing_ok=True)
                self._held -= stat.st_size


def page_count(pdf: Path) -> int:
    """How many pages the PDF has. Raises `UnreadablePDF`."""
    with _opened(pdf) as document:
        return len(document)


def page_text(pdf: Path, page: int) -> str | None:
    """The text that the PDF holds for a page (from 1); None without such a page. Raises `UnreadablePDF`."""
    with _opened(pdf) as document:
        if not 1 <= page <= len(document):
            return None
        text: str = document[page - 1].get_textpage().get_text_bounded()
        return text


@contextmanager
def _opened(pdf: Path) -> Iterator[PdfDocument]:
    """The open document. Raises `UnreadablePDF` also when a page of it cannot be read."""
    try:
        with opened(pdf) as document:
            yield document
    except (PdfiumError, FileNotFoundError) as error:
        logger.warning("cannot open %s: %s", pdf, error)
        raise UnreadablePDF(f"文件“{pdf.name}”打不开，请重新读入这份文件。") from error


def _page(document: PdfDocument, number: int) -> PdfPage:
    if not 1 <= number <= len(document):
        raise NoSuchPageError(f"这份文件共 {len(document)} 页，没有第 {number} 页。")
    return document[number - 1]


def _render(pdf: Path, number: int, scale: float) -> bytes:
    with _opened(pdf) as document:
        page = _page(document, number)
        width, height = page.get_size()
        fit = (_MAX_PIXELS / (width * height)) ** 0.5
        picture = page.render(scale=min(scale, fit)).to_pil().convert("RGB")
    return _encode(picture)


def _encode(picture: Image.Image) -> bytes:
    """PNG of 128 colours: budget pages are print on white, and a third of the bytes shows them."""
    out = io.BytesIO()
    picture.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=3)
    return out.getvalue()


def share_of_page(pdf: Path, number: int, mark: BBox) -> BBox | None:
    """`mark` as shares (0 to 1) of the page as drawn; None where it lies outside of it.

    Extraction counts on the media box, a viewer draws the crop box: what is cut at the left and at
    the top of the page as displayed is taken off. Raises as `PageImages.png`.
    """
    with _opened(pdf) as document:
        page = _page(document, number)
        media, crop, turn = page.get_mediabox(), page.get_cropbox(), page.get_rotation()
        width, height = page.get_size()
    left, bottom = max(crop[0] - media[0], 0), max(crop[1] - media[1], 0)
    right, top = max(media[2] - crop[2], 0), max(media[3] - crop[3], 0)
    dx, dy = {0: (left, top), 90: (bottom, left), 180: (right, bottom), 270: (top, right)}[turn]
    x0, x1 = sorted((mark[0] - dx, mark[2] - dx))
    y0, y1 = sorted((mark[1] - dy, mark[3] - dy))
    x0, y0 = max(x0 - _PADDING, 0), max(y0 - _PADDING, 0)
    x1, y1 = min(x1 + _PADDING, width), min(y1 + _PADDING, height)
    if x0 >= x1 or y0 >= y1:
        logger.warning("mark %s lies outside page %d of %s", mark, number, pdf.name)
        return None
    return (x0 / width, y0 / height, x1 / width, y1 / height)


def _marked(png: bytes, share: BBox) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    width, height = picture.size
    box = (
        int(share[0] * width),
        int(share[1] * height),
        max(int(share[2] * width), int(share[0] * width) + 1),
        max(int(share[3] * height), int(share[1] * height) + 1),
    )
    under = picture.crop(box)
    large = under.width * under.height > _WASHED * width * height
    # Multiplied, the print stays black.
    tint = under if large else ImageChops.multiply(under, Image.new("RGB", under.size, _FILL))
    edge = (0, 0, tint.width - 1, tint.height - 1)
    ImageDraw.Draw(tint).rectangle(edge, outline=_OUTLINE, width=max(2, width // 500))
    picture.paste(tint, box)
    return _encode(picture)

"""PDF file → pages of visible characters, ruled grids and text lines.

The only module that knows pdfplumber. It turns every way in which a file can be unusable into
one `UnreadablePDF` sentence, and drops characters that a reader of the page cannot see.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pdfplumber
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTItem, LTRect
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.exceptions import PdfminerException

from ingest.aligned import find_aligned
from ingest.banded import find_banded, with_columns
from ingest.errors import UnreadablePDF
from ingest.grid import THIN, Grid, Rule, find_grids
from ingest.lines import Char, Line, group_lines
from ingest.pdfium import opened
from ingest.text import key

if TYPE_CHECKING:
    from ingest.scan import Scan

log = logging.getLogger(__name__)
# pdfminer complains about fonts on the console; nothing that a user could act on.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

INK_SCALE = 0.75  # pixels per point of the rendering that shows whether a line is visible
DUPLICATE_LINES = 2  # neighbouring pages sharing this many long lines hide a clipped copy
COVERED = 0.5  # share of a page that pictures cover where it may be a scan
FEW_CHARS = 30  # a scan may carry a stamp or a page number as text
UNNAMED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")  # letters whose meaning the file does not tell
UNNAMED_SHARE = 0.25  # a bullet now and then is such a letter too


@dataclass(frozen=True)
class RawPage:
    """What one page shows: its grids, and the lines outside them.

    `scan` is set where all this was recognised from the page's picture; boxes are then counted in
    its upright frame.
    """

    number: int
    width: float
    height: float
    grids: tuple[Grid, ...]
    lines: tuple[Line, ...]
    scan: Scan | None = None


def read_pages(path: Path) -> Iterator[RawPage]:
    """Yield the pages of a PDF in order.

    Raises `UnreadablePDF` when the file is missing, empty, no PDF, encrypted or damaged.
    """
    _check_file(path)
    try:
        with pdfplumber.open(path) as pdf:
            pages = [_Loaded.of(page) for page in pdf.pages]
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise UnreadablePDF(f"{path.name} 设有打开密码，请先解除密码再导入。") from error
        raise UnreadablePDF(f"{path.name} 已损坏或不是完整的 PDF，请重新下载后再导入。") from error
    except Exception as error:  # pdfminer raises bare exceptions of many kinds on damaged files
        log.debug("cannot parse %s", path, exc_info=True)
        raise UnreadablePDF(f"{path.name} 已损坏或不是完整的 PDF，请重新下载后再导入。") from error
    if not pages:
        raise UnreadablePDF(f"{path.name} 没有任何页面，请检查文件。")
    for page in _recognised(path, _drop_clipped(path, pages)):
        yield page.raw()


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except IsADirectoryError as error:
        raise UnreadablePDF(f"{path.name} 是文件夹，请给出 PDF 文件。") from error
    except FileNotFoundError as error:
        raise UnreadablePDF(f"找不到文件 {path}，请检查路径。") from error
    except OSError as error:
        raise UnreadablePDF(f"无法读取 {path}：没有权限或磁盘出错，请检查后重试。") from error
    if not head:
        raise UnreadablePDF(f"{path.name} 是空文件，请重新下载后再导入。")
    if b"%PDF-" not in head:
        raise UnreadablePDF(f"{path.name} 不是 PDF 文件，请给出 PDF 格式的预算或决算文件。")


@dataclass(frozen=True)
class _Loaded:
    """A page's characters and rules, before they are made into lines and grids."""

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    covered: bool = False  # by pictures
    scan: Scan | None = None

    @classmethod
    def of(cls, page: PlumberPage) -> _Loaded:
        width, height = float(page.width), float(page.height)
        # The layout's own objects: pdfplumber's dictionaries of them cost as much again as parsing.
        shapes = list(_leaves(page.layout))
        base = height + float(page.mediabox[1])
        chars = tuple(_chars(shapes, width, height, base))
        horizontal, vertical = _rules(shapes, base)
        covered = _pictures(shapes, width, height) >= COVERED * width * height
        loaded = cls(page.page_number, width, height, chars, tuple(horizontal), tuple(vertical), covered)
        page.close()
        return loaded

    @property
    def unnamed(self) -> bool:
        """Whether the page's letters say nothing, though a reader sees them."""
        return sum(bool(UNNAMED.match(c.text)) for c in self.chars) > UNNAMED_SHARE * len(self.chars)

    def raw(self) -> RawPage:
        ruled = find_grids(self.number, self.horizontal, self.vertical, self.chars)
        grids = [with_columns(grid, self.chars) for grid in ruled]
        grids += find_banded(self.number, self.horizontal, self.chars, ruled)
        grids = sorted(grids, key=lambda g: (g.bbox[1], g.bbox[0]))
        grids = grids or find_aligned(self.number, self.chars)
        boxes = [g.bbox for g in grids]
        outside = [
            c
            for c in self.chars
            if not any(
                b[0] <= (c.x0 + c.x1) / 2 <= b[2] and b[1] <= (c.top + c.bottom) / 2 <= b[3] for b in boxes
            )
        ]
        lines = tuple(group_lines(outside))
        return RawPage(self.number, self.width, self.height, tuple(grids), lines, self.scan)


def _leaves(container: Iterable[LTItem]) -> Iterator[LTItem]:
    """Characters and shapes of a page, also those drawn inside figures."""
    for item in container:
        if isinstance(item, LTFigure):
            yield from _leaves(item)
        else:
            yield item


def _chars(shapes: Iterable[LTItem], width: float, height: float, base: float) -> Iterator[Char]:
    """The page's visible letters; `base` is the y of the page's top in PDF space."""
    for shape in shapes:
        if not isinstance(shape, LTChar):
            continue
        text = shape.get_text()
        top, bottom = base - shape.y1, base - shape.y0
        x, y = (shape.x0 + shape.x1) / 2, (top + bottom) / 2
        if text.isspace() or not text or not (0 <= x <= width and 0 <= y <= height):
            continue
        yield Char(text, shape.x0, top, shape.x1, bottom, shape.size)


def _rules(shapes: Iterable[LTItem], base: float) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules: drawn lines, thin filled boxes, and the sides of outlined boxes."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for shape in shapes:
        if not isinstance(shape, LTCurve):  # lines and rectangles are curves too
            continue
        x0, x1, top, bottom = shape.x0, shape.x1, base - shape.y1, base - shape.y0
        wide, tall = x1 - x0, bottom - top
        if wide <= THIN and tall <= THIN:
            continue
        if tall <= THIN:
            horizontal.append(Rule((top + bottom) / 2, x0, x1))
        elif wide <= THIN:
            vertical.append(Rule((x0 + x1) / 2, top, bottom))
        elif isinstance(shape, LTRect) and shape.stroke:
            # A plain fill is background, no cell border.
            horizontal += [Rule(top, x0, x1), Rule(bottom, x0, x1)]
            vertical += [Rule(x0, top, bottom), Rule(x1, top, bottom)]
    return horizontal, vertical


def _pictures(shapes: Iterable[LTItem], width: float, height: float) -> float:
    """The area that pictures cover (a scan may be cut into many)."""
    area = 0.0
    for shape in shapes:
        if isinstance(shape, LTImage):
            wide = min(shape.x1, width) - max(shape.x0, 0)
            tall = min(shape.y1, height) - max(shape.y0, 0)
            area += max(wide, 0) * max(tall, 0)
    return area


def _recognised(path: Path, pages: Iterable[_Loaded]) -> Iterator[_Loaded]:
    """The pages, those whose text layer is missing or useless read from their pictures."""
    for page in pages:
        scan = _scan_of(path, page) if page.covered or page.unnamed else None
        if scan is None:
            yield page
            continue
        yield _Loaded(
            page.number,
            scan.turn.width,
            scan.turn.height,
            scan.chars,
            scan.horizontal,
            scan.vertical,
            scan=scan,
        )


def _scan_of(path: Path, page: _Loaded) -> Scan | None:
    """The page read from its picture, None where its text layer shows."""
    from ingest.scan import hides_text, read_scan  # loads the recognition only for files that need it

    with opened(path) as document:
        shown = document[page.number - 1]
        if page.unnamed:
            return read_scan(shown, page.horizontal, page.vertical)
        if len(page.chars) < FEW_CHARS or hides_text(shown):
            return read_scan(shown)
        return None


def _drop_clipped(path: Path, pages: list[_Loaded]) -> list[_Loaded]:
    """Remove lines that a spreadsheet wrote on a page but clipped away from the reader's eyes.

    Such text is always repeated where it can be seen, on the page before or after, so only pages
    that share lines with a neighbour are rendered, and only their shared lines are looked at.
    """
    texts = [{key(line.text) for line in group_lines(p.chars) if len(key(line.text)) > 15} for p in pages]
    result = list(pages)
    for i, page in enumerate(pages):
        near = (texts[i - 1] if i else set()) | (texts[i + 1] if i + 1 < len(pages) else set())
        shared = texts[i] & near
        if len(shared) >= DUPLICATE_LINES:
            result[i] = replace(page, chars=_visible(path, page, shared))
    return result


def _visible(path: Path, page: _Loaded, shared: set[str]) -> tuple[Char, ...]:
    """The page's characters without those of `shared` lines that leave no ink when rendered."""
    with opened(path) as document:
        image = document[page.number - 1].render(scale=INK_SCALE, grayscale=True).to_numpy().copy()
    hidden: list[tuple[float, float, float, float]] = []
    for line in group_lines(page.chars):
        if key(line.text) not in shared:
            continue
        x0, top, x1, bottom = (round(v * INK_SCALE) for v in line.bbox)
        area = image[max(top, 0) : bottom + 1, max(x0, 0) : x1 + 1]
        if area.size and area.min() > 200:
            hidden.append(line.bbox)
    return tuple(
        c
        for c in page.chars
        if not any(
            b[0] - 1 <= c.x0 and c.x1 <= b[2] + 1 and b[1] - 1 <= c.top and c.bottom <= b[3] + 1
            for b in hidden
        )
    )

"""Ink → the boxes of text lines, cell by cell.

Inside a ruled table the cells already say where text can stand, so its lines are cut out by their
ink: nothing runs over a border, and a single figure or a stroke is not overlooked. Elsewhere a
detection model finds the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.deskew import Grey
from ingest.document import BBox
from ingest.grid import Grid
from ingest.ocr import find_lines
from ingest.picture import Picture
from ingest.ruling import Ruling

Box = tuple[int, int, int, int]  # pixels: left, top, right, bottom

SPECK = 2.2  # points; smaller ink alone is dirt, beside letters it is a point or a comma
NEAR = 6.0  # points from letters within which a point or comma stands
OVERLAP = 1.2  # points by which tightly set lines may reach into each other
ONE_LINE = 1.5  # times the usual height up to which pieces of ink are one line (二, 三)
INSET = 1.2  # points inside a cell's rules where text may begin
FINDING_DPI = 120
PLAIN_HEIGHT = 8.0  # points of a line's ink where a page gives no measure of its own


@dataclass(frozen=True)
class TextLine:
    """A text line's box in pixels; `cell` is its grid's and its own number when it is in a table."""

    box: Box
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class TextLines:
    """A page's lines, and how tall (pixels) the ink of a line in its tables usually is."""

    lines: tuple[TextLine, ...]
    usual: float


def find_text_lines(picture: Picture, ruling: Ruling, grids: Sequence[Grid]) -> TextLines:
    """All text lines of an upright picture, in tables and outside of them."""
    ink = np.where(cv2.dilate(ruling.mask, np.ones((3, 3), np.uint8)) > 0, 0, picture.ink).astype(np.uint8)
    pieces = {
        (g, c): _Pieces.of(picture, ink, _inside(picture, cell.bbox))
        for g, grid in enumerate(grids)
        for c, cell in enumerate(grid.cells)
    }
    heights = [bottom - top for cell in pieces.values() for top, bottom in cell.runs()]
    usual = float(np.median(heights)) if heights else PLAIN_HEIGHT * picture.scale
    lines = [TextLine(box, cell) for cell, found in pieces.items() for box in found.lines(usual)]
    lines += [TextLine(box) for box in _outside(picture, ink, grids)]
    return TextLines(tuple(lines), usual)


def _inside(picture: Picture, bbox: BBox) -> Box:
    left, top = (bbox[0] + INSET) * picture.scale, (bbox[1] + INSET) * picture.scale
    right, bottom = (bbox[2] - INSET) * picture.scale, (bbox[3] - INSET) * picture.scale
    return (max(round(left), 0), max(round(top), 0), max(round(right), 0), max(round(bottom), 0))


@dataclass(frozen=True)
class _Pieces:
    """The pieces of ink in one cell (boxes in page pixels), those of letters and small ones apart."""

    letters: tuple[Box, ...]
    small: tuple[Box, ...]
    scale: float

    @classmethod
    def of(cls, picture: Picture, ink: Grey, box: Box) -> _Pieces:
        left, top, right, bottom = box
        area = ink[top:bottom, left:right]
        if not area.size or not area.any():
            return cls((), (), picture.scale)
        _, _, stats, _ = cv2.connectedComponentsWithStats(area, connectivity=8)
        boxes = [(left + x, top + y, left + x + w, top + y + h) for x, y, w, h, _ in stats[1:].tolist()]
        limit = SPECK * picture.scale
        letters = tuple(b for b in boxes if max(b[2] - b[0], b[3] - b[1]) > limit)
        small = tuple(b for b in boxes if max(b[2] - b[0], b[3] - b[1]) <= limit)
        return cls(letters, small, picture.scale)

    def runs(self) -> list[tuple[int, int]]:
        """Top and bottom of each run of rows with letters."""
        runs: list[tuple[int, int]] = []
        for _, top, _, bottom in sorted(self.letters, key=lambda b: b[1]):
            if runs and top < runs[-1][1] - OVERLAP * self.scale:
                runs[-1] = (runs[-1][0], max(runs[-1][1], bottom))
            else:
                runs.append((top, bottom))
        return runs

    def lines(self, usual: float) -> list[Box]:
        """Boxes of the cell's lines, given how tall a line's ink usually is."""
        bands: list[tuple[int, int]] = []
        for top, bottom in self.runs():
            if bands and bottom - bands[-1][0] <= ONE_LINE * usual:
                bands[-1] = (bands[-1][0], max(bands[-1][1], bottom))
            else:
                bands.append((top, bottom))
        return [box for top, bottom in bands if (box := self._line(top, bottom))]

    def _line(self, top: int, bottom: int) -> Box | None:
        inside = [b for b in self.letters if top <= (b[1] + b[3]) / 2 < bottom]
        if not inside:
            return None
        left, right = min(b[0] for b in inside), max(b[2] for b in inside)
        near = NEAR * self.scale
        for small in sorted(self.small):
            middle = (small[1] + small[3]) / 2
            level = top <= middle <= bottom + SPECK / 2 * self.scale
            opens = small[0] < left and middle > (top + bottom) / 2  # no text begins with a point
            if level and not opens and left - near < small[2] and small[0] < right + near:
                left, right = min(left, small[0]), max(right, small[2])
                bottom = max(bottom, small[3])
        return (left, top, right, bottom)


def _outside(picture: Picture, ink: Grey, grids: Iterable[Grid]) -> list[Box]:
    """Lines outside the tables, as a detection model sees them, each drawn around its whole ink."""
    rest, free = picture.clean.copy(), ink.copy()
    for grid in grids:
        left, top, right, bottom = _inside(picture, grid.bbox)
        margin = picture.pixels(2 * INSET)
        area = (slice(max(top - margin, 0), bottom + margin), slice(max(left - margin, 0), right + margin))
        rest[area], free[area] = 255, 0
    rows = np.flatnonzero(np.count_nonzero(free, axis=1) > SPECK * picture.scale)
    if not rows.size:
        return []
    edge = picture.pixels(PLAIN_HEIGHT)
    first, last = max(int(rows[0]) - edge, 0), int(rows[-1]) + edge
    factor = min(FINDING_DPI / 72 / picture.scale, 1.0)
    small = cv2.resize(rest[first:last], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    found = []
    for x0, y0, x1, y1 in find_lines(np.asarray(small, np.uint8)):
        box = (round(x0 / factor), first + round(y0 / factor), round(x1 / factor), first + round(y1 / factor))
        found.append(_around_ink(free, box))
    return [box for box in found if box]


def _around_ink(ink: Grey, box: Box) -> Box | None:
    """A found line's box, grown sideways over letters that the model cut off, and drawn to its ink."""
    left, top, right, bottom = box
    columns = np.count_nonzero(ink[top:bottom], axis=0)
    reach = max((bottom - top) * 2 // 3, 1)
    while left > 0 and columns[max(left - reach, 0) : left].any():
        left = max(left - reach, 0)
    while right < len(columns) and columns[right : right + reach].any():
        right += reach
    y, x = np.nonzero(ink[top:bottom, left:right])
    if not len(y):
        return None
    return (left + int(x.min()), top + int(y.min()), left + int(x.max()) + 1, top + int(y.max()) + 1)

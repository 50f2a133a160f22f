"""A PDF page → a grey picture of it, turned upright.

Scans lie a little askew; whoever reads the picture works in its upright frame, and `to_page` leads
from there back to the place on the page that a reader sees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from ingest.document import BBox

Grey: TypeAlias = NDArray[np.uint8]

DPI = 200
MAX_PIXELS = 9_000_000  # A3 at 200 dpi; a poster is read more coarsely, not with more memory
MAX_SKEW = 3.5  # degrees either way that are turned back
SPECK_INK = 0.27  # square points of full black; the points of small print have more
SMALL_DPI = 100  # enough to see how lines lie
_STEPS = ((0.25, MAX_SKEW), (0.05, 0.25), (0.01, 0.05))  # step and reach of each search for the skew


@dataclass(frozen=True)
class Turn:
    """How a page was turned upright: back by `degrees` about `middle` (points)."""

    degrees: float
    middle: tuple[float, float]

    def to_page(self, box: BBox) -> BBox:
        """A box of the upright frame, moved to where its middle stands on the page."""
        x, y = (box[0] + box[2]) / 2 - self.middle[0], (box[1] + box[3]) / 2 - self.middle[1]
        angle = math.radians(self.degrees)
        dx = x * math.cos(angle) - y * math.sin(angle) - x
        dy = x * math.sin(angle) + y * math.cos(angle) - y
        return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


@dataclass(frozen=True)
class Picture:
    """A page in grey, upright; `scale` is pixels per point.

    `offset` is where the visible page begins in the frame that extraction counts in (points).
    """

    grey: Grey
    scale: float
    turn: Turn
    offset: tuple[float, float]

    @cached_property
    def ink(self) -> Grey:
        """Where something is printed (255), whatever the light in that corner of the page."""
        return np.where(self._dirt > 0, 0, self._dark).astype(np.uint8)

    @cached_property
    def clean(self) -> Grey:
        """The picture without its specks of dirt."""
        near = cv2.dilate(self._dirt, np.ones((3, 3), np.uint8))
        return np.where(near > 0, np.maximum(self._paper, self.grey), self.grey).astype(np.uint8)

    @cached_property
    def _paper(self) -> Grey:
        """The paper's own grey around each spot."""
        small = cv2.resize(self.grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        size = int(4 * self.scale) | 1
        paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), size)
        return np.asarray(cv2.resize(paper, self.grey.shape[::-1]), np.uint8)

    @cached_property
    def _dark(self) -> Grey:
        smooth = cv2.GaussianBlur(self.grey, (3, 3), 0)
        window = int(12 * self.scale) | 1
        mask = cv2.adaptiveThreshold(
            smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 20
        )
        return np.asarray(mask, np.uint8)

    @cached_property
    def _dirt(self) -> Grey:
        """Specks with less ink than the smallest point of print."""
        count, labels, _, _ = cv2.connectedComponentsWithStats(self._dark, connectivity=8)
        darkness = np.clip(self._paper.astype(np.float32) - self.grey, 0, None) / 255
        ink = np.bincount(labels.ravel(), weights=darkness.ravel(), minlength=count)
        faint = ink < SPECK_INK * self.scale**2
        faint[0] = False
        return np.where(faint[labels], 255, 0).astype(np.uint8)

    def pixels(self, points: float) -> int:
        """A length in whole pixels, at least one."""
        return max(1, round(points * self.scale))


def take(page: pypdfium2.PdfPage, straighten: bool = True) -> Picture:
    """Render a page and, where its print may lie askew, turn it upright."""
    width, height = page.get_size()
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / (width * height)))
    bitmap = page.render(scale=scale, grayscale=True, limit_image_cache=True)
    grey = np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    bitmap.close()
    skew = find_skew(grey, scale) if straighten else 0.0
    dx, dy = _offset(page)
    return Picture(rotated(grey, skew), scale, Turn(skew, (dx + width / 2, dy + height / 2)), (dx, dy))


def _offset(page: pypdfium2.PdfPage) -> tuple[float, float]:
    """How far the visible page (crop box) stands from the left and top of the media box."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(crop[0] - media[0], 0), max(crop[1] - media[1], 0)
    right, top = max(media[2] - crop[2], 0), max(media[3] - crop[3], 0)
    sides = {0: (left, top), 90: (bottom, left), 180: (right, bottom), 270: (top, right)}
    return sides[page.get_rotation()]


def rotated(grey: Grey, degrees: float) -> Grey:
    """The picture turned back (counter-clockwise) by an angle, white where nothing was."""
    if not degrees:
        return grey
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return np.asarray(turned, np.uint8)


def find_skew(grey: Grey, scale: float) -> float:
    """Degrees by which print runs downhill: seen along its own angle, ink falls into sharp rows."""
    factor = SMALL_DPI / 72 / scale
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    _, dark = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    y, x = np.nonzero(dark)
    if not 0 < len(y) < dark.size / 2:
        return 0.0
    best = 0.0
    for step, reach in _STEPS:
        count = round(reach / step)
        angles = [best + n * step for n in range(-count, count + 1)]
        best = max(angles, key=lambda angle: _sharpness(x, y, angle))
    return 0.0 if abs(best) < 2 * _STEPS[-1][0] else round(best, 2)


def _sharpness(x: NDArray[np.intp], y: NDArray[np.intp], degrees: float) -> float:
    angle = math.radians(degrees)
    rows = y * math.cos(angle) - x * math.sin(angle)
    counts = np.bincount((rows - rows.min()).astype(np.intp)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())

"""How a page's picture lies, and the way back from its upright frame to the page.

A scan may lie a little askew, sideways or upside down, and may claim to be many times the size of a
sheet. Its upright frame is a sheet of ordinary size; `Turn` remembers what was done to get there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.document import BBox

Grey: TypeAlias = NDArray[np.uint8]

MAX_SKEW = 3.5  # degrees either way that are turned back
SMALL = 1170  # pixels of a page's longer side that are enough to see how its lines lie
_STEPS = ((0.25, MAX_SKEW), (0.05, 0.25), (0.01, 0.05))  # step and reach of each search for the skew


@dataclass(frozen=True)
class Turn:
    """What was done to a page: `quarters` (counter-clockwise), then `degrees` about the middle.

    `width` and `height` are the upright frame's, in points; a frame's point is `zoom` page points.
    `offset` is where the visible page begins in the frame that extraction counts in.
    """

    width: float
    height: float
    degrees: float = 0.0
    quarters: int = 0
    zoom: float = 1.0
    offset: tuple[float, float] = (0.0, 0.0)

    @property
    def page_size(self) -> tuple[float, float]:
        """Width and height of the visible page, in its own points."""
        size = (self.width * self.zoom, self.height * self.zoom)
        return size[::-1] if self.quarters % 2 else size

    def to_page(self, box: BBox) -> BBox:
        """A box of the upright frame, moved to where its middle stands on the page."""
        x, y = (box[0] + box[2] - self.width) / 2, (box[1] + box[3] - self.height) / 2
        wide, tall = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        angle = math.radians(self.degrees)
        x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        width, height = self.width, self.height
        for _ in range(self.quarters):
            x, y, wide, tall, width, height = -y, x, tall, wide, height, width
        x, y = x + width / 2, y + height / 2
        dx, dy = self.offset
        x0, top, x1, bottom = x - wide, y - tall, x + wide, y + tall
        return (x0 * self.zoom + dx, top * self.zoom + dy, x1 * self.zoom + dx, bottom * self.zoom + dy)


def rotated(grey: Grey, degrees: float) -> Grey:
    """The picture turned back (counter-clockwise) by an angle, white where nothing was."""
    if not degrees:
        return grey
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turned = cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255,))
    return np.asarray(turned, np.uint8)


def find_skew(grey: Grey) -> float:
    """Degrees by which print runs downhill: seen along its own angle, ink falls into sharp rows."""
    factor = min(SMALL / max(grey.shape), 1.0)
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

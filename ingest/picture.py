"""A PDF page → a grey picture of it, upright, and the ink on it without dirt.

Seals are taken off: their red lies over figures and rules that are printed in black.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
import pypdfium2

from ingest.deskew import Grey, Turn, find_skew, rotated

DPI = 200
MAX_PIXELS = 9_000_000  # A3 at 200 dpi; a poster is read more coarsely, not with more memory
SHEET = (400.0, 1300.0)  # points of the longer side of a sheet; other sizes are a scanner's mistake
A4_HEIGHT = 842.0
SPECK_INK = 0.27  # square points of full black that a speck has at most
SPECK_SHARE = 0.004  # of the square of a letter's height: the points of print have more
LETTERS = (3.0, 20.0)  # points; how tall pieces of letters are
SEAL = 50.0  # points across the smallest seal
SEAL_LIGHT = 0.6  # share of the paper's red light that a seal throws back at least
REDNESS = 40  # by how much red outshines the other colours in a seal


@dataclass(frozen=True)
class Picture:
    """A page in grey, upright; `scale` is pixels per point of its upright frame."""

    grey: Grey
    scale: float
    turn: Turn

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
        """Specks with less ink than the smallest point of this page's print."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats(self._dark, connectivity=8)
        heights = stats[1:, cv2.CC_STAT_HEIGHT] / self.scale
        letters = heights[(heights > LETTERS[0]) & (heights < LETTERS[1])]
        height = float(np.percentile(letters, 75)) if len(letters) else LETTERS[0]
        darkness = np.clip(self._paper.astype(np.float32) - self.grey, 0, None) / 255
        ink = np.bincount(labels.ravel(), weights=darkness.ravel(), minlength=count)
        faint = ink < min(SPECK_INK, SPECK_SHARE * height**2) * self.scale**2
        faint[0] = False
        return np.where(faint[labels], 255, 0).astype(np.uint8)

    def pixels(self, points: float) -> int:
        """A length in whole pixels, at least one."""
        return max(1, round(points * self.scale))

    def quartered(self, quarters: int) -> Picture:
        """The picture turned further by quarters (counter-clockwise)."""
        grey = np.ascontiguousarray(np.rot90(self.grey, quarters))
        width, height = self.turn.width, self.turn.height
        if quarters % 2:
            width, height = height, width
        skew = find_skew(grey)
        turn = replace(
            self.turn,
            width=width,
            height=height,
            degrees=self.turn.degrees + skew,
            quarters=(self.turn.quarters + quarters) % 4,
        )
        return Picture(rotated(grey, skew), self.scale, turn)


def take(page: pypdfium2.PdfPage, straighten: bool = True) -> Picture:
    """Render a page and, where its print may lie askew, turn it upright."""
    width, height = page.get_size()
    longer = max(width, height)
    zoom = 1.0 if SHEET[0] <= longer <= SHEET[1] else longer / A4_HEIGHT
    width, height = width / zoom, height / zoom
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / (width * height)))
    bitmap = page.render(scale=scale / zoom, limit_image_cache=True, prefer_bgrx=False)
    colours = np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width, -1)[:, :, :3]
    bitmap.close()
    grey = _without_seals(colours, scale)
    skew = find_skew(grey) if straighten else 0.0
    turn = Turn(width, height, skew, zoom=zoom, offset=_offset(page))
    return Picture(rotated(grey, skew), scale, turn)


def _without_seals(colours: Grey, scale: float) -> Grey:
    """A page of blue, green and red in grey, big red shapes taken off; red letters stay."""
    if colours.shape[2] < 3:
        return np.ascontiguousarray(colours[:, :, 0])
    blue, green, red = cv2.split(colours)
    grey = np.asarray(cv2.cvtColor(colours, cv2.COLOR_BGR2GRAY), np.uint8)
    reddish = cv2.subtract(red, cv2.max(blue, green)) > REDNESS
    if not reddish.any():
        return grey
    joined = cv2.dilate(reddish.astype(np.uint8), np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for x, y, w, h, _ in stats[1:].tolist():
        if min(w, h) >= SEAL * scale:
            # Seen in red light, a seal is nearly as bright as paper, and black print is black.
            light, seal = red[y : y + h, x : x + w], joined[y : y + h, x : x + w] > 0
            paper = np.percentile(light, 90)
            grey[y : y + h, x : x + w] = np.where(seal & (light > SEAL_LIGHT * paper), paper, light)
    return grey


def _offset(page: pypdfium2.PdfPage) -> tuple[float, float]:
    """How far the visible page (crop box) stands from the left and top of the media box."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(crop[0] - media[0], 0), max(crop[1] - media[1], 0)
    right, top = max(media[2] - crop[2], 0), max(media[3] - crop[3], 0)
    sides = {0: (left, top), 90: (bottom, left), 180: (right, bottom), 270: (top, right)}
    return sides[page.get_rotation()]

"""Pages without a usable text layer → characters and rules, as text pages give them.

A scanned page is rendered, turned upright, its rules and text lines found and each line read.
What comes out has the same form as a text page's, so that one code reads all tables. It is counted
in the upright frame; `Scan.turn` leads back to the page, `Scan.confidence` says how sure the reading
of a place is.
"""

from __future__ import annotations

import math
import os
import re
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as raw

from ingest.deskew import Grey, Turn
from ingest.document import BBox
from ingest.grid import Rule, find_grids
from ingest.lines import Char
from ingest.misread import mend
from ingest.ocr import Reading, read_line
from ingest.picture import Picture, take
from ingest.ruling import Ruling, find_rules
from ingest.textlines import Box, TextLine, find_text_lines

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
MARGIN = 0.12  # share of a line's height left white around its ink
THIN_STROKE = 0.22  # times its length that a lone stroke may be thick
SLASH = (40.0, 80.0)  # degrees that / leans
FLAT = 8.0  # degrees that a dash may lean
LINES_AT_A_TIME = 2
SURE = 0.8  # below this a page may stand on its side or its head
SAMPLE = 12  # lines that show which way up a page stands
INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True)
class ReadLine:
    """One recognised line: its box in points of the upright frame, and how sure the reading is."""

    bbox: BBox
    text: str
    confidence: float


@dataclass(frozen=True)
class Scan:
    """What a page shows that had to be recognised, in the upright frame."""

    turn: Turn
    chars: tuple[Char, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    lines: tuple[ReadLine, ...] = ()

    def confidence(self, bbox: BBox) -> float:
        """How sure (0 to 1) the least sure line within a box of the upright frame is; 1 where it is empty."""
        inside = [
            n.confidence
            for n in self.lines
            if bbox[0] <= (n.bbox[0] + n.bbox[2]) / 2 <= bbox[2]
            and bbox[1] <= (n.bbox[1] + n.bbox[3]) / 2 <= bbox[3]
        ]
        return min(inside, default=1.0)


def hides_text(page: pypdfium2.PdfPage) -> bool:
    """Whether all text of a page is invisible or lies under its pictures, as in searchable scans."""
    shown = False
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE)):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            shown = False
        elif raw.FPDFTextObj_GetTextRenderMode(item.raw) not in INVISIBLE:
            shown = True
    return not shown


def read_scan(
    page: pypdfium2.PdfPage, horizontal: Sequence[Rule] = (), vertical: Sequence[Rule] = ()
) -> Scan:
    """Read a page from its rendering. Rules that the page draws itself are kept: it is upright then."""
    if len(horizontal) > 1 and len(vertical) > 1:
        return _drawn(take(page, straighten=False), horizontal, vertical)
    picture = take(page)
    scan = _read(picture)
    if _sure(scan.lines) >= SURE:
        return scan
    others = [picture.quartered(quarters) for quarters in (1, 2, 3)]
    best = max(others, key=lambda p: _sure(_read(p, sample=SAMPLE).lines))
    again = _read(best)
    return again if _sure(again.lines) > _sure(scan.lines) else scan


def _sure(lines: Sequence[ReadLine]) -> float:
    """How sure the lines of more than one letter are read; a page that stands wrong is read badly."""
    known = [n.confidence if len(n.text) > 1 else 0.0 for n in lines]
    return statistics.median(known) if known else 0.0


def _drawn(picture: Picture, horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Scan:
    """A page whose rules are its own, brought to the frame of its picture and read."""
    (dx, dy), zoom = picture.turn.offset, picture.turn.zoom

    def moved(rule: Rule, across: float, along: float) -> Rule:
        return Rule((rule.at - across) / zoom, (rule.start - along) / zoom, (rule.end - along) / zoom)

    ruling = find_rules(picture)
    return _read(
        picture,
        Ruling(
            tuple(moved(r, dy, dx) for r in horizontal),
            tuple(moved(r, dx, dy) for r in vertical),
            ruling.mask,
        ),
    )


def _read(picture: Picture, ruling: Ruling | None = None, sample: int | None = None) -> Scan:
    """Read an upright picture, or `sample` of its lines."""
    ruling = ruling or find_rules(picture)
    grids = find_grids(0, ruling.horizontal, ruling.vertical, ())
    found = find_text_lines(picture, ruling, grids)
    wanted = found.lines
    if sample is not None:
        wanted = tuple(sorted(wanted, key=lambda n: n.box[0] - n.box[2])[:sample])

    def read(line: TextLine) -> Reading:
        return _stroke(picture, line.box, found.usual) or read_line(_cut(picture, line.box, found.usual))

    with ThreadPoolExecutor(min(LINES_AT_A_TIME, os.cpu_count() or 1)) as pool:
        readings = mend(wanted, list(pool.map(read, wanted)), grids)
    chars: list[Char] = []
    lines = []
    for line, reading in zip(wanted, readings, strict=True):
        x0, top, x1, bottom = (side / picture.scale for side in line.box)
        chars += chars_of(reading, (x0, top, x1, bottom))
        lines.append(ReadLine((x0, top, x1, bottom), reading.text, reading.confidence))
    return Scan(picture.turn, tuple(chars), ruling.horizontal, ruling.vertical, tuple(lines))


def _cut(picture: Picture, box: Box, usual: float) -> Grey:
    """A line's picture with a white margin; what stands beside it is not shown."""
    left, top, right, bottom = box
    line = picture.clean[top:bottom, left:right]
    margin = max(2, round(MARGIN * (bottom - top)))
    upright = max(margin, round((usual - (bottom - top)) / 2))  # a dash keeps its size beside letters
    paper = int(np.percentile(line, 90))
    return np.asarray(
        cv2.copyMakeBorder(line, upright, upright, margin, margin, cv2.BORDER_CONSTANT, value=(paper,)),
        np.uint8,
    )


def _stroke(picture: Picture, box: Box, usual: float) -> Reading | None:
    """The reading of a lone straight stroke (/ or a dash), which says little to a model of text."""
    left, top, right, bottom = box
    if right - left > 2.5 * usual:
        return None
    y, x = np.nonzero(picture.ink[top:bottom, left:right])
    if len(x) < 2:
        return None
    spread, axes = np.linalg.eigh(np.cov(np.stack([x, y])))
    thick, length = np.sqrt(12 * np.maximum(spread, 0))
    if length < 0.3 * usual or thick > THIN_STROKE * length:
        return None
    slope = math.degrees(math.atan2(-axes[1, 1], axes[0, 1])) % 180
    if SLASH[0] <= slope <= SLASH[1]:
        return Reading("/", 1.0, (0.5,))
    if min(slope, 180 - slope) <= FLAT:
        return Reading("-" if length < 0.6 * usual else "—", 1.0, (0.5,))
    return None


def chars_of(reading: Reading, box: BBox) -> Iterator[Char]:
    """The line's characters side by side, with gaps only where the line has spaces."""
    x0, top, x1, bottom = box
    words = reading.text.split()
    letters = "".join(words)
    starts = {sum(map(len, words[:n])) for n in range(1, len(words))}  # letters after a space
    size = (bottom - top) / (0.9 if _WIDE.search(letters) else 0.7)
    margin = MARGIN * (bottom - top)
    middles = [min(max(x0 - margin + m * (x1 - x0 + 2 * margin), x0), x1) for m in reading.middles]
    edges = [x0, *((a + b) / 2 for a, b in pairwise(middles)), x1]
    for n, letter in enumerate(letters):
        half = size * (0.5 if _WIDE.match(letter) else 0.25)
        left, right = edges[n], edges[n + 1]
        if n in starts:
            left = max(left, middles[n] - half)
        if n + 1 in starts:
            right = min(right, middles[n] + half)
        # Faked bold is told by equal letters that stand too near for their size: these are not.
        doubled = n > 0 and letter == letters[n - 1]
        own = min(size, 2.5 * (edges[n] - edges[n - 1])) if doubled else size
        yield Char(letter, left, top, right, bottom, own)

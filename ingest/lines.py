"""Characters → lines, in reading order.

Numbers set in another font often sit on a slightly different baseline than the words around
them, so lines are grouped by how far characters overlap vertically, never by equal baselines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.document import BBox

PIECE_GAP = 1.4  # letters of white space that part two pieces of a line

_ITEM = re.compile(r"\d{1,2}[.、．](?!\d)")
_ASCII = re.compile(r"[0-9A-Za-z.,%]")


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character with its box (points from the page's top left) and font size."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


@dataclass(frozen=True)
class Line:
    """Characters that a reader sees on one line, left to right."""

    text: str
    bbox: BBox
    size: float


def bounds(boxes: Iterable[BBox]) -> BBox:
    """The smallest box around the boxes (at least one)."""
    x0s, tops, x1s, bottoms = zip(*boxes, strict=True)
    return (min(x0s), min(tops), max(x1s), max(bottoms))


def group_lines(chars: Sequence[Char]) -> list[Line]:
    """Group characters into lines, top to bottom."""
    return [to_line(members) for members in group_chars(chars)]


def group_chars(chars: Sequence[Char]) -> list[list[Char]]:
    """The characters of each line, top to bottom: those that overlap by at least half their height."""
    rows: list[tuple[float, float, list[Char]]] = []
    for char in sorted(chars, key=lambda c: ((c.top + c.bottom) / 2, c.x0)):
        if rows:
            top, bottom, members = rows[-1]
            overlap = min(bottom, char.bottom) - max(top, char.top)
            if overlap >= 0.5 * min(bottom - top, char.bottom - char.top):
                members.append(char)
                # The band grows slowly, so that a tall character cannot swallow the next line.
                middle = len(members)
                rows[-1] = (
                    top + (char.top - top) / middle,
                    bottom + (char.bottom - bottom) / middle,
                    members,
                )
                continue
        rows.append((char.top, char.bottom, [char]))
    return [members for _, _, members in rows]


def in_pieces(chars: Sequence[Char]) -> list[list[Char]]:
    """The characters of one line, left to right, cut where a reader sees a gap between columns."""
    ordered = sorted(chars, key=lambda c: c.x0)
    size = sorted(c.size for c in ordered)[len(ordered) // 2]
    pieces: list[list[Char]] = [[]]
    for char in ordered:
        if pieces[-1] and char.x0 - pieces[-1][-1].x1 > PIECE_GAP * size:
            pieces.append([])
        pieces[-1].append(char)
    return pieces


def to_line(chars: Sequence[Char]) -> Line:
    """The text, box and usual size of the characters of one line (at least one)."""
    chars = sorted(chars, key=lambda c: c.x0)
    parts: list[str] = []
    previous: Char | None = None
    for char in chars:
        # Bold is sometimes faked by printing a character twice, a hair apart.
        if previous and char.text == previous.text and abs(char.x0 - previous.x0) < 0.3 * char.size:
            continue
        if previous and _gap(previous, char):
            parts.append(" ")
        parts.append(char.text)
        previous = char
    sizes = sorted(c.size for c in chars)
    box = bounds((c.x0, c.top, c.x1, c.bottom) for c in chars)
    return Line("".join(parts), box, sizes[len(sizes) // 2])


def _gap(left: Char, right: Char) -> bool:
    """Whether a reader sees a space between two neighbours."""
    ascii_pair = _ASCII.match(left.text) and _ASCII.match(right.text)
    return right.x0 - left.x1 > (0.2 if ascii_pair else 0.8) * right.size


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def join(lines: Iterable[str]) -> str:
    """Join the soft lines of one cell or paragraph: no space, except between two Latin words."""
    result = ""
    for line in lines:
        line = line.strip()
        if result and _ITEM.match(line) and result[-1].isdigit():
            result += " "  # a figure at the end of one item must not run into the next item's number
        elif result and line and _latin(result[-1]) and _latin(line[0]):
            result += " "
        result += line
    return result

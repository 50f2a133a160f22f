"""Text → what of it can be quoted by itself: sentences of prose, entries of a form's text cell.

Answers quote them and the store embeds them, so both must cut alike.
"""

from __future__ import annotations

import re

from ingest.document import Passage
from ingest.prose import level_of

TELLING = 8  # letters of a sentence that says something

_STOP = re.compile(r"[^。!?！？]+[。!?！？]*")
_GOES_ON = re.compile(r"^(其中|此外|另外|具体为)")
_ENTRY = re.compile(r"(?<=[^\d.(（])\s*(?=\d{1,2}[.、)](?!\d))")


def quotable(passage: Passage) -> list[str]:
    """What of a passage could be quoted; a table's description finds its table, and is nothing to quote."""
    if passage.table is None:
        pieces = [piece for line in passage.text.split("\n") for piece in sentences(line)]
    else:
        pieces = entries(passage.text) if len(passage.heading_path) > 1 else []
    return [piece for piece in pieces if len(piece) >= TELLING]


def sentences(text: str) -> list[str]:
    """Sentences of a paragraph; a stop inside brackets ends none, 其中 belongs to what it divides, and a
    point's short title (八、维护社区平安。) to what it says."""
    found: list[str] = []
    for part in map(str.strip, _STOP.findall(text)):
        inside = bool(found) and found[-1].count("(") > found[-1].count(")")
        titled = len(found) == 1 and _is_title(found[0])
        if found and (inside or titled or _GOES_ON.match(part)):
            found[-1] += part
        elif part.strip("。;； "):
            found.append(part)
    return found


def entries(text: str) -> list[str]:
    """A text cell's entries: its numbered points (each calculation on its own), else its sentences."""
    parts = [p.strip() for p in _ENTRY.split(text) if p.strip()]
    if len(parts) < 2 or not all(re.match(r"\d{1,2}[.、)]", p) for p in parts):
        parts = [s.strip() for s in _STOP.findall(text) if s.strip()]
    return parts


def _is_title(text: str) -> bool:
    """Whether a sentence only names a point: numbered, in one piece, with no figure but its number."""
    return level_of(text) is not None and not re.search(r"[,，:：]|\d", text[3:])

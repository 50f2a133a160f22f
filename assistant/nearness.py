"""Names that mean about what a question says, or that it misspells: how near each of them is."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.sound import sound, stems
from ingest.text import key

FLOOR, CEILING = 0.87, 0.94  # similarities of unrelated and of equivalent names (multilingual-e5-small)
SAID = 1.5  # closeness of a name that is meant beyond doubt


def near_names(found: Sequence[tuple[str, float]], text: str) -> dict[str, float]:
    """Names as keys with their closeness to a question; one misspelt in it is said there."""
    near = {key(name): closeness(similarity) for name, similarity in found}
    return {name: SAID if _misspelt(name, text) else close for name, close in near.items()}


def _misspelt(name: str, text: str) -> bool:
    """Whether a text holds a name but for one letter, or in letters that sound the same (陪训费)."""
    size = len(name)
    for at in range(len(text) - size + 1):
        letters = text[at : at + size]
        if 3 <= size <= 10 and sum(a != b for a, b in zip(name, letters, strict=True)) <= 1:
            return letters[0] == name[0] or sound(letters) == sound(name)
    return any(sound(stem) in _sounds(text, len(stem)) for stem in stems(name))


def _sounds(text: str, size: int) -> set[tuple[str, ...]]:
    return {sound(text[at : at + size]) for at in range(len(text) - size + 1)}


def closeness(similarity: float) -> float:
    """A cosine similarity of the embedding as closeness of meaning: 0 for anything, 1 for the same.

    Short names of one field lie close together; what tells is how far a pair is above that floor.
    """
    return min(max((similarity - FLOOR) / (CEILING - FLOOR), 0.0), 1.0)

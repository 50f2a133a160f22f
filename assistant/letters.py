"""How far names and texts are made of the same letters: for names that are not said just as printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import rapidfuzz.fuzz as fuzz

from vectorstore.tokens import words


@lru_cache(8192)
def _words(name: str) -> frozenset[str]:
    return frozenset(words(name))


def holds(name: str, word: str) -> bool:
    """Whether a word stands in a name as a word: 工资 in 基本工资, but not 电费 in 邮电费."""
    before = name[: name.find(word)] if word in _words(name) else None
    return before is not None and (not before or any(before.endswith(w) for w in _words(name)))


def in_order(short: str, full: str) -> bool:
    """Whether a name's letters stand in another in the same order."""
    at = -1
    for letter in short:
        at = full.find(letter, at + 1)
        if at < 0:
            return False
    return True


def overlap(name: str, text: str) -> float:
    """Share of a name's pairs of letters that a text holds (0 to 1)."""
    pairs = _pairs(name)
    return len([p for p in pairs if p in text]) / len(pairs) if pairs else 0.0


@lru_cache(8192)
def _pairs(name: str) -> tuple[str, ...]:
    return tuple(name[i : i + 2] for i in range(len(name) - 1))


def longest(tokens: Sequence[str]) -> list[str]:
    """Search-mode tokens without those that are parts of another."""
    return [t for t in tokens if not any(t != o and t in o for o in tokens)]


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0 to 1, tolerant of a slip of the pen."""
    return fuzz.ratio(a, b) / 100

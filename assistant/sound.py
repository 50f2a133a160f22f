"""How words sound: most slips of Chinese typing are other letters of the same sound (陪训 for 培训)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from assistant import lexicon


@lru_cache(4096)
def sound(text: str) -> tuple[str, ...]:
    """The syllables of a text without their tones."""
    import pypinyin  # its dictionary is read only where a slip is suspected

    return tuple(pypinyin.lazy_pinyin(text))


def stems(name: str) -> Iterator[str]:
    """A name without the ending that people leave out (培训 of 培训费)."""
    stem = re.sub(r"(费用?|经费|支出|收入|补贴)$", "", name)
    if len(stem) >= 2 and stem != name:
        yield stem


@cache
def _spoken() -> dict[tuple[str, ...], str]:
    """Syllables → the word of the lexicon that sounds so, or the official name whose stem does."""
    entries = lexicon.load_aliases()
    found = {sound(stem): entry.name for entry in entries for stem in stems(entry.name)}
    return found | {sound(word): word for entry in entries for word in (entry.name, *entry.aliases)}


def meant_by_sound(stretch: str) -> str | None:
    """The word of the lexicon that a stretch of letters sounds like; None where none does."""
    word = _spoken().get(sound(stretch))
    return word if word != stretch else None

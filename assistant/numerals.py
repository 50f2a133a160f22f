"""Chinese numerals of speech (两, 十二, 二十三, 一千五百) as numbers."""

from __future__ import annotations

import re

from ingest.text import normalise

NUMERAL = "[一二两三四五六七八九十]{1,3}"
_PLACES = (("thousands", "千", 1000), ("hundreds", "百", 100), ("tens", "十", 10))
_SAID = re.compile(
    "".join(f"(?P<{name}>[一二两三四五六七八九]?{unit})?" for name, unit, _ in _PLACES)
    + "(?P<ones>[一二两三四五六七八九])?"
)
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def numeral(text: str) -> int | None:
    """The number that a numeral below ten thousand or digits say; None for anything else.

    >>> [numeral(n) for n in ("两", "十二", "二十三", "一千五百", "12", "十百", "三四")]
    [2, 12, 23, 1500, 12, None, None]
    """
    text = normalise(text)
    if text.isdigit():
        return int(text)
    found = _SAID.fullmatch(text)
    if not text or not found:
        return None
    ones = _DIGITS.get(found["ones"], 0)
    return ones + sum(
        _DIGITS.get(found[name].rstrip(unit), 1) * size for name, unit, size in _PLACES if found[name]
    )

"""Small Chinese numerals of speech (两, 十二, 二十三) as numbers."""

from __future__ import annotations

import re

from ingest.text import normalise

NUMERAL = "[一二两三四五六七八九十]{1,3}"
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def numeral(text: str) -> int | None:
    """The number that a numeral up to 99 or digits say; None for anything else."""
    text = normalise(text)
    if text.isdigit():
        return int(text)
    found = re.fullmatch(r"([一二两三四五六七八九])?(十)?([一二三四五六七八九])?", text)
    if not text or not found:
        return None
    tens, ten, ones = found.groups()
    if not ten:
        return _DIGITS.get(text)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)

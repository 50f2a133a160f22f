"""The words of forms' cells: which of them head columns or rows, and what number a cell prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from ingest import template
from ingest.text import key, normalise, parse_number

HEAD_LENGTH = 20
_QUANTITY = re.compile(
    r"^(?P<bound>[≥≤>＞<＜=约超不少于低高大小达到]*)\s*(?P<number>-?\d[\d,]*(?:\.\d+)?)\s*"
    r"(?!年?[月日年][底末前初份中度预决目指实计完\d])[(（]?(?P<unit>[%％‰]|[\u4e00-\u9fff㎡²/A-Za-z]{0,8})[)）]?(?:以上|以下|以内|左右)?$"
)


def label_of(text: str) -> str:
    """A cell's text as the lists of headings have it: as a key, without what it adds in brackets."""
    return re.sub(r"[(（]20\d\d年?度?[)）]$", "", template.plain_head(key(text).rstrip(":：")))


@lru_cache(8192)
def is_head(text: str) -> bool | None:
    """True for a heading that names rows, False for one over values, None for no heading."""
    heads = template.knowledge("forms")["heads"]
    text = label_of(text)
    if text in {key(w) for w in heads["key"]}:
        return True
    if text in {key(w) for w in heads["value"]} or any(re.search(p, text) for p in heads["patterns"]):
        return False
    return None


def head_kinds(texts: Sequence[str]) -> list[bool | None]:
    """`is_head` of each cell of a row; beside indicator levels, or among headings, the others are too."""
    kinds = [is_head(text) for text in texts]
    levels = [label_of(text) in template.form_words("indicator_levels") for text in texts]
    known = sum(k is not None for k in kinds)
    sure = sum(levels) >= 2 or (known >= 3 and known == len(kinds) - 1)
    words = all(k is not None or is_word(text) for k, text in zip(kinds, texts, strict=True))
    return [False if k is None else k for k in kinds] if sure and words else kinds


def is_word(text: str) -> bool:
    """Whether a cell could be a heading at all: short, and nothing to be counted in it."""
    return len(key(text)) <= HEAD_LENGTH and read_quantity(text, [], None) == (None, None)


def read_quantity(text: str, labels: Sequence[str], unit: str | None) -> tuple[Decimal | None, str | None]:
    """Number and unit of a form cell; ``≥90%`` → (90, %), ``20亿元`` → (20, 亿元)."""
    words = template.knowledge("forms")
    fixed: str | None = words["head_units"].get(label_of(labels[-1])) if labels else None
    if fixed is not None and parse_number(text) is not None:
        return parse_number(text), "%" if normalise(text).endswith("%") else fixed or None
    joined = "".join(key(v) for v in (labels[-2:] if len(labels) > 1 else labels))
    number = parse_number(text)
    if number is not None:
        if normalise(text).endswith("%"):
            return number, "%"
        if any(w in joined for w in words["plain_labels"]) and not any(
            w in joined for w in words["money_labels"]
        ):
            return None, None
        own = next((u for u in (template.unit_in_brackets(v) for v in reversed(labels)) if u), None)
        money = any(w in joined for w in words["money_labels"]) and "数量" not in joined
        return number, own or (unit if money else None)
    match = _QUANTITY.match(normalise(text))
    if not match or not (match["unit"] or match["bound"]):
        return None, None
    return parse_number(match["number"]), match["unit"] or None


def is_figure(text: str) -> bool:
    """Whether a cell prints a number, with or without its unit."""
    return parse_number(text) is not None or read_quantity(text, [], None)[0] is not None

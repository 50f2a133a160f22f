"""A question's terms: stretches of it with what they may be called in the documents, and what is no term."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from assistant.question import phrases
from ingest.text import key

BLANK = "\ue000"  # stands for text that is taken, so that positions stay as they are


@dataclass(frozen=True)
class Term:
    """A stretch of the question: `surface`, what it may be called (as keys), weight and role."""

    surface: str
    names: tuple[str, ...]
    weight: float
    role: str  # item | measure | total | topic | word | code
    start: int = field(default=-1, compare=False)  # where it stands in the question's text


@dataclass(frozen=True)
class Linked:
    """A question's terms, and the text that is left when bodies, years and phrases are blanked."""

    terms: tuple[Term, ...]
    content: str
    joint: tuple[tuple[tuple[str, ...], ...], ...] = ()  # words that mean several items added up
    said: str = ""  # the question without bodies, years and amounts
    printed: tuple[str, ...] = ()  # names of the catalog that stand whole in the question

    @property
    def items(self) -> tuple[Term, ...]:
        """Terms that name something (not bare words)."""
        return tuple(t for t in self.terms if t.role != "word")

    @property
    def names(self) -> tuple[str, ...]:
        """All names known to stand in `probe` or in the question."""
        return (*self.printed, *(n for t in self.items for n in t.names[:3]))

    @property
    def meaning(self) -> str:
        """The text whose meaning is compared with the catalog's names."""
        return self.said or self.content

    @property
    def probe(self) -> str:
        """The text to search with: the content and what its terms are called officially."""
        return " ".join([self.content, *(n for t in self.items for n in t.names[:3])])


# What a question gives rather than asks for: years, amounts (also in words), dates.
_GIVEN = re.compile(
    r"\([不非][^()]*\)|"  # what the question says it does not mean
    r"(?:(?<=[,，(])|[按以用])[\u4e00-\u9fff]{2,16}表的?口径(?:来?[计算])?|"  # where its figures stand
    r"(?<=年)\(20\d\d\)|"  # which year 今年 is
    r"[一二两三四五六七八九十百千]+(?:多|来|几)?[万亿][一二两三四五六七八九十百千多几]*(?:[万亿]多?)?元?|"
    r"(20\d\d|(?<!\d)\d\d)(?:\s*年(度|底|末(?!结))?(?!初)|(?=年初))|\d[\d,.]*\s*(?:[亿万]元?(?!平|人)|元)|\d+月(?:\d+日|底|末)?"
)


# A question that names no item means the whole of the budget or final account.
WHOLE = Term(
    "总额",
    (
        "收支总预算",
        "支出总计",
        "财政拨款收入支出",
        "支出预算",
        "收入支出总计",
        "财政拨款预算数",
        "本年支出合计",
        "收入预算",
        "收入总计",
    ),
    1.8,
    "total",
)


def blanked(text: str, names: Sequence[str]) -> str:
    """A question's text with what it gives rather than asks blanked: bodies, years, amounts, that all funds
    are meant."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, BLANK * len(name))
    return re.sub(phrases()["all_funds"]["said"], blank_out, _GIVEN.sub(blank_out, text))


def blank_out(match: re.Match[str]) -> str:
    """Blanks for a match, as many as it has letters."""
    return BLANK * len(match.group())


def in_brackets(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text stands in brackets of its own."""
    return text[max(start - 1, 0) : start] == "(" and text[end : end + 1] == ")"


def weight_of(surface: str) -> float:
    """Longer words tell more, with diminishing returns."""
    return {1: 0.3, 2: 1.0, 3: 1.4}.get(len(key(surface)), 1.8)


@cache
def asking_words() -> re.Pattern[str]:
    """The phrases of asking, which name nothing."""
    return re.compile("|".join([*phrases()["phrases"], phrases()["which_side"]]))

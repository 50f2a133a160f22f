"""A question's content words → terms linked to the names that the catalog prints.

A term is a stretch of the question with everything it may be called in the documents: itself, the
official names an alias stands for, the catalog's own spelling. Ranking then asks how much of the
question's terms a piece of evidence speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import rapidfuzz.fuzz as fuzz

from assistant import lexicon
from assistant.question import Question, phrases
from ingest.text import key, normalise
from vectorstore.records import NameKind
from vectorstore.store import Store
from vectorstore.tokens import words

FUZZY = 82  # per cent of likeness from which a misspelt stretch counts as a name


@dataclass(frozen=True)
class Term:
    """A stretch of the question: `surface`, what it may be called (as keys), weight and role."""

    surface: str
    names: tuple[str, ...]
    weight: float
    role: str  # item | measure | total | topic | word


@dataclass(frozen=True)
class Linked:
    """A question's terms, and the text that is left when bodies, years and phrases are blanked."""

    terms: tuple[Term, ...]
    content: str

    @property
    def items(self) -> tuple[Term, ...]:
        """Terms that name something (not bare words)."""
        return tuple(t for t in self.terms if t.role != "word")

    @property
    def probe(self) -> str:
        """The text to search with: the content and what its terms are called officially."""
        return " ".join([self.content, *(n for t in self.items for n in t.names[:3])])


def link(question: Question, store: Store, doc_ids: Sequence[int], blank: Sequence[str]) -> Linked:
    """Link a question's content to the catalog. `blank` are body names, which are no content."""
    text = question.text
    for name in sorted(blank, key=len, reverse=True):
        text = text.replace(name, " " * len(name))
    text = re.sub(r"(20\d\d|\d\d)\s*年(度|底|末|初)?|\d[\d,.]*\s*(亿|万)?元", lambda m: " " * len(m.group()), text)
    spans = _catalog_spans(text, store, doc_ids)
    spans += _alias_spans(text, spans)
    rest = list(text)
    terms = []
    for start, end, term in sorted(spans, key=lambda s: s[0]):
        terms.append(term)
        rest[start:end] = " " * (end - start)
    left = "".join(rest)
    terms += _words(left)
    return Linked(tuple(terms), re.sub(r"\s+", " ", _without_noise(text)).strip())


def _catalog_spans(text: str, store: Store, doc_ids: Sequence[int]) -> list[tuple[int, int, Term]]:
    """Names of the catalog that stand in the text, the longest first, without overlaps."""
    found: list[tuple[int, int, Term]] = []
    hits = store.names(doc_ids, text, limit=60)
    usable = [h for h in hits if h.kind != NameKind.MEASURE and _telling(h.name)]
    for hit in sorted(usable, key=lambda h: -len(key(h.name))):
        at = _find(text, hit.name)
        if at is None or any(at[0] < end and start < at[1] for start, end, _ in found):
            continue
        names = tuple(dict.fromkeys([key(hit.name), *map(key, lexicon.spellings(hit.name))]))
        found.append((*at, Term(text[at[0] : at[1]], names, _weight(hit.name), "item")))
    return found


def _telling(name: str) -> bool:
    plain = key(name)
    return len(plain) >= 3 and not re.fullmatch(r"[\d年.,%]+", plain) and plain not in _structural()


@cache
def _structural() -> frozenset[str]:
    """Names that structure tables rather than name items; they are matched as words."""
    return frozenset(
        ["合计", "总计", "小计", "项目名称", "预算数", "决算数", "执行数", "收入总计", "支出总计", "基本支出", "项目支出", "人员经费", "公用经费", "本年支出合计", "本年收入合计"]
    )


def _find(text: str, name: str) -> tuple[int, int] | None:
    """Where a name stands in the text: as printed, or without brackets and quotes."""
    for form in (normalise(name), re.sub(r"\(.*?\)", "", normalise(name)), key(name)):
        if len(form) >= 3 and form in text:
            start = text.index(form)
            return start, start + len(form)
    return None


def _alias_spans(
    text: str, taken: Sequence[tuple[int, int, Term]]
) -> list[tuple[int, int, Term]]:
    spans = []
    for one in lexicon.expand(text):
        overlaps = [t for t in taken if t[0] < one.end and one.start < t[1]]
        if overlaps:
            continue
        surface = text[one.start : one.end]
        names = tuple(dict.fromkeys([*map(key, one.names), key(surface)]))
        spans.append((one.start, one.end, Term(surface, names, _weight(surface), one.role)))
    return spans


def _weight(surface: str) -> float:
    """Longer words tell more, with diminishing returns."""
    return {1: 0.3, 2: 1.0, 3: 1.4}.get(len(key(surface)), 1.8)


@cache
def _noise() -> re.Pattern[str]:
    alternatives = sorted(phrases()["noise"], key=len, reverse=True)
    return re.compile("|".join(alternatives))


def _without_noise(text: str) -> str:
    return _noise().sub(" ", text)


def _words(text: str) -> list[Term]:
    """The words that no name covers, each as a term of its own; particles are dropped."""
    found: dict[str, Term] = {}
    for part in re.split(r"[\s,，。？?！!、；;：:“”\"()（）]+", _without_noise(text)):
        for word in _longest(words(part)):
            if len(word) > 1 or not word.isascii() and len(part) == 1:
                found.setdefault(word, Term(word, (key(word),), _weight(word) * 0.8, "word"))
    return list(found.values())


def _longest(tokens: Sequence[str]) -> list[str]:
    """Search-mode tokens without those that are parts of another."""
    return [t for t in tokens if not any(t != o and t in o for o in tokens)]


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0 to 1, tolerant of a slip of the pen."""
    return fuzz.ratio(a, b) / 100

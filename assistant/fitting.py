"""How well a span answers a question, by named features: what is spoken of, and what is told.

The question's words are sought where they weigh: in one clause, in its sentence, in what that
stands under, in the section around it. The words beside the asking word must be said; the others
may be what the section is about. Figures of tables are measured the same way, so that a sentence
and a cell can be compared.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.bearing import official
from assistant.evidence import fits_kind, fund_of
from assistant.letters import overlap
from assistant.question import Operation, weak_letters
from assistant.sought import LETTER, Word, question_words
from assistant.spans import Span
from assistant.wanted import Wanted, wanted
from ingest.document import Kind
from ingest.text import key

if TYPE_CHECKING:
    from assistant.finder import Asked

HEAD = 1.6  # what the asking word stands beside is what is asked
SENTENCE, ABOVE = 0.92, 0.88
APART = 0.35  # in the sentence, while a figure of another clause is asked for
BEFORE, ASKED_BEFORE = 0.86, 0.6  # in the paragraph's opening: what it is about, or what is asked
ABOUT, ASIDE = 0.78, 0.3  # said elsewhere in the section: what it is about, or what is asked
SUBJECT = 16  # letters of a sentence that say what it is about
MISSED = 0.31  # a word that matches less is not spoken of, or only elsewhere
CLOSER = 25  # spans that are looked at clause by clause
EXPLAINED = (Operation.DEFINITION, Operation.PURPOSE, Operation.COMPOSITION)  # may be definitions
_CARRIED_OUT = re.compile("决算|执行(数|率|了|完成|情况|进度)|实际")
_MONTH = re.compile(r"(?:(20\d\d)年(?:度)?)?(?:(\d{1,2})月|年?[底末])")
_COMPARED = re.compile(r"[比较与同和跟]20\d\d年")
_NOW = re.compile("现在|目前|眼下|如今|现有|当前")
_AS_OF = re.compile(r"(20\d\d)年(\d{1,2})月")


@dataclass(frozen=True)
class Fit:
    """How a span fits: `coverage` of the question's words, `own` without what only its section says;
    `missed`, whether something beside the asking word is not spoken of; `clause` says it; `score`, by
    which spans compete, is the sum of `parts`."""

    span: Span
    coverage: float
    own: float
    missed: bool
    clause: str
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """What spans compete by."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class _Clause:
    """How one clause of a span does: `told` is for figures of the unit asked and for telling no more."""

    text: str
    coverage: float
    head: float
    missed: bool
    told: float

    @property
    def score(self) -> float:
        return self.coverage + 0.15 * self.head + self.told


class Fitting:
    """Measures spans against one question. `pool` are the spans that compete; they tell which words
    are common here."""

    def __init__(self, asked: Asked, pool: Sequence[Span]) -> None:
        self.asked = asked
        self.wanted: Wanted = wanted(asked.question)
        words = [w for w in question_words(asked) if not any(w.surface in kin for kin in self.wanted.units)]
        self.words = _weighed(words, pool)
        self._official = {t.surface for t in official(asked.linked.terms)}
        self.asking = {c for w in self.words for n in w.names[:3] for c in n}

    def best(self, spans: Iterable[Span]) -> list[Fit]:
        """The fits of the spans that speak most of the question, best first."""
        lists = "list" in self.wanted.kinds
        # What is no list stands in one sentence, and what is one of a list's labels stands under it.
        own = [s for s in spans if not s.enumerates or (lists and not self._heads_it(s))]
        rough = [(self._covered(self._around(s)), -n, s) for n, s in enumerate(own)]
        close = heapq.nlargest(CLOSER, rough, key=lambda r: r[:2])
        return sorted((self.fit(s) for _, _, s in close), key=lambda f: -f.score)

    def fit(self, span: Span) -> Fit:
        """How one span fits, by the clause that does best."""
        around = self._around(span)
        best = max((self._clause(c, around) for c in self._telling(span)), key=lambda c: c.score)
        alone = self._each(self._around(replace(span, beside="", section="")))
        own = self._covered([m if m is None else max(_said(w, key(best.text)), m) for w, m in alone])
        parts = {
            "coverage": best.coverage,
            "head": 0.15 * best.head,
            "clause": best.told,
            "told": 0.25 * self.wanted.fits(span),
            "day": 0.15 * _day_fits(self.asked, span),
            "kind": 0.1 * _kind_fits(self.asked, span),
            "list": 0.15 * self._introduces(span),
            "lacking": -0.2 * self.wanted.misses(span),
            "rank": 0.03 * (1 - min(span.rank, 20) / 20),
        }
        return Fit(span, best.coverage, own, best.missed, best.text, parts)

    def _telling(self, span: Span) -> list[str]:
        """The clauses that can tell what is asked: where a figure is, those that print one."""
        kin = [u for units in self.wanted.units for u in units]
        return [c for c in span.clauses if kin and self.wanted.counts(c, kin)] or span.clauses

    def clause_of(self, span: Span, units: Sequence[str]) -> str | None:
        """The clause of a span that prints a figure of these units and speaks most of the question."""
        around = self._around(span)
        own = [self._clause(c, around) for c in span.clauses if self.wanted.counts(c, units)]
        return max(own, key=lambda c: c.score).text if own else None

    def _clause(self, clause: str, around: Sequence[float | None]) -> _Clause:
        """How a clause does, where `around` is what its surroundings say of each word."""
        near = key(clause)
        matches = [m if m is None else max(_said(w, near), m) for w, m in self._each(around)]
        heads = [(w.weight, m) for w, m in self._each(matches) if w.head and m is not None]
        coverage = self._covered(matches)
        weight = sum(w for w, _ in heads)
        head = sum(w * m for w, m in heads) / weight if weight else coverage
        needed = [(w.weight, m) for w, m in self._each(matches) if m is not None and (w.head or w.joined)]
        missed = any(weight > LETTER * HEAD and m < MISSED for weight, m in needed)
        own = [c for c in near if "\u4e00" <= c <= "\u9fff" and c not in weak_letters()]
        tight = sum(c in self.asking for c in own) / len(own) if own else 0.0
        told = 0.12 * self.wanted.units_in(near) + 0.08 * tight
        return _Clause(clause, coverage, head, missed, told)

    def _each(self, matches: Sequence[float | None]) -> list[tuple[Word, float | None]]:
        return list(zip(self.words, matches, strict=True))

    def _covered(self, matches: Sequence[float | None]) -> float:
        """The weighted share of the words that is matched, of those that have to be."""
        own = [(w.weight, m) for w, m in self._each(matches) if m is not None]
        total = sum(weight for weight, _ in own)
        return sum(weight * m for weight, m in own) / total if total else 0.0

    def _introduces(self, span: Span) -> bool:
        """Whether a list is wanted, and this is one that its lead-in or headings say is of that."""
        if "list" not in self.wanted.kinds or not span.enumerates:
            return False
        sought = [w for w in self.words if w.head] or self.words
        lead = key(span.lead) + key(span.said) + span.keys[1]
        return all(any(n in lead for n in w.names) or len(w.surface) < 2 for w in sought)

    def _heads_it(self, span: Span) -> bool:
        """Whether what is asked is one of the labels that a list sums up: it is told under that label."""
        heads = [w for w in self.words if w.head and len(w.surface) > 1]
        labels = key(span.text).split("、") if span.said else []
        return any(w.surface in label for w in heads for label in labels)

    def _around(self, span: Span) -> list[float | None]:
        """What the sentence, its headings and its section say of each word; None for a word that need not
        be said, since the span holds what it asks for."""
        sentence, above = span.keys
        held = self.wanted.covers(span)
        counted = span.table is None and (self.wanted.number or self.wanted.units)
        found: list[float | None] = []
        for word in self.words:
            if word.surface in held:
                found.append(None)
                continue
            best = 0.0
            aside = ASIDE if word.head else ABOUT
            here, nearby = (SENTENCE, BEFORE)
            if word.head:
                here, nearby = (APART if counted else SENTENCE, ASKED_BEFORE)
            section = span.beside if word.surface in self._official else span.section
            zones = ((here, sentence), (ABOVE, above), (nearby, span.opening), (aside, section))
            for position, name in enumerate(word.names):
                if best >= SENTENCE:
                    break
                worth = max((w for w, zone in zones if name in zone), default=0.0)
                if name == span.topic:
                    worth = SENTENCE
                best = max(best, worth * _order(position))
            found.append(best if best >= 0.5 else max(best, _partly(word, sentence, above)))
        return found


def _order(position: int) -> float:
    """Earlier names are what the words mean first."""
    return max(1.0 - 0.04 * position, 0.85)


def _said(word: Word, clause: str) -> float:
    """What a clause says of a word: by one of its names, or some of its letters."""
    for position, name in enumerate(word.names):
        if name in clause:
            return _order(position)
    if len(word.names[0]) < 2 or not word.letters:
        return 0.0
    return 0.5 * sum(c in clause for c in word.letters) / len(word.letters)


def _partly(word: Word, sentence: str, above: str) -> float:
    """Credit for a longer name that is said in part."""
    names = [n for n in word.names[:4] if len(n) > 2]
    return max((max(0.65 * overlap(n, sentence), 0.6 * overlap(n, above)) for n in names), default=0.0)


def _weighed(words: Sequence[Word], pool: Sequence[Span]) -> list[Word]:
    """The words with their weights: less for those that most spans here say or stand under."""
    texts = ["|".join(s.keys) for s in pool]
    weighed = []
    for word in words:
        share = sum(any(n in t for n in word.names) for t in texts) / len(texts) if texts else 0.0
        weight = word.weight * (1 - 0.6 * share) * (HEAD if word.head else 1.0)
        weighed.append(replace(word, weight=weight))
    return weighed


def _day_fits(asked: Asked, span: Span) -> float:
    """Whether the day or year that a span speaks of is the one asked for."""
    years = set(asked.selection.years_asked)
    if span.figure is not None and span.figure.year is not None:
        return 0.0 if not years else 0.5 if span.figure.year in years else -1.0
    as_of = _AS_OF.search(span.day)
    month = _MONTH.search(asked.question.text)
    if as_of:
        if month:
            wanted_month = int(month.group(2) or 12)
            same_year = month.group(1) is None or month.group(1) == as_of.group(1)
            return 1.0 if int(as_of.group(2)) == wanted_month and same_year else -1.0
        now = not years and _NOW.search(asked.question.text)  # a state, not what is planned for the year
        return 0.5 if now or int(as_of.group(1)) in years else 0.0
    own = _COMPARED.sub("", span.text)  # 与2024年预算一致 tells of this year
    said = {int(y) for y in re.findall(r"20\d\d(?=年)", own)} or {span.document.year or 0}
    if years:
        return 0.5 if years & said else -1.0
    return 0.0


def _kind_fits(asked: Asked, span: Span) -> float:
    """Whether a span can tell what is asked: a budget's prose cannot tell what was spent, unless it says
    so, and a definition no figure."""
    if span.figure is not None:
        return 0.0 if fits_kind(span.figure, asked.question) else -1.0
    fund = fund_of(key(span.text)[:SUBJECT])
    if fund is not None and not re.search(fund["said"], asked.question.text):
        return -0.5  # a sentence about one fund tells nothing of the whole
    explained = asked.question.operation in EXPLAINED and not asked.question.amounts
    if "名词解释" in "".join(span.headings) and not explained:
        return -1.0  # a definition says nothing of this body, nor of an amount of its
    if asked.question.kind != Kind.FINAL or span.document.kind != Kind.BUDGET:
        return 0.0
    return 0.0 if _CARRIED_OUT.search(span.text + "".join(span.headings)) else -1.0

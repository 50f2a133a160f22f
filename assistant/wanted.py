"""What would count as an answer: a figure of some unit, a day, a place, names, a calculation.

Read from the question alone (``lexicon/answers.yaml``), and then looked for in a stretch of text:
a sentence that speaks of everything asked but holds no such thing does not answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.named import Sort, sort_asked
from assistant.question import Question, answers, kin_of, phrases
from assistant.spans import Span
from vectorstore.tokens import familiar

_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_NUMERAL = r"[一二三四五六七八九十两百]+"
_SORTS = ("time", "place", "unit")
_GIVEN = re.compile(
    r"(?<![第几多百千万])([两二三四五六七八九十]|\d+)(个|家|辆|台|层|栋|人|项|名|次|场|处)(?!月)"
)
_NUMERALS = {n: str(i) for i, n in enumerate("一二三四五六七八九十", 1)} | {"两": "2"}
_NUMBER = re.compile(rf"(?<!\d)(?!20\d\d年)\d[\d,.]*\s*[%\u4e00-\u9fff]|{_NUMERAL}[个级层度]")


def workings() -> list[str]:
    """What forms call the cells that hold calculations."""
    return list(answers()["kinds"]["calculation"]["fields"])


@dataclass(frozen=True)
class Wanted:
    """The kinds of answer that a question wants. `units`: the units of its figures, one set for each
    asking word; `number`: whether it asks how many; `things`: what 哪… or 什么… asks to be named."""

    kinds: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]
    number: bool
    things: tuple[str, ...]
    body: Sort | None = None  # the sort of body whose name is asked

    @staticmethod
    def counts(text: str, units: Sequence[str]) -> bool:
        """Whether a text prints a number of one of the units."""
        return any(_figure(u).search(text) for u in units)

    def units_in(self, text: str) -> float:
        """Share of the units asked that a text prints a number of."""
        if not self.units:
            return 0.0
        return sum(self.counts(text, kin) for kin in self.units) / len(self.units)

    def fits(self, span: Span) -> float:
        """Share (0 to 1) of what is wanted that a span holds; 1 where nothing special is wanted."""
        scores = [float(h) for _, h in self._holding(span)]
        return sum(scores) / len(scores) if scores else 1.0

    def words(self, text: str) -> bool:
        """Whether a text has the words of one of the kinds that are wanted, or none is wanted."""
        return not self.kinds or any(p.search(text) for kind in self.kinds for p in _compiled(kind, "found"))

    def misses(self, span: Span) -> bool:
        """Whether a span lacks something without which nothing answers."""
        return any(not h and kind not in answers()["soft"] for kind, h in self._holding(span))

    def lacks(self, span: Span) -> bool:
        """Whether a figure is of another sort than asked: money where a number of people is, or no day
        where one is."""
        bare = span.figure is not None and span.figure.unit is None and span.figure.value is not None
        sorts = ("time", "place") if bare or "元" in [u for kin in self.units for u in kin] else _SORTS
        return any(not held and sort in sorts for sort, held in self._holding(span))

    def _holding(self, span: Span) -> list[tuple[str, bool]]:
        """Each thing wanted, and whether a span holds it."""
        held = [(kind, self._holds(kind, span)) for kind in self.kinds]
        held += [("unit", self.counts(span.text, kin)) for kin in self.units]
        if self.number and not self.units and "calculation" not in self.kinds:
            held.append(("number", bool(_NUMBER.search(span.text))))
        if self.body is not None:
            held.append(("body", self.body.named_in(span.text)))
        covered = self.covers(span)
        return held + [("thing", thing in covered) for thing in self.things]

    def covers(self, span: Span) -> frozenset[str]:
        """Words of the question that need not be spoken of, since the span holds what they ask for."""
        held = [k for k in self.kinds if self._holds(k, span)]
        words = [w for k in held for w in answers()["kinds"][k]["covers"]]
        if any("元" in kin and self.counts(span.text, kin) for kin in self.units):
            words += answers()["money_words"]
        return frozenset(words + [t for t in self.things if _names(t, span.text)])

    def _holds(self, kind: str, span: Span) -> bool:
        if kind == "list":
            return span.lists
        under = answers()["kinds"][kind].get("under")
        if under and span.headings and under in span.headings[-1]:
            return True  # the form's own field for it
        return any(p.search(span.text) for p in _compiled(kind, "found"))


@cache
def rates() -> tuple[dict[str, re.Pattern[str]], ...]:
    """The sorts of rates: how each is asked for, and how a sentence prints it."""
    return tuple({side: re.compile(p) for side, p in sort.items()} for sort in answers()["rates"])


@cache
def _compiled(kind: str, side: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in answers()["kinds"][kind][side])


@cache
def _figure(unit: str) -> re.Pattern[str]:
    number = rf"(?:{_DIGITS}|{_NUMERAL})" if unit not in ("元", "万元", "亿元", "%") else _DIGITS
    large = "" if "元" in unit or unit == "%" else "[万亿]?"  # 1.26万盏
    return re.compile(rf"{number}\s*[(（]?{large}{re.escape(unit)}")


def given_counts(text: str) -> list[tuple[str, str]]:
    """Counts that a question gives itself, as it says them and as documents print them (七辆, 7辆)."""
    found = _GIVEN.findall(text)
    return [(number + unit, _NUMERALS.get(number, number) + unit) for number, unit in found]


@lru_cache(256)
def wanted(question: Question) -> Wanted:
    """Read what a question wants; it is asked of each of hundreds of figures."""
    text = question.text
    kinds = tuple(k for k in answers()["kinds"] if any(p.search(text) for p in _compiled(k, "asked")))
    units: list[tuple[str, ...]] = []
    for match in re.finditer(answers()["counts"], text):
        units.append(kin_of(match.group("unit")))
    general = question.expects == "个" and units  # 多少个平方
    named = re.search(f"哪几{question.expects}", text)  # 哪几家 asks for names
    if question.expects and not general and not named and not any(question.expects in u for u in units):
        spoken = answers()["spoken_units"].get(question.expects, [])
        units = [kin for kin in units if not set(spoken) & set(kin)] + [kin_of(question.expects)]
    if re.search(r"(?<!哪)[几多少]个(?=[?？,，。]|$)", text):  # 事业编的有几个: 14人
        units = [tuple(phrases()["counters"]) if "个" in kin else kin for kin in units]
    number = bool(re.search(r"多少|(?<!哪)几", text))
    return Wanted(kinds, tuple(dict.fromkeys(units)), number, tuple(_things(text)), sort_asked(text))


def _things(text: str) -> list[str]:
    found = []
    for match in re.finditer(answers()["things"], text):
        run = match.group("thing").lstrip("几")
        if len(run) < len(match.group("thing")):
            continue
        thing = next((run[:n] for n in (4, 3, 2) if len(run) >= n and familiar(run[:n])), run[:1])
        thing = thing.rstrip("上里中内别") or thing
        if thing not in answers()["any_thing"]:
            found.append(thing)
    return found


def _names(thing: str, text: str) -> bool:
    """Whether a text names a thing of the sort: 科室 by 预算科, 路 by 真金路."""
    return thing in text or any(end in text for end in answers()["endings"].get(thing, (thing[-1],)))

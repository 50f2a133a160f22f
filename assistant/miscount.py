"""A number of things that a question takes for granted (那三家事业单位) → held against what is printed.

The count is asked as a question of its own (有几家事业单位), so that it is found as every count is;
where another number is printed, the answer says so before anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Answer, Status
from assistant.evidence import Evidence
from assistant.numerals import NUMERAL, numeral
from assistant.question import kin_of, phrases
from assistant.several import combine

_CHANGE = re.compile("(增加|减少|新增|净增|净减)$")
NEAR = 0.2  # by how much less of its question another count may speak, and still be meant


@dataclass(frozen=True)
class Given:
    """A count that a question gives: as it says it, the least and the most that it may mean, and the question
    that asks for it."""

    said: str
    least: int
    most: int
    unit: str
    question: str
    bought: bool = False  # of things to be bought, sent or hired, not of those that there are


def given_count(text: str) -> Given | None:
    """The count that a question takes for granted; None where it gives none, or lists what it counts."""
    words = phrases()["given_counts"]
    match = re.search(words["counted"].replace("NUMBER", rf"{NUMERAL}|\d+"), text)
    if match is None:
        none = re.search(words["uncounted"], text)
        if none is None:
            return None
        return Given("", 1, 10**9, none["unit"], f"{text[: none.start()]}有几{none['unit']}{none['noun']}")
    number = numeral(match["number"])
    before = text[: match.start("number")].removesuffix("那").removesuffix("这")
    if not number or re.search(words["lists"], before[-20:]):
        return None
    most = number if not match["more"] else number + 10 ** (len(str(number)) - 1) - 1
    verb = "" if re.search(words["verbs"] + "$", before) else "有"
    question = f"{before}{verb}几{match['unit']}{match['noun']}"
    said = text[match.start("number") : match.end("unit")]
    return Given(said, number, most, match["unit"], question, bool(verb == "" and not before.endswith("有")))


def corrected(
    given: Given, counted: Answer, answer: Answer, figures: Callable[[], Sequence[Evidence]]
) -> Answer:
    """An answer after the count that the documents print, where that is another one than the question gives.

    `figures` finds those of the count's question: where one of them agrees with the question, or tells
    yet another number, nothing is surely wrong.
    """
    printed = _printed(given, counted)
    if printed is None or given.least <= printed <= given.most or _told_otherwise(given, printed, figures()):
        return answer
    lead = "没有。" if not printed else f"不是{given.said}。"
    told = counted.model_copy(update={"answer": lead + counted.answer})
    if not printed or answer.status != Status.ANSWERED:
        return told.model_copy(update={"question": answer.question})
    return combine(answer.question, [told, answer])


def _told_otherwise(given: Given, printed: int, figures: Sequence[Evidence]) -> bool:
    """Whether other counts that come as near as the printed one leave in doubt that the question is wrong."""
    counts = [e for e in figures if e.value is not None and e.unit in kin_of(given.unit)]
    best = max((e.coverage for e in counts), default=0.0)
    near = {e.value for e in counts if e.value and e.coverage >= best - NEAR}
    agree = any(given.least <= value <= given.most for value in near)
    return agree or (not given.bought and bool(near - {Decimal(printed)}))


def _printed(given: Given, counted: Answer) -> int | None:
    """The one number of the unit that the answer to the count's question tells; None for several."""
    if counted.status != Status.ANSWERED or any(_CHANGE.search(f.label) for f in counted.figures):
        return None  # by how many they became fewer is not how many they are
    told = counted.answer.partition("原文：")[0]
    units = "|".join(re.escape(u) for u in kin_of(given.unit))
    numbers = set(re.findall(rf"(?<![\d.,])(\d{{1,4}})\s*(?:{units})", told))
    return int(numbers.pop()) if len(numbers) == 1 else None

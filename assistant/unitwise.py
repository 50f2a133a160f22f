"""Figures that their unit tells: how long (≤48小时), how much for each (≤260元/人/天), how many 亩.

Few figures of a document are printed in such a unit. One that stands near what the question says, by its
words or by their meaning, is what it asks for, though neither would be enough alone (坏了多久来修:
维修响应时限).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.companions import tell_companions
from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.finder import Finder
from assistant.lookup import acceptable, figure_draft
from assistant.question import Question, answers

NEAR = 0.3  # how near, by words and meaning together, a figure must stand
LEAD = 0.1  # by how much another one must stand further off


def answer_by_unit(finder: Finder) -> Draft | None:
    """The one figure near what is asked whose unit is the one asked for; None where that is a common unit,
    or where several things are measured in it."""
    fits = _unit_asked(finder.asked.question)
    if fits is None:
        return None
    near: dict[tuple[object, ...], Evidence] = {}
    for e in (*finder.meant, *finder.figures):
        if e.value is not None and e.unit and fits(e.unit) and acceptable(e, finder.asked, 1.0, in_unit=True):
            near.setdefault((e.document.id, e.places[0], e.text), e)
    ranked = sorted(near.values(), key=_nearness, reverse=True)
    if not ranked or _nearness(ranked[0]) < NEAR:
        return None
    best = ranked[0]
    other = next((e for e in ranked if e.name != best.name), None)
    if other is not None and _nearness(other) > _nearness(best) - LEAD:
        return None
    draft = figure_draft(best, ranked[:1])
    tell_companions(finder, best, draft)
    return draft


def _nearness(e: Evidence) -> float:
    return e.coverage + e.meant


def _unit_asked(question: Question) -> Callable[[str], bool] | None:
    """Whether a printed unit is the one that a question asks for; None where it asks for none that tells."""
    text, words = question.text, answers()["telling_units"]
    each = (
        {m["each"] for m in re.finditer(words["each"], text)} if re.search(words["priced"], text) else set()
    )
    each = each - set(words["times"]) or each
    if each:
        return lambda unit: any(_alike(part, one) for one in each for part in re.split("[/·]", unit)[1:])
    spans = answers()["spans"]
    counted = re.search(answers()["counts"], text)
    if _asks_how_long(text) or (counted and counted["unit"] in spans):
        return lambda unit: unit in spans
    if counted is None or counted["unit"] in words["common"]:
        return None
    return lambda unit: _alike(unit.removeprefix("万"), counted["unit"])


def _asks_how_long(text: str) -> bool:
    return any(re.search(p, text) for p in answers()["kinds"]["duration"]["asked"])


def _alike(unit: str, asked: str) -> bool:
    """Whether two units are one, be it by another name."""
    return unit == asked or any(unit in kin and asked in kin for kin in answers()["telling_units"]["alike"])

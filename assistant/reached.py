"""How far an indicator's result came of its target: the share, how far beyond in percent, or the difference.

Forms of self-assessment print both in one row; what is asked of the two follows by declared arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.companions import target_and_result
from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover
from assistant.exact import bare
from assistant.finder import Finder
from assistant.lookup import as_printed
from assistant.money import percent, show
from assistant.question import phrases
from ingest.template import REACHED, TARGET

FIGURES = 40  # best figures among which the row is sought
NAMED = 0.75  # how far the row must be what the question names


def answer_reached(finder: Finder) -> Draft | None:
    """What the question asks of an indicator's target and result; None where it asks nothing of both, or no
    row prints both as numbers of one unit."""
    asked, words = finder.asked, phrases()["reached"]
    text = asked.question.text
    if not re.search(words["result"], text) or not re.search(words["target"], text):
        return None
    way = next((way for way in ("over", "share", "gap") if re.search(words[way], text)), None)
    items = [t for t in asked.linked.terms if t.role == "item"]
    if way is None or not items:
        return None
    for e in finder.figures[:FIGURES]:
        if e.source != "table" or not e.measure.startswith((TARGET, REACHED)):
            continue
        if cover(replace(bare(e), measure="", columns=()), items) >= NAMED:
            pair = _pair(finder.beside(e))
            if pair is not None:
                return _told(way, *pair)
    return None


def _pair(row: Sequence[Evidence]) -> tuple[Evidence, Evidence] | None:
    """A row's target and result, where both are numbers of one unit."""
    target, reached = target_and_result(row)
    if target is None or reached is None or target.unit != reached.unit or not target.value:
        return None
    return target, reached


def _told(way: str, target: Evidence, reached: Evidence) -> Draft:
    draft = Draft()
    goal, result = target.value or Decimal(0), reached.value or Decimal(0)
    unit = target.unit
    shown = [as_printed(draft, f"{e.name}·{e.measure}", e, [e]) + draft.cite(e) for e in (target, reached)]
    first, second = show(result, unit), show(goal, unit)
    if way == "share":
        formula = f"{first} ÷ {second} × 100%"
        lead = f"是目标的{draft.derived('占目标', percent(result, goal), '%', formula, reached, target)}"
    else:
        word = "高" if result > goal else "低"
        if way == "over":
            formula = f"({first} － {second}) ÷ {second} × 100%"
            apart, unit = percent(abs(result - goal), goal), "%"
        else:
            formula, apart = f"{first} － {second}", abs(result - goal)
        size = draft.derived("与目标相差", apart, unit, formula, reached, target)
        lead = f"比目标{word}{size}" if result != goal else "与目标相同"
    draft.say(f"{heading(target.document, None)}：{target.name}{lead}：目标{shown[0]}，实际{shown[1]}。")
    return draft

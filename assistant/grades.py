"""Counts by grade: a sentence says how many got each of several quoted grades (“优”的17个、“差”的0个).

A question may quote one of them; whether any got it is told together with the other grades.
"""

from __future__ import annotations

import re

from assistant.draft import Draft, heading
from assistant.finder import Finder
from assistant.money import MONEY

_QUOTED = re.compile("“([^“”]{1,8})”")


def tell_grades(finder: Finder) -> tuple[Draft, bool] | None:
    """How many got each grade, and whether any got the one that the question quotes; None where no
    sentence counts it among others."""
    asked = set(_QUOTED.findall(finder.asked.question.text))
    for figures in finder.sentences if asked else ():
        counts = [e for e in figures if e.unit not in (*MONEY, "%", None) and _QUOTED.search(e.name)]
        meant = next((e for e in counts if asked & set(_QUOTED.findall(e.name))), None)
        if meant is None or len(counts) < 2:
            continue
        draft = Draft()
        told = (e.name + draft.amount(e.name, e.value, e.unit, e) for e in counts if e.value is not None)
        draft.say(f"{heading(meant.document, None)}：{'、'.join(told)}{draft.cite(meant)}。")
        return draft, bool(meant.value)
    return None

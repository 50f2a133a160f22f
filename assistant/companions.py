"""What the row of a form says beside the figure that answers: other years, other columns, its target.

Who asks what an indicator came to wants to know what it was to be, and the other way round; the rest of
the row is told where the question names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.draft import Draft
from assistant.evidence import Evidence
from assistant.finder import Finder
from assistant.question import phrases
from ingest.template import REACHED, TARGET
from ingest.text import key, normalise

SHORT = "没有达到目标值。"
SERIES = ("预算数", "执行数", "执行率")  # a form's columns of earlier years
_BOUND = re.compile(r"^(≥|≤|>|<|不少于|不低于|不高于|不超过|不大于|=)?(\d[\d,]*(?:\.\d+)?)(%?)")
_JUDGES = re.compile("达[标成到]|完成了?(吗|没)|[做办]到了?(吗|没)|合格")


def column_asked(measure: str, text: str) -> bool:
    """Whether a question asks for a form's column in words of its own (前年 for 指标值·前年)."""
    known = [c for c in phrases()["indicator_columns"] if c["measure"] in measure]
    known = [c for c in known if c["measure"] != TARGET or measure == TARGET]
    longest = max(known, key=lambda c: len(c["measure"]), default=None)
    return longest is not None and bool(re.search(longest["asked"], text))


def tell_companions(finder: Finder, one: Evidence, draft: Draft) -> None:
    """Say what else the row of a form prints: of an earlier year's budget always, as of an indicator what
    was to be reached and what was; then what the question asks for."""
    form = "绩效" in f"{one.table_kind}{one.title}" or any("指标" in p for p in one.path)
    if one.source != "table" or not form:
        return
    row = [e for e in finder.beside(one) if e.text.strip("/ ") and e.measure != one.measure]
    if one.measure in SERIES:
        others = {e.measure: e for e in row if e.measure in SERIES and e.year == one.year}
        others = others if len(others) == len(SERIES) - 1 else {}
    else:
        text = finder.asked.question.text
        others = {e.measure: e for e in row if _belongs(one, e) or _named(e.measure, text)}
    named = []
    for measure, e in others.items():
        shown = draft.amount(f"{one.label}·{measure}", e.value, e.unit, e) if e.value is not None else e.text
        shown = e.text if e.unit and e.unit in e.text else shown  # with its bound (≥90%)
        named.append(f"{measure}{shown}{draft.cite(e)}")
    if named:
        draft.say(f"同一行：{'、'.join(named)}。")
    if _JUDGES.search(finder.asked.question.text):
        draft.say(judged([one, *row]))


def _belongs(one: Evidence, other: Evidence) -> bool:
    """Whether two columns are what was to be reached and what was."""
    return (one.measure == TARGET and REACHED in other.measure) or (
        other.measure == TARGET and REACHED in one.measure
    )


def _named(measure: str, text: str) -> bool:
    return key(measure.rpartition("·")[2]) in key(text) or column_asked(measure, text)


def target_and_result(row: Sequence[Evidence]) -> tuple[Evidence | None, Evidence | None]:
    """What an indicator was to reach, and the number that it reached, from the cells of its row."""
    target = next((e for e in row if e.measure == TARGET), None)
    return target, next((e for e in row if REACHED in e.measure and e.value is not None), None)


def judged(row: Sequence[Evidence]) -> str:
    """Whether an indicator reached its target, where both are numbers of one unit; the bound is printed."""
    target, reached = target_and_result(row)
    bound = _BOUND.match(normalise(target.text)) if target else None
    if not target or not reached or not bound or reached.value is None or target.unit != reached.unit:
        return ""
    goal, most = Decimal(bound[2].replace(",", "")), bound[1] in ("≤", "<", "不高于", "不超过", "不大于")
    good = reached.value <= goal if most else reached.value >= goal
    return "已达到目标值。" if good else SHORT

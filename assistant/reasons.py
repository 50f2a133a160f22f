"""Why a figure rose or fell, in the document's own words.

A reason is what the prose states as such beside a change; the change that it is of is told with it, and a
question that has the direction wrong is corrected first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.draft import Draft, heading, trim
from assistant.evidence import Evidence, cover
from assistant.finder import Asked, Finder
from assistant.planned import correct_plan
from assistant.premise import claimed_way
from assistant.terms import Term
from ingest.document import Relation
from ingest.text import key, normalise

ENOUGH = 0.45  # share of the question's words that a reason must speak of
PRINTED = 0.5  # of an item that the sentence around a reason prints


def answer_reason(finder: Finder) -> Draft | None:
    """Why a figure rose or fell, in the document's own words; a wrong direction is corrected first."""
    asked = finder.asked
    items = [t for t in asked.linked.terms if t.role == "item"]
    found = _of_that_change(finder.statements(Relation.REASON), asked)
    found = [e for e in found if not items or any(cover(e, [t]) >= PRINTED for t in items)]
    best = next((e for e in found if e.coverage >= ENOUGH), None) or _reason_after(finder, found)
    if all(t.role == "total" for t in asked.linked.terms):
        best = next((e for e in found if _OF_WHOLE.search(key("".join((*e.path[:1], e.name))))), best)
    if best is None:
        return None
    draft = Draft()
    change = best if _has_change(best) else _change_of(finder, best)
    told = _own_change(_change_in(change), items) if change else ""
    asked_way, way = claimed_way(asked.question.text), _direction(told or best.quote)
    if asked_way and way and asked_way != way:
        draft.say(f"不是{_WAYS[asked_way]}，而是{_WAYS[way]}。")
    correct_plan(finder, best, draft)
    lead = (
        f"{told}{draft.cite(change)}。"
        if change and told and change is not best
        else (f"{told}，" if told else "")
    )
    why = trim(_own_reason(best, items) or best.text)
    draft.say(f"{heading(best.document, None)}：{lead}主要原因是{why}{draft.cite(best)}。")
    return draft


# How a sentence, or its section, says that it tells of the whole budget.
_OF_WHOLE = re.compile(
    "收支|总(预算|收入|支出)|(部门|单位)(预算|决算)|[预决]算(收入|支出)|(收入|支出)([预决]算|总)"
)


def _own_change(told: str, items: Sequence[Term]) -> str:
    """Of a change that is told with its parts (其中:…), the part that the question names."""
    whole, _, parts = told.partition("其中")
    names = [n for t in items for n in t.names[:3]]
    if any(n in key(whole) for n in names):
        return told
    return next((c for c in re.split("[;；]", parts.lstrip(":：")) if any(n in key(c) for n in names)), told)


def _own_reason(best: Evidence, items: Sequence[Term]) -> str | None:
    """Of a sentence that tells reasons for several things, the one for what the question names."""
    clauses = [c for c in re.split("[；;。]", normalise(best.quote)) if "原因" in c]
    names = [n for t in items for n in t.names[:3]]
    own = [c for c in clauses if any(n in key(c.partition("原因")[0]) for n in names)]
    if len(clauses) < 2 or len(own) != 1:
        return None
    return re.sub("^(是|为|:|：)+", "", own[0].partition("原因")[2])


_AGAINST_PLAN = re.compile(r"(大于|小于|高于|低于|多于|少于|超过?|比|较)(年初|调整)?预算|年初预算|超预算")
_AGAINST_YEAR = re.compile(r"[比较与跟和同](20\d\d|上|去|前)一?年|同比")


def _of_that_change(reasons: list[Evidence], asked: Asked) -> list[Evidence]:
    """Reasons without those of another change than is asked about: against what was planned, where the
    question holds a year against an earlier one."""
    text = asked.question.text
    if not _AGAINST_YEAR.search(text) or _AGAINST_PLAN.search(text):
        return reasons
    return [e for e in reasons if not _against_plan(e)]


def _against_plan(e: Evidence) -> bool:
    """Whether a sentence holds a figure against what was planned."""
    return bool(_AGAINST_PLAN.search(normalise(e.quote).split("原因")[0]))


def _reason_after(finder: Finder, reasons: Sequence[Evidence]) -> Evidence | None:
    """The reason that stands beside the change asked about, where only that sentence names the item."""
    change = next((e for e in finder.statements(Relation.CHANGE) if e.coverage >= ENOUGH), None)
    if change is None:
        return None
    same = (e for e in reasons if (e.document.id, e.path) == (change.document.id, change.path))
    return next((e for e in same if e.places[0].page - change.places[-1].page in (0, 1)), None)


_WAYS = {"up": "增加", "down": "减少", "same": "持平"}


def _direction(text: str) -> str | None:
    """Whether a text speaks of a rise or a fall; the first word that says so decides."""
    match = re.search(
        r"(增加|增长|上升|变?多了?|涨|提高)|(减少|下降|降低|变?少了?|降|缩减|低)|(持平|一致|不变)", text
    )
    return ("up" if match[1] else "down" if match[2] else "same") if match else None


def _has_change(e: Evidence) -> bool:
    return bool(re.search(r"(比|较).{0,14}(增|减|持平)[^,，]*\d", normalise(e.quote).split("原因")[0]))


def _change_of(finder: Finder, reason: Evidence) -> Evidence | None:
    """The sentence of the same document that prints the change whose reason is told."""
    told = finder.statements(Relation.CHANGE, Relation.QUANTITY)
    found = [e for e in told if e.document.id == reason.document.id]
    found = [e for e in found if _has_change(e) and e.coverage >= 0.4]
    planned = _against_plan(reason)
    found = [e for e in found if _against_plan(e) == planned]
    beside = (e for e in found if e.path == reason.path)
    return next(beside, next(iter(found), None))


def _change_in(e: Evidence) -> str:
    """The part of the sentence before the reason: what changed, and by how much."""
    before = re.sub(r"[，,。;；]?(其|的)?主要$", "", normalise(e.quote).split("原因")[0])
    before = re.sub(r"^\d{1,2}[、.．]|^[（(][一二三四五六七八九十]+[)）]、?", "", before)
    return (
        before.strip("，,。;； ") if re.search(r"增|减|下降|上升|持平", before) and len(before) < 160 else ""
    )

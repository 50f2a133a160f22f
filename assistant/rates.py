"""Rates and shares that the documents print themselves (执行率, 占比), before any is computed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.companions import tell_companions
from assistant.draft import Draft
from assistant.evidence import Evidence, cover, told
from assistant.finder import Asked, Finder
from assistant.lookup import acceptable, figure_draft
from assistant.question import Operation
from ingest.text import key

_OF_WHOLE = re.compile("占(?!地)[^,，。]{2,}(百分|比例|比重|几成|多[大少])")
_DONE = re.compile("完成|执行")
OWN = 0.85  # how far an item must be the one whose rate is told
_WITHIN = re.compile("占(?!地)了?([^,，。]{2,}?)的?(?:百分|比例|比重|几成|多[大少])")
NAME = 4  # letters from which a name is surely one
PART = 0.4  # share of the letters of what has a share that a question must say


def answer_rate(finder: Finder) -> Draft | None:
    """A rate or share that the document prints itself (执行率, 占比), before any is computed."""
    rates = [e for e in finder.figures if e.unit == "%"]
    found = [e for e in rates if acceptable(e, finder.asked) and "·" not in e.name]
    found = (
        [e for e in rates if _carried_out(e, finder.asked)]
        or _own_shares(rates, finder.asked)
        or [e for e in found if _is_share_asked(e, finder.asked)]
    )
    if not found:
        return None
    draft = figure_draft(found[0], found)
    tell_companions(finder, found[0], draft)
    return draft


def _carried_out(e: Evidence, asked: Asked) -> bool:
    """Whether a clause says how much of its plan just the item asked about came to (购置费…,完成预算的…%)."""
    item, _, rest = e.name.partition("·")
    items = [t for t in asked.linked.terms if t.role == "item"]
    both = _DONE.search(rest) and _DONE.search(asked.question.text)
    return bool(both and items) and cover(replace(e, name=item, path=(), quote=""), items) >= OWN


def _own_shares(rates: Sequence[Evidence], asked: Asked) -> list[Evidence]:
    """Printed shares (A占B) of just what the question names, the most nearly named first; of another whole
    than the question names, none."""
    if asked.question.operation != Operation.SHARE:
        return []
    within = _WITHIN.search(asked.question.text)
    shares = []
    for e in rates:
        part, share, whole = e.name.replace("·", "").partition("占")
        meant = within is None or key(within[1]) in key(whole) or (whole and key(whole) in key(within[1]))
        if share and len(key(part)) >= NAME and meant and _said(key(part), key(whole), asked):
            shares.append((len(key(part)), e))
    most = max((size for size, _ in shares), default=0)
    return [e for size, e in shares if size == most]


def _said(part: str, whole: str, asked: Asked) -> bool:
    """Whether a part is called as an item of the question is, or all its letters are said, and whatever
    else the question names is the whole."""
    named = [t for t in asked.linked.terms if t.role in ("item", "measure", "total")]
    others = [t for t in named if part not in t.names and t.surface not in part]
    if any(not any(n in whole for n in t.names) for t in others):
        return False
    return len(others) < len(named) and (
        any(part in t.names for t in named) or set(part.removesuffix("金额")) <= set(key(asked.question.text))
    )


def _is_share_asked(e: Evidence, asked: Asked) -> bool:
    """Whether a printed share (A占B) is one of what the question names, not of something narrower."""
    part, share, _ = e.name.partition("占")
    if not share and _OF_WHOLE.search(asked.question.text) and not re.search("比[例重]|份额", e.name):
        return key(e.name) in key(asked.question.text)  # a rate of another sort (清扫率) is no share
    return not share or len(part) < 2 or told(replace(e, name=part), asked.linked) >= PART

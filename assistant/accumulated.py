"""What a work of several years got up to some year: the years' parts that one sentence prints, added up.

Long works are told as a whole and by year (总投资…，其中：2024年已安排…，2025年安排…); questions ask for what
has been given so far, or for its share of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover, is_relative
from assistant.finder import Finder
from assistant.lookup import FAIR
from assistant.money import MONEY, common_unit, convert, percent, show
from assistant.question import Operation, phrases


def answer_accumulated(finder: Finder) -> Draft | None:
    """The sum of a work's years up to the one asked, and its share of the whole where that is asked."""
    text = finder.asked.question.text
    if not re.search(phrases()["accumulated"], text):
        return None
    until = max(finder.asked.selection.years_asked, default=finder.asked.selection.year)
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    for figures in finder.sentences:
        money = [e for e in figures if e.unit in MONEY and e.value is not None and not is_relative(e)]
        years = {year: e for e in money if (year := _dated(e))}
        near = items and max((cover(e, items) for e in money), default=0.0) >= FAIR
        if near and len(years) >= 2 and (until is None or min(years) <= until):
            parts = [e for year, e in sorted(years.items()) if until is None or year <= until]
            whole = next((e for e in money if e not in years.values()), None)
            return _told(finder, parts, whole)
    return None


def _dated(e: Evidence) -> int | None:
    """The year that a sentence puts right before a figure (2024年已安排240万元)."""
    found = re.search(rf"(20\d\d)年[^,，;；。\d]{{0,8}}{re.escape(e.text)}", e.quote)
    return int(found[1]) if found else None


def _told(finder: Finder, parts: Sequence[Evidence], whole: Evidence | None) -> Draft | None:
    unit = common_unit([e.unit for e in (*parts, *([whole] if whole else []))])
    if unit is None:
        return None
    values = [convert(e.value or Decimal(0), e.unit, unit) for e in parts]
    size = sum(values, Decimal(0))
    added = " + ".join(f"{_dated(e)}年{show(v, unit)}" for e, v in zip(parts, values, strict=True))
    draft = Draft()
    result = draft.derived("累计", size, unit, added, *parts)
    said = "、".join(
        f"{_dated(e)}年{draft.amount(f'{_dated(e)}年', e.value or Decimal(0), e.unit, e)}" for e in parts
    )
    draft.say(f"{heading(parts[0].document, None)}：累计{result}，其中{said}{draft.cite(parts[0])}。")
    base = convert(whole.value or Decimal(0), whole.unit, unit) if whole is not None else Decimal(0)
    if finder.asked.question.operation == Operation.SHARE and whole is not None and base >= size > 0:
        rate = percent(size, base)
        formula = f"({added}) ÷ {whole.name}{show(base, unit)} × 100%"
        share = draft.derived("占比", rate, "%", formula, *parts, whole)
        total = draft.amount(whole.name, whole.value or Decimal(0), whole.unit, whole)
        draft.say(f"占{whole.name}{total}的{share}{draft.cite(whole)}。")
    return draft

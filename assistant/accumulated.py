"""What a work of several years got up to some year: the years' parts that one sentence prints, added up.

Long works are told as a whole and by year (总投资…，其中：2024年已安排…，2025年安排…); questions ask for what
has been given so far, or for its share of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover, is_relative
from assistant.finder import Finder
from assistant.lookup import FAIR, around
from assistant.money import MONEY, common_unit, convert, in_base, percent, show
from assistant.question import Operation, phrases


def answer_accumulated(finder: Finder) -> Draft | None:
    """The sum of a work's years up to the one asked, and its share of the whole where that is asked."""
    text = finder.asked.question.text
    if not re.search(phrases()["accumulated"], text):
        return None
    until = max(finder.asked.selection.years_asked, default=finder.asked.selection.year)
    for money, years in _by_year(finder):
        if until is None or min(years) <= until:
            parts = [e for year, e in sorted(years.items()) if until is None or year <= until]
            whole = next((e for e in money if e not in years.values()), None)
            return _told(finder, parts, whole)
    return None


def answer_year_part(finder: Finder) -> Draft | None:
    """What a work of several years got in the one year asked, where a sentence tells it year by year."""
    asked = finder.asked.question
    if len(asked.years) != 1 or not re.search(phrases()["given_in_year"], asked.text):
        return None
    told_so = (years for money, years in _by_year(finder) if _has_whole(money, years))
    e = next((years[asked.years[0]] for years in told_so if asked.years[0] in years), None)
    if e is None:
        return None
    draft, year = Draft(), asked.years[0]
    told = draft.amount(f"{year}年", e.value or Decimal(0), e.unit, e)
    work = next(t.surface for t in finder.asked.linked.terms if t.role == "item")
    draft.say(f"{heading(e.document, None)}：{work}{year}年{told}{draft.cite(e)}。")
    draft.say(f"原文：“{around(e.quote, e.text)}”{draft.cite(e)}")
    return draft


def _has_whole(money: Sequence[Evidence], years: dict[int, Evidence]) -> bool:
    """Whether a sentence prints the whole of which its years are parts, not just a year beside another."""
    base = [in_base(e.value or Decimal(0), e.unit)[0] for e in money if e not in years.values()]
    return max(base, default=Decimal(0)) >= sum(
        in_base(e.value or Decimal(0), e.unit)[0] for e in years.values()
    )


def _by_year(finder: Finder) -> Iterator[tuple[list[Evidence], dict[int, Evidence]]]:
    """The amounts of the sentences that tell the item asked year by year, and those of each year."""
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    for figures in finder.sentences:
        money = [e for e in figures if e.unit in MONEY and e.value is not None and not is_relative(e)]
        years = {year: e for e in money if (year := _dated(e))}
        near = items and max((cover(e, items) for e in money), default=0.0) >= FAIR
        if near and len(years) >= 2:
            yield money, years


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

"""An earlier year's figure that is not printed, from what the next year's sentence says of the change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover, fits_kind, is_change, is_relative
from assistant.exact import bare
from assistant.finder import Finder
from assistant.lookup import around
from assistant.money import MONEY
from assistant.pairs import DOWN, MEASURED, SURELY, Pair, in_one_unit, name_of, pair_of, said, shown
from assistant.terms import Term


def answer_earlier(finder: Finder) -> Draft | None:
    """An earlier year's figure that is not printed itself: this year's less the printed change."""
    asked = finder.asked
    if len(asked.selection.years_asked) != 1:
        return None
    (year,) = asked.selection.years_asked
    level = _level(finder, year)
    if level is not None:
        return _as_before(level, year)
    pair = pair_of(finder, lambda p: p.delta is not None) or _apart(finder, year)
    if pair is None or pair.delta is None or pair.delta.value is None or pair.now.value is None:
        return None
    before = re.search(r"20\d\d(?=年)", pair.delta.name)
    if (
        not fits_kind(pair.now, asked.question)
        or pair.now.document.year != year + 1
        or (before and int(before.group()) != year)
    ):
        return None
    down = bool(DOWN.search(pair.delta.name.rpartition("·")[2]))
    (now, delta), unit = in_one_unit(pair.now, pair.delta)
    value = now + delta if down else now - delta
    if value < 0:
        return None
    draft = Draft()
    sign = "+" if down else "－"
    formula = f"{shown(pair.now)} {sign} {shown(pair.delta)}"
    item = (
        pair.now.name
        if MEASURED.sub("", pair.now.name)
        else f"{name_of(pair).removesuffix('支出')}{pair.now.name}"
    )
    result = draft.derived(f"{year}年{item}", value, unit, formula, pair.now, pair.delta)
    told, change = said(draft, pair.now, item), said(draft, pair.delta, item)
    way = "减少" if down else "增加"
    draft.say(
        f"{heading(pair.now.document, None)}没有直接印出{year}年的数，推算{year}年{item}为{result}："
        f"{year + 1}年{told}{sign}比上年{way}的{change}{draft.cite(pair.now)}。"
    )
    return draft


def _apart(finder: Finder, year: int) -> Pair | None:
    """The next year's figure and its change since, where two sentences, or a table and one, tell them."""
    asked, items = finder.asked, _items(finder)
    spoken = [e for sentence in finder.sentences for e in sentence]
    deltas = [e for e in spoken if is_change(e) and e.unit in MONEY and _is_own(e, items)]
    delta = next((e for e in deltas if items and e.document.year == year + 1), None)
    if delta is None:
        return None
    question = replace(asked.question, years=(year + 1,), relative_years=())
    selection = replace(asked.selection, years_asked=(year + 1,))
    later = Finder(finder.store, replace(asked, question=question, selection=selection))
    now = [
        e
        for e in later.figures
        if not is_relative(e) and e.unit in MONEY and e.year == year + 1 and _is_own(e, items)
    ]
    now = [e for e in now if e.document.id == delta.document.id and fits_kind(e, asked.question)]
    return Pair(now=now[0], before=None, delta=delta, rate=None) if now else None


def _items(finder: Finder) -> list[Term]:
    return [t for t in finder.asked.linked.terms if t.role in ("item", "total", "code")]


def _is_own(e: Evidence, items: Sequence[Term]) -> bool:
    """Whether a figure's own name is what the question names."""
    name = e.name.partition("·")[0]
    return cover(replace(bare(e), name=name, path=()), items) >= SURELY


def _level(finder: Finder, year: int) -> Evidence | None:
    """The next year's figure of the question's item of which a sentence says that nothing changed."""
    items = _items(finder)
    same = re.compile(
        rf"^[^,，;；。]{{0,6}}[,，]?[与和跟同比较](上年|{year}年)[^,，;；。\d]{{0,8}}(持平|一致|相同)(?!\d)"
    )
    for e in (e for sentence in finder.sentences for e in sentence if items and e.unit in MONEY):
        own = cover(replace(bare(e), path=()), items)
        follows = same.match(e.quote.partition(e.text)[2])
        if own >= SURELY and follows and e.document.year == year + 1 and fits_kind(e, finder.asked.question):
            return e
    return None


def _as_before(e: Evidence, year: int) -> Draft:
    """That a year's figure was the same as the next one's."""
    draft = Draft()
    told = draft.amount(e.name, e.value or Decimal(0), e.unit, e)
    draft.say(
        f"{heading(e.document, None)}：{e.name}{told}，与{year}年持平，即{year}年也是{told}{draft.cite(e)}。"
    )
    draft.say(f"原文：“{around(e.quote, e.text)}”{draft.cite(e)}")
    return draft

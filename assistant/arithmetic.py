"""Declared arithmetic on printed cells: sums, differences, shares and changes.

Every operand is a cited figure, every result a `Figure` that carries its formula. What the
document prints itself (比上年减少…, 占…%) is preferred to what could be computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, is_change, is_relative, speaks_of
from assistant.finder import Finder
from assistant.lookup import around
from assistant.matching import Operand
from assistant.money import CENT, common_unit, convert, percent, show
from assistant.operands import (
    alike,
    asked_years,
    by_body,
    by_item,
    by_year,
    completed,
    each_year,
    sides,
    summands,
    together,
)
from assistant.pairs import item_of, pair_with, tell
from assistant.question import Operation
from assistant.scope import named_bodies
from ingest.document import Relation
from ingest.text import key

_DATED = re.compile("年(预算|决算)?$")  # labels that say nothing of the item


def answer_sum(finder: Finder) -> Draft | None:
    """The sum of the figures that the question names."""
    parts = together(finder) or sides(finder) or alike(finder) or summands(finder)
    values, unit = aligned([p.evidence for p in parts])
    if len(parts) < 2 or unit is None:
        return None
    draft = Draft()
    formula = " + ".join(shown(p, v, unit) for p, v in zip(parts, values, strict=True))
    result = draft.derived("合计", sum(values, Decimal(0)), unit, formula, *cells(parts))
    first = parts[0].evidence
    draft.say(f"{heading(first.document, None)}：合计{result}，其中{listed(draft, parts)}。")
    return draft


def answer_each(finder: Finder) -> Draft | None:
    """The figure of each body, or of each item, that the question names (…各多少)."""
    years = asked_years(finder.asked)
    parts = together(finder) or sides(finder)
    if len(parts) < 2:
        parts = by_year(finder, years) if len(years) > 1 else by_body(finder)
    parts = completed(finder, parts if len(parts) >= 2 else by_item(finder))
    if len(parts) < 2:
        return _of_one(finder)
    if len(parts) == 2 and re.search("[多少差增减](加|额|了|出)?(多少|几)", finder.asked.question.text):
        return _comparison(finder, parts)
    draft = Draft()
    if len({p.evidence.document.body for p in parts}) > 1:
        draft.say("；".join(_of_its_own(draft, p) for p in parts) + "。")
    else:
        draft.say(f"{heading(parts[0].evidence.document, None)}：{listed(draft, parts)}。")
    _times(finder, draft, parts)
    return draft


def _of_its_own(draft: Draft, part: Operand) -> str:
    """A figure of one of several bodies, with the document that it stands in."""
    e = part.evidence
    amount = draft.amount(f"{e.document.body}{e.label}", e.value or Decimal(0), e.unit, e)
    return f"{heading(e.document, None)}：{e.label}为{amount}{draft.cite(e)}"


def _of_one(finder: Finder) -> Draft | None:
    """The figure of the only one of several bodies that has one, and whose documents tell none."""
    found = by_body(finder)
    bodies = named_bodies(finder.asked.question.text, finder.asked.held)
    if len(found) != 1 or len(bodies) < 2 or finder.asked.question.operation != Operation.EACH:
        return None
    draft = Draft()
    others = "、".join(sorted(bodies - {found[0].evidence.document.body}))
    draft.say(f"{_of_its_own(draft, found[0])}。{others}的文件没有写明。")
    return draft


def answer_either(finder: Finder) -> Draft | None:
    """Which of two columns holds a figure (列在人员经费还是公用经费): the one that is not empty or 0."""
    if "还是" not in finder.asked.question.text:
        return None
    filled = [p for p in sides(finder) if p.evidence.value]
    if len(filled) != 1:
        return None
    e = filled[0].evidence
    draft = Draft()
    amount = draft.amount(e.label, e.value or Decimal(0), e.unit, e)
    draft.say(f"{heading(e.document, None)}：{e.label}为{amount}{draft.cite(e)}。")
    return draft


def _times(finder: Finder, draft: Draft, parts: Sequence[Operand]) -> None:
    """How many times the one figure is the other, where that is asked."""
    values, unit = aligned(cells(parts))
    if unit is None or len(parts) != 2 or not min(values) or "倍" not in finder.asked.question.text:
        return
    (large, more), (small, less) = sorted(zip(values, parts, strict=True), key=lambda p: -p[0])
    times = (large / small).quantize(CENT, ROUND_HALF_UP)
    formula = f"{shown(more, large, unit)} ÷ {shown(less, small, unit)}"
    result = draft.derived("倍数", times, "倍", formula, *cells(parts))
    draft.say(f"{more.label}约是{less.label}的{result}。")


def answer_compare(finder: Finder) -> Draft | None:
    """Which of the figures set side by side is larger, and by how much; whether they are the same."""
    parts = _compared(finder)
    return _comparison(finder, parts) if len(parts) >= 2 else answer_change(finder)


def _comparison(finder: Finder, parts: Sequence[Operand]) -> Draft | None:
    values, unit = aligned(cells(parts))
    if unit is None:
        return None
    if len(parts) > 2:
        return _largest(finder, parts, values, unit)
    draft = Draft()
    first, second = parts
    difference = values[0] - values[1]
    same = "一样" if difference == 0 else "不一样"
    if doubled := _doubled(finder.asked.question.text, values, parts):
        draft.say(doubled)
    lead = f"{same}：" if re.search("一样|相同|一致|对得上|相等", finder.asked.question.text) else ""
    if not difference:
        draft.say(f"{lead or f'{first.label}与{second.label}一样：'}{listed(draft, parts)}。")
        return draft
    formula = f"{shown(first, values[0], unit)} － {shown(second, values[1], unit)}"
    more, less = (first, second) if difference > 0 else (second, first)
    result = draft.derived("相差", abs(difference), unit, formula, first.evidence, second.evidence)
    if _over_time(parts):
        newer, older = sorted(parts, key=lambda p: -(p.evidence.year or 0))
        base = values[parts.index(older)]
        way = "增加" if more is newer else "减少"
        percent = _percent(draft, difference, base, formula, first, second)
        draft.say(
            f"{lead}{newer.label}比{older.label}{way}{result}{percent}（{more.label}更多，{less.label}更少）："
        )
    else:
        asks_rate = finder.asked.question.expects == "%" and "比" in finder.asked.question.text
        rate = _percent(draft, difference, values[1], formula, first, second) if asks_rate else ""
        draft.say(f"{lead}{more.label}更多，比{less.label}多{result}{rate}：")
    draft.say(f"{listed(draft, parts)}。")
    _times(finder, draft, parts)
    return draft


_DOUBLES = re.compile("翻了?(一|两|几)?[倍番]")


def _doubled(text: str, values: Sequence[Decimal], parts: Sequence[Operand]) -> str:
    """Whether the newer figure is at least twice the older one, where that is asked."""
    if not _DOUBLES.search(text) or not _over_time(parts):
        return ""
    (_, older), (_, newer) = sorted(zip([p.evidence.year or 0 for p in parts], values, strict=True))
    if older <= 0:
        return ""
    return "翻了一倍。" if newer == 2 * older else "翻倍了。" if newer > 2 * older else "没有翻倍。"


def _compared(finder: Finder) -> list[Operand]:
    """The figures that a comparison is about, by what the question sets side by side."""
    years = asked_years(finder.asked)
    parts = together(finder) or sides(finder)
    if len(parts) < 2 and len(years) > 1:
        parts = by_year(finder, years)
    if len(parts) < 2:
        parts = by_body(finder)
    return parts if len(parts) >= 2 else by_item(finder)


def _over_time(parts: Sequence[Operand]) -> bool:
    """Whether the figures are those of one body in different years."""
    if len({p.evidence.document.body for p in parts}) > 1:
        return False
    return len({p.evidence.year for p in parts}) == len(parts) and all(p.evidence.year for p in parts)


def _largest(finder: Finder, parts: Sequence[Operand], values: Sequence[Decimal], unit: str) -> Draft:
    """More than two figures in order, the one asked for first."""
    smallest = bool(re.search(r"最?(少|小|低)", finder.asked.question.text))
    order = sorted(zip(values, parts, strict=True), key=lambda pair: pair[0], reverse=not smallest)
    draft = Draft()
    ends, winner = order[0], order[0][1]
    formula = f"{shown(winner, ends[0], unit)} － {shown(order[1][1], order[1][0], unit)}"
    gap = draft.derived("相差", abs(ends[0] - order[1][0]), unit, formula, *cells([winner, order[1][1]]))
    word = "少" if smallest else "多"
    draft.say(
        f"{winner.label}最{word}，比{order[1][1].label}{word}{gap}：{listed(draft, [p for _, p in order])}。"
    )
    return draft


def _percent(draft: Draft, change: Decimal, base: Decimal, formula: str, *parts: Operand) -> str:
    if not base:
        return ""
    rate = percent(abs(change), base)
    way = f"({formula}) ÷ {base:,f} × 100%"
    return f"（{draft.derived('变动幅度', rate, '%', way, *cells(parts))}）"


def answer_change(finder: Finder) -> Draft | None:
    """How much a figure changed against another year: as printed, else computed from both years."""
    asked = finder.asked
    years = asked_years(asked)
    items = [t for t in asked.linked.terms if t.role == "item"]
    printed = [e for e in finder.figures if is_change(e) and e.coverage >= 0.5]
    printed = [e for e in printed if not items or any(speaks_of(e, t) for t in items)]
    # A heading may name several that its sentences tell apart.
    names = [n for t in items for n in t.names[:2]]
    printed.sort(key=lambda e: not any(n in key(e.name) for n in names))
    parts = _years_apart(finder)
    if len(years) > 1:  # what an older document prints is another change
        newest = [e for e in printed if e.document.year == max(years)]
        printed = newest if newest or parts else printed
    wants_percent = asked.question.expects == "%"
    best = next((e for e in printed if (e.unit == "%") == wants_percent), None) or next(iter(printed), None)
    if best is None:
        return _comparison(finder, parts) if parts else _unchanged(finder)
    unlike = each_year(asked) or (wants_percent and best.unit != "%") or _of_spent(best, asked.question.text)
    if parts and (unlike or _fits_better(parts, best)):
        return _comparison(finder, parts)
    draft = Draft()
    pair = pair_with(finder, best)
    if pair is not None and pair.before is not None:
        tell(pair, draft, item_of(pair))
        draft.say(f"原文：“{around(best.quote, best.text)}”{draft.cite(best)}")
        return draft
    name, _, way = best.name.partition("·")
    amount = draft.amount(best.name, best.value or Decimal(0), best.unit, best)
    draft.say(f"{heading(best.document, None)}：{name}{way}{amount}{draft.cite(best)}。")
    if wants_percent and best.unit != "%":
        _rate_from_change(finder, draft, best)
    draft.say(f"原文：“{around(best.quote, best.text)}”{draft.cite(best)}")
    return draft


def _of_spent(change: Evidence, text: str) -> bool:
    """Whether a change is against what was spent, where a question means a budget (比2023年预算)."""
    budgets = re.search("比[^,，]{2,8}预算|预算[^,，。]{0,3}[和与跟同][^,，。]{0,8}预算", text)
    return "执行" in change.name and "执行" not in text and budgets is not None


def _years_apart(finder: Finder) -> list[Operand]:
    """The figures of two years that the question sets side by side, from cells or sentences of their own."""
    parts = sides(finder)
    if not parts:
        years = asked_years(finder.asked)
        parts = by_year(finder, years[:2]) if len(years) > 1 else []
    return parts if len(parts) == 2 and _over_time(parts) else []


def _fits_better(parts: Sequence[Operand], printed: Evidence) -> bool:
    """Whether figures of both years speak of clearly more of the question than a printed change does."""
    return min(p.evidence.coverage for p in parts) > printed.coverage + 0.1


def _rate_from_change(finder: Finder, draft: Draft, change: Evidence) -> None:
    """The rate of a printed change: the year before is this year's figure less the change."""
    current = next((e for e in finder.figures if _measured_like(e, change)), None)
    if current is None or current.value is None or change.value is None:
        return
    down = bool(re.search(r"减|降|少", change.name))
    base = current.value + change.value if down else current.value - change.value
    if base <= 0:
        return
    now, delta = show(current.value, current.unit), show(change.value, change.unit)
    before = f"{now} {'+' if down else '－'} {delta}"
    rate = percent(change.value, base)
    earlier = draft.derived("上年数", base, change.unit, before, current, change)
    result = draft.derived("变动幅度", rate, "%", f"{delta} ÷ ({before}) × 100%", current, change)
    way = "下降" if down else "增长"
    draft.say(f"{way}{result}（按本年{now}{draft.cite(current)}推算，上年为{earlier}）。")


def _measured_like(e: Evidence, change: Evidence) -> bool:
    """Whether a figure is one that the change may belong to: same document and unit, not a change."""
    return (
        not is_relative(e) and e.unit == change.unit and bool(e.value) and e.document.id == change.document.id
    )


def _unchanged(finder: Finder) -> Draft | None:
    """A sentence that says that nothing changed (与上年持平)."""
    found = finder.statements(Relation.CHANGE)
    best = next((e for e in found if e.coverage >= 0.6 and re.search("持平|一致|不变", e.quote)), None)
    if best is None:
        return None
    draft = Draft()
    draft.say(f"{heading(best.document, None)}：{around(best.quote, '持平')}{draft.cite(best)}")
    return draft


def aligned(cells: Sequence[Evidence]) -> tuple[list[Decimal], str | None]:
    """The values in one common unit, and that unit; None where they are not alike."""
    units = {e.unit for e in cells}
    unit = "" if units == {None} else common_unit([e.unit for e in cells])
    if unit is None or any(e.value is None for e in cells):
        return [], None
    return [convert(e.value or Decimal(0), e.unit, unit) for e in cells], unit


def cells(parts: Sequence[Operand]) -> list[Evidence]:
    """The cells that parts stand in."""
    return [p.evidence for p in parts]


def shown(part: Operand, value: Decimal, unit: str) -> str:
    """A part and its value, as a formula says them."""
    return f"{part.label}{show(value, unit)}"


def listed(draft: Draft, parts: Sequence[Operand]) -> str:
    """Parts with their amounts and sources, as an answer lists them."""
    named = []
    for part in parts:
        e = part.evidence
        whole = e.label.startswith(part.label) or not _DATED.search(part.label)
        label = part.label if whole else f"{part.label}{e.label}"
        named.append(f"{label}{draft.amount(label, e.value or Decimal(0), e.unit, e)}{draft.cite(e)}")
    return "、".join(named)

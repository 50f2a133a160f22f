"""Whether the places that print one figure agree: a table and the prose, or two tables.

Departments print most figures several times, and now and then differently. Who asks whether they
agree is told each place with its figure, and how far apart they are.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, is_relative, same_figure
from assistant.finder import Finder
from assistant.lookup import acceptable, is_blank
from assistant.matching import in_table
from assistant.mentions import table_named
from assistant.money import common_unit, convert, percent, show
from assistant.question import phrases
from ingest.document import Kind
from ingest.text import key

ASKS = re.compile("一致|相同|一样|对得上|相符|吻合|对不上|有没有出入|矛盾")
PLACES = re.compile("表|说明|文字|正文|口径")
_TWICE = re.compile("两处|前后|两张")
_RATE, _PLANNED, _DONE = re.compile("执行率|完成率"), re.compile("预算数?"), re.compile("执行数|决算数")
MOST = 4  # places named in one answer
FAIR = 0.3  # share of the question that a count of the unit it names must speak of
CLOSE = 0.3  # how much less a place may speak of the question than the best one


def answer_agreement(finder: Finder) -> Draft | None:
    """The places that print what is asked, and whether they agree; None where fewer than two do."""
    text = finder.asked.question.text
    if not ASKS.search(text):
        return None
    if _RATE.search(text) and _PLANNED.search(text) and _DONE.search(text):
        return _rate(finder)
    found = _places(finder) if len(PLACES.findall(text)) > 1 or _TWICE.search(text) else []
    if len(found) < 2:
        return None
    first, *others = found
    differing = next((e for e in others if not same_figure(first, e)), None)
    draft = Draft()
    named = "；".join(_told(draft, e) for e in found[:MOST])
    if differing is None:
        draft.say(f"一致。{heading(first.document, None)}：{first.label}在{named}。")
        return draft
    unit = common_unit([first.unit, differing.unit])
    apart = ""
    if unit is not None:
        a, b = (convert(e.value or Decimal(0), e.unit, unit) for e in (first, differing))
        formula = f"{show(max(a, b), unit)} － {show(min(a, b), unit)}"
        apart = f"，相差{draft.derived('相差', abs(a - b), unit, formula, first, differing)}"
    draft.say(f"不一致{apart}。{heading(first.document, None)}：{first.label}在{named}。")
    return draft


def _places(finder: Finder) -> list[Evidence]:
    """The best figure of each table and of the prose, all of one item; the best place first."""
    asked = finder.asked
    counted = _counted(asked.question.text)
    table = table_named(asked.question.text)
    places: dict[tuple[object, ...], Evidence] = {}
    for e in finder.figures:
        if e.value is None or is_blank(e) or is_relative(e):
            continue
        if not (e.coverage >= FAIR if counted else acceptable(e, asked, e.coverage + CLOSE)):
            continue
        if table and e.source == "table" and not in_table(e, table):
            continue
        if counted:
            if not (e.unit or "").startswith(counted):
                continue
            e = replace(e, unit=counted)  # 台(套) are counted as 台
        best = next(iter(places.values()), e)
        alike = key(best.name) in key(e.name) or key(e.name) in key(best.name)
        alike = alike or _of(e, best) or _of(best, e) or bool(counted and set(e.path) & set(best.path))
        if alike and common_unit([best.unit, e.unit]) and e.coverage >= best.coverage - CLOSE:
            places.setdefault((e.document.id, e.table if e.source == "table" else "prose"), e)
    return list(places.values())


def _counted(text: str) -> str | None:
    """The unit in which a question counts things (台数, 13台还是14台); None where it does not."""
    units = "|".join(phrases()["counters"])
    found = re.search(rf"(?:\d)({units})|({units})数", text)
    return (found[1] or found[2]) if found else None


def _rate(finder: Finder) -> Draft | None:
    """Whether a row's printed rate follows from the plan and the result beside it."""
    best = next((e for e in finder.figures if e.measure == "执行率" and e.value and e.unit == "%"), None)
    row = {e.measure: e for e in finder.beside(best) if e.value} if best is not None else {}
    plan, done = row.get("预算数"), row.get("执行数")
    if best is None or best.value is None or plan is None or done is None:
        return None
    result, base = done.value or Decimal(0), plan.value or Decimal(0)
    due = percent(result, base)
    step = Decimal(1).scaleb(int(best.value.as_tuple().exponent))
    agrees = abs(due - best.value) < step
    draft = Draft()
    named = "、".join(
        f"{e.measure}{draft.amount(e.label, e.value or Decimal(0), e.unit, e)}{draft.cite(e)}"
        for e in (plan, done)
    )
    formula = f"{show(result, done.unit)} ÷ {show(base, plan.unit)} × 100%"
    rate = draft.derived("执行率", due, "%", formula, plan, done)
    printed = f"{draft.amount(best.label, best.value, '%', best)}{draft.cite(best)}"
    said = "相符。" if agrees else "不相符。"
    draft.say(
        f"{said}{heading(best.document, None)}：{best.name}年{named}，执行率算得{rate}，表中印作{printed}。"
    )
    return draft


def _of(e: Evidence, best: Evidence) -> bool:
    """Whether a sentence's figure (支出决算) is of the item that it stands under, and of the same kind."""
    planned = "预算" in e.name and e.document.kind == Kind.FINAL
    above = (re.sub(r"\([类款项]\)$", "", key(p)) for p in e.path)
    return e.source == "text" and any(p.endswith(key(best.name)) for p in above) and not planned


def _told(draft: Draft, e: Evidence) -> str:
    place = f"《{e.title}》" if e.source == "table" else "文字说明"
    amount = draft.amount(e.label, e.value or Decimal(0), e.unit, e)
    return f"{place}（第{e.places[0].page}页）为{amount}{draft.cite(e)}"

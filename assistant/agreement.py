"""Whether the places that print one figure agree: a table and the prose, or two tables.

Departments print most figures several times, and now and then differently. Who asks whether they
agree is told each place with its figure, and how far apart they are.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, is_relative
from assistant.finder import Finder
from assistant.lookup import acceptable, is_blank
from assistant.money import common_unit, convert, same, show
from ingest.document import Kind
from ingest.text import key

ASKS = re.compile("一致|相同|一样|对得上|相符|吻合|对不上|有没有出入|矛盾")
PLACES = re.compile("表|说明|文字|正文|口径")
MOST = 4  # places named in one answer
CLOSE = 0.3  # how much less a place may speak of the question than the best one


def answer_agreement(finder: Finder) -> Draft | None:
    """The places that print what is asked, and whether they agree; None where fewer than two do."""
    text = finder.asked.question.text
    asks = ASKS.search(text)
    if not asks or len(PLACES.findall(text)) + len(re.findall("两处|前后|两张", text)) < 2:
        return None
    found = _places(finder)
    if len(found) < 2:
        return None
    first, *others = found
    differing = next((e for e in others if not _agree(first, e)), None)
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
    places: dict[tuple[object, ...], Evidence] = {}
    for e in finder.figures:
        if e.value is None or is_blank(e) or is_relative(e) or not acceptable(e, asked, e.coverage + CLOSE):
            continue
        best = next(iter(places.values()), e)
        alike = key(best.name) in key(e.name) or key(e.name) in key(best.name) or _of(e, best)
        if alike and common_unit([best.unit, e.unit]) and e.coverage >= best.coverage - CLOSE:
            places.setdefault((e.document.id, e.table if e.source == "table" else "prose"), e)
    return list(places.values())


def _of(e: Evidence, best: Evidence) -> bool:
    """Whether a sentence's figure (支出决算) is of the item that it stands under, and of the same kind."""
    planned = "预算" in e.name and e.document.kind == Kind.FINAL
    above = (re.sub(r"\([类款项]\)$", "", key(p)) for p in e.path)
    return e.source == "text" and any(p.endswith(key(best.name)) for p in above) and not planned


def _agree(a: Evidence, b: Evidence) -> bool:
    return a.value is not None and b.value is not None and same(a.value, a.unit, b.value, b.unit)


def _told(draft: Draft, e: Evidence) -> str:
    place = f"《{e.title}》" if e.source == "table" else "文字说明"
    amount = draft.amount(e.label, e.value or Decimal(0), e.unit, e)
    return f"{place}（第{e.places[0].page}页）为{amount}{draft.cite(e)}"

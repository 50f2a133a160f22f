"""What is planned for the parts of a year (第一季度审价，第二季度审计), as a project's description lists it.

Such plans stand in a paragraph or a form's cell of their own, away from the project's name; what is
asked of half a year is told, or added up, from its quarters.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, quantities
from assistant.finder import Finder
from assistant.money import MONEY, common_unit, convert, show
from assistant.question import phrases
from ingest.text import key, normalise

PAGE = 0.5  # share of the letters of what is asked about that the plan's page must print
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
_QUARTER = re.compile("第?([一二三四1-4])季度")


def answer_schedule(finder: Finder) -> Draft | None:
    """The steps, or the money, planned for the quarters that the question names."""
    text = finder.asked.question.text
    quarters = quarters_of(text)
    if not quarters:
        return None
    if re.search(phrases()["schedule"]["money"], text):
        return _money(finder, quarters)
    return _steps(finder, quarters) if re.search(phrases()["schedule"]["steps"], text) else None


def quarters_of(text: str) -> list[str]:
    """The quarters that a question names, or that make up the stretch that it names."""
    periods = phrases()["periods"]
    word = next((w for w in sorted(periods, key=len, reverse=True) if w in text), None)
    if word is not None:
        return list(periods[word])
    found = [_QUARTERS["一二三四".find(n) if n in "一二三四" else int(n) - 1] for n in _QUARTER.findall(text)]
    every = list(_QUARTERS) if re.search("[各每]个?季度|[四4]个季度|(哪|几)个?季度", text) else []
    return list(dict.fromkeys(found)) or every


def _steps(finder: Finder, quarters: list[str]) -> Draft | None:
    """What a paragraph lists for each of some quarters."""
    for hit in finder.store.search(finder.asked.ids, "".join(_QUARTERS) + "实施计划", 8):
        steps = steps_of(hit.passage.text)
        if not all(q in steps for q in quarters) or not _about(
            finder, hit.doc_id, hit.passage.places[0].page
        ):
            continue
        draft = Draft()
        document, kind = finder.document(hit.doc_id), "text" if hit.passage.table is None else "table"
        title = " > ".join(hit.passage.heading_path[-2:])
        number = draft.cite_place(document, hit.passage.places[0], title, hit.passage.text, kind)
        told = "；".join(f"{q}{steps[q]}" for q in quarters)
        draft.say(f"{heading(document, None)}：{told}[{number}]。")
        return draft
    return None


def steps_of(text: str) -> dict[str, str]:
    """What stands after each quarter's name in a text that lists quarters; no figures of money."""
    cut = re.split(rf"({'|'.join(_QUARTERS)})[:：,，]?", normalise(text).replace("\n", ""))
    steps = {q: step.strip(" ,，;；。、") for q, step in zip(cut[1::2], cut[2::2], strict=True)}
    told = {q: s for q, s in steps.items() if s and not re.search(r"\d\s*万?元", s)}
    return told if len(told) > 1 else {}


def _money(finder: Finder, quarters: list[str]) -> Draft | None:
    """The money planned for some quarters, added up where they are several."""
    seen: dict[str, Evidence] = {}
    for stored, _ in finder.store.statements(finder.asked.ids, text="".join(_QUARTERS) + "用款计划", limit=8):
        figures = list(quantities(stored, finder.document(stored.doc_id)))
        cells = {q: e for q in quarters for e in figures if e.name.startswith(q) and e.unit in MONEY}
        if len(cells) == len(quarters) and _about(finder, stored.doc_id, figures[0].places[0].page):
            seen = cells
            break
    unit = common_unit([e.unit for e in seen.values()])
    if not seen or unit is None:
        return None
    draft = Draft()
    values = [convert(e.value or Decimal(0), e.unit, unit) for e in seen.values()]
    first = next(iter(seen.values()))
    total = ""
    if len(seen) > 1:
        formula = " + ".join(f"{q}{show(v, unit)}" for q, v in zip(seen, values, strict=True))
        total = f"合计{draft.derived('合计', sum(values, Decimal(0)), unit, formula, *seen.values())}，其中"
    draft.say(f"{heading(first.document, None)}：{total}{draft.parts(list(seen.values()))}。")
    return draft


def _about(finder: Finder, doc_id: int, page: int) -> bool:
    """Whether a plan's page speaks of what the question is about."""
    words = [t for t in finder.asked.linked.terms if t.role in ("item", "word") and "季度" not in t.surface]
    words = [t for t in words if not re.search(phrases()["schedule"]["asking"], t.surface)]
    printed = key(finder.store.page(doc_id, page).text)
    said = sum(t.weight for t in words if key(t.surface) in printed)
    return not words or said >= PAGE * sum(t.weight for t in words)

"""The largest and smallest of many: who competes, by what, and who comes first.

`assistant.contest` reads the question, `assistant.competitors` finds what competes by amount,
`assistant.changes` what competes by how it changed; here they are put in order and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.changes import changes_of
from assistant.competitors import Field, amount, field_of
from assistant.conditions import read_condition
from assistant.contest import UNITS, By, Contest, read
from assistant.draft import Draft, heading
from assistant.evidence import Evidence
from assistant.finder import Finder
from assistant.groups import plain_of
from assistant.money import common_unit, convert, percent, show
from assistant.operands import by_year, one
from assistant.question import phrases
from assistant.terms import Linked


def answer_rank(finder: Finder) -> Draft | None:
    """The first and last of those that the question makes compete, each with its figure and place."""
    contest = read(finder.asked.question)
    if contest.by != By.AMOUNT:
        return _by_change(finder, contest)
    ways = {UNITS: _bodies, "年": _years}
    rows = ways[contest.noun](_plain(finder, contest)) if contest.noun in ways else []
    if len(rows) >= 2:
        return _draft(contest, "", rows)
    condition = read_condition(finder.asked.question.text)
    narrowed = condition.limits or condition.without
    field = field_of(plain_of(finder, contest) if narrowed else finder, contest)
    rows = [e for e in field.rows if condition.admits(e)] if field is not None and narrowed else []
    if field is None or (narrowed and not rows):
        return None
    draft = _draft(contest, field.name, rows or field.rows)
    _together(finder, draft, contest, field, sorted(rows or field.rows, key=amount, reverse=contest.largest))
    return draft


def _draft(contest: Contest, whole: str, rows: Sequence[Evidence]) -> Draft:
    """The ends of the order, in one sentence that says how many compete."""
    ordered = sorted(rows, key=amount, reverse=True)
    first = ordered[0]
    draft = Draft()
    said = [_end(draft, contest, ordered, "最多")] if contest.largest else []
    if contest.smallest:
        said.append(_end(draft, contest, ordered[::-1], "最少"))
    among = f"{whole}的{len(rows)}项中，" if whole else f"{len(rows)}项中，"
    if len({e.document.id for e in rows}) == 1:
        among = f"{heading(first.document, None)}：{among}"
    titled = first.source == "table" and len({e.title for e in rows}) == 1
    draft.say(f"{among}{'；'.join(said)}{f'（《{first.title}》）' if titled and first.title else ''}。")
    return draft


def _together(
    finder: Finder, draft: Draft, contest: Contest, field: Field, ordered: Sequence[Evidence]
) -> None:
    """What the first ones come to together, and their share of the whole, where that is asked."""
    text, words = finder.asked.question.text, phrases()["groups"]
    top = ordered[: contest.count]
    unit = common_unit([e.unit for e in top])
    share = re.search(words["share"], text)
    if unit is None or not (share or (len(top) > 1 and re.search(f"{words['sum']}|一共|总共", text))):
        return
    values = [convert(e.value or Decimal(0), e.unit, unit) for e in top]
    size = sum(values, Decimal(0))
    if len(top) > 1:
        added = " + ".join(f"{e.name}{show(v, unit)}" for e, v in zip(top, values, strict=True))
        draft.say(f"{len(top)}项合计{draft.derived('合计', size, unit, added, *top)}。")
    whole = _whole_of(finder, field, top[0]) if share else None
    base = convert(whole.value or Decimal(0), whole.unit, unit) if whole is not None else Decimal(0)
    if whole is None or base < size or not base:
        return
    rate = percent(size, base)
    formula = f"{show(size, unit)} ÷ {whole.label}{show(base, unit)} × 100%"
    result = draft.derived("占比", rate, "%", formula, *top, whole)
    printed = draft.amount(whole.label, whole.value or Decimal(0), whole.unit, whole)
    draft.say(f"占{whole.label}{printed}{draft.cite(whole)}的{result}。")


def _whole_of(finder: Finder, field: Field, part: Evidence) -> Evidence | None:
    """The printed figure that competitors are parts of: their heading in the same column, else the total."""
    if part.source == "table" and field.path:
        column = [e for e in finder.rows_of(part) if (e.measure, e.columns) == (part.measure, part.columns)]
        return next((e for e in column if e.path == field.path), None)
    return finder.total_of(part)


def _end(draft: Draft, contest: Contest, ordered: Sequence[Evidence], word: str) -> str:
    """One end of the order: the place asked for, or the first ones; equal amounts share a place."""
    if contest.place is not None and contest.place <= len(ordered):
        way = "大到小" if word == "最多" else "小到大"
        return f"按金额从{way}排第{contest.place}的是{draft.parts([ordered[contest.place - 1]])}"
    top = list(ordered[: contest.count])
    if contest.count >= len(ordered):
        return f"从{'多到少' if word == '最多' else '少到多'}依次是{draft.parts(top)}"
    if contest.count > 1:
        return f"{word}的{len(top)}项依次是{draft.parts(top)}"
    tied = [e for e in ordered[1:] if amount(e) == amount(top[0])]
    return f"{word}的是{draft.parts([*top, *tied])}{'（并列）' if tied else ''}"


def _plain(finder: Finder, contest: Contest) -> Finder:
    """The same search without the words of ranking."""
    terms = tuple(contest.terms(finder.asked.linked.terms))
    linked = Linked(terms, " ".join(t.surface for t in terms))
    return Finder(finder.store, replace(finder.asked, linked=linked))


def _bodies(finder: Finder) -> list[Evidence]:
    """The same item in the newest document of each body, each called by its body."""
    asked = finder.asked
    rows = []
    for body in dict.fromkeys(d.body for d in asked.selection.documents):
        documents = tuple(d for d in asked.selection.documents if d.body == body)
        found = one(finder, asked.linked.items, replace(asked.selection, documents=documents))
        if found is not None:
            rows.append(replace(found, name=f"{body}{found.year or ''}年{found.label}"))
    return rows


def _years(finder: Finder) -> list[Evidence]:
    """The same item and measure in several years: from one table or form, else from each year's document."""
    asked = finder.asked
    series: dict[tuple[object, ...], dict[int, Evidence]] = {}
    for e in finder.figures:
        if e.value is not None and e.year and e.coverage >= 0.6 and e.source == "table":
            path = tuple(p for p in e.path if not p.isdigit())
            series.setdefault((e.document.id, path, e.measure), {}).setdefault(e.year, e)
    best = next((s for s in series.values() if len(s) >= 2), None)
    if best is None:
        bodies = {d.body for d in asked.selection.documents}
        held = [d.year for d in asked.held if d.year and d.body in bodies]
        best = {o.evidence.year or 0: o.evidence for o in by_year(finder, held)}
    return [replace(e, name=f"{year}年") for year, e in sorted(best.items())]


def _by_change(finder: Finder, contest: Contest) -> Draft | None:
    """The largest rises or falls, or the best and worst execution, with the figures behind them."""
    rows = changes_of(finder, contest)
    changed = [c for c in rows if not contest.way or (c.size and (c.size > 0) == (contest.way == "up"))]
    if len(rows) < 2 or not changed:
        return None
    rated = contest.by == By.EXECUTION
    ordered = sorted(changed, key=lambda c: c.size if rated else abs(c.size), reverse=contest.largest)
    top = ordered[: contest.count]
    tied = [c for c in ordered[1:] if c.size == top[0].size] if contest.count == 1 else []
    way = {"up": "增加", "down": "减少", None: "变动"}[contest.way]
    if rated:
        what = f"执行率最{'高' if contest.largest else '低'}"
    else:
        what = f"{way}{'比例' if contest.by == By.RATE else '金额'}最{'大' if contest.largest else '小'}"
    draft = Draft()
    named = "；".join(c.told(draft) for c in (*top, *tied))
    where = heading(top[0].now.document, None)
    draft.say(f"{where}：{len(rows)}项中，{what}的是{named}{'（并列）' if tied else ''}。")
    return draft

"""A question that sets things side by side → one view of it for each of them.

"A和B哪个多" asks the same of A and of B; "2024年预算比2023年执行数" changes year and measure at once. A view
is the question with only one side's words in it, so that the ordinary search finds each side's
figure. Nothing here knows what is computed from the views.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.finder import Asked
from assistant.mentions import AGAINST, KIND, LIST, NAMED, Mention, mentions
from assistant.question import Operation, Question, parse, phrases
from assistant.scope import select
from assistant.terms import Linked, Term
from ingest.text import key

_DATED = re.compile("去年|上年|上一年|前一年|前年")
_ASKED = re.compile("多少|几")
_STOP = re.compile(r"[,，。；;：:]")
_CONTENT = ("item", "measure", "word", "total", "topic", "code", "scope", "table")


@dataclass(frozen=True)
class View:
    """One side of a contrast: how it is called, its own terms, and the question as asked of it alone."""

    label: str
    own: tuple[Term, ...]
    asked: Asked
    types: frozenset[str]
    table: str | None = None  # the number of the table that the side means (03表)


GAP = 2  # letters between words of one name
ALONE = 5  # letters of a name that says by itself what it is

Side = tuple[Mention, ...]


def views(asked: Asked) -> list[View]:
    """The sides that a question sets against each other, in its order; fewer than two means none."""
    parts = _periods(asked)
    if parts:
        return parts
    found = mentions(asked)
    text = asked.question.text
    sides = _listed(text, found) or _against(text, found) or _claused(text, found)
    return [_view(asked, sides, n) for n in range(len(sides))]


def portion_views(asked: Asked) -> list[View]:
    """The parts of which a question asks what share they have, together or each, and last the whole that it
    holds them against (水费和电费占公用经费的比例)."""
    text, found = asked.question.text, mentions(asked)
    marks = [m.start() for m in re.finditer("占(?!地)", text)]
    at = next((n for n in marks if not any(m.start < n < m.end for m in found)), None)
    if at is None:
        return []
    before = [m for m in found if m.end <= at]
    sides = _listed(text, [m for m in before if m.type in _CONTENT])
    listed = [m for side in sides for m in side]
    after = [m for m in found if m.start >= at and m.type in NAMED]
    above = [m for m in before if m.type in NAMED and listed and m.end <= listed[0].start]
    whole = next(iter([*after, *reversed(above)]), None)
    if len(sides) < 2 or whole is None:
        return []
    sides.append((whole,))
    return [_view(asked, sides, n) for n in range(len(sides))]


def dated(asked: Asked) -> Asked | None:
    """The question with what it calls last year's (去年实际) read as a year and a kind, which a document of
    that year tells, rather than a column of this year's; None where it says no such thing."""
    linked = asked.linked
    terms = tuple(t for t in linked.terms if t.role != "measure" or not _DATED.match(t.surface))
    return None if terms == linked.terms else replace(asked, linked=replace(linked, terms=terms))


def measure_views(asked: Asked) -> list[View]:
    """One view for each of the measures that a question names of one item (决算数 of 年初预算)."""
    sides = [(m,) for m in mentions(asked) if m.type == "measure"]
    distinct = list({_sense(side[0]): side for side in sides}.values())
    return [_view(asked, distinct, n) for n in range(len(distinct))] if len(distinct) == 2 else []


def _periods(asked: Asked) -> list[View]:
    """One view for each part of a stretch of the year (上半年: the first and the second quarter)."""
    text = asked.question.text
    word = next((w for w in sorted(phrases()["periods"], key=len, reverse=True) if w in text), None)
    if word is None:
        return []
    found = []
    for part in phrases()["periods"][word]:
        own = Term(part, (key(part), key(part.removeprefix("第"))), 1.8, "item")
        kept = [t for t in asked.linked.terms if t.surface not in word and word not in t.surface]
        kept = [t for t in kept if not _sums(t) and "季度" not in t.surface]
        question = replace(asked.question, operation=Operation.LOOKUP, expects=None)
        linked = Linked((*kept, own), " ".join(t.surface for t in (*kept, own)))
        view = replace(asked, question=question, linked=linked)
        found.append(View(part, (own,), view, frozenset(["item"])))
    return found


def _sense(one: Mention) -> str:
    return one.terms[0].names[0] if one.terms else str(parse(one.text).kind)


def _listed(text: str, found: Sequence[Mention]) -> list[Side]:
    """The sides of a list (A、B和C): neighbours joined by a connector that are of like type."""
    sides: list[Side] = []
    for at, (left, right) in enumerate(pairwise(found)):
        joined = re.fullmatch(
            rf"[^,，。；;]{{0,3}}(?:{LIST})[^的,，。；;]{{0,3}}", text[left.end : right.start]
        )
        pair = None
        if joined:
            mine = sides[-1] if sides else _chunk(found, text, at, back=True)
            other = _chunk(found, text, at + 1, back=False)
            pair = _phrases(text, mine, other) or _alike(mine, other, _CONTENT)
        if pair is not None:
            sides = [*(sides or [pair[0]]), pair[1]]
        elif len(sides) >= 2:
            break
        else:
            sides = []
    return sides


def _claused(text: str, found: Sequence[Mention]) -> list[Side]:
    """The sides that clauses tell one by one, each of a year of its own (2024年实际用了多少,2025年排了多少):
    the year, and what of the body and of the measure the clause names."""
    sides: list[Side] = []
    for clause in re.finditer(r"[^,，;；。]+", text):
        own = [m for m in found if clause.start() <= m.start and m.end <= clause.end()]
        if _ASKED.search(clause.group()) and any(m.type == "year" for m in own):
            sides.append(tuple(m for m in own if m.type in ("year", "body") or KIND.fullmatch(m.text)))
    years = [m.text for side in sides for m in side if m.type == "year"]
    if len(set(years)) < len(years) or len(years) != len(sides):
        return []
    if not all(any(m.type == "body" for m in side) for side in sides):
        sides = [tuple(m for m in side if m.type != "body") for side in sides]
    return sides if len(sides) == 2 else []


def _against(text: str, found: Sequence[Mention]) -> list[Side]:
    """The two sides of a comparison (A比B, 跟B比 A, A占B): like types nearest to the word between."""
    for match in re.finditer(AGAINST, text):
        if any(m.start < match.start() < m.end for m in found):
            continue  # the word is part of a name (社会保障和就业支出)
        if len(match.group()) > 2:  # 跟 … 比: what stands between is the one side
            inside = [m for m in found if match.start() <= m.start and m.end <= match.end()]
            outside = [m for m in reversed(found) if m.end <= match.start()]
            outside = outside or [m for m in found if m.start >= match.end()]
        elif any(m.start < match.end() and match.start() < m.end for m in found):
            continue
        else:
            inside = [m for m in found if m.start >= match.end()]
            outside = [m for m in reversed(found) if m.end <= match.start()]
        if match.group() in ("占", "除以"):
            pair = _alike(outside, inside, _CONTENT, mixed=True) or _inside(text[: match.start()], outside)
        else:
            pair = _alike(outside, inside, NAMED) or _one_sided(outside, inside)
        if pair is not None:
            return list(pair)
    return []


def _inside(text: str, before: Sequence[Mention]) -> tuple[Side, Side] | None:
    """The part and the whole where the whole is said first (A里，B占…); `before` is nearest first."""
    marks = list(re.finditer("里面?|当中|其中|中|内", text))
    for mark in reversed(marks):
        part = [m for m in before if m.start >= mark.end()]
        whole = [m for m in before if m.end <= mark.start()]
        pair = _alike(part, whole, NAMED, mixed=True)
        # A short part (政府采购里工程) means something only together with the whole.
        if pair is not None and sum(len(m.text) for m in pair[0]) >= ALONE:
            return pair
    return None


def _chunk(found: Sequence[Mention], text: str, at: int, *, back: bool) -> list[Mention]:
    """A mention and those that stand in one phrase with it, nearest first."""
    step = -1 if back else 1
    chunk = [found[at]]
    while 0 <= (at := at + step) < len(found):
        one, last = found[at], chunk[-1]
        between = text[one.end : last.start] if back else text[last.end : one.start]
        if _STOP.search(between) or re.search(LIST, between) or len(between) > 6:
            break
        chunk.append(one)
    return chunk


def _phrases(text: str, left: Sequence[Mention], right: Sequence[Mention]) -> tuple[Side, Side] | None:
    """Two names that no catalog knows as such, each of several words (招商推介活动经费)."""
    runs = [list(left[:1]), list(right[:1])]
    for run, side in zip(runs, (left, right), strict=True):
        for a, b in pairwise(side):
            between = text[b.end : a.start] if b.end <= a.start else text[a.end : b.start]
            if len(between) > GAP or "的" in between or not {a.type, b.type} <= {"word", "item"}:
                break
            run.append(b)
    long = all(len(run) > 1 and sum(len(m.text) for m in run) >= ALONE for run in runs)
    unlike = len(runs[0]) != len(runs[1]) and any(run[0].type == "word" for run in runs)
    return (tuple(reversed(runs[0])), tuple(runs[1])) if long and unlike else None


def _alike(
    left: Sequence[Mention], right: Sequence[Mention], content: Sequence[str], *, mixed: bool = False
) -> tuple[Side, Side] | None:
    """The mentions of both sides that correspond: phrases of one build, else type by type.

    `left` and `right` are nearest first; of each type the nearest mention counts. An item is set
    against a measure only where they may be `mixed`.
    """

    def kind(m: Mention) -> str:
        return "content" if m.type in content else m.type

    tables = [next((m for m in side if m.type == "table"), None) for side in (left, right)]
    if tables[0] and tables[1] and tables[0].text != tables[1].text:
        return (tables[0],), (tables[1],)  # one item in two tables, whatever stands beside their names
    for size in range(min(len(left), len(right)), 0, -1):
        mine, other = list(reversed(left[:size])), list(right[:size])
        if [kind(m) for m in mine] == [kind(m) for m in other]:
            unlike = [(a, b) for a, b in zip(mine, other, strict=True) if a.text != b.text]
            return (tuple(a for a, _ in unlike), tuple(b for _, b in unlike)) if unlike else None
    pairs = []
    for wanted in ("year", "date", "body", "content"):
        a, b = (
            next((m for m in sorted(side, key=lambda m: m.type == "word") if kind(m) == wanted), None)
            for side in (left, right)
        )
        measures = sum(m.type == "measure" for m in (a, b) if m)
        if a and b and a.text != b.text and (mixed or measures != 1 or "total" in (a.type, b.type)):
            pairs.append((a, b))
    return (tuple(a for a, _ in pairs), tuple(b for _, b in pairs)) if pairs else None


def _one_sided(left: Sequence[Mention], right: Sequence[Mention]) -> tuple[Side, Side] | None:
    """Only the far side says its year or measure (…比去年少, …比上年执行数多): the near side is plain."""
    for wanted in ("year", "measure"):
        far = next((m for m in right if m.type == wanted), None)
        if far and left and not any(m.type == wanted for m in left):
            return (), (far,)
    return None


def _own_words(asked: Asked, sides: Sequence[Side]) -> list[str]:
    """The sides' own words where each says both its body and its item (A局2023年…支出与B委2025年…预算): a
    question of its own each; empty where they share the item."""
    text, named = asked.question.text, []
    starts = [min((m.start for m in side if m.type in ("body", "year")), default=-1) for side in sides]
    if not all(any(m.type == "body" for m in side) for side in sides) or starts != sorted(starts):
        return []
    ends = [*starts[1:], len(_STOP.split(text[starts[-1] :])[0]) + starts[-1]]
    found = [m for m in mentions(asked) if m.type in ("item", "total", "code")]
    for start, end in zip(starts, ends, strict=True):
        if not any(start <= m.start < end for m in found):
            return []
        named.append(re.sub(f"(?:{LIST}|比|,)+$", "", text[start:end]))
    return named


def _view(asked: Asked, sides: Sequence[Side], at: int) -> View:
    """The question with the words of all other sides taken out."""
    gone = [m for n, side in enumerate(sides) if n != at for m in side]
    text = asked.question.text
    for m in sorted(gone, key=lambda m: -m.start):
        text = text[: m.start] + text[m.end :]
    text = next(iter(_own_words(asked, sides)[at : at + 1]), text)
    text = re.sub(phrases()["which_side"], "多少", text)
    numbers = [m for side in sides for m in side if m.type == "table"]  # matched by the table's title
    lost = {t.start for m in (*gone, *numbers) for t in m.terms}
    # 实际 and 花掉 say which measure is meant, which the question's kind already holds.
    lost |= {t.start for m in sides[at] for t in m.terms if m.type == "measure" and t.role == "word"}
    own = tuple(t for m in sides[at] for t in m.terms if t.start not in lost)
    terms = tuple(t for t in asked.linked.terms if t.start not in lost and (t in own or not _sums(t)))
    terms = terms or asked.linked.terms
    question = replace(parse(text), operation=Operation.LOOKUP, relative_years=())
    question = replace(question, expects=_money(asked.question))
    year = next((m for m in sides[at] if m.type == "year"), None)
    years = asked.selection.years_asked
    if year or any(m.type == "year" for m in gone):
        own_year = _year(asked, sides, year)
        years = (own_year,) if own_year else ()
    question = replace(question, years=years)
    linked = Linked(terms, " ".join(t.surface for t in terms))
    selection = select(question, asked.held) if asked.held else asked.selection
    label = "".join(m.text for m in sorted(sides[at], key=lambda m: m.start))
    types = frozenset(m.type for m in sides[at])
    table = next((m.text for m in sides[at] if m.type == "table"), None)
    view = replace(asked, question=question, linked=linked, selection=selection)
    return View(label, own, view, types, table)


def _money(question: Question) -> str | None:
    """The unit that every side must have: money, where the question asks for it."""
    return question.expects if question.expects == "元" else None


def _sums(term: Term) -> bool:
    """Whether a term only says that several figures are taken together (一共花了多少, 合计)."""
    return term.start >= 0 and (term.role == "total" or term.surface in ("合计", "总计", "共计"))


def _year(asked: Asked, sides: Sequence[Side], own: Mention | None) -> int | None:
    """The year that a mention means; a relative one counts from the other side's, else from the newest.

    A side that says no year where another does means the newest.
    """
    explicit = {m: parse(m.text).years for side in sides for m in side if m.type == "year"}
    named = {d.body for d in asked.selection.documents}
    newest = max((d.year for d in asked.held if d.year and d.body in named), default=None)
    if own is None:
        return newest
    if explicit.get(own):
        return explicit[own][0]
    back = next(iter(parse(own.text).relative_years), None)
    base = next((y[0] for y in explicit.values() if y), newest) if back else newest
    return base - back if base is not None and back is not None else None

"""What something is made of: the rows beneath it, the parts a sentence lists, the list in the prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

from assistant.draft import MOST, Draft, clip, heading
from assistant.evidence import PLAIN_MEASURES, Evidence, cover, largest_first
from assistant.finder import DETAILED, Finder
from assistant.lookup import UNITS, asks_units
from assistant.projects import answer_projects
from assistant.question import phrases
from assistant.splits import answer_split
from assistant.telling import ENOUGH
from ingest.blocks import names_body
from ingest.document import Relation
from ingest.template import is_sum, is_total
from ingest.text import key, normalise

PARTLY = 0.3  # how far a sentence that splits up the very amount must speak of the item
PARTS = 2  # amounts from which a sentence says how much each part is
SURE = 0.85  # from where a row is what the question names, so that a single part of it may be told
DETAIL_MEASURES = (*PLAIN_MEASURES, "单位名称")


def answer_composition(finder: Finder) -> Draft | None:
    """The parts of what the question names, with their amounts where they are printed."""
    came = _came_from(finder)
    if came is not None:
        return came
    asks_amounts = bool(re.search("多少|几", finder.asked.question.text))
    bodies = asks_units(finder.asked)
    units = (_units(finder) or _listed(finder)) if bodies else None
    if units is not None:
        return units
    counted = _counted(finder)
    if counted is not None:
        return counted
    fit, rows = (0.0, []) if bodies else _rows(finder)
    spoken = [e for e in finder.statements(Relation.COMPOSITION, Relation.QUANTITY) if _lists(e)]
    spoken = [e for e in spoken if not _is_part(e, finder)]
    best = max((e for e in spoken if e.coverage >= ENOUGH), key=_statement_fit, default=None)
    told = best is not None and (not asks_amounts or len(_amounts_in(best.quote)) >= PARTS)
    if rows and (best is None or not told or fit >= _statement_fit(best)):
        return rows_draft(rows, finder.rows_of(rows[0]))
    own = answer_split(finder) or _of_its_own(finder, spoken) or answer_projects(finder)
    if own is not None:
        return own
    if best is None:
        return _listed(finder)
    if asks_amounts:
        best = _in_amounts(best, spoken)
    draft = Draft()
    draft.say(f"{heading(best.document, best.year)}：{clip(best.quote.strip('。；; '))}{draft.cite(best)}。")
    return draft


SAID = 6  # letters from which a clause says where money comes from


def _came_from(finder: Finder) -> Draft | None:
    """Where an income comes from, as the sentence that prints it goes on to say."""
    words = phrases()["came_from"]
    if not re.search(words["asked"], finder.asked.question.text):
        return None
    for e in finder.figures:
        if e.source != "text" or e.value is None or e.coverage < ENOUGH:
            continue
        after = normalise(e.quote).partition(normalise(e.text))[2]
        told = re.search(rf"^[^;；。]*?[,，]({words['told']}[^;；。]{{{SAID},}})", after)
        if told is not None:
            draft = Draft()
            shown = draft.amount(e.label, e.value, e.unit, e)
            draft.say(f"{heading(e.document, None)}：{e.label}{shown}，{clip(told[1])}{draft.cite(e)}。")
            return draft
    return None


def _in_amounts(one: Evidence, spoken: Sequence[Evidence]) -> Evidence:
    """Of a sentence that only names the parts of an amount, the one that says how much each is."""
    whole = set(_amounts_in(one.quote))
    if len(whole) != 1:
        return one
    split = ((e, _amounts_in(e.quote)) for e in spoken if e.coverage >= PARTLY)
    return next((e for e, amounts in split if len(amounts) > 2 and whole & set(amounts)), one)


def _amounts_in(quote: str) -> list[str]:
    return [amount.replace(",", "") for amount in _AMOUNT.findall(quote)]


LED = 0.5  # share of the question's words that a list's heading or what leads into it must hold


def _units(finder: Finder) -> Draft | None:
    """The bodies that a table lists, in its order."""
    tables: dict[tuple[int, int | None], list[Evidence]] = {}
    for e in finder.listed(UNITS):
        if e.text.strip("/ ") and not is_total(e.text):
            tables.setdefault((e.document.id, e.table), []).append(e)
    rows = next((rows for rows in tables.values() if len(rows) >= 2), []) or _staffed(finder)
    bodies = {key(e.text): e for e in reversed(rows)}
    if not bodies:
        return None
    draft = Draft()
    named = "、".join(f"{e.text}{draft.cite(e)}" for e in reversed(bodies.values()))
    draft.say(f"{heading(rows[0].document, None)}：列出{len(bodies)}家单位：{named}。")
    return draft


def _staffed(finder: Finder) -> list[Evidence]:
    """The bodies that a table of staff has its rows by (编制数, 单位性质); it is a list of them as well."""
    for column in phrases()["staff_columns"]:
        tables: dict[tuple[int, int | None], list[Evidence]] = {}
        for e in finder.listed(column):
            if not is_total(e.name):
                body = replace(e, value=None, text=e.name, measure=UNITS)
                tables.setdefault((e.document.id, e.table), []).append(body)
        rows = next((rows for rows in tables.values() if sum(map(_is_body, rows)) > len(rows) / 2), [])
        if len(rows) > 1:
            return rows
    return []


def _is_body(e: Evidence) -> bool:
    return names_body(re.sub(r"\([^()]*\)", "", key(e.name)))


def _counted(finder: Finder) -> Draft | None:
    """The parts of a count of the prose: the counts after it that come to just as many (7辆: …3辆、…4辆)."""
    for whole in finder.figures if not finder.asked.question.amounts else ():
        if whole.source != "text" or whole.coverage < SURE or whole.unit not in phrases()["counters"]:
            continue
        figures = list(finder.beside(whole))
        at = next(
            (n for n, e in enumerate(figures) if (e.name, e.text) == (whole.name, whole.text)), len(figures)
        )
        alike = [e for e in figures[at + 1 :] if e.unit == whole.unit]
        sums = accumulate(e.value or Decimal(0) for e in alike)
        size = next((n for n, total in enumerate(sums, 1) if total == whole.value), 0)
        parts = [e for e in alike[:size] if e.value]
        if len(parts) > 1:
            draft = Draft()
            shown = draft.amount(whole.name, whole.value or Decimal(0), whole.unit, whole)
            told = f"{whole.name}{shown}{draft.cite(whole)}，其中{draft.parts(parts)}"
            draft.say(f"{heading(whole.document, whole.year)}：{told}。")
            return draft
    return None


def _of_its_own(finder: Finder, spoken: Sequence[Evidence]) -> Draft | None:
    """The clause that begins with what is asked and says what it is (特种专业技术用车主要是…、…)."""
    names = [n for t in finder.asked.linked.terms if t.role == "item" for n in t.names if len(n) >= 4]
    said = "|".join(map(re.escape, names))
    is_made = re.compile(
        rf"({said})((主要)?(是|为|有|包括|分为|包含)(?!\d)[^。;；]*、[^。;；]*|\d+[\u4e00-\u9fff]\([^()]{{4,}}\))"
    )
    for e in spoken if names else ():
        clause = is_made.search(normalise(e.quote))
        if clause:
            draft = Draft()
            draft.say(f"{heading(e.document, e.year)}：{clip(clause[0])}{draft.cite(e)}。")
            return draft
    return None


def _statement_fit(e: Evidence) -> float:
    return e.coverage + 0.05 * min(len(_AMOUNT.findall(e.quote)), 3)


_AMOUNT = re.compile(r"\d[\d,.]*\s*(?:万元|元|亿元)")


def _lists(e: Evidence) -> bool:
    """Whether a statement names several parts: figures in a row, or things joined by 、."""
    return len(_AMOUNT.findall(e.text)) >= 3 or e.text.count("、") >= 1


def _is_part(e: Evidence, finder: Finder) -> bool:
    """Whether what the question names is only one of the parts that a statement lists with their amounts."""
    quote = normalise(e.quote)
    amount = _AMOUNT.search(quote)
    if amount is None:
        return False
    above, listed = key("".join((*e.path[:-1], quote[: amount.start()]))), key(quote[amount.end() :])
    names = [n for t in finder.asked.linked.terms if t.role == "item" for n in t.names[:3]]
    return any(n in listed for n in names) and not any(n in above for n in names)


def _rows(finder: Finder) -> tuple[float, list[Evidence]]:
    """Rows that are the parts of what is asked, largest first, and how well they fit (0 to 1.3)."""
    asked = finder.asked
    only: list[Evidence] = []
    asked_for: set[tuple[str, ...]] = set()
    for one in finder.figures:
        if one.source != "table" or one.coverage < ENOUGH:
            continue
        table = [e for e in finder.rows_of(one) if e.text.strip("/ ")]
        if _is_itself(one, one.path[:-1], finder):
            asked_for.add(one.path)
        details = finder.details(one.document, one.path[0])
        listed = (
            [e for e in table if e.measure == one.measure]
            if one.value is None and one.text == one.name
            else []
        )
        siblings = any(e.path in asked_for for e in (*details, *listed))  # the item is one of them itself
        own = (_below(table, one), _summed(table, one))
        for children in own if siblings else (details, *own, listed):
            if len(children) >= 2:
                return one.coverage + 0.15, children
            only = only or [e for e in children if e.level and one.level and one.coverage >= SURE]
    rows = _parts([e for e in finder.rows_of_kind() if e.text.strip("/ ")])
    named = cover(rows[0], asked.linked.terms) if rows else 0.0
    return (named + 0.6, rows) if named >= ENOUGH else (0.0, only)


def _is_itself(part: Evidence, above: Sequence[str], finder: Finder) -> bool:
    """Whether the question names just this row, and not what it stands beneath or in."""
    bare = replace(part, path=(), measure="", columns=(), title="", quote="", table_kind=None)
    whole = replace(part, name="|".join(above), path=tuple(above), quote="")
    for term in finder.asked.linked.terms:
        own = cover(bare, [term]) if term.role == "item" else 0.0
        if own >= ENOUGH and own > cover(whole, [term]):
            return True
    return False


def _below(table: Sequence[Evidence], one: Evidence) -> list[Evidence]:
    """Rows whose path goes one step further than the item's own; beneath a single one, those further on."""
    depth = len(one.path)
    rows = [e for e in table if len(e.path) == depth + 1 and e.path[:depth] == one.path]
    rows = [e for e in rows if e.value is not None]
    if len({e.path for e in rows}) == 1:
        return _below(table, replace(one, path=rows[0].path)) or _in_column(rows, one)
    return _in_column(rows, one)


def _in_column(rows: Sequence[Evidence], one: Evidence) -> list[Evidence]:
    """Rows of the column that a figure stands in, else of one that prints the same parts; largest first."""
    for measure in (one.measure, *PLAIN_MEASURES):  # other columns print the same parts again
        alike = [e for e in rows if e.measure == measure]
        if alike:
            first = next((e for e in alike if e.columns == one.columns), alike[0])
            return largest_first([e for e in alike if e.columns == first.columns])
    return []


def _summed(table: Sequence[Evidence], one: Evidence) -> list[Evidence]:
    """The rows that a total is the sum of, where they stand in one group with it."""
    above = one.path[:-1]
    if not above or not is_sum(one.name) or one.value is None:
        return []
    column = (e for e in table if (e.path[:-1], e.measure, e.columns) == (above, one.measure, one.columns))
    rows = [e for e in column if not is_sum(e.name) and e.value is not None]
    return largest_first(rows) if sum(e.value or 0 for e in rows) == one.value else []


def _parts(table: Sequence[Evidence]) -> list[Evidence]:
    """All rows of a table but its totals, each once."""
    rows = [
        e
        for e in table
        if not is_total(e.name) and (e.measure in DETAIL_MEASURES or (e.value is None and e.text == e.name))
    ]
    unique: dict[tuple[object, ...], Evidence] = {}
    for e in rows:
        unique.setdefault((*e.path, e.text, e.places[0].bbox[1]), e)
    return largest_first(list(unique.values()))


def rows_draft(rows: Sequence[Evidence], table: Sequence[Evidence]) -> Draft:
    """A draft that lists rows with their amounts, and what each is made of, while that stays short."""
    draft = Draft()
    first = rows[0]
    above = first.path[0] if len(first.path) == 2 else first.path[-2] if first.path[1:] else first.title
    subject = first.path[0] if DETAILED.search(above) else above
    beneath = {row: [e for e in _below(table, row) if e.value] for row in rows}
    if sum(len(parts) for parts in beneath.values()) + len(rows) > MOST:
        draft.say(f"{heading(first.document, None)}：{subject}包括{draft.parts(rows)}。")
        return draft
    named = []
    for row in rows:
        inside = f"（其中{draft.parts(beneath[row])}）" if beneath[row] else ""
        named.append(draft.parts([row]) + inside)
    draft.say(f"{heading(first.document, None)}：{subject}包括{'、'.join(named)}。")
    return draft


def _listed(finder: Finder) -> Draft | None:
    """A passage that is a numbered list under a heading that the question names."""
    asked = finder.asked
    for hit in finder.passages():
        lines = [n for n in hit.passage.text.split("\n") if n.strip()]
        numbered = [n for n in lines if re.match(r"^[（(]?\d{1,2}[)）.、．]", n)]
        text = key(hit.passage.text + " ".join(hit.passage.heading_path))
        terms = asked.linked.terms
        total = sum(t.weight for t in terms)
        got = sum(t.weight for t in terms if any(n in text for n in t.names))
        before = lines[: lines.index(numbered[0])] if numbered else []
        lead = key("".join(before) + " ".join(hit.passage.heading_path))
        led = sum(t.weight for t in terms if any(n in lead for n in t.names))
        if len(numbered) >= 2 and got >= ENOUGH * total and led >= LED * total:
            document = finder.document(hit.doc_id)
            draft = Draft()
            title = " > ".join(hit.passage.heading_path[-2:])
            number = draft.cite_place(document, hit.passage.places[0], title, " ".join(numbered), "text")
            draft.say(
                f"{heading(document, None)}：{clip('；'.join(n.strip('。；') for n in numbered))}[{number}]。"
            )
            return draft
    return None

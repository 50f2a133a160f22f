"""What share figures have of a whole: one figure, several added up, or each of several.

The whole is the one that the question names, else what the part's table or sentence gives as such.
The figures are found by `assistant.operands`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.arithmetic import aligned, cells, listed, shown
from assistant.contrast import portion_views
from assistant.draft import Draft, heading
from assistant.evidence import Evidence, same_figure, speaks_of
from assistant.finder import Finder
from assistant.matching import Operand, matching
from assistant.money import percent
from assistant.operands import by_item, distinct, means_several, measures, one, sides
from assistant.terms import WHOLE, Term
from ingest.template import is_total
from ingest.text import key

_OF_COLUMN = re.compile("支出$|经费$|收入$")  # of what a column is for, its total is the whole
_VAGUE = re.compile("总额|总数|总量|总的|总盘子|全部")  # a whole that is not named
WHOLE_NAMES = frozenset([*WHOLE.names, "支出合计", "收入合计", "合计", "总计"])
_CARRIED_OUT = re.compile("^[^占]*(完成|执行)[^,，。占]{0,6}(百分|几成|比例)[^占]*$")  # of a plan, no share
_INSIDE = re.compile(
    "(?P<mark>里[面头]?|当中|其中|之中|中|内)[,，]?[^,，。]{1,12}占了?(?=百分|几成|比例|比重|多[大少]|几)"
)


def answer_share(finder: Finder) -> Draft | None:
    """What share one figure has of another, or of the whole where the question names none."""
    added = portion(finder)
    if added:
        each = re.search("各|分别", finder.asked.question.text)
        return _shares(added[:-1], added[-1]) if each else _share_of_sum(added[:-1], added[-1])
    if portion_views(finder.asked):
        return None  # one of the parts named is not printed
    parts = (
        _within(finder)
        or sides(finder)
        or inside(finder)
        or measures(finder)
        or by_item(finder)
        or _single(finder)
    )
    words = [t for t in finder.asked.linked.terms if t.role == "word"]
    if len(parts) == 1 and words:
        within = one(finder, finder.asked.linked.terms)  # 工程 within 政府采购
        if within is not None and within.value != parts[0].evidence.value:
            parts.append(Operand(within.label, within))
    if len(parts) == 2 and parts[0].evidence.value == parts[1].evidence.value and not _stand_apart(*parts):
        parts = [max(parts, key=lambda p: len(p.evidence.name))]  # one figure found twice
    named = [p for p in parts if not _general(p.evidence)]
    if len(parts) == 1 or (len(named) == 1 and _VAGUE.search(finder.asked.question.text)):
        part = (named or parts)[0]
        total = finder.total_of(part.evidence)
        if total is None and sum(t.role == "item" for t in finder.asked.linked.terms) < 2:
            total = one(finder, [WHOLE])  # of two items named, the other would be the whole
        if total is not None:
            parts = [part, Operand(total.label, total)]
    if len(parts) < 2:
        return None
    pair = _part_and_whole(finder, parts[0], parts[1])
    if pair is None:
        return None
    part, whole = pair
    part = _in_column(finder, part, whole)
    values, unit = aligned([part.evidence, whole.evidence])
    planned = (
        not _CARRIED_OUT.search(finder.asked.question.text)
        or "预算" in f"{whole.label}{whole.evidence.measure}"
    )
    if unit is None or not values[1] or not planned:
        return None
    draft = Draft()
    rate = percent(values[0], values[1])
    formula = f"{shown(part, values[0], unit)} ÷ {shown(whole, values[1], unit)} × 100%"
    result = draft.derived("占比", rate, "%", formula, part.evidence, whole.evidence)
    draft.say(f"{heading(part.evidence.document, None)}：{part.label}占{whole.label}的{result}：")
    draft.say(f"{listed(draft, [part, whole])}。")
    return draft


def _shares(parts: Sequence[Operand], whole: Operand) -> Draft | None:
    """What share each of several figures has of another."""
    values, unit = aligned([*cells(parts), whole.evidence])
    if unit is None or not values[-1] or max(values) > values[-1]:
        return None
    draft = Draft()
    told, amounts = [], listed(draft, [*parts, whole])
    for part, value in zip(parts, values, strict=False):
        formula = f"{shown(part, value, unit)} ÷ {shown(whole, values[-1], unit)} × 100%"
        rate = draft.derived("占比", percent(value, values[-1]), "%", formula, part.evidence, whole.evidence)
        told.append(f"{part.label}占{rate}")
    draft.say(f"{heading(whole.evidence.document, None)}：{whole.label}中，{'，'.join(told)}：")
    draft.say(f"{amounts}。")
    return draft


def _share_of_sum(parts: Sequence[Operand], whole: Operand) -> Draft | None:
    """What share several figures together have of another."""
    values, unit = aligned([*cells(parts), whole.evidence])
    size = sum(values[:-1], Decimal(0))
    if unit is None or not values[-1] or size > values[-1]:
        return None
    draft = Draft()
    added = " + ".join(shown(p, v, unit) for p, v in zip(parts, values, strict=False))
    formula = f"({added}) ÷ {shown(whole, values[-1], unit)} × 100%"
    every = [*cells(parts), whole.evidence]
    rate = draft.derived("占比", percent(size, values[-1]), "%", formula, *every)
    named = "、".join(p.label for p in parts)
    together = draft.derived("合计", size, unit, added, *cells(parts))
    draft.say(f"{heading(whole.evidence.document, None)}：{named}合计{together}，占{whole.label}的{rate}：")
    draft.say(f"{listed(draft, [*parts, whole])}。")
    return draft


def portion(finder: Finder) -> list[Operand]:
    """The parts of which a question asks what share they have, and last the whole that it holds them
    against; empty where it names one part alone."""
    linked = finder.asked.linked
    if not linked.joint:
        return matching(finder, portion_views(finder.asked))
    others = [t for t in linked.terms if t.role in ("item", "measure", "total") and not means_several(t)]
    whole = one(finder, others) if others and "占" in finder.asked.question.text else None
    found = [one(finder, [Term(n[0], n, 1.8, "item")]) for parts in linked.joint for n in parts]
    parts = distinct([Operand(e.label, e) for e in found if e is not None])
    return [*parts, Operand(whole.label, whole)] if whole is not None and len(parts) > 1 else []


def inside(finder: Finder) -> list[Operand]:
    """A part and the whole where only the part has a figure of its own to ask for (政府采购里,工程占多少):
    the whole is what the part's table, or its sentence, gives as such."""
    asked = finder.asked
    said = _INSIDE.search(asked.question.text)
    if said is None:
        return []
    part = one(finder, asked.linked.terms)
    whole = finder.total_of(part) if part is not None else None
    if part is None or whole is None:
        return []
    at = said.end("mark")
    above = [t for t in asked.linked.terms if t.start < at and t.role in ("item", "measure")]
    own = [t for t in asked.linked.terms if t.start >= at]
    fits = bool(own) and all(speaks_of(whole, t) for t in above) and all(speaks_of(part, t) for t in own)
    return [Operand(part.label, part), Operand(whole.label, whole)] if fits else []


def _in_column(finder: Finder, part: Operand, whole: Operand) -> Operand:
    """A row's part of the column whose total is the whole (A占全部项目支出: A's 项目支出)."""
    one, total = part.evidence, whole.evidence
    of_rows = one.table == total.table and one.path != total.path  # else it is itself a column's
    if not is_total(total.name) or not _OF_COLUMN.search(total.measure) or not of_rows:
        return part
    column = (total.document.id, total.table, total.measure, total.columns)
    for e in finder.beside(one):
        if (e.document.id, e.table, e.measure, e.columns) == column and e.value:
            return Operand(e.label, e)
    return part


def _stand_apart(a: Operand, b: Operand) -> bool:
    """Whether equal figures are two of one table: a part that is all of its whole."""
    one, other = a.evidence, b.evidence
    same_table = one.source == "table" and (one.document.id, one.table) == (other.document.id, other.table)
    return same_table and one.places[0] != other.places[0]


def _within(finder: Finder) -> list[Operand]:
    """An item's part of a measure and the whole of it, where that is said twice (A的收入占全部收入)."""
    terms = finder.asked.linked.terms
    unique = {t.names[0]: t for t in terms}
    twice = [t for n, t in enumerate(terms) if t.names[0] in {o.names[0] for o in terms[:n]}]
    if not twice or len(unique) < 2:
        return []
    part, whole = one(finder, list(unique.values())), one(finder, twice[:1])
    if part is None or whole is None or part.value == whole.value:
        return []
    return [Operand(part.label, part), Operand(whole.label, whole)]


def _single(finder: Finder) -> list[Operand]:
    """The one figure that the question names, where its whole is left unsaid."""
    part = one(finder, finder.asked.linked.terms)
    return [Operand(part.label, part)] if part is not None else []


def _general(e: Evidence) -> bool:
    """Whether a figure is the whole of the budget, which 总额 means only where nothing nearer has one."""
    return key(e.name) in WHOLE_NAMES and not _OF_COLUMN.search(e.measure)


def _part_and_whole(finder: Finder, a: Operand, b: Operand) -> tuple[Operand, Operand] | None:
    """The smaller figure is the part, whichever the question names first; what is more than a table's total
    is part of the whole budget."""
    values, unit = aligned([a.evidence, b.evidence])
    part, whole = (a, b) if unit is None or values[0] <= values[1] else (b, a)
    if not _general(part.evidence) or _general(whole.evidence):
        return part, whole
    total = one(finder, [WHOLE])
    if total is None or same_figure(total, part.evidence):
        return None
    return whole, Operand(total.label, total)

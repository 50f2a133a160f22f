"""Answers from the indicator rows of performance forms: several rows at once, and rows found by the
letters and the unit of what is asked.

A look-up finds one figure; here a question asks several things of a form (A和B的指标值), or says in words
of its own what a row counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.contrast import View, views
from assistant.draft import Draft, heading
from assistant.evidence import Evidence, fits_kind, of_fact
from assistant.finder import Finder
from assistant.lookup import is_blank
from assistant.money import MONEY, SCORED
from assistant.question import Operation, answers, weak_letters
from assistant.wanted import wanted
from ingest.template import TARGET, form_words, is_form_kind
from ingest.text import key

NAMED = 0.6  # how well a row's name must fit what is asked
ALIKE = 0.7  # the same, where only letters and the unit tell
PARTLY, APART = 0.5, 0.25  # enough where no other row of the unit comes near
NEAR = 0.12  # how far below the best figure an indicator may stand
FIGURES = 60  # best figures among which the rows are sought
NAMES = 4  # names of a term by which a project's form is sought
ROWS = 800  # indicators looked through where words do not find the row
_TAIL = re.compile("(的?(数量|人数|次数|个数|户数|家数|面积|比例|情况|数|时间|时限|时长))+$")


def answer_indicators(finder: Finder) -> Draft | None:
    """Several indicators of one form that a question asks for at once."""
    question = finder.asked.question
    if question.operation not in (Operation.EACH, Operation.COMPOSITION) or question.expects == "元":
        return None
    return _rows(finder)


def answer_counted(finder: Finder) -> Draft | None:
    """The indicator that counts what is asked, by its unit and by most letters of its name."""
    sought = wanted(finder.asked.question)
    units = sought.units or ((tuple(answers()["spans"]),) if "duration" in sought.kinds else ())
    if len(units) != 1 or {*MONEY, "%"} & set(units[0]):
        return None
    said = {c for c in key(finder.asked.question.text) if c not in weak_letters()} | {"人"}
    found = [e for e in finder.fields((TARGET,), ROWS) if _is_row(e) and _counts(e, units[0])]
    fits = {key(e.name): (_letters(e.name, said), e) for e in reversed(found)}
    ranked = sorted(fits.values(), key=lambda f: -f[0])
    if not ranked:
        return None
    best, row = ranked[0]
    apart = best - (ranked[1][0] if len(ranked) > 1 else 0.0)
    if not (best >= ALIKE and apart > 0) and not (best >= PARTLY and apart >= APART):
        return None
    draft = Draft()
    _say(draft, [(row.label, row)], row)
    return draft


def answer_score(finder: Finder) -> Draft | None:
    """How many marks a project got in all, from the row of its form that adds them up; None where the
    question names one of its indicators, or no project."""
    asked = finder.asked
    if asked.question.expects not in SCORED:
        return None
    items = [t for t in asked.linked.terms if t.role == "item"]
    names = [n for t in items for n in t.names[:NAMES]]
    if len(items) != 1:
        return None
    stored = finder.store.facts(asked.ids, under=names, names=sorted(form_words("score_totals")), limit=60)
    cells = [of_fact(f, finder.document(f.doc_id)) for f in stored]
    scores = [e for e in cells if e.unit in SCORED and e.value is not None and not _FULL.search(e.measure)]
    if len({(e.document.id, e.path[0]) for e in scores}) != 1:
        return None
    draft = Draft()
    _say(draft, [(f"{scores[-1].path[0]}的总分", scores[-1])], scores[-1])
    return draft


_FULL = re.compile("分值|满分|权重")  # how many marks there were to be got


def _counts(e: Evidence, units: Sequence[str]) -> bool:
    """Whether an indicator's cell prints a number of one of the units."""
    return any(re.search(rf"\d\s*[(（]?{re.escape(u)}", f"{e.text}{e.unit or ''}") for u in units)


def _letters(name: str, said: set[str]) -> float:
    """Share of the telling letters of an indicator's name that the question says; two are too few."""
    own = [c for c in _TAIL.sub("", key(name)) if c not in weak_letters()]
    return sum(c in said for c in own) / len(own) if len(own) > 2 else 0.0


def _is_row(e: Evidence) -> bool:
    """Whether a cell stands in an indicator's row of a form, and says something."""
    form = e.source == "table" and e.table_kind is not None and is_form_kind(e.table_kind)
    return form and len(e.path) > 2 and not is_blank(e) and any("指标" in p for p in e.path[:-1])


def _rows(finder: Finder) -> Draft | None:
    """The indicators that the question lists, all of one form."""
    sides = views(finder.asked)
    if len(sides) < 2:
        return None
    last = sides[-1].own
    common = key(last[-1].surface) if len(last) > 1 else ""  # A和B的规范管理率
    found = [_of_side(finder, side, common) for side in sides]
    rows = [e for e in found if e is not None]
    if len(rows) < len(sides) or len({(e.document.id, e.table) for e in rows}) > 1:
        return None
    rows += _left_out(finder, sides, rows)
    if len({e.path for e in rows}) < len(rows):
        return None
    draft = Draft()
    _say(draft, [(e.name, e) for e in rows], rows[0])
    return draft


def _left_out(finder: Finder, sides: Sequence[View], rows: Sequence[Evidence]) -> list[Evidence]:
    """The indicators of the form that the question names besides those that stand as sides of its list."""
    own = {t for side in sides for t in side.own}
    names = [key(t.surface) for t in finder.asked.linked.terms if t.role == "item" and t not in own]
    table = [e for e in finder.rows_of(rows[0]) if _is_row(e) and e.measure == TARGET]
    best = [max(table, key=lambda e: _fit(e, name)) for name in names]
    return [e for e, name in zip(best, names, strict=True) if _fit(e, name) >= NAMED]


def _of_side(finder: Finder, side: View, common: str) -> Evidence | None:
    """The indicator that one side of a list names, be it with what ends the last side; None where another
    figure is surely meant."""
    figures = Finder(finder.store, side.asked).figures[:FIGURES]
    own = [t for t in side.own if t.role in ("item", "word")]
    rows = [e for e in figures if _is_row(e) and e.measure == TARGET and fits_kind(e, side.asked.question)]
    said = key("".join(t.surface for t in own))
    fits = [(max(_fit(e, said), _fit(e, said + common)), e) for e in rows]
    good = [(fit, e) for fit, e in fits if fit >= NAMED]
    if not good:
        return None
    best = max(good, key=lambda f: f[0] + f[1].score)[1]
    return best if best.score >= figures[0].score - NEAR or _fit(best, key(own[-1].surface)) >= 1 else None


def _fit(e: Evidence, said: str) -> float:
    """How far an indicator's name and the words of a side are made of the same letters."""
    name = _TAIL.sub("", key(e.name))
    if not name or not said:
        return 0.0
    return 0.5 * sum(c in said for c in name) / len(name) + 0.5 * sum(c in name for c in said) / len(said)


def _say(draft: Draft, told: Sequence[tuple[str, Evidence]], of: Evidence) -> None:
    """Say cells with what each is called, after the document that they stand in."""
    parts = []
    for label, e in told:
        shown = f"“{e.text}”"
        if e.value is not None:
            draft.figure(label, e.value, e.unit, e)
            shown = e.text if not e.unit or e.unit in e.text else f"{e.text}{e.unit}"
        parts.append(f"{label}为{shown}{draft.cite(e)}")
    draft.say(f"{heading(of.document, None)}：{'；'.join(parts)}。")

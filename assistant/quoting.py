"""Answers in the document's own words: the sentence, the list, the entry of a form that tells it.

What competes are the finder's spans; `assistant.fitting` measures them all alike. The answer begins
with the clause that was asked for, and quotes what it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.bearing import says_another
from assistant.calculation import mismatch
from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover, speaks_of
from assistant.finder import Asked, Finder
from assistant.fitting import Fit, Fitting
from assistant.lookup import figure_draft
from assistant.money import MONEY
from assistant.question import Operation, Question, answers
from assistant.spans import Span, of_cells
from assistant.terms import Term
from assistant.wanted import rates, wanted, workings
from ingest.document import Place
from ingest.statements import read_quantities
from ingest.text import key, normalise

ENOUGH = 0.7  # share of the question's words that an answer must speak of
TABLE = 0.15  # among figures of tables the ranking of evidence tells better which is meant
OWN_RATE = 0.85  # share that a sentence must speak of itself, for its rate to be the one asked
SAME = 0.02  # spans whose scores differ by less fit equally well
OWN = 0.2  # share that it must speak of itself, not only its section
CLOSE = 0.06  # spans whose scores differ by less are ordered by nearness in meaning
NEAR = 8  # sentences near in meaning that are looked at; the last tells what is near by chance
CLOSEST = 3  # of them that may answer
CLOSER = 0.012  # by how much an answer must be nearer than the last of them
SAID = 0.05  # what speaking of the question's words adds to nearness
TOLD = 0.08  # what telling the kind of thing that is asked adds
FEW, FAIR = 0.25, 0.5  # shares of the question's words that it must speak of: for words, for counts
WORDS = (Operation.DUTY, Operation.REASON, Operation.PURPOSE)
WORKED = 0.6  # share of its item that a row of calculations must speak of
AMOUNTS = 3  # amounts of money in one sentence that make it a list of them
ROWS = 4  # calculations told in one answer
LONGEST = 380  # characters of a quotation


def answer_prose(finder: Finder) -> Draft | None:
    """What the document says of the question, quoted; None when nothing says enough of it."""
    fitting = finder.fitting
    fits = [f for f in finder.fits if suffices(f, fitting)]
    fits = [f for f in fits if not _of_another(f.clause, finder.asked)]
    ranked = _by_meaning(finder, fits)
    terms = finder.asked.linked.terms
    own = (f for f in ranked if _of_item(f, finder) and not says_another(f.span, terms))
    best = next((f for f in own if not _only_aside(f, finder)), None)
    if best is None:
        return None
    twin = next((f for f in fits if _as_good(f, best, fitting)), None)
    if twin is not None and fits.index(twin) < fits.index(best):
        best, twin = twin, best  # both are told, as the words rank them
    if best.span.figure is not None:
        draft = figure_draft(best.span.figure, finder.figures)
    elif best.span.table is not None:
        draft = _cell(finder, best)
    else:
        draft = _sentence(finder, best, twin)
    draft.fit = best.score - (TABLE if best.span.figure is not None else 0)
    return draft


def _by_meaning(finder: Finder, fits: list[Fit]) -> list[Fit]:
    """Fits, where the first few are nearly as good as each other the nearest in meaning first."""
    close = [f for f in fits if f.score >= fits[0].score - CLOSE]
    if len(close) < 2 or close[0].span.figure is not None:
        return fits
    near = finder.store.near_sentences(finder.asked.ids, finder.asked.linked.meaning, NEAR)
    floor = min((hit.vector or 0.0 for _, hit in near), default=0.0)
    means = {key(text): (hit.vector or 0.0) - floor for text, hit in near}
    ranked = sorted(close, key=lambda f: -(f.score + means.get(key(f.span.text), 0.0)))
    return [*ranked, *fits[len(close) :]]


def _of_item(fit: Fit, finder: Finder) -> bool:
    """Whether a table's figure is of an item that the question names: shared letters do not make it one."""
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    figure = fit.span.figure
    return figure is None or not items or any(speaks_of(figure, term) for term in items)


def _only_aside(fit: Fit, finder: Finder) -> bool:
    """Whether a sentence names what is asked about only aside from its own amounts: among what they consist
    of, or in the reason for their change."""
    return _only_listed(fit, finder) or _only_in_reason(fit, finder)


_REASON = re.compile("原因|主要是|主要由于|主要因")


def _only_in_reason(fit: Fit, finder: Finder) -> bool:
    """Whether a sentence's amount stands before a reason, and an item that the question names only in it."""
    text = key(fit.span.text)
    mark = _REASON.search(text)
    if mark is None or fit.span.table is not None or finder.asked.question.operation in WORDS:
        return False
    before, after = text[: mark.start()], text[mark.end() :]
    near = before + fit.span.keys[1]
    terms = finder.asked.linked.terms
    aside = [t.role for t in terms if _in(t.names[:2], after) and not _in(t.names[:2], near)]
    only = "item" in aside or len(aside) == len([t for t in terms if t.role != "measure"]) > 0
    return only and key(fit.clause)[:8] in before


def _in(names: Sequence[str], text: str) -> bool:
    return any(n in text for n in names)


def _only_listed(fit: Fit, finder: Finder) -> bool:
    """Whether a sentence names the items asked about only among what its own amounts consist of
    (公用经费4万元,主要包括:水费、电费), so that it does not tell how much they are."""
    text = normalise(fit.span.text)
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    names = [max((n for n in t.names if n in text), key=len, default="") for t in items]
    if fit.span.table is not None or not finder.fitting.wanted.number or not any(names):
        return False
    found = [
        (text[: m.start()], text[m.end() :]) for n in names if n for m in re.finditer(re.escape(n), text)
    ]
    return all(_LISTS.search(before) and _ENDS.match(after) for before, after in found)


_LISTS = re.compile(r"包[括含][:：]?[^。;；\d]*$")
_ENDS = re.compile(r"[^。;；\d]*(?:[。;；]|$)")


def answer_calculation(finder: Finder) -> Draft | None:
    """How an item's amount was worked out, from its form's column of calculations; None where no item is
    named, or its row prints no calculation."""
    if "calculation" not in wanted(finder.asked.question).kinds:
        return None
    covered = answers()["kinds"]["calculation"]["covers"]
    terms = [t for t in finder.asked.linked.terms if t.role in ("item", "word") and t.surface not in covered]
    if not terms:
        return None
    cells = [
        (_spoken(e, terms), s) for e in finder.fields(workings()) for s in of_cells([e]) if s.is_calculation
    ]
    best = max((fit for fit, _ in cells), default=0.0)
    rows = [s for fit, s in cells if fit >= max(best - SAME, WORKED)]
    draft = Draft()
    for span in [s for s in rows if s.table == rows[0].table][:ROWS]:
        _quote_cell(draft, finder, span, span.text)
    return draft if rows else None


def _spoken(e: Evidence, terms: Sequence[Term]) -> float:
    """Weighted share of some terms that a row of calculations speaks of, be it by most of their letters."""
    path = key("".join(e.path))
    letters = [sum(c in path for c in t.names[0]) / len(t.names[0]) for t in terms]
    spoken = [max(cover(e, [t]), 0.9 * share) for t, share in zip(terms, letters, strict=True)]
    return sum(t.weight * s for t, s in zip(terms, spoken, strict=True)) / sum(t.weight for t in terms)


def answer_printed(finder: Finder) -> Draft | None:
    """A rate that a sentence prints of just what is asked, before any is computed."""
    asked = finder.asked
    sort = next((s for s in rates() if s["asked"].search(asked.question.text)), None)
    if asked.question.expects != "%" or sort is None:
        return None
    fitting = finder.fitting
    sentences = [s for s in finder.spans if s.table is None and not s.enumerates]
    for fit in fitting.best(sentences):
        if fit.own < OWN_RATE or not suffices(fit, fitting):
            continue
        if _turned(fit.clause, asked) or _of_another(fit.clause, asked) or _only_in_reason(fit, finder):
            continue
        years = {str(y) for y in asked.question.years} - {str(fit.span.document.year)}
        if sort["found"].search(fit.clause) and all(y in fit.span.text for y in years):
            return _sentence(finder, fit)
    return None


def answer_meant(finder: Finder) -> Draft | None:
    """The sentence that means what is asked where words do not tell; None where none is near, or where a
    figure of money is asked, which a sentence about something alike would get wrong."""
    asked, fitting = finder.asked, finder.fitting
    if not _for_words(fitting, asked.question):
        return None
    near = finder.store.near_sentences(asked.ids, asked.linked.meaning, NEAR)
    if not near:
        return None
    found = []
    floor = min(hit.vector or 0.0 for _, hit in near)
    for text, hit in near[:CLOSEST]:
        span = finder.span_of(text, hit)
        close = (hit.vector or 0.0) - floor
        if span is not None and close >= CLOSER and not says_another(span, asked.linked.terms):
            fit = fitting.fit(span)
            found.append((close + SAID * fit.coverage + TOLD * fit.parts["told"], fit))
    best = max((f for f in found if _near_enough(f[1], fitting)), key=lambda f: f[0], default=None)
    if best is None:
        return None
    draft = _cell(finder, best[1]) if best[1].span.table is not None else _sentence(finder, best[1])
    draft.fit = best[1].score
    return draft


def answer_agreed(finder: Finder) -> Draft | None:
    """The sentence that the words of the question and its meaning both put first, though neither alone
    would be enough; None where they differ, where it lacks what is asked, or where parts are to be added.

    The two err in different ways, so that their agreeing on one of hundreds of sentences tells more than
    how near either finds it.
    """
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    if finder.asked.question.operation == Operation.SUM and len(items) > 1:
        return None
    first, sought = next(iter(finder.fits), None), finder.fitting.wanted
    if first is None or not sought.units or sought.misses(first.span) or _only_aside(first, finder):
        return None
    if says_another(first.span, finder.asked.linked.terms):
        return None
    if first.parts["day"] < 0 or first.parts["kind"] < 0:
        return None
    near = finder.store.near_sentences(finder.asked.ids, finder.asked.linked.meaning, NEAR)
    if not near:
        return None
    (text, hit), span = near[0], first.span
    if hit.doc_id != span.document.id or not (key(text) in key(span.text) or key(span.text) in key(text)):
        return None
    draft = _cell(finder, first) if span.table is not None else _sentence(finder, first)
    draft.fit = first.score
    return draft


def _for_words(fitting: Fitting, question: Question) -> bool:
    """Whether a question wants to be told something in words, or counts of two sorts that stand together."""
    units = fitting.wanted.units
    if question.operation in WORDS:
        return not units and question.expects is None
    return len(units) > 1 and not any({"元", "%"} & set(kin) for kin in units)


def _near_enough(fit: Fit, fitting: Fitting) -> bool:
    """Whether a sentence near in meaning speaks of part of the question, and lacks no figure asked for."""
    other = fit.parts["day"] < 0 or fit.parts["kind"] < 0
    counts = fitting.wanted.units
    said = fit.coverage >= (FAIR if counts else FEW)
    return said and not other and (not counts or fitting.wanted.units_in(fit.span.text) == 1)


def _turned(clause: str, asked: Asked) -> bool:
    """Whether a clause has as the whole what the question has as the part (A占B for B占A)."""
    part, mark, _ = asked.question.text.partition("占")
    before, said, after = key(clause).partition("占")
    if not mark or not said:
        return False
    terms = [t for t in asked.linked.terms if t.role in ("item", "measure") and t.surface in part]
    return any(n in after and n not in before for t in terms for n in t.names[:2])


_SUBJECT = re.compile(r"[^,，;；。:：]*[\u4e00-\u9fff][^,，;；。:：\d]*")


def _of_another(clause: str, asked: Asked) -> bool:
    """Whether a clause prints the share of another item than the question asks it of."""
    part, mark, _ = asked.question.text.partition("占")
    before, said, _ = key(clause).partition("占")
    items = [t for t in asked.linked.terms if t.role == "item" and t.surface in part]
    subjects = [s for s in _SUBJECT.findall(before) if s]
    if not mark or not said or not items or not subjects:
        return False
    names = [n for t in items for n in t.names]
    return not any(n in before or (len(s) > 2 and s in n) for n in names for s in subjects)


def suffices(fit: Fit, fitting: Fitting) -> bool:
    """Whether a span speaks of enough of the question, itself of part of it, of no other day or kind,
    and tells what is wanted."""
    speaks = fit.coverage >= ENOUGH and fit.own >= OWN and not fit.missed
    other = fit.parts["day"] < 0 or fit.parts["kind"] < 0
    amounts = fitting.asked.question.operation in WORDS and _only_amounts(fit.span, fitting)
    announces = fit.span.leads_in and not fit.span.enumerates and not fitting.wanted.number
    return speaks and not other and not announces and not amounts and not fitting.wanted.misses(fit.span)


def _only_amounts(span: Span, fitting: Fitting) -> bool:
    """Whether a sentence lists amounts and tells nothing of the kind that is asked for (a goal, a use)."""
    money = [q for q in read_quantities(normalise(span.text)) if q.unit in MONEY]
    return len(money) >= AMOUNTS and not fitting.wanted.words(span.text)


def _as_good(fit: Fit, best: Fit, fitting: Fitting) -> bool:
    """Whether another sentence tells another figure by just the same words (事业编制 of those planned for,
    事业编制 of those in office), so that a reader must choose."""
    told = [c for c in _asked(best, fitting) if c not in fit.span.text]
    names = [re.sub(r"\d[\d,.]*", "", c) for c in told]
    alike = [re.sub(r"\d[\d,.]*", "", c) for c in _asked(fit, fitting)]
    prose = fit.span.table is None and fit.span.document.id == best.span.document.id
    return prose and bool(told) and names == alike and abs(fit.score - best.score) < SAME


def _sentence(finder: Finder, fit: Fit, twin: Fit | None = None) -> Draft:
    """A sentence or list, after the clauses of it that were asked for; then one that fits just as well."""
    draft = Draft()
    _quote(draft, finder, fit)
    if twin is not None:
        draft.say("；另一处：")
        _quote(draft, finder, twin)
    return draft


def _quote(draft: Draft, finder: Finder, fit: Fit) -> None:
    """Add a sentence or list to a draft, after the clauses of it that were asked for."""
    span = fit.span
    number = draft.cite_place(
        span.document, _place(finder, fit), " > ".join(span.headings[-2:]), span.text, "text"
    )
    who, quote = heading(span.document, None), window(span.text, fit.clause)
    asked = _asked(fit, finder.fitting)
    for clause in asked:
        for quantity in read_quantities(normalise(clause)):
            draft.figure_at(quantity.label, quantity.value, quantity.unit, number)
    told = "；".join(asked)
    if asked and len(told) < 0.6 * len(quote):
        draft.say(f"{who}：{told}[{number}]。原文：“{quote}”[{number}]")
    else:
        draft.say(f"{who}：{quote}[{number}]。")


def _asked(fit: Fit, fitting: Fitting) -> list[str]:
    """The clauses that state the figures asked for: one for each unit, or the one that fits."""
    sought = fitting.wanted
    if not sought.number and not sought.units:
        return []
    found = [fitting.clause_of(fit.span, kin) for kin in sought.units] or [fit.clause]
    clauses = dict.fromkeys(c.strip("。,，;； ") for c in found if c and re.search(r"\d", c))
    return [re.sub(r"^其中[:：]?|[(（]$", "", c) for c in clauses]


def _cell(finder: Finder, fit: Fit) -> Draft:
    """An entry of a form's text cell."""
    draft = Draft()
    _quote_cell(draft, finder, fit.span, fit.clause)
    return draft


def _quote_cell(draft: Draft, finder: Finder, span: Span, clause: str) -> None:
    """Add an entry of a text cell to a draft, with the unit of its table where it is a calculation."""
    number = draft.cite_place(
        span.document, span.places[0], " > ".join(span.headings[-2:]), span.text, "table"
    )
    path = [h for h in span.headings[1:] if len(h) <= 30]
    subject = "·".join(dict.fromkeys([*path[:1], *path[-2:]]))
    quote = window(span.text, clause)
    unit = finder.store.table(span.document.id, span.table or 0).unit if span.is_calculation else None
    note = f"（表中金额单位为{unit}）" if unit else ""
    draft.say(f"{heading(span.document, None)}：{subject}为“{quote}”{note}[{number}]。")
    wrong = mismatch(span.text, unit) if unit else None
    if wrong:
        draft.warnings.append(wrong)


def _place(finder: Finder, fit: Fit) -> Place:
    """Where a span stands: of the pages that its passage touches, the one that prints the clause."""
    pages = {p.page: p for p in reversed(fit.span.places)}
    if len(pages) > 1:
        for number, place in sorted(pages.items()):
            if key(fit.clause)[:12] in key(finder.store.page(fit.span.document.id, number).text):
                return place
    return fit.span.places[0]


def window(text: str, clause: str, size: int = LONGEST) -> str:
    """A text, or as much of it around a clause as a reader takes in."""
    text = text.strip("。；;，, \n").replace("\n", "")
    if len(text) <= size:
        return text
    at = max(text.find(clause.strip()), 0)
    start = 0 if at + len(clause) <= 0.8 * size else max(at - size // 3, 0)
    if start:
        start = max(text.find(m, start, at) for m in "。；;，,：:") + 1 or start
    end = start + size
    if end < len(text):
        cut = max(text.rfind(m, at + len(clause), end) for m in "。；;，,、")
        end = cut if cut > at else end
    return ("…" if start else "") + text[start:end].strip("。；;，, ") + ("…" if end < len(text) else "")

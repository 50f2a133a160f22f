"""The sentence that splits just the amount of what is asked into parts which add up to it.

Descriptions of projects say what their money is made of under a heading of its own (年度预算安排), without
the project's name; the amount, printed to the cent, then tells whose parts they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from assistant.draft import Draft, clip, heading
from assistant.evidence import Evidence, is_whole
from assistant.finder import Finder
from assistant.money import MONEY, convert, in_base
from assistant.question import Amount
from assistant.spans import Span
from ingest.document import Quantity
from ingest.statements import read_quantities
from ingest.text import key, normalise, parse_number
from vectorstore.records import DocumentRecord, StoredStatement

SURE = 0.85  # how far a project's amount must be of what the question names
PARTS = 2  # amounts from which a text lists parts
LOOKED = 12  # sentences that are looked through for an amount
_MONEY = re.compile(r"(\d[\d,.]*)\s*([亿万]?元)")
_FACTORS = re.compile(r"[^,，;；。、=＝×*]*(?:[×*][^;；。、=＝]*)+[=＝]")  # 18人×4,200元×12月=


def answer_split(finder: Finder) -> Draft | None:
    """The parts of the amount that the question names, or of its project's own; None where no sentence
    splits just that amount."""
    for amount, document in _wholes(finder):
        ids = [document.id] if document is not None else finder.asked.ids
        found = finder.store.statements(ids, text=amount.forms, limit=LOOKED)
        for stored, _ in found:
            if _adds_up(stored, amount) and (amount.is_telling or _is_about(stored, finder)):
                return _told(finder, stored)
        for span in finder.spans:
            about = document is None or span.document.id == document.id
            if about and _is_sum(span.text, amount) and (amount.is_telling or _heads(span, finder)):
                return _quoted(span)
    return None


def _wholes(finder: Finder) -> Iterator[tuple[Amount, DocumentRecord | None]]:
    """The amounts whose parts may be asked for: those that the question names, else its project's."""
    asked = finder.asked
    named = asked.question.amounts
    yield from ((amount, None) for amount in named)
    wholes = [e for e in finder.figures if is_whole(e) and e.coverage >= SURE and _is_called(e, finder)]
    for e in wholes[:1] if not named else ():
        yield Amount(convert(e.value or Decimal(0), e.unit, "万元"), "万元"), e.document


def _is_called(e: Evidence, finder: Finder) -> bool:
    """Whether the question names just the project that an amount is the whole of."""
    named = {key(n) for t in finder.asked.linked.terms if t.role == "item" for n in (*t.names[:2], t.surface)}
    return key(e.path[0]) in named


def _is_about(stored: StoredStatement, finder: Finder) -> bool:
    """Whether a sentence stands under the name of what the question names."""
    named = _names(finder)
    return any(key(p) in named for p in (*stored.statement.subject_path, stored.statement.subject))


def _adds_up(stored: StoredStatement, amount: Amount) -> bool:
    """Whether a sentence begins with an amount and goes on with parts, brackets aside, that come to it."""
    sizes = listed_amounts(stored.statement.text)
    whole = in_base(amount.value, amount.unit)[0]
    return len(sizes) > 2 and sizes[0] == whole == sum(sizes[1:])


def _is_sum(text: str, amount: Amount) -> bool:
    """Whether a text, be it a form's cell, does nothing but list parts that come to an amount."""
    sizes = listed_amounts(text)
    return len(sizes) >= PARTS and sum(sizes) == in_base(amount.value, amount.unit)[0]


def listed_amounts(text: str) -> list[Decimal]:
    """The amounts of money that a text prints, brackets and what they are multiplied from aside, in their
    base unit."""
    found = _MONEY.findall(_FACTORS.sub("", re.sub(r"\([^()]*\)", "", normalise(text))))
    numbers = [(parse_number(number.rstrip(",.")), unit) for number, unit in found]
    return [in_base(value, unit)[0] for value, unit in numbers if value is not None]


def _heads(span: Span, finder: Finder) -> bool:
    """Whether what the question names stands over a span."""
    return any(n in key("".join(span.headings)) for n in _names(finder))


def _names(finder: Finder) -> set[str]:
    """What the question's items are called first."""
    return {n for t in finder.asked.linked.terms if t.role == "item" for n in t.names[:2]}


def _quoted(span: Span) -> Draft:
    """A span whose parts add up, each amount of it a figure."""
    amounts = [q for q in read_quantities(normalise(span.text)) if q.unit in MONEY]
    kind = "text" if span.table is None else "table"
    return _tell(heading(span.document, None), span, " > ".join(span.headings[-2:]), kind, amounts)


def _told(finder: Finder, stored: StoredStatement) -> Draft:
    """A sentence whose parts add up, each figure of it declared."""
    statement, document = stored.statement, finder.document(stored.doc_id)
    title = " > ".join(statement.subject_path[:2]) or statement.subject
    span = Span(document, statement.text, statement.subject_path, statement.places)
    figures = [q for q in statement.quantities if q.value is not None and q.unit]
    return _tell(heading(document, statement.year), span, title, "text", figures)


def _tell(lead: str, span: Span, title: str, kind: str, figures: Iterable[Quantity]) -> Draft:
    """A text quoted after whose it is, with its figures."""
    draft = Draft()
    at = draft.cite_place(span.document, span.places[0], title, span.text, kind)
    for q in figures:
        draft.figure_at(q.label, q.value, q.unit, at)
    draft.say(f"{lead}：{clip(span.text.strip('。；; '))}[{at}]。")
    return draft

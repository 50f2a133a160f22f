"""Items that a question calls by their amount alone (那449.52万是请人干什么的).

An amount printed to the cent is as good as a name: the prose says whose it is. Where too many things
cost the same, it names none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.question import Amount, Question
from assistant.terms import Term
from ingest.text import key
from vectorstore.store import Store

LOOKED = 12  # sentences that are looked through for the amount
MOST = 3  # names that one amount may stand for
WEIGHT = 1.8  # as a name said in full


def named_by_amount(question: Question, store: Store, doc_ids: Sequence[int]) -> list[Term]:
    """Terms for the items whose amounts a question gives; none where the prose does not say whose."""
    found = ((amount, _subjects(amount, store, doc_ids)) for amount in question.amounts)
    return [Term(f"{a.value}{a.unit}", names, WEIGHT, "item") for a, names in found if 0 < len(names) <= MOST]


def _subjects(amount: Amount, store: Store, doc_ids: Sequence[int]) -> tuple[str, ...]:
    """What the sentences that print an amount are about, as keys."""
    names: dict[str, None] = {}
    for stored, _ in store.statements(doc_ids, text=amount.forms, limit=LOOKED):
        statement = stored.statement
        if any(amount.fits(q.value, q.unit) for q in statement.quantities):
            names[key(statement.subject)] = None
    return tuple(names)

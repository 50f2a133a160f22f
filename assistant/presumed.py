"""Things that a question takes for granted to be there: those few vehicles, those units of theirs.

Documents print many a count as 0. A question about what such a count is of is answered by the count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.draft import Draft
from assistant.evidence import Evidence, quantities
from assistant.finder import Finder
from assistant.letters import in_order
from assistant.lookup import figure_draft
from assistant.question import Operation, phrases
from ingest.text import key

LONGEST = 8  # letters that the name of a thing may have
LOOKED = 12  # sentences that are looked through for its count


def answer_presumed(finder: Finder) -> Draft | None:
    """That there is none of the things which the question is about; None where some are counted, or none
    is presumed."""
    question = finder.asked.question
    if question.operation == Operation.RANK or len({d.body for d in finder.asked.selection.documents}) > 1:
        return None
    given = rf"[那这](?:几|些|[两三四五2-9])({'|'.join(phrases()['counters'])})的?"
    for match in re.finditer(given, question.text):
        thing = key(question.text[match.end() :])[:LONGEST]
        counts = [e for e in _counts(finder, thing, match[1]) if _counts_it(e, thing)]
        if counts and not any(e.value for e in counts):
            draft = figure_draft(counts[0], counts[:1])
            draft.sentences.insert(0, "没有。")
            return draft
    return None


def _counts(finder: Finder, thing: str, counter: str) -> Iterator[Evidence]:
    """Counts of the prose in the question's counter, those that the thing's name finds first."""
    for stored, _ in finder.store.statements(finder.asked.ids, text=thing, limit=LOOKED):
        found = quantities(stored, finder.document(stored.doc_id))
        yield from (e for e in found if e.unit == counter)
    yield from (e for e in finder.figures if e.source == "text" and e.unit == counter)


def _counts_it(e: Evidence, thing: str) -> bool:
    """Whether a count is of the thing: called so, or by a longer name (执法执勤用车 for 执法车)."""
    name = key(e.name)
    shortened = (thing[:size] for size in range(len(thing), 1, -1))
    return any(s[0] == name[0] and s[-1] == name[-1] and in_order(s, name) for s in shortened)

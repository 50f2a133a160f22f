"""Whether what would be told is of the very items that a question names.

A question that names an item as documents call it (退休费的政府采购预算) means that item. A figure or a
sentence that shares the rest of its words but stands nowhere near the name is of something else, and
telling it would be wrong however well the rest fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Evidence, cover
from assistant.letters import overlap
from assistant.spans import Span
from assistant.terms import Term
from ingest.prose import level_of
from ingest.text import key

NAME = 3  # letters from which a name means one item only
ELSEWHERE = 0.35  # a match by a few letters, or by the words of far headings
HALF = 0.5  # of a name's pairs of letters


def official(terms: Sequence[Term]) -> list[Term]:
    """The items that a question calls as documents do; none of those that it says in words of its own."""
    items = [t for t in terms if t.role == "item" and len(t.surface) >= NAME]
    return [t for t in items if key(t.surface) == t.names[0]]


def of_another(e: Evidence, terms: Sequence[Term]) -> bool:
    """Whether evidence is of another item than one that the question names."""
    return any(cover(e, [t]) < ELSEWHERE for t in official(terms))


def says_another(span: Span, terms: Sequence[Term]) -> bool:
    """Whether neither a span nor what it stands under says an item that the question names; nor what stands
    around it, unless that is a list of which each point is of an item of its own."""
    named = official(terms)
    if not named:
        return False
    listed = level_of(span.opening) is not None
    said = "|".join((*span.keys, span.opening, "" if listed else span.beside))
    return not all(any(n in said or overlap(n, said) >= HALF for n in t.names[:3]) for t in named)

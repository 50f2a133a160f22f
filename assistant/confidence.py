"""How sure an answer is, in three levels, for the people who must check it before it leaves.

The level rests on what can be seen in the answer itself: how much of the question it speaks of, how
many places print its figures, and whether anything printed speaks against it.
"""

from __future__ import annotations

from assistant.answer import Answer, Confidence, Status
from assistant.terms import Linked
from ingest.text import key

SPOKEN = 0.9  # share of the question's words that an answer must speak of to be sure
PARTLY = 0.6  # below this share it is in doubt


def confidence(answer: Answer, linked: Linked) -> Confidence | None:
    """The level of an answer to what was `linked`; None for what is no answer."""
    if answer.status != Status.ANSWERED:
        return None
    spoken = _spoken(answer, linked)
    if spoken < PARTLY:
        return Confidence.LOW
    sure = spoken >= SPOKEN and (_agreed(answer) or _declared(answer))
    if answer.warnings:
        return Confidence.MEDIUM if sure else Confidence.LOW
    return Confidence.HIGH if sure else Confidence.MEDIUM


def lowest(levels: list[Confidence | None]) -> Confidence | None:
    """The level of an answer in several parts: that of its weakest part."""
    order = list(Confidence)
    told = [level for level in levels if level is not None]
    return max(told, key=order.index, default=None)


def _spoken(answer: Answer, linked: Linked) -> float:
    """Weighted share of the question's terms that the answer, or what it cites, speaks of."""
    total = sum(t.weight for t in linked.terms)
    text = key(answer.answer + "".join(c.title + c.quote for c in answer.citations))
    said = sum(t.weight for t in linked.terms if any(name in text for name in t.names))
    return said / total if total else 0.0


def _agreed(answer: Answer) -> bool:
    """Whether the leading figure is printed in more than one place."""
    return bool(answer.figures) and len(set(answer.figures[0].citations)) > 1


def _declared(answer: Answer) -> bool:
    """Whether the answer quotes what it cites, word by word, or computes from cells that it names."""
    quoted = any(key(c.quote[:40]) in key(answer.answer) for c in answer.citations)
    return quoted or any(f.derived and f.formula for f in answer.figures)

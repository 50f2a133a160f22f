"""Answers to the sides of a question → its sum, or how far they are apart, by declared arithmetic.

The questions of the sides come from `assistant.apart`. A side counts only where the figure that answers
it bears the side's own name, so that nothing is added up or compared that was not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.answer import Answer, Citation, Figure, Status
from assistant.apart import Apart
from assistant.draft import HEADED, Draft
from assistant.letters import overlap
from assistant.money import common_unit, convert, show
from ingest.document import Place
from ingest.text import key
from vectorstore.records import DocumentRecord

SAID = 0.5  # share of a side's pairs of letters that its figure's name or sentence must bear


@dataclass(frozen=True)
class _Side:
    """One side: its name, the figure that answers it, and the figure's sources."""

    name: str
    figure: Figure
    sources: tuple[Citation, ...]

    @property
    def value(self) -> Decimal:
        return Decimal(self.figure.value)


def tells_all(apart: Apart, answer: Answer) -> bool:
    """Whether an answer tells a figure of its own of every side: none that bears two of their names."""
    told = [f for f in answer.figures if not f.derived]
    if any(sum(name in key(f.label) for name in map(key, apart.sides)) > 1 for f in told):
        return False
    sources = {c.n: c.quote + c.title for c in answer.citations}
    bearing = [key(f.label + "".join(sources.get(n, "") for n in f.citations)) for f in told]
    borne = sum(any(_bears(text, name) for text in bearing) for name in apart.sides)
    # One of several may be said by a name of its own (医保).
    return borne == len(apart.sides) or (len(told) == len(apart.sides) and 2 * borne > len(apart.sides))


def put_together(
    question: str, apart: Apart, answers: Sequence[Answer], documents: Sequence[DocumentRecord]
) -> Answer | None:
    """The sum of the sides, or their difference, from the answers to each; None where a side has no figure
    that bears its name, two have the same cell, or their units differ."""
    sides = [_side(n, apart, answer) for n, answer in enumerate(answers)]
    found = [side for side in sides if side is not None]
    if len(found) < len(apart.sides) or (len(found) > 2 and not apart.summed):
        return None
    unit = common_unit([s.figure.unit or None for s in found])
    cells = {(s.figure.value, *((c.page, c.bbox) for c in s.sources)) for s in found}
    if unit is None or len(cells) < len(found):
        return None
    held = {d.file_name: d for d in documents}
    draft = Draft()
    numbers = [[_cite(draft, held, c) for c in s.sources] for s in found]
    values = [convert(s.value, s.figure.unit, unit) for s in found]
    every = [n for own in numbers for n in own]
    labels = [s.figure.label if _bears(key(s.figure.label), s.name) else s.name for s in found]
    headings = [m[0] if (m := HEADED.match(a.answer)) else "" for a in answers]
    if len(set(headings)) > 1:  # of several documents, each figure says its own
        labels = [f"{h.rstrip('：')}{label}" for h, label in zip(headings, labels, strict=True)]
        headings = [""]
    shown = [f"{label}{show(v, unit)}" for label, v in zip(labels, values, strict=True)]
    if apart.summed:
        result = draft.derived_from("合计", sum(values, Decimal(0)), unit, " + ".join(shown), every)
        lead = f"合计{result}，其中"
    else:
        more, less = (0, 1) if values[0] >= values[1] else (1, 0)
        lead = f"{labels[0]}与{labels[1]}一样："
        if values[0] != values[1]:
            formula = f"{shown[more]} － {shown[less]}"
            result = draft.derived_from("相差", values[more] - values[less], unit, formula, every)
            lead = f"{labels[more]}更多，比{labels[less]}多{result}："
    amounts = (
        f"{label}{draft.amount_from(label, s.value, s.figure.unit, own)}{''.join(f'[{n}]' for n in own)}"
        for label, s, own in zip(labels, found, numbers, strict=True)
    )
    draft.say(f"{headings[0]}{lead}{'、'.join(amounts)}。")
    return draft.answer(question)


def _cite(draft: Draft, held: Mapping[str, DocumentRecord], c: Citation) -> int:
    return draft.cite_place(held[c.document], Place(c.page, c.bbox), c.title, c.quote, c.kind)


def _side(at: int, apart: Apart, answer: Answer) -> _Side | None:
    """The side that an answer tells, where its first figure bears its name and no other's."""
    name = apart.sides[at]
    figure = next((f for f in answer.figures if not f.derived), None)
    if answer.status != Status.ANSWERED or figure is None:
        return None
    sources = tuple(c for c in answer.citations if c.n in figure.citations)
    label = key(figure.label)
    others = [key(n) for n in (*apart.sides[:at], *apart.sides[at + 1 :])]
    said = label + key("".join(c.quote + c.title for c in sources))
    if not _bears(said, name) or any(n in label for n in others if len(n) > 1):
        return None
    return _Side(name, figure, sources[:1])


def _bears(text: str, name: str) -> bool:
    """Whether a text says a side's name, or most of it."""
    own = key(name)
    return own in text or (len(own) > 1 and overlap(own, text) >= SAID)

"""A draft answer: sentences with numbered sources, built up by the ways of answering.

The one place that numbers citations and makes `Figure` values, so that every figure an answer
speaks carries the page it was read from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.answer import Answer, Citation, Figure, Status
from assistant.evidence import Evidence
from assistant.money import in_wan, show
from ingest.document import Place
from vectorstore.records import DocumentRecord

MOST = 12  # parts named in one answer
QUOTE = 160  # characters of a quotation
CONVERTED = "（换算）"  # ends the label of an amount that is said again in a larger unit


@dataclass
class Draft:
    """Collects an answer. `say` adds a sentence; `cite` numbers a source and returns its marker.

    `fit` is how well it answers on the scale of `assistant.fitting`, where that was in doubt.
    """

    sentences: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    status: Status = Status.ANSWERED
    fit: float | None = None

    def say(self, sentence: str) -> None:
        """Add a sentence (with its markers) to the answer."""
        if sentence:
            self.sentences.append(sentence)

    def cite(self, *evidence: Evidence) -> str:
        """Markers ``[1][2]`` for pieces of evidence; a place already cited keeps its number."""
        return "".join(f"[{n}]" for n in self._numbers(*evidence))

    def _numbers(self, *evidence: Evidence) -> list[int]:
        """Numbers of the sources; a sentence that runs over a page's end is two."""
        numbers: dict[int, None] = {}
        for e in evidence:
            pages = {place.page: place for place in reversed(e.places)}
            kind = "table" if e.source == "table" else "text"
            for page in sorted(pages):
                numbers[self.cite_place(e.document, pages[page], e.title, e.quote, kind)] = None
        return list(numbers)

    def cite_place(self, document: DocumentRecord, place: Place, title: str, quote: str, kind: str) -> int:
        """Number of a source at a place; the same document, page and spot share one number."""
        box = spot(place)
        for citation in self.citations:
            if (citation.document, citation.page, citation.bbox) == (document.file_name, place.page, box):
                return citation.n
        number = len(self.citations) + 1
        text = re.sub(r"\s+", " ", quote).strip()
        self.citations.append(
            Citation(
                n=number,
                document=document.file_name,
                page=place.page,
                title=title,
                quote=text if len(text) <= QUOTE else text[: QUOTE - 1] + "…",
                bbox=box,
                kind=kind,
            )
        )
        return number

    def figure(self, label: str, value: Decimal, unit: str | None, *sources: Evidence) -> None:
        """Record a printed figure with its sources, each numbered already or now."""
        self.figure_at(label, value, unit, *self._numbers(*sources))

    def figure_at(self, label: str, value: Decimal, unit: str | None, *numbers: int) -> None:
        """Record a figure printed at sources that are numbered already."""
        self.figures.append(Figure(label=label, value=f"{value:f}", unit=unit or "", citations=list(numbers)))

    def derived(self, label: str, value: Decimal, unit: str | None, formula: str, *sources: Evidence) -> str:
        """Record a computed figure with its formula, and return it for a sentence."""
        return self.derived_from(label, value, unit, formula, self._numbers(*sources))

    def derived_from(
        self, label: str, value: Decimal, unit: str | None, formula: str, numbers: Sequence[int]
    ) -> str:
        """Record a figure computed from sources that are numbered already, and return it for a sentence."""
        self.figures.append(
            Figure(
                label=label,
                value=f"{value:f}",
                unit=unit or "",
                citations=list(numbers),
                derived=True,
                formula=formula,
            )
        )
        return show(value, unit)

    def amount(self, label: str, value: Decimal, unit: str | None, *sources: Evidence) -> str:
        """Record a printed figure and return it for a sentence; large 元 are given in 万元 as well."""
        return self.amount_from(label, value, unit, self._numbers(*sources))

    def amount_from(self, label: str, value: Decimal, unit: str | None, numbers: Sequence[int]) -> str:
        """`amount` of sources that are numbered already."""
        self.figure_at(label, value, unit, *numbers)
        wan = in_wan(value, unit)
        if wan is None:
            return show(value, unit)
        formula = f"{show(value, unit)}÷10,000"
        rounded = self.derived_from(f"{label}{CONVERTED}", wan, "万元", formula, numbers)
        return f"{show(value, unit)}（约{rounded}）"

    def parts(self, rows: Sequence[Evidence]) -> str:
        """Rows for a sentence, `MOST` at most, each with its amount and the marker of its cell."""
        named = []
        for e in rows[:MOST]:
            amount = self.amount(e.name, e.value, e.unit, e) if e.value is not None else ""
            named.append(f"{e.name}{amount}{self.cite(e)}")
        return "、".join(named) + (f"等{len(rows)}项" if len(rows) > MOST else "")

    def answer(self, question: str) -> Answer:
        """The finished answer."""
        return Answer(
            question=question,
            status=self.status,
            answer="".join(self.sentences),
            figures=self.figures if self.status == Status.ANSWERED else [],
            citations=self.citations,
            warnings=list(dict.fromkeys(self.warnings)),
            suggestions=list(dict.fromkeys(self.suggestions)),
        )


def heading(document: DocumentRecord, year: int | None, short: bool = False) -> str:
    """How an answer names its document: body, year and kind (江岸区科经局2024年预算)."""
    body = document.body
    when = f"{year or document.year}年" if year or document.year else ""
    return f"{body}{when}" if short else f"{body}{when}{document.scope.value}{document.kind.value}"


# How an answer begins that names its document so.
HEADED = re.compile(r"^[^：]*20\d\d年[^：]{0,8}[预决]算：")


def spot(place: Place) -> tuple[float, float, float, float]:
    """A place's box as citations give it."""
    x0, top, x1, bottom = (round(v, 1) for v in place.bbox)
    return x0, top, x1, bottom


def trim(text: str) -> str:
    """A text without the marks around it, to stand in a sentence."""
    return text.strip(" 。；;，,：:")


def clip(text: str, size: int = 400) -> str:
    """A text cut at a sentence or clause end near `size` characters."""
    if len(text) <= size:
        return text
    cut = max(text.rfind(mark, 0, size) for mark in "。；;，,、")
    return text[: cut if cut > size // 2 else size] + "…"


def first_places(evidence: Sequence[Evidence], most: int = 3) -> list[Evidence]:
    """Evidence on different pages, at most `most`, in order."""
    pages: dict[tuple[int, int], Evidence] = {}
    for e in evidence:
        pages.setdefault((e.document.id, e.places[0].page), e)
    return list(pages.values())[:most]

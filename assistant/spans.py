"""Passages and table cells → spans: what could be quoted as an answer, with what it stands under.

A span is a sentence with its 其中, a list with its lead-in, one entry of a form's text cell, or a
figure with its row. Passages are cut for searching; spans are cut for quoting, so that no answer
ends before the part that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.evidence import Evidence
from ingest.document import Place
from ingest.prose import level_of
from ingest.sentences import entries, sentences
from ingest.statements import clean_heading
from ingest.text import key
from vectorstore.records import DocumentRecord, PassageHit

LIST = 600  # characters of a list that a lead-in may gather
SHORTEST = 4

_LEADS_IN = re.compile(r"([:：]|如下|包括)$")
_LABEL = re.compile(r"^([^,，:：。(（]{2,14})[:：](?!$)")
_DAY = re.compile(r"截[至止到]*20\d\d年\d{1,2}月")
_YEAR = re.compile(r"20\d\d年")
_CLAUSE = re.compile(r"[,，](?!\d{3})|[;；。:：!?！？\n、]|(?=[(（][^)）]{6,})|(?<=\d)[)）](?=[^(（])")
_DIGIT = re.compile(r"\d")
_RELATIVE = re.compile(r"\s*(占|比|较|与|同比|增长|增加|减少|下降|完成)")
_REFERS = re.compile(r"^(详见|见附|具体见|详情)")
_FIGURES = re.compile(r"[\u4e00-\u9fff)][^\d,，;；、。]{0,6}?\d[\d,.]*\s*[\u4e00-\u9fff%]")
_CALCULATION = re.compile(r"\d[^=]*[*×xX][^=]*\d")


@dataclass(frozen=True)
class Span:
    """A stretch of one document that may be quoted.

    `text` is what is quoted; `headings` what it stands under (a cell's table, row and column);
    `opening` the first sentence of its paragraph, `beside` what else is said under its headings and `section`
    under the outermost of them, as keys;
    `day` the 截至… that the passage gave last; `said` the paragraph whose labels it lists;
    `figure` the cell it shows; `rank` the place that its search gave it.
    """

    document: DocumentRecord
    text: str
    headings: tuple[str, ...]
    places: tuple[Place, ...]
    table: int | None = None
    opening: str = ""
    beside: str = ""
    section: str = ""
    day: str = ""
    said: str = ""
    figure: Evidence | None = None
    rank: int = 0

    @cached_property
    def topic(self) -> str:
        """What the nearest heading names, as a key."""
        return key(clean_heading(self.headings[-1])) if self.headings else ""

    @cached_property
    def keys(self) -> tuple[str, str]:
        """The text (with what it sums up) and its headings, for comparing."""
        return key(f"{self.text}|{self.said}"), key("|".join(self.headings))

    @cached_property
    def clauses(self) -> list[str]:
        """The span's clauses, each of which may hold a figure of its own."""
        cut, start = [], 0
        marks = list(_CLAUSE.finditer(self.text))
        ends = [*(m.start() for m in marks[1:]), len(self.text)]
        for mark, end in zip(marks, ends, strict=False):
            bare = not _DIGIT.search(self.text, start, mark.start())
            if mark.group() == "、" and bare and _DIGIT.search(self.text, mark.end(), end):
                continue  # 在甲镇、乙乡新建…1.2万亩: the figure is of both
            cut.append(self.text[start : mark.start()])
            start = mark.end()
        cut = [c for c in (*cut, self.text[start:]) if c.strip()] or [self.text]
        found = cut[:1]
        for clause in cut[1:]:
            if _RELATIVE.match(clause):  # 占…%, 比上年增加…: said of the clause before
                found[-1] = f"{found[-1]},{clause}"
            else:
                found.append(clause)
        return found

    @property
    def leads_in(self) -> bool:
        """Whether it announces a list that stands elsewhere."""
        return leads_in(self.text)

    @property
    def enumerates(self) -> bool:
        """Whether it is a list as such: a lead-in with its points, or a paragraph's labels."""
        return "\n" in self.text or bool(self.said)

    @property
    def lead(self) -> str:
        """What it begins with: a list's lead-in, or the whole."""
        return self.text.split("\n", 1)[0]

    @property
    def lists(self) -> bool:
        """Whether it names several things: line by line, joined by 、 or ；, or each with its figure."""
        own = re.sub(r"[(（][^)）]*[)）]|《[^》]*》", "", self.text)
        return (
            self.enumerates
            or self.leads_in
            or bool(re.search("[、;；]", own))
            or len(_FIGURES.findall(self.text)) >= 3
        )

    @property
    def is_calculation(self) -> bool:
        """Whether it is an entry like ``120(元)*6(人)=0.72``."""
        return self.table is not None and bool(_CALCULATION.search(self.text))


def leads_in(text: str) -> bool:
    """Whether a text announces what follows it."""
    return bool(_LEADS_IN.search(text.rstrip("。 ")))


def of_passages(hits: Sequence[PassageHit], documents: Iterable[DocumentRecord]) -> Iterator[Span]:
    """The spans of passages found; a table's description finds the table and is nothing to quote."""
    held = {d.id: d for d in documents}
    for rank, hit in enumerate(hits):
        passage = hit.passage
        if hit.doc_id not in held or (passage.table is not None and len(passage.heading_path) < 2):
            continue
        lines = [n for n in passage.text.split("\n") if n.strip()]
        cell = passage.table is not None
        cut = ((e, "", 0) for e in entries(passage.text)) if cell else _stretches(lines)
        day = ""
        for text, said, line in cut:
            stated = _DAY.search(text)
            apart = not cell and level_of(text) is not None  # a point of its own begins
            day = stated.group() if stated else "" if apart or _YEAR.search(text) else day
            if len(text) >= SHORTEST and not _REFERS.match(text):
                at = passage.places[line : line + 1] if len(passage.places) == len(lines) else ()
                own = (held[hit.doc_id], text, passage.heading_path, at or passage.places, passage.table)
                yield Span(*own, key(sentences(lines[line])[0]), day=day, said=said, rank=rank)


def of_cells(cells: Iterable[Evidence]) -> Iterator[Span]:
    """The spans of a form's text cells; a cell that only repeats its row's name says nothing."""
    for rank, e in enumerate(cells):
        if e.source != "table" or e.value is not None or len(e.text) < SHORTEST:
            continue
        if key(e.text) not in {key(p) for p in e.path}:
            for text in entries(e.text):
                yield Span(e.document, text, _above(e), e.places, e.table, rank=rank)


def of_figure(e: Evidence) -> Span:
    """A figure as a span, to be measured as sentences are."""
    if e.source == "text":
        return Span(e.document, e.quote, tuple(p for p in e.path if p != e.name), e.places, figure=e)
    unit = "" if e.unit is None or e.unit in e.text else e.unit
    return Span(e.document, f"{e.name}{e.text}{unit}", _above(e), e.places, e.table, figure=e)


def _above(e: Evidence) -> tuple[str, ...]:
    return tuple(dict.fromkeys((e.title, *e.path, *e.columns)))


def in_sections(spans: Iterable[Span]) -> list[Span]:
    """The spans, each once and with what those under the same headings, and under its outermost one, or in
    its table, say together."""
    unique: dict[tuple[object, ...], Span] = {}
    for span in spans:
        unique.setdefault((span.document.id, span.table, span.text, span.headings[-2:]), span)
    sections: dict[tuple[object, ...], list[str]] = {}
    for span in unique.values():
        words = "|".join(span.keys) if span.table is not None else span.keys[0]
        for at in {_section(span, None), _section(span, 1)}:
            sections.setdefault(at, []).append(words)
    whole = {at: "|".join(texts) for at, texts in sections.items()}
    return [
        replace(s, beside=whole[_section(s, None)], section=whole[_section(s, 1)]) for s in unique.values()
    ]


def _section(span: Span, depth: int | None) -> tuple[object, ...]:
    """What tells a span's section: its table, or its first headings."""
    if span.table is not None:
        return (span.document.id, span.table)
    return (span.document.id, None, depth, *span.headings[:depth])


def _stretches(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Sentences of a passage, each lead-in with the points that follow it, each paragraph's labels; with
    the paragraph that the labels sum up, and the line on which each begins."""
    for at, line in enumerate(lines):
        said = sentences(line)
        yield from ((s, "", at) for s in said)
        points = _points(lines[at + 1 :]) if said and leads_in(said[-1]) else []
        if points:
            yield "\n".join([said[-1], *points]), "", at
        labels = [m.group(1) for s in said if (m := _LABEL.match(s))]
        if len(labels) >= 3:
            yield "、".join(labels), line, at


def _points(lines: Sequence[str]) -> list[str]:
    """The points of a list just led into: up to the next line of an outer level, or `LIST` characters."""
    level = level_of(lines[0]) if lines else None
    points: list[str] = []
    for line in lines:
        own = level_of(line)
        if level is not None and own is not None and own < level:
            break
        if sum(map(len, points)) + len(line) > LIST:
            break
        points.append(line)
    return points

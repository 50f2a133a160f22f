"""What remains when nothing was stated in a standard form: the prose's best sentence, quoted.

Passages come from hybrid search; within them the sentence is chosen that speaks most of what is
asked, and only if it can answer at all (the year asked, a figure where one is asked).
"""

from __future__ import annotations

import re

from assistant.draft import Draft, clip, heading
from assistant.finder import Asked, Finder
from ingest.document import Kind
from ingest.statements import read_quantities
from ingest.text import key, normalise
from vectorstore.records import PassageHit

ENOUGH = 0.55


def answer_prose(finder: Finder) -> Draft | None:
    """The sentence of the prose that speaks most of what is asked."""
    asked = finder.asked
    best: tuple[float, str, PassageHit] | None = None
    for rank, hit in enumerate(finder.passages()):
        if hit.passage.table is not None and len(hit.passage.heading_path) < 2:
            continue  # a table's description finds the table; it is no sentence to quote
        for sentence in _sentences(hit.passage.text):
            if not _may_answer(sentence, finder, hit):
                continue
            coverage = _covers(sentence, hit, asked)
            score = coverage + 0.02 * (8 - rank)
            if coverage >= ENOUGH and (best is None or score > best[0]):
                best = (score, sentence, hit)
    if best is None:
        return None
    _, sentence, hit = best
    document = finder.document(hit.doc_id)
    draft = Draft()
    title = " > ".join(hit.passage.heading_path[-2:])
    number = draft.cite_place(
        document, hit.passage.places[0], title, sentence, "table" if hit.passage.table is not None else "text"
    )
    draft.say(f"{heading(document, None)}：{clip(sentence.strip('。；; '))}[{number}]。")
    return draft


def _may_answer(sentence: str, finder: Finder, hit: PassageHit) -> bool:
    """Whether a sentence can answer: it says something, of the year asked, with a figure if one is asked."""
    asked = finder.asked
    question, selection = asked.question, asked.selection
    text = normalise(sentence)
    if len(text) < 12 or not re.search(r"[，,。；;：:]", text):
        return False
    if question.expects and not _has_unit(text, question.expects):
        return False
    if re.search(r"多少|几", question.text) and (
        not re.search(r"\d", text) or "名词解释" in "".join(hit.passage.heading_path)
    ):
        return False
    if re.search(r"多少|几", question.text) and not _figure_beside(text, asked):
        return False
    document = finder.document(hit.doc_id)
    years = {int(y) for y in re.findall(r"20\d\d", text)} or {document.year or 0}
    if selection.years_asked and not years & set(selection.years_asked):
        return False
    return not (
        question.kind == Kind.FINAL and document.kind == Kind.BUDGET and not re.search("决算|执行|实际", text)
    )


def _figure_beside(text: str, asked: Asked) -> bool:
    """Whether a clause with a figure also names something of what is asked."""
    clauses = [key(c) for c in re.split(r"[,，;；。]", text) if re.search(r"\d", c)]
    return any(n in c for c in clauses for t in asked.linked.terms for n in t.names)


def _has_unit(sentence: str, unit: str) -> bool:
    """Whether a sentence prints a number of the unit that the question expects."""
    return any(unit in q.unit or q.unit in unit for q in read_quantities(normalise(sentence)))


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。；;\n])", text) if len(s.strip()) > 4]


def _covers(sentence: str, hit: PassageHit, asked: Asked) -> float:
    terms = asked.linked.terms
    total = sum(t.weight for t in terms)
    near, far = key(sentence), key(" ".join(hit.passage.heading_path))
    got = sum(
        t.weight
        * (1.0 if any(n in near for n in t.names) else 0.7 if any(n in far for n in t.names) else 0.0)
        for t in terms
    )
    return got / total if total else 0.0

"""Makes an answer from retrieved text without a language model: the lines that say most of the question.

The rule is declared and knows nothing of budgets, so that what a baseline reaches is what its
search reaches with a plain reader; ``docs/baselines.md`` says it in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from assistant.answer import Answer, Citation, Status
from eval.baselines.units import unit_at, with_unit
from eval.sources import Part, Source
from ingest.text import key, normalise
from vectorstore.tokens import words

LIMIT = 600  # characters, as for every answer
_LONGEST = 280  # characters of one line
# A line of prose that goes on in the next one; a table's line has tabs, or ends in a figure.
_WRAPPED = re.compile(r"[^\t]*[\u4e00-\u9fff][^\t]{18,}[\u4e00-\u9fff，、]\s*")
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_ASKS_AMOUNT = re.compile(r"多少|几|多大|多高|占比|比例")
_EMPTY = re.compile(
    r"[的了是吗呢共有在和与及被把年]|多少|什么|哪些|哪个|怎么|怎样|如何|请问|一下|一共|为什么|是多少"
)


@dataclass(frozen=True)
class Rule:
    """How lines are chosen, as tuned on the development questions.

    At most `lines` are said (by default what the length allows); the best must reach `enough`;
    `order` is how much the search's own order counts beside the words.
    """

    lines: int = 12
    enough: float = 0.5
    order: float = 0.3


@dataclass(frozen=True)
class _Line:
    """A line as printed (`text`), and as an answer says it."""

    text: str
    said: str
    source: Source
    part: Part
    rank: int


def extract(question: str, sources: Sequence[Source], rule: Rule) -> Answer:
    """The best lines of the sources, each with its page, or `not_found`."""
    lines = [line for rank, source in enumerate(sources) for line in _lines(source, rank)]
    asked = _weights(question, lines)
    scored = sorted(((_score(line, asked, question, rule), line) for line in lines), key=lambda one: -one[0])
    if not scored or scored[0][0] < rule.enough:
        return Answer(question=question, status=Status.NOT_FOUND, answer="检索到的文字里没有找到所问的内容。")
    return _answer(question, [line for _, line in scored], rule.lines)


def _answer(question: str, ranked: Sequence[_Line], most: int) -> Answer:
    said: dict[str, str] = {}
    citations: list[Citation] = []
    for line in ranked:
        sentence = f"{line.said[:_LONGEST].strip('。； ')}[{len(citations) + 1}]。"
        if len(said) == most or sum(map(len, said.values())) + len(sentence) > LIMIT:
            break
        if key(line.text) not in said:
            said[key(line.text)] = sentence
            citations.append(cite(len(citations) + 1, line.source, line.part, line.text))
    text = "".join(said.values())
    return Answer(question=question, status=Status.ANSWERED, answer=text, citations=citations)


def cite(number: int, source: Source, part: Part, quote: str) -> Citation:
    """A numbered citation of a source's part."""
    return Citation(
        n=number,
        document=source.document,
        page=part.page,
        title=source.title,
        quote=quote,
        bbox=part.bbox,
        kind=source.kind,
    )


def _lines(source: Source, rank: int) -> Iterator[_Line]:
    """Sentences of prose and lines of tables, amounts with the unit that is printed above them."""
    for part in source.parts:
        text = _unwrapped(part.text)
        for match in _SENTENCE.finditer(text):
            printed = normalise(match.group())
            if len(printed) > 3:
                unit = unit_at(text, match.start(), part.unit)
                yield _Line(printed, normalise(with_unit(match.group(), unit)), source, part, rank)


def _unwrapped(text: str) -> str:
    """Prose whose sentences are broken at line ends, joined; lines of tables stay apart."""
    joined = ""
    for line in text.split("\n"):
        joined += line if _WRAPPED.fullmatch(line) else line + "\n"
    return joined


def _weights(question: str, lines: Sequence[_Line]) -> Mapping[str, float]:
    """The question's words by how few of the lines have them."""
    asked = {word for word in words(question) if not _EMPTY.fullmatch(word)}
    texts = [key(line.text).lower() for line in lines]
    return {w: log((len(texts) + 1) / (1 + sum(w in text for text in texts))) for w in asked}


def _score(line: _Line, asked: Mapping[str, float], question: str, rule: Rule) -> float:
    """The share of the question that a line says, half of it counting where its title says it."""
    near, far = key(line.text).lower(), key(line.source.title).lower()
    total = sum(asked.values())
    got = sum(w * (1.0 if word in near else 0.5 if word in far else 0.0) for word, w in asked.items())
    if _ASKS_AMOUNT.search(question) and not re.search(r"\d", line.text):
        got /= 2  # an amount is asked for, and the line has none
    return (got / total if total else 0.0) + rule.order / (1 + line.rank)

"""A citizen's letter → the questions it asks, and what it says about whom and which document it means.

Greetings, background, thanks and signature are no questions. How people write is data
(``letters.yaml``); what remains open a person corrects on the page, so every question is rather
taken in than lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.request import MAX_QUESTION
from assistant.several import asks
from ingest.text import normalise
from ingest.yamlfile import parse_yaml

MAX_LETTER = 20_000  # characters of a letter
MAX_QUESTIONS = 30  # of one letter
_NUMERAL = r"[一二三四五六七八九十]"
_MARK = (
    rf"问题(?:{_NUMERAL}+|\d{{1,2}})[:：、,，.．]?|(?:[(（](?:{_NUMERAL}+|\d{{1,2}})[)）]|(?<!\d)\d{{1,2}}(?:[.．](?!\d)|[、)）])"
    rf"|{_NUMERAL}+[、.．]|第{_NUMERAL}+[,，、:：]|[①-⑳⑴-⒇])"
)
_HEAD_MARK = re.compile(rf"^\s*{_MARK}\s*")
_INNER_MARK = re.compile(rf"(?<=[:：;；。?？!！,，\s])\s*(?={_MARK})")
_SENTENCE = re.compile(r"[^。！!？?;；\n]+[。！!？?;；]*")
_PIECE = re.compile(r"[^,，:：]+[,，:：]?")
_CLAUSE = re.compile(r"[,，]")
_FULL = {",": "，", ":": "：", "(": "（", ")": "）"}
_FOLDED = re.compile(r"[,:](?!\d)|[()]")
_CLOSING = " 。!！,，;；:：、?？"


@dataclass(frozen=True)
class Letter:
    """A letter read: `questions` in order; `context`, the body and the documents it speaks of."""

    questions: tuple[str, ...]
    context: str = ""


@dataclass(frozen=True)
class _Sentence:
    """A sentence with its end mark; `listed` says that it begins an item of a list of requests."""

    text: str
    listed: bool


def read(letter: str) -> Letter:
    """Take a letter apart; any text gives a `Letter`, an empty one no questions."""
    questions: dict[str, None] = {}
    context: dict[str, None] = {}
    for sentence in _sentences(letter[:MAX_LETTER]):
        body = None if questions else _compiled("addressee").match(_CLAUSE.split(sentence.text)[0])
        if body:
            context[body["body"]] = None
        if _compiled("courtesy").search(sentence.text) and not _asked_beside_courtesy(sentence.text):
            continue
        if found := _questions(sentence):
            questions |= dict.fromkeys(found)
        elif not questions and _compiled("source").search(sentence.text):
            clauses = _CLAUSE.split(sentence.text.strip(_CLOSING))
            context |= dict.fromkeys(c for c in clauses if _compiled("source").search(c))
    return Letter(tuple(q[:MAX_QUESTION] for q in questions)[:MAX_QUESTIONS], "；".join(context))


def _sentences(letter: str) -> Iterator[_Sentence]:
    """The sentences in order; a list's items are requests where its heading asks for them."""
    heading = False
    for line in letter.splitlines():
        for piece in _INNER_MARK.split(line):
            marked = _HEAD_MARK.match(piece)
            listed = bool(marked) and heading
            for text in _SENTENCE.findall(_HEAD_MARK.sub("", piece)):
                normal = normalise(text)
                if not any(c.isalnum() for c in normal):
                    continue
                yield _Sentence(normal, listed)
                listed = False
                heading = _is_heading(normal) or (heading and bool(marked))


def _is_heading(sentence: str) -> bool:
    """Whether a sentence announces the questions that follow it (有以下几个问题：)."""
    return bool(_compiled("heading").search(sentence.rstrip("。!！ ")))


def _asked_beside_courtesy(sentence: str) -> bool:
    """Whether a sentence with thanks or a greeting also asks (您好，请问…是多少？…，谢谢)."""
    left = _without_courtesy(sentence)
    return _asks(left) and bool(_compiled("matter").search(left))


def _without_courtesy(sentence: str) -> str:
    pieces = _PIECE.findall(sentence)
    return "".join(p for p in pieces if not _compiled("courtesy").search(p.rstrip(_CLOSING))).rstrip(",:")


def _questions(sentence: _Sentence) -> list[str]:
    """What a sentence asks, one entry a question."""
    text = _without_courtesy(sentence.text)
    wants = _compiled("verbs").search(text)
    marked = text.endswith("?") and bool(_compiled("matter").search(text))
    if not (wants or sentence.listed or marked or _asks(text)):
        return []
    cleaned = _without_lead(text)
    if not cleaned or _is_heading(sentence.text):
        return []
    if marked or _asks(cleaned):
        return [q for part in _parts(cleaned) if (q := _finished(part))]
    if _compiled("matter").search(cleaned) or _compiled("topic").search(cleaned):
        return [_printed(cleaned)]
    return []


def _asks(text: str) -> bool:
    left = _compiled("idle").sub("", text)
    return asks(left) or bool(_compiled("asking").search(left))


def _without_lead(text: str) -> str:
    """The question without what leads in to it, and without clauses that speak of the writer."""
    for name in ("verbs", "leads"):
        match = None
        for match in _compiled(name).finditer(text):
            if not _asks(text[: match.start()]):
                before = _matter(text[: match.start()])
                return _without_lead(before + text[match.end() :].lstrip(_CLOSING + "的"))
    clauses = _CLAUSE.split(text)
    while len(clauses) > 1 and _compiled("writer").search(clauses[0]) and not _asks(clauses[0]):
        if _compiled("matter").search(clauses[0]):
            break
        clauses = clauses[1:]
    text = ",".join(clauses)
    while (shorter := _compiled("joins").sub("", text)) != text:
        text = shorter
    return text.strip(_CLOSING)


def _matter(before: str) -> str:
    """Of the clauses before a request, those that say what it is about."""
    kept = [c for c in _CLAUSE.split(before.strip(_CLOSING)) if _compiled("matter").search(c)]
    return "".join(f"{c}," for c in kept)


def _parts(question: str) -> list[str]:
    """The questions of one sentence: each ends with a clause that asks."""
    parts: list[str] = []
    waiting: list[str] = []
    for clause in _CLAUSE.split(question):
        waiting.append(clause)
        if _asks(clause):
            parts.append(",".join(waiting))
            waiting = []
    if waiting:
        parts[-1:] = [",".join([*parts[-1:], *waiting])]
    return parts


def _finished(part: str) -> str:
    text = _compiled("joins").sub("", part.strip(_CLOSING)).strip(_CLOSING)
    return f"{_printed(text)}？" if len(text) > 1 else ""


def _printed(text: str) -> str:
    """Normalised text with the punctuation of a printed letter."""
    return _FOLDED.sub(lambda m: _FULL[m[0]], text)


@cache
def _compiled(name: str) -> re.Pattern[str]:
    """The pattern of that name; of a list, any of its entries."""
    entry = _data()[name]
    return re.compile("|".join(f"(?:{p})" for p in entry) if isinstance(entry, list) else entry)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = parse_yaml((files("assistant.desk") / "letters.yaml").read_text("utf-8"))
    return data

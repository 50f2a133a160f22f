"""A question → the words that an answer must speak of, each with its names and its weight.

Linking finds what the question names; here come the counts that it gives, what it puts in quotes,
everyday words as documents write them, and single letters of words that no dictionary knows. The
words beside the asking word are marked: they are what is asked, the others what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.question import answers, phrases, weak_letters
from assistant.scope import body_words
from assistant.terms import BLANK, Term, blanked
from assistant.wanted import given_counts
from ingest.text import key
from vectorstore.tokens import familiar, rarity

if TYPE_CHECKING:
    from assistant.finder import Asked

LETTER = 0.35  # weight of a letter that belongs to no known word
GIVEN, QUOTED = 1.0, 1.2  # weights of a count that the question gives (七辆), and of what it quotes
REACH = 1  # telling letters between an asking word and what it asks
_ASKS = re.compile(r"多少|几|哪|什么|啥|谁|何|多[高大长宽久重]|怎么|如何|咋")
_ASKED_UNIT = re.compile(r"(?:几|多少).")
_QUOTED = re.compile(r"“([^“”]{1,12})”")


@dataclass(frozen=True)
class Word:
    """A stretch of the question to be spoken of: what it may be called, and how much it weighs."""

    surface: str
    names: tuple[str, ...]
    weight: float
    head: bool = False  # stands beside the asking word
    joined: bool = False  # narrows one that does

    @cached_property
    def letters(self) -> list[str]:
        """Its letters that say something by themselves."""
        return [c for c in self.names[0] if c not in weak_letters()]


def question_words(asked: Asked) -> list[Word]:
    """The words that an answer must speak of: the linked terms, figures that the question gives, what
    it puts in quotes, and the letters that remain."""
    text = blanked(asked.question.text, body_words(asked.question.text, asked.held))
    given = given_counts(text)
    words = [Word(said, (said, printed), GIVEN) for said, printed in given]
    # The whole is meant without being said, and 几级 is what is asked.
    terms = [t for t in asked.linked.terms if t.surface in text and not _ASKED_UNIT.fullmatch(t.surface)]
    for quoted in _QUOTED.findall(text):
        if not any(quoted in t.surface or t.surface in quoted for t in terms):
            words.append(Word(quoted, (key(quoted),), QUOTED))
    for term in terms:
        if term.role != "word" or (
            familiar(term.surface) and not any(said in term.surface for said, _ in given)
        ):
            words.append(_word(term))
    rest = _rest(text, words)
    words += [w for w in _spoken(text) if w.surface in text and (len(w.surface) > 1 or w.surface in rest)]
    words += _letters(rest, "".join(w.surface for w in words))
    unique = [w for w in {w.surface: w for w in words}.values() if not _any_thing(w.surface, text)]
    heads, joined = _heads(text, unique)
    weights = {w.surface: w.weight for w in unique}
    # 债务 says more of 债务管理 than 管理 does, and is asked as much.
    heads |= {s for s, of in joined.items() if weights[s] > weights[of] and rarity(s) > rarity(of)}
    return [replace(w, head=w.surface in heads, joined=w.surface in joined) for w in unique]


def _any_thing(word: str, text: str) -> bool:
    """Whether a word only says that something is asked for: 工作 in 开展哪些工作."""
    return word in answers()["any_thing"] and bool(re.search(f"(哪些|什么|啥){word}", text))


def _word(term: Term) -> Word:
    names = tuple(dict.fromkeys([key(term.surface), *term.names]))[:8]
    weight = term.weight * (0.4 + 0.6 * rarity(term.surface)) if term.role == "word" else term.weight
    return Word(term.surface, names, weight)


def _rest(text: str, words: Sequence[Word]) -> str:
    """What is left of a question when its words, its phrases and empty words are taken out."""
    for word in words:
        text = text.replace(word.surface, BLANK)
    text = re.sub("|".join(phrases()["phrases"]), BLANK, text)
    for noise in phrases()["noise"]:
        text = text.replace(noise, BLANK)
    return text


def _letters(text: str, seen: str) -> list[Word]:
    """The single letters that say something."""
    found = dict.fromkeys(c for c in text if "\u4e00" <= c <= "\u9fff" and c not in weak_letters())
    return [Word(c, (c,), LETTER) for c in found if c not in seen]


def _spoken(text: str) -> list[Word]:
    """Everyday words and letters of a question that documents write otherwise."""
    written = answers()["written"].items()
    return [Word(w, (w, *names), LETTER * len(w)) for w, names in written if w in text]


def _heads(text: str, words: Sequence[Word]) -> tuple[set[str], dict[str, str]]:
    """For each asking word the word right before it and the one right after (流动资产有多少, 几辆车);
    and the words joined to these without a gap (绿化 in 绿化面积有多大), which narrow them."""
    spans = sorted((text.find(w.surface), w.surface) for w in words if w.surface in text)
    heads: set[str] = set()
    joined: dict[str, str] = {}
    for asking in _ASKS.finditer(text):
        before = [(at, s) for at, s in spans if at + len(s) <= asking.start()]
        after = [(at, s) for at, s in spans if at >= asking.end()]
        if before and _gap(text[before[-1][0] + len(before[-1][1]) : asking.start()]) <= REACH:
            heads.add(before[-1][1])
            joined |= {s: before[-1][1] for at, s in before[-2:-1] if at + len(s) == before[-1][0]}
        if after and _gap(text[asking.end() : after[0][0]]) <= REACH:
            heads.add(after[0][1])
            joined |= {s: after[0][1] for at, s in after[1:2] if at == after[0][0] + len(after[0][1])}
    return heads, {s: of for s, of in joined.items() if s not in heads}


def _gap(text: str) -> int:
    """How many letters that say something stand between a word and an asking word."""
    for noise in phrases()["noise"]:
        text = text.replace(noise, "")
    return sum(c not in weak_letters() for c in text)

"""A question's content words → terms linked to the names that the catalog prints.

A term is a stretch of the question with everything it may be called in the documents: itself, the
official names an alias stands for, the catalog's own spelling. Ranking then asks how much of the
question's terms a piece of evidence speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from assistant import lexicon
from assistant.letters import longest
from assistant.naming import (
    alias_spans,
    catalog_spans,
    is_telling,
    longest_spans,
    loosened_spans,
    misspelt_spans,
    partial_spans,
    shortened_spans,
    sound_spans,
)
from assistant.numerals import NUMERAL
from assistant.question import Operation, Question, phrases, weak_letters
from assistant.terms import BLANK, WHOLE, Linked, Term, asking_words, blanked, in_brackets, weight_of
from ingest import classification
from ingest.text import key
from vectorstore.records import NameKind
from vectorstore.store import Store
from vectorstore.tokens import familiar, is_empty, parted, words

# Measures that every figure of a budget or final account has: naming one singles nothing out.
PLAIN = frozenset(["当年预算数", "预算数", "决算数", "指标值", "项目主要内容", "金额", "项目当年预算"])


def link(
    question: Question,
    store: Store,
    doc_ids: Sequence[int],
    blank: Sequence[str],
    places: Collection[str] = (),
) -> Linked:
    """Link a question's content to the catalog. `blank` are body names, which are no content; nor are
    `places`, but names of items may hold those."""
    text = blanked(question.text, blank)
    hits = [
        h for h in store.names(doc_ids, text, limit=80) if h.kind != NameKind.MEASURE and is_telling(h.name)
    ]
    senses = lexicon.expand(text)
    together = [e for e in senses if e.together]
    spans = catalog_spans(text, hits, together)
    partial = [*partial_spans(text, hits, spans), *loosened_spans(text, hits, spans)]
    spans += longest_spans([*alias_spans(text, senses, spans, partial), *partial])
    spans += misspelt_spans(text, hits, spans)
    spans += sound_spans(text, spans)
    spans += shortened_spans(text, hits, spans)
    rest = list(text)
    terms = []
    for start, end, term in sorted(spans, key=lambda s: s[0]):
        rest[start:end] = BLANK * (end - start)
        if not (term.role == "measure" and term.names[0] in PLAIN):
            terms.append(replace(term, start=start))
    terms += [Term(code, (code,), 1.8, "code") for code in question.codes]
    left = "".join(rest)
    known = "|".join(key(h.name) for h in hits)
    terms += [w for t in terms for w in _held_within(t, known)]
    here = [place for place in places if place in text]  # 宁县 is but a part of 滏宁县
    words_left = (
        _lighter(w, known)
        for w in _words(left, known)
        if w.surface not in question.codes and not any(w.surface in place for place in here)
    )
    terms += [replace(w, start=left.find(w.surface)) for w in words_left]
    terms = _of_class(text, _for_whom(text, _without_glossed(text, terms)))
    if question.operation == Operation.REASON:
        terms = [t for t in terms if not _DIRECTION.fullmatch(t.surface)]
    if not any(t.role != "topic" for t in terms) and re.search(phrases()["of_whole"], question.text):
        terms.append(WHOLE)
    content = " ".join(dict.fromkeys(t.surface for t in terms))
    joint = [e.parts for e in together if any(e.start == t.start for t in terms)]
    printed = tuple(h.name for h in hits if h.score == 1.0)
    return Linked(tuple(terms), content, tuple(joint), re.sub(BLANK + "+", "", text), printed)


LOOSE = 7  # letters from which an alias may hold words that say more than it
EMPTY = 0.4  # what a word that names nothing weighs beside one that does

_DIRECTION = re.compile(r".*(增|减|涨|降|升|[多少]).{0,1}")


def lists_items(text: str, linked: Linked) -> bool:
    """Whether a question asks of two items joined by 和 (A和B是多少): of each its own figure."""
    items = sorted((t for t in linked.terms if t.role == "item" and t.start >= 0), key=lambda t: t.start)
    gaps = (text[a.start + len(a.surface) : b.start] for a, b in pairwise(items))
    asks = re.search("多少|几", text) and "除" not in text
    return bool(asks) and any(gap in ("和", "与", "以及") for gap in gaps)


def _without_glossed(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms without everyday words of which a name in brackets says what they mean (日常开支(公用经费))."""
    explained: set[Term] = set()
    for name in terms:
        if name.role == "word" or not in_brackets(text, name.start, name.start + len(name.surface)):
            continue
        phrase = _PHRASE_END.search(text[: name.start - 1])
        start = phrase.start() if phrase else name.start
        before = [t for t in terms if 0 <= t.start < name.start and t.start + len(t.surface) > start]
        explained |= {t for t in before if t.role == "word" or not set(key(t.surface)) <= set(t.names[0])}
    return [t for t in terms if t not in explained]


_RECEIVERS = re.compile("(?:给|为)([^,，。的]{2,8})(?:[发缴交付买]|发放|缴纳)?的")


def _for_whom(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms where those who get it (给退休职工的退休费) weigh little beside the name of what they get."""
    found = _RECEIVERS.search(text)
    if found is None or not any(t.start == found.end() and t.names[0] == key(t.surface) for t in terms):
        return list(terms)
    start, end = found.span(1)
    return [replace(t, weight=EMPTY * t.weight) if start <= t.start < end else t for t in terms]


def _of_class(text: str, terms: Sequence[Term]) -> list[Term]:
    """Terms where what the question counts as 类 (社保、卫生健康两大类) is called by a 类's name first."""
    if not re.search(rf"({NUMERAL}|[2-9])个?大?类", text):
        return list(terms)
    heads = classification.class_names()
    return [replace(t, names=tuple(sorted(t.names, key=lambda n: n not in heads))) for t in terms]


# Where a phrase that brackets explain begins; 的钱 and the like stand for what it tells of.
_PHRASE_END = re.compile("[^,，。、;；的里占比和与()]*(?:的(?:那?[笔些块]钱?|那?部分|钱))?$")


@cache
def _noise() -> frozenset[str]:
    return frozenset(phrases()["noise"])


def _words(text: str, known: str) -> list[Term]:
    """The words that no name covers, each as a term of its own; empty words are dropped. `known` are names
    of the catalog, which hold what no dictionary does."""
    found: dict[str, Term] = {}
    for part in re.split(rf"[\s{BLANK},，。？?！!、；;：:“”\"()（）×*]+", asking_words().sub(BLANK, text)):
        named = _own_names(part, known)
        for word in [*named, *longest(words(part))]:
            if len(word) > 1 and word not in _noise() and not any(word != n and word in n for n in named):
                found.setdefault(word, Term(word, (key(word),), weight_of(word) * 0.8, "word"))
    return list(found.values())


def _own_names(part: str, known: str) -> list[str]:
    """Runs of letters that make no word but stand in the catalog's names (灞塬), and words with the letter
    before them by which names are told apart (东片区)."""
    found: list[str] = []
    run = ""
    for word in [*parted(part), ""]:
        if len(word) == 1 and "\u4e00" <= word <= "\u9fff" and word not in weak_letters():
            run += word
            continue
        if len(run) > 1 and run in known:
            found.append(run)
        elif len(run) == 1 and word and run + word in known:
            found.append(run + word)
        run = ""
    return found


def _held_within(term: Term, known: str) -> Iterator[Term]:
    """The words inside loosely matched ones (给外经贸企业的专项资金) that the documents' names hold."""
    if term.role != "item" or len(term.surface) < LOOSE or term.names[0] == key(term.surface):
        return
    for word in longest(words(term.surface)):
        if len(word) > 2 and word in known and not any(word in name for name in term.names[:-1]):
            yield Term(word, (word,), weight_of(word), "word", term.start + term.surface.find(word))


def _lighter(word: Term, known: str) -> Term:
    """A word that names nothing (大约), or that chance put together (要花), says less of what is asked."""
    plain = word.names[0]
    if plain in known or (familiar(plain) and not is_empty(plain)):
        return word
    return replace(word, weight=EMPTY * word.weight)

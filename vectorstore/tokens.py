"""Text to search tokens: words for prose, character grams for names and table rows.

Words are found by jieba's search mode, so that a long word also counts as its parts. Grams need
no dictionary: a name with a slip of the pen, or half of it, still shares most of them.
"""

from __future__ import annotations

import logging
import math
import re
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from ingest.text import key, normalise

_CJK = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_RUN = re.compile(rf"[{_CJK}]+|\d+(?:\.\d+)*%?|[^\W\d_{_CJK}]+")
_EMPTY = re.compile("d|ad|m|r|p|c|u[a-z]?|y|z")  # parts of speech of words that name nothing
_SHORTEST_NAME = 3
_HEAD = 2
_EVERYDAY, _SELDOM = 6.0, 10.0  # of -ln(share of all words): 工作 6.8, 面积 7.9, 地震 10.0

_lock = threading.Lock()
_names: dict[str, frozenset[str]] = {}  # by their first characters; sets are replaced, never changed


def words(text: str) -> list[str]:
    """Search-mode words of `text` in order, lower case; the same whatever names were learned."""
    return _segments(text, _cut)


def parted(text: str) -> list[str]:
    """The words of `text` one after another, none within another; letters that make no word stand alone."""
    return _segments(text, _dictionary().lcut)


def _segments(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """The words of `text`, its runs of Chinese letters cut by `cut`."""
    found: list[str] = []
    for run in _RUN.findall(normalise(text).lower()):
        found += cut(run) if _CJK_RUN.fullmatch(run) else [run]
    return found


def indexed_words(text: str) -> list[str]:
    """`words` with the learned names that `text` contains, for an index.

    Learned names are added to the words, never put in their place: text that was indexed before
    a name was learned is still found by the name's parts.
    """
    found: list[str] = []
    for run in _RUN.findall(normalise(text).lower()):
        if _CJK_RUN.fullmatch(run):
            parts = _cut(run)
            found += parts
            found += (name for name in _learned_in(run) if name not in parts)
        else:
            found.append(run)
    return found


def asked_words(text: str, names: Iterable[str]) -> list[str]:
    """`words` of a question, and those of `names` that an index holds as one word."""
    found = words(text)
    whole = (key(name) for name in names)
    return [
        *found,
        *(n for n in whole if n not in found and len(n) >= _SHORTEST_NAME and _CJK_RUN.fullmatch(n)),
    ]


def grams(text: str) -> list[str]:
    """Characters and character pairs of the Chinese runs, whole tokens of the others; no repeats."""
    return list(dict.fromkeys(_grams(text, single=True)))


def pairs(text: str) -> list[str]:
    """`grams` without the single characters of longer runs: the telling part of a question."""
    return list(dict.fromkeys(_grams(text, single=False)))


def learn(names: Iterable[str]) -> None:
    """Makes `indexed_words` return these names as whole words wherever they occur, beside their parts."""
    with _lock:
        for name in map(key, names):
            if _learnable(name):
                head = name[:_HEAD]
                _names[head] = _names.get(head, frozenset()) | {name}


def _learnable(name: str) -> bool:
    return len(name) >= _SHORTEST_NAME and bool(_CJK_RUN.fullmatch(name))


def rarity(word: str) -> float:
    """How seldom a word is in ordinary language: 0 (everyday) to 1, also for words nobody knows."""
    frequency = _dictionary().FREQ.get(word)
    if not frequency:
        return 1.0
    share = math.log(_dictionary().total / frequency)
    return min(max((share - _EVERYDAY) / (_SELDOM - _EVERYDAY), 0.0), 1.0)


def familiar(word: str) -> bool:
    """Whether the dictionary knows a word; others are letters that were only put together."""
    return bool(_dictionary().FREQ.get(word))


def is_empty(word: str) -> bool:
    """Whether the dictionary gives a word as one that names nothing: an adverb, a pronoun, a particle."""
    return word in _empty_words()


@cache
def _empty_words() -> frozenset[str]:
    with _dictionary().get_dict_file() as lines:
        entries = (line.decode("utf-8").split() for line in lines)
        return frozenset(e[0] for e in entries if len(e) == 3 and _EMPTY.fullmatch(e[2]))


def _grams(text: str, *, single: bool) -> Iterable[str]:
    for run in _RUN.findall(normalise(text).lower()):
        if not _CJK_RUN.fullmatch(run):
            yield run
            continue
        if single or len(run) == 1:
            yield from run
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def _learned_in(run: str) -> Iterable[str]:
    for at in range(len(run) - _HEAD):
        for name in _names.get(run[at : at + _HEAD], ()):
            if run.startswith(name, at):
                yield name


def _cut(run: str) -> list[str]:
    return list(_dictionary().cut_for_search(run))


def _dictionary() -> Any:
    import jieba  # its dictionary takes a second: only once words are needed

    if not jieba.dt.initialized:
        with _lock:
            jieba.setLogLevel(logging.WARNING)
            jieba.initialize()
    return jieba.dt

"""What a ranking question asks: which ends, how many places, by what, and who competes.

Reads the words alone (``ranking`` in ``lexicon/phrases.yaml``); which figures compete is found by
`assistant.competitors`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from assistant.numerals import NUMERAL, numeral
from assistant.question import Question, phrases
from assistant.terms import Term
from ingest.template import knowledge

MOST = 10  # places that an answer names


class By(StrEnum):
    """What is compared."""

    AMOUNT = "amount"
    CHANGE = "change"  # how much more or less than in another year, or than planned
    RATE = "rate"  # the same in percent
    EXECUTION = "execution"  # spent of planned, in percent


UNITS = "部门"  # the noun for bodies, of several documents or among the rows of one
_UNIT = re.compile("[一-龥]{0,4}(?:单位|部门)")
# What a number of places stands behind (前三, 最多的两项, 垫底的三个).
_PLACES = r"(?:最(?:[花费烧耗吃]钱|.)的?(?:前|头)?|前|头|倒数|(?:垫底|末位|末尾|排在?最后)的?|最后的?)"
ASIDE = 0.35  # what words beside a name weigh


@dataclass(frozen=True)
class Contest:
    """A ranking question read. `place` asks for one place alone (排第二); `stated` is how many compete."""

    largest: bool
    smallest: bool
    count: int
    place: int | None
    stated: int | None
    by: By
    way: str | None  # up | down: only rises, or only falls, compete
    noun: str | None
    level: int | None
    exact: bool  # the level is named as such (项级科目), so that the finest of another table will not do
    member: str | None
    parent: str | None
    kinds: tuple[str, ...]  # official tables that list such competitors
    table: str | None  # the official table that the question names
    tables: tuple[str, ...]  # all that are worth a look, likeliest first
    numbered: str | None  # the table's own number, where the question gives it (表九)
    counts: bool  # numbers of things compete, not amounts

    def terms(self, terms: Sequence[Term]) -> list[Term]:
        """The question's terms that say what competes, without the words of ranking."""
        asking = re.compile(phrases()["ranking"]["asking"])
        kept = [t for t in terms if t.role not in ("word", "measure") or not asking.fullmatch(t.surface)]
        if self.noun == UNITS:  # 预算单位 says who competes
            kept = [t for t in kept if not _UNIT.fullmatch(t.surface)]
        # Beside the name of what is divided, words (发给在职职工的各种…) weigh less: they seldom choose.
        named = any(t.role == "item" for t in kept)
        return [replace(t, weight=ASIDE * t.weight) if named and t.role == "word" else t for t in kept]

    def called(self, terms: Sequence[Term]) -> Contest:
        """The ranking with the tables that its terms call for by official names (日常开支: 公用经费)."""
        named = [n for t in terms if t.role in ("item", "measure") for n in t.names[:3]]
        rules = [r for r in phrases()["ranking"]["tables"] if r["words"] != "."]
        called = [r["kinds"] for r in rules if any(re.fullmatch(r["words"], n) for n in named)]
        kinds = [kind for some in called for kind in some]
        return replace(self, tables=tuple(dict.fromkeys([*kinds, *self.tables])))

    def bar(self, terms: Sequence[Term]) -> float:
        """How well a field must fit."""
        return 0.62 if terms else 0.5


def read(question: Question) -> Contest:
    """Read a ranking question."""
    text, words = question.text, phrases()["ranking"]
    smallest = bool(re.search(words["smallest"], text))
    noun: dict[str, Any] = next((n for n in words["nouns"] if re.search(n["words"], text)), {})
    by, way = _by(text)
    table = next((str(k["key"]) for k in knowledge("tables")["kinds"] if str(k["key"]) in text), None)
    table = table or next((str(k) for k, named in words["meant"].items() if re.search(named, text)), None)
    tables = [*([table] if table else []), *noun.get("kinds", [])]
    tables += [k for rule in words["tables"] if re.search(rule["words"], text) for k in rule["kinds"]]
    return Contest(
        largest=not smallest or bool(re.search(words["largest"], text)),
        smallest=smallest,
        count=_count(text) or (MOST if re.search(words["whole"], text) else 1),
        place=_place(text),
        stated=_stated(text),
        by=by,
        way=way,
        noun=noun.get("name"),
        level=noun.get("level"),
        exact=bool(re.search(words["exact"], text)),
        member=noun.get("member"),
        parent=noun.get("parent"),
        kinds=tuple(noun.get("kinds", [])),
        table=table,
        tables=tuple(dict.fromkeys(tables)),
        numbered=next(iter(re.findall(rf"表(?:{NUMERAL}|\d{{1,2}})(?!\d)", text)), None),
        counts=bool(re.search(words["counts"], text)),
    )


def _by(text: str) -> tuple[By, str | None]:
    words = phrases()["ranking"]
    if re.search(words["execution"], text):
        return By.EXECUTION, None
    way = next((w for w in ("up", "down", "either") if re.search(words["changes"][w], text)), None)
    if way is None:
        return By.AMOUNT, None
    by = By.RATE if re.search(words["rates"], text) else By.CHANGE
    return by, None if way == "either" else way


def _count(text: str) -> int | None:
    """How many places are asked for (前三, 最大的两项, 倒数三名, 哪两个最多); None where it is not said."""
    found = re.search(rf"(?:{_PLACES}|哪)({NUMERAL}|\d{{1,2}})(?!年|季|月|\d)", text)
    return min(numeral(found.group(1)) or 1, MOST) if found else None


def _place(text: str) -> int | None:
    found = re.search(rf"第({NUMERAL}|\d{{1,2}})(?!季|页|名?.{{0,2}}到)(?=名|多|大|高|位|的|[?？。]|$)", text)
    place = numeral(found.group(1)) if found else None
    return place if place and place > 1 else None


def _stated(text: str) -> int | None:
    """How many compete, where the question says so (四个项, 十二个项目)."""
    for found in re.finditer(rf"(?<![第\d.])({NUMERAL}|\d{{1,2}})(个|家|项|大?类|笔|块|种|条)(?!月)", text):
        if not re.search(rf"({_PLACES}|哪|最[^,，。最]{{1,3}}的?)$", text[: found.start()]):  # 最花钱的三个
            number = numeral(found.group(1))
            return number if number and number > 2 else None
    return None

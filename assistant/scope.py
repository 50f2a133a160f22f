"""Which documents a question is about: body, year, kind and scope, against what is held.

A question that does not say means the department, the newest year held, and the kind its words
suggest. A body, or a year, that is not held is said so rather than replaced by a neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.letters import in_order
from assistant.question import Operation, Question, phrases
from assistant.terms import BLANK
from ingest.document import Kind, Scope
from ingest.template import knowledge
from ingest.text import normalise
from vectorstore.records import DocumentRecord
from vectorstore.tokens import familiar


@dataclass(frozen=True)
class Selection:
    """The documents to look in. `missing` says what was asked for but is not held."""

    documents: tuple[DocumentRecord, ...]
    year: int | None  # the year asked for, or the newest one of the selection
    years_asked: tuple[int, ...] = ()
    missing: str | None = None

    @property
    def ids(self) -> list[int]:
        """Ids of the documents, for the store's queries."""
        return [d.id for d in self.documents]


def select(
    question: Question, held: Sequence[DocumentRecord], printed: Callable[[str], bool] = lambda name: False
) -> Selection:
    """Choose among the documents held. `printed` tells whether they print a name: a unit that does not
    publish by itself (区中心医院) is found in the documents of the body above it."""
    named = named_bodies(question.text, held)
    if not named:
        stranger = _stranger(question.text, held)
        if stranger and not (re.search(phrases()["unit_suffix"], stranger) and printed(stranger)):
            return Selection((), None, missing=f"{stranger}的文件")
    pool = [d for d in held if d.body in named] if named else list(held)
    if question.source:
        pool = _of_kind(question, [d for d in pool if d.year == question.source]) or pool
    years = asked_years(question, pool)
    of_year = [d for d in pool if d.year in years]
    if years and not of_year:
        # The year's own document is not held; newer ones may print figures of it.
        later = [d for d in pool if d.year and min(years) < d.year <= min(years) + 2]
        if not later:
            return Selection((), years[0], years, f"{'、'.join(map(str, years))}年的文件")
        return Selection(tuple(later), years[0], years)
    if years:
        chosen = [*_of_kind(question, of_year), *_telling_later(question, years, of_year, pool)]
        return Selection(tuple(chosen), years[0], years)
    chosen = _of_kind(question, pool)
    return Selection(tuple(_newest_first(chosen)), _newest(chosen))


def _telling_later(
    question: Question,
    years: Sequence[int],
    of_year: Sequence[DocumentRecord],
    pool: Sequence[DocumentRecord],
) -> list[DocumentRecord]:
    """The next year's budgets, which print what was spent of a year whose final account is not held."""
    spent = question.kind == Kind.FINAL or re.search("执行|超支|[花用](超|完|光)", question.text)
    if not spent or len(years) != 1 or any(d.kind == Kind.FINAL for d in of_year):
        return []
    return [d for d in pool if d.year == years[0] + 1 and d.kind == Kind.BUDGET]


def named_bodies(text: str, held: Sequence[DocumentRecord]) -> set[str]:
    """Bodies that a text names, by the longest of their names that occurs."""
    hits = _named(text, held)
    # A name inside a longer one that occurs (财政局 in 市财政局) is not meant by itself.
    best = [
        (name, body)
        for name, body in hits
        if not any(
            name != other and name in other and text.count(name) <= text.count(other) for other, _ in hits
        )
    ]
    return {body for _, body in best}


def _named(text: str, held: Sequence[DocumentRecord]) -> list[tuple[str, str]]:
    """Names of bodies that occur in a text, with the body that each is of; in what is left of it, also what
    leaves letters out of one (市场监管局 for 市场监督管理局)."""
    bodies = {d.body: d.short_names for d in held}
    found = [(n, body) for body, names in bodies.items() for n in _spoken(names) if n in text]
    rest = text
    for name, _ in found:
        rest = rest.replace(name, BLANK)
    others = [body for body in bodies if all(body != named for _, named in found)]
    return found + [(short, body) for body in others if (short := _abbreviated(rest, normalise(body)))]


_OFFICE = re.compile("..(?<!管理)(?<!监督)(?<!执法)[局委]$")  # 管理部门 is any that manages something


@lru_cache(4096)
def _spoken(names: tuple[str, ...]) -> tuple[str, ...]:
    """The short names of a body, and what is called after it as a whole (卫健系统, 交通部门)."""
    stems = [n[:-1] for n in names if _OFFICE.search(n)]
    wholes = (stem + called for stem in stems for called in ("系统", "部门"))
    return tuple(dict.fromkeys(map(normalise, (*names, *wholes))))


SHORTENED = 4  # letters from which what leaves some out is surely meant for a body; one less where it is rare


def _abbreviated(text: str, body: str) -> str | None:
    """The longest stretch of a text that leaves out letters of a body's name: it begins with two that stand
    together there, and ends as the name does."""
    ends = [m.end() for m in re.finditer(re.escape(body[-1]), text)]
    stretches = (
        text[start:end] for end in ends for start in range(max(end - len(body), 0), end - SHORTENED + 2)
    )
    # 湘澧局 can mean but one body, where 水利局 may be any.
    sure = (s for s in stretches if len(s) >= SHORTENED or not familiar(s[:2]))
    fitting = (s for s in sure if s[:2] in body and in_order(s, body))
    return max(fitting, key=len, default=None)


def place_words(held: Sequence[DocumentRecord]) -> frozenset[str]:
    """The places that the bodies held are of (普陀区, 普陀): said alone, they single nothing out."""
    return frozenset().union(*map(_places, {d.body for d in held}))


@lru_cache(4096)
def _places(body: str) -> frozenset[str]:
    places = _PLACE.findall(normalise(body))
    return frozenset((*places, *(p[:-1] for p in places if len(p) > 2)))


_PLACE = re.compile(r"([\u4e00-\u9fff]{1,3}?[省市区县])(?!场|政|容)")


def body_words(text: str, held: Sequence[DocumentRecord]) -> list[str]:
    """The words of a text that name a body held, the longest first; they are no content."""
    names = {_with_place(text, n, body) for n, body in _named(text, held)}
    found = sorted(names, key=len, reverse=True)
    return [n for i, n in enumerate(found) if not any(n in longer for longer in found[:i])]


def _with_place(text: str, name: str, body: str) -> str:
    """A body's short name with the letters of its full name that stand before it in a text (江州|文旅局)."""
    at = text.index(name)
    size = next((n for n in range(min(at, 6), 1, -1) if text[at - n : at] in normalise(body)), 0)
    return text[at - size : at] + name


def _stranger(text: str, held: Sequence[DocumentRecord]) -> str | None:
    """A body that the question names and nobody holds: a place name with a body's ending."""
    place = r"[\u4e00-\u9fff]{2,10}?(?:[省市区县][\u4e00-\u9fff]{0,8}?)?"
    pattern = rf"({place}{knowledge('bodies')['suffix']})(?=的|20|今|去|在|有|一|是|部门|单位|预算|决算)"
    match = re.search(pattern, text)
    if not match or match.start() > 6:
        return None
    name = _opening().sub("", match.group(1))
    if len(name) < 3:
        return None
    if any(name in n or n in name for d in held for n in _spoken(d.short_names)):
        return None
    place = next((p for p in place_words(held) if name.startswith(p)), "")
    if place and re.search(phrases()["unit_suffix"], name):
        return None  # a unit of the same place (某区社保中心) may be one of a body that is held
    specific = re.search(r"[^社小园片辖全本我下][省市县镇乡]|[^社小园片辖全本我]区|街道|局$|委$", name)
    several = re.search(
        r"^(下属|所属|全|本|各|哪|什么|几)|[这那]几|[几各二两三四五六七八九十\d][家所个]", name
    )
    return name if specific and not several else None


@cache
def _opening() -> re.Pattern[str]:
    """The words of asking that may open a question."""
    return re.compile(rf"^(?:{'|'.join(phrases()['phrases'])}|想问|\d+年|[给拨发付]给?)+")


def asked_years(question: Question, pool: Sequence[DocumentRecord]) -> tuple[int, ...]:
    """The years a question names, relative ones counted from the newest year held."""
    newest = _newest(pool)
    now = _spoken_in(question, pool)
    relative = [now - n for n in question.relative_years if now and (n or not question.years)]
    if question.operation == Operation.REASON or re.search(
        r"[比较跟和与同](去年|上年|[上前]一年|前年)", question.text
    ):
        relative = [y for y in relative if y == newest]
    if question.years:
        return question.years
    return tuple(dict.fromkeys(relative)) if relative else ()


def _spoken_in(question: Question, pool: Sequence[DocumentRecord]) -> int | None:
    """The year that a question is put in: final accounts are read the year after the one they account for."""
    newest = _newest(pool)
    closed = all(d.kind == Kind.FINAL for d in pool if d.year == newest)
    after = closed and 0 not in question.relative_years and not re.search("[比较]", question.text)
    return newest + 1 if newest and after else newest


def _of_kind(question: Question, pool: Sequence[DocumentRecord]) -> list[DocumentRecord]:
    kind = question.kind
    chosen = [d for d in pool if d.kind == kind] or list(pool)
    if question.scope:
        chosen = [d for d in chosen if d.scope == question.scope] or chosen
    return _newest_first(chosen)


def _newest_first(pool: Sequence[DocumentRecord]) -> list[DocumentRecord]:
    return sorted(pool, key=lambda d: (-(d.year or 0), d.kind != Kind.BUDGET, d.scope != Scope.DEPARTMENT))


def _newest(pool: Sequence[DocumentRecord]) -> int | None:
    return max((d.year for d in pool if d.year), default=None)

"""Counts that a sentence tells, in prose or in a form's text cell: of a thing that the question calls by some
letters of its name, and the share that one count has of another.

A question says 海巡艇 where 海事巡逻艇2艘 is printed, or asks what share of the 养护员 are 脱贫户 where one
sentence counts both (聘用养护员412人,其中脱贫户138人).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, quantities
from assistant.finder import Finder
from assistant.letters import in_order
from assistant.lookup import around
from assistant.money import MONEY, percent, show
from assistant.question import compiled, kin_of
from assistant.spans import Span
from assistant.wanted import wanted
from ingest.document import Quantity
from ingest.statements import read_quantities
from ingest.text import key, normalise, without_body
from vectorstore.tokens import words

NEAR = 8  # names, and sentences of each, that are looked at
SHORTEST = 3  # letters of a name with others left out
ALIKE = 2  # last letters that a thing's name as asked and as printed must share
_NUMBER = re.compile("(人|个|户)?数量?$")  # 总编制 is 总编制人数
_THING = re.compile(r"(?:几|多少)[^\d,，。]{1,2}?(?P<noun>[\u4e00-\u9fff]{3,8}?)(?:呢|吗|了)?[?？]?$")


@dataclass(frozen=True)
class _Count:
    """One count of a text: what it counts, and where in the text it begins and ends."""

    of: Quantity
    start: int
    end: int


def answer_thing(finder: Finder) -> Draft | None:
    """How many there are of a thing, where one sentence counts just one whose name has the letters asked."""
    units = wanted(finder.asked.question).units
    said = _THING.search(finder.asked.linked.said)
    if len(units) != 1 or {*MONEY, "%"} & set(units[0]) or said is None:
        return None
    found = {key(e.name): e for e in _called(finder, said["noun"]) if e.unit in units[0]}
    if len(found) != 1:
        return None
    draft, (e,) = Draft(), found.values()
    assert e.value is not None
    told = draft.amount(e.name, e.value, e.unit, e)
    draft.say(f"{heading(e.document, None)}：{e.name}{told}{draft.cite(e)}。")
    draft.say(f"原文：“{around(e.quote, e.text)}”{draft.cite(e)}")
    return draft


def _called(finder: Finder, noun: str) -> Iterator[Evidence]:
    """The figures of the prose whose names a noun shortens, by names that mean about the same."""
    ids, store = finder.asked.ids, finder.store
    for name in (n for n, _ in store.near_names(ids, noun, NEAR) if _shortens(noun, key(n))):
        for stored, _ in store.statements(ids, text=name, said=(name,), limit=NEAR):
            own = quantities(stored, finder.document(stored.doc_id))
            yield from (e for e in own if key(e.name) == key(name))


def answer_portion(finder: Finder) -> Draft | None:
    """The share that one count has of another, where a sentence tells both and the one as part (其中) of the
    other."""
    text = finder.asked.linked.said
    said = next((m for pattern in compiled("portions", "asked") if (m := pattern.search(text))), None)
    if said is None:
        return None
    for span in finder.spans:
        for whole, part in _parts(span):
            if _is_whole(said["whole"], whole.of, span) and _says(said["part"], part.of.label):
                return _portion(_evidence(span, whole.of), _evidence(span, part.of))
    return None


def _portion(whole: Evidence, part: Evidence) -> Draft:
    assert whole.value is not None and part.value is not None
    draft = Draft()
    formula = f"{part.name}{show(part.value, part.unit)} ÷ {whole.name}{show(whole.value, whole.unit)} × 100%"
    rate = draft.derived("占比", percent(part.value, whole.value), "%", formula, part, whole)
    draft.say(f"{heading(part.document, None)}：{part.name}占{whole.name}的{rate}：")
    counts = (f"{e.name}{draft.amount(e.name, e.value, e.unit, e)}" for e in (whole, part) if e.value)
    draft.say(f"{'，其中'.join(counts)}{draft.cite(part)}。")
    return draft


def _counts(span: Span) -> Iterator[_Count]:
    """The counts of a span that are no money and no rate, in order."""
    text, at = normalise(span.text), 0
    for quantity in read_quantities(text):
        start = text.find(quantity.text, at)
        at = start + len(quantity.text)
        if quantity.unit not in (*MONEY, "%", "个百分点"):
            yield _Count(quantity, start, at)


def _parts(span: Span) -> Iterator[tuple[_Count, _Count]]:
    """The counts of a span with those that it tells as part of them."""
    text, found = normalise(span.text), list(_counts(span))
    for n, whole in enumerate(found):
        for part in found[n + 1 :]:
            between = text[whole.end : part.start]
            if re.search("[。;；]", between) or not re.match(r"[,，(:：]?其中", between):
                break
            if kin_of(part.of.unit) == kin_of(whole.of.unit) and 0 < part.of.value <= whole.of.value:
                yield whole, part


def _is_whole(said: str, whole: Quantity, span: Span) -> bool:
    """Whether a count is of what the question calls so: its name ends alike, and the rest is spoken of."""
    label, plain = _NUMBER.sub("", key(whole.label)), _NUMBER.sub("", key(said))
    alike = next((n for n in range(len(plain), 0, -1) if label.endswith(plain[-n:])), 0)
    rest = [w for w in words(plain[: len(plain) - alike]) if len(w) > 1]
    around_it = "|".join(span.keys)
    return alike >= ALIKE and all(word in around_it for word in rest)


def _says(said: str, label: str) -> bool:
    """Whether the question's words for a part are its printed name, or hold it, or are held by it."""
    one, other = key(said), key(label)
    return min(len(one), len(other)) >= ALIKE and (one in other or other in one)


def _shortens(noun: str, label: str) -> bool:
    """Whether a noun is a printed name with letters left out: begun and ended as that is, and in order."""
    ends = noun[:1] == label[:1] and noun[-1:] == label[-1:]
    return len(noun) >= SHORTEST and ends and in_order(noun, label)


def _evidence(span: Span, quantity: Quantity) -> Evidence:
    """A count of a span as evidence."""
    return Evidence(
        document=span.document,
        source="text" if span.table is None else "table",
        name=without_body(quantity.label, span.document.short_names).rpartition("·")[2],
        path=(*span.headings, quantity.label),
        measure="数量",
        columns=(),
        text=quantity.text,
        value=quantity.value,
        unit=quantity.unit,
        year=span.document.year,
        places=span.places,
        title=" > ".join(span.headings[-2:]),
        quote=span.text,
        table=span.table,
    )

"""Sections of a project's description (立项依据, 实施主体, 实施方案, 实施周期), told whole.

Budgets describe their projects under headings that are much the same everywhere. Where a question asks
for what stands under one of them, the section itself is the answer, not its most alike sentence; which
project it is of follows from the headings above it and from the sections around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.draft import Draft, heading
from assistant.evidence import cover
from assistant.finder import Finder
from assistant.letters import overlap
from assistant.numerals import NUMERAL, numeral
from assistant.question import phrases
from assistant.quoting import window
from assistant.terms import Term
from ingest.text import key
from vectorstore.records import PassageHit
from vectorstore.search import Ranking

FOUND = 24  # passages among which the sections are looked for
AROUND = 6  # passages before and after a section that may be of the same project
ALONE = 0.25  # share of the item's words that the only description must hold
MEANT = 0.5  # and one of several
PARTLY = 0.6  # share of a name's pairs of letters from which a text holds it in part


@dataclass(frozen=True)
class _Section:
    """A section with all passages of its project's description, its own among them."""

    own: tuple[PassageHit, ...]
    description: tuple[PassageHit, ...]


def answer_section(finder: Finder) -> Draft | None:
    """What stands in a project's description under the heading that is asked for; None where no such
    heading is asked for, or none of the descriptions is of the item."""
    text = finder.asked.question.text
    sort = next((s for s in _sorts() if s.asked.search(text)), None)
    if sort is None:
        return None
    terms = [t for t in finder.asked.linked.terms if t.role in ("item", "word") and not _asks(t, sort)]
    sections = _sections(finder, sort, terms)
    fits = [(_speaks(s, terms), -n, s) for n, s in enumerate(sections)]
    fit, _, best = max(fits, default=(0.0, 0, None))
    if best is None or fit < (ALONE if len(fits) == 1 else MEANT):
        return _of_form(finder, sort, terms)
    return _told(finder, best)


@dataclass(frozen=True)
class _Sort:
    """A sort of section: its headings, how it is asked for, and the form's fields that tell the same."""

    heading: re.Pattern[str]
    asked: re.Pattern[str]
    words: re.Pattern[str]
    fields: tuple[str, ...] = ()
    told: re.Pattern[str] = re.compile("")


@cache
def _sorts() -> tuple[_Sort, ...]:
    found = []
    for sort in phrases()["sections"].values():
        patterns = {k: re.compile(p) for k, p in sort.items() if k != "fields"}
        found.append(_Sort(**patterns, fields=tuple(sort.get("fields", ()))))
    return tuple(found)


def _asks(term: Term, sort: _Sort) -> bool:
    """Whether a term is of the heading that is asked for rather than of the project."""
    return any(sort.heading.search(n) or sort.words.search(n) for n in (key(term.surface), term.names[0]))


def _sections(finder: Finder, sort: _Sort, terms: Sequence[Term]) -> list[_Section]:
    """The sections under such a heading, each once, those first that the item's words find."""
    query = " ".join([sort.heading.pattern.replace("|", " "), *(n for t in terms for n in t.names[:2])])
    hits = finder.store.search(finder.asked.ids, query, FOUND, by=(Ranking.WORDS,))
    found: list[_Section] = []
    for hit in hits:
        path = hit.passage.heading_path
        if not path or not sort.heading.search(key(path[-1])):
            continue
        if any(hit.id in (h.id for h in s.own) for s in found):
            continue
        around = sorted([hit, *finder.store.beside([hit], AROUND)], key=lambda h: h.id)
        description = _description(around, hit)
        own = tuple(h for h in description if h.passage.heading_path[: len(path)] == path)
        found.append(_Section(own, description))
    return found


def _description(around: Sequence[PassageHit], hit: PassageHit) -> tuple[PassageHit, ...]:
    """The passages under the headings above a section, up to where the numbering begins anew."""
    above = hit.passage.heading_path[:-1]
    kin = [h for h in around if h.passage.heading_path[: len(above)] == above]
    at = next(n for n, h in enumerate(kin) if h.id == hit.id)
    numbers = [_number(h.passage.heading_path, len(above)) for h in kin]
    start, end = at, at + 1
    while start and _in_turn(numbers[start - 1], numbers[start]):
        start -= 1
    while end < len(kin) and _in_turn(numbers[end - 1], numbers[end]):
        end += 1
    return tuple(kin[start:end])


def _number(path: Sequence[str], level: int) -> int | None:
    """The number that the heading of a level begins with (三、实施主体)."""
    found = re.match(f"({NUMERAL})、", path[level]) if len(path) > level else None
    return numeral(found[1]) if found else None


def _in_turn(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one <= other


def _speaks(section: _Section, terms: Sequence[Term]) -> float:
    """Weighted share of the item's words that a project's description holds; 1 where there are none."""
    headings = (p for h in section.description for p in h.passage.heading_path)
    said = key("|".join(dict.fromkeys([*headings, *(h.passage.text for h in section.description)])))
    total = sum(t.weight for t in terms)
    return sum(t.weight * _held(t, said) for t in terms) / total if total else 1.0


def _held(term: Term, said: str) -> float:
    names = (*term.names, key(term.surface))
    if any(n in said for n in names):
        return 1.0
    partly = max(overlap(n, said) for n in names)
    return partly if partly >= PARTLY else 0.0


def _of_form(finder: Finder, sort: _Sort, terms: Sequence[Term]) -> Draft | None:
    """What the item's form prints in the field that tells the same as such a section."""
    cells = [e for e in finder.fields(sort.fields) if sort.told.search(f"{e.name}{e.text}")] if terms else []
    best = max(cells, key=lambda e: (cover(e, terms), e.score), default=None)
    if best is None or cover(best, terms) < MEANT:
        return None
    draft = Draft()
    subject = "的".join(dict.fromkeys((best.path[0], best.name)))
    draft.say(
        f"{heading(best.document, None)}：{subject}：{window(best.text, best.text[:1])}{draft.cite(best)}。"
    )
    return draft


def _told(finder: Finder, section: _Section) -> Draft:
    first = section.own[0]
    document, path = finder.document(first.doc_id), first.passage.heading_path
    draft = Draft()
    text = "".join(h.passage.text.replace("\n", "") for h in section.own)
    places = {p.page: p for h in reversed(section.own) for p in h.passage.places}
    kind = "text" if first.passage.table is None else "table"
    numbers = [
        draft.cite_place(document, places[page], " > ".join(path[-2:]), text, kind) for page in sorted(places)
    ]
    cited = "".join(f"[{n}]" for n in numbers)
    named = re.sub(f"^{NUMERAL}、", "", path[-1])
    draft.say(f"{heading(document, None)}：{named}：{window(text, text[:1])}{cited}。")
    return draft

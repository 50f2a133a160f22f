"""The units of a department, and the department itself among them, as questions call them.

Tables that list a department's units print their full names, and the department's own share as that of
某区住房和城乡建设局机关 or 某区卫生健康局（本级）; a question says 图书馆, 工程建设中心, 局机关, 本级.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from assistant.scope import Selection
from assistant.terms import Linked, Term
from ingest.blocks import names_body
from ingest.template import knowledge
from ingest.text import key
from vectorstore.store import Store

LOOKED = 60  # printed names that are compared
SHORTEST = 3  # letters by which a unit is called
_CALLED = ("机关", "(本级)", "本级", "机关本级", "(机关)", "本部", "(本部)")
# What is said for it, but within the names of what is for offices of every sort (机关运行经费, 机关事业单位).
_SAID = re.compile(
    "(?:机关本级|本级机关|[局委厅院办会部]?(?:机关|本级|本部)|街道本级)"
    "(?!事业|运行|服务|党|工委|养老|干部|人员|行政|单位|[预决]算|商品|工资|资本|[一-龥]{0,4}财力)"
)
_NAMED = re.compile(r"(机关|本级|本部)\)?$")


def is_office(name: str) -> bool:
    """Whether a row's name is that of a department's own office."""
    return bool(_NAMED.search(key(name)))


def says_office(said: str) -> bool:
    """Whether a stretch of a question means the department's own office."""
    return bool(_SAID.fullmatch(key(said)))


def named_office(text: str, linked: Linked, store: Store, selection: Selection) -> Linked:
    """The terms of a question with the row of the department's own office, where the question means it and
    the documents print such a row."""
    found = _SAID.search(text)
    if found is None:
        return linked
    names = [f"{body}{called}" for body in {d.body for d in selection.documents} for called in _CALLED]
    printed = tuple(
        dict.fromkeys(key(f.fact.name) for f in store.facts(selection.ids, names=names, limit=40))
    )
    if not printed:
        return linked
    start, end = found.span()
    others = [t for t in linked.terms if not _within(t, start, end)]
    return replace(linked, terms=(*others, Term(found.group(), printed, 1.8, "item", start)))


def named_units(text: str, linked: Linked, store: Store, selection: Selection) -> Linked:
    """The terms of a question with the units that it calls by the end of their names, where only one unit
    that the documents print ends so; what else its letters might mean is no term then."""
    bodies = {key(d.body) for d in selection.documents}
    for found in _unit_names().finditer(text):
        printed = {key(hit.name) for hit in store.names(selection.ids, found.group(), LOOKED)}
        printed = {n for n in printed if names_body(n) and n not in bodies and not is_office(n)}
        tails = {n: _tail(n, text[: found.end()]) for n in printed}
        longest = max(map(len, tails.values()), default=0)
        alike = sorted((n for n, tail in tails.items() if len(tail) == longest >= SHORTEST), key=len)
        if not alike or not all(alike[-1].endswith(n) for n in alike) or longest == len(alike[-1]):
            continue
        start, end = found.end() - longest, found.end()
        if not any(t.start < end and start < t.start + len(t.surface) for t in linked.terms):
            continue
        others = [t for t in linked.terms if not _within(t, start, end)]
        term = Term(text[start:end], (text[start:end], alike[-1]), 1.8, "item", start)
        linked = replace(linked, terms=(*others, term))
    return linked


@cache
def _unit_names() -> re.Pattern[str]:
    ending = knowledge("bodies")["suffix"]
    return re.compile(rf"[\u4e00-\u9fff]{{2,}}?{ending}(?![理置罚会区有属需托员村])")  # 处理 is no office


def _tail(name: str, text: str) -> str:
    """The longest end of a name with which a text ends."""
    return next((name[n:] for n in range(len(name)) if text.endswith(name[n:])), "")


def _within(term: Term, start: int, end: int) -> bool:
    return start <= term.start and term.start + len(term.surface) <= end

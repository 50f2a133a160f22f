"""The department itself among its units: 局机关, 本级, 机关本级 said for a row that bears its full name.

Tables that list a department's units print the department's own share beside theirs, as that of
某区住房和城乡建设局机关 or 某区卫生健康局（本级）; nobody says that in a question.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.scope import Selection
from assistant.terms import Linked, Term
from ingest.text import key
from vectorstore.store import Store

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


def _within(term: Term, start: int, end: int) -> bool:
    return start <= term.start and term.start + len(term.surface) <= end

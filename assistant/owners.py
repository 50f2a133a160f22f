"""What a row of a table belongs to: the project it is paid from, the account it is booked under, its unit.

The path of a row says what it stands under; which of those names is a project, an account or a body
follows from the catalog, the national classification and the endings of bodies' names.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover
from assistant.finder import Finder
from assistant.lookup import as_printed, is_blank
from assistant.question import phrases
from ingest import classification
from ingest.blocks import names_body
from ingest.text import key

LOOKED = 12  # best figures whose rows are looked at
MET = 0.7  # share of the named items that the row must speak of, be it by its table
PROJECTS = ("项目支出表", "项目支出绩效目标表")  # tables whose rows, or forms, are projects


def answer_owner(finder: Finder) -> Draft | None:
    """The project, account or unit that a row stands under, with the row's amount; None where the question
    does not ask for it, or nothing of that sort stands above the row."""
    asked = finder.asked
    sort = next((s for s, said in phrases()["owners"].items() if re.search(said, asked.question.text)), None)
    items = [t for t in asked.linked.terms if t.role == "item"]
    if sort is None or not items:
        return None
    for e in finder.figures[:LOOKED]:
        if e.source != "table" or len(e.path) < 2 or is_blank(e):
            continue
        named = any(n in key(e.name) for t in items for n in t.names)
        if not named or cover(e, items) < MET:
            continue
        owner = next((p for p in reversed(e.path[:-1]) if _is(sort, p, e, finder)), None)
        if owner is not None:
            draft = Draft()
            shown = as_printed(draft, e.label, e, [e])
            draft.say(f"{heading(e.document, e.year)}：{e.name}列在“{owner}”下，为{shown}{draft.cite(e)}。")
            return draft
    return None


def _is(sort: str, name: str, e: Evidence, finder: Finder) -> bool:
    """Whether a name above a row is of the sort that is asked for."""
    account = key(name) in _accounts()
    if sort == "account":
        return account
    if sort == "unit":
        return names_body(key(name))
    if account:
        return False
    facts, ids = finder.store.facts, [e.document.id]
    return bool(
        facts(ids, table_kinds=PROJECTS, limit=1, names=[name])
        or facts(ids, table_kinds=PROJECTS, limit=1, under=[name])
    )


@cache
def _accounts() -> frozenset[str]:
    return frozenset(map(key, classification.all_names()))

"""The projects that an amount is for, with what a table of projects prints of each.

Prose only names them, and in short (9.62万元,主要用于A、B、C等工作); a table has its account beside each.
Neither makes a row a part of the amount for sure; that all the rows found come to just the amount does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import (
    PLAIN_MEASURES,
    Evidence,
    amount_fits,
    is_relative,
    largest_first,
    same_figure,
)
from assistant.finder import Finder
from assistant.letters import likeness
from assistant.money import MONEY
from ingest.document import Relation
from ingest.template import is_sum
from ingest.text import key

ENOUGH = 0.55  # share of the question's words that the sentence must speak of
ALIKE = 0.6  # how far a word and a row's name must be made of the same letters
KINDS = ("项目支出表", "部门整体支出绩效目标表")
ACCOUNTS = ("功能分类科目", "功能科目", "功能科目名称", "支出功能分类科目")
_TAIL = re.compile("(等?(各?项|方面)?(的)?(工作|支出|项目|活动|开支|费用)?)$")
_CODE = re.compile(r"^\d+")
_ENDING = re.compile("(专项|工作|项目)?(经费|资金|支出|费用?)?$")


def answer_projects(finder: Finder) -> Draft | None:
    """The projects that come to the amount asked about: those that the words of its purpose name, or those
    of its account."""
    projects = _columns(finder)
    for e in finder.statements(Relation.PURPOSE) if projects else ():
        whole = next((f for f in finder.figures if _is_whole_of(f, e)), None)
        words = [key(_TAIL.sub("", w)) for w in re.split("、|,|，|和|及|以及", e.text)]
        rows = _named(whole, [w for w in words if len(w) > 1], projects) if whole else []
        if whole and rows and e.coverage >= ENOUGH:
            return _told(whole, rows)
    if projects and "项目" in finder.asked.question.text:
        accounts = _accounts(finder)
        for whole in (f for f in finder.figures if f.unit in MONEY and _is_meant(f, finder)):
            rows = _of_account(whole, accounts, projects)
            if rows:
                return _told(whole, rows)
    return None


Columns = Sequence[Sequence[Evidence]]


def _is_meant(figure: Evidence, finder: Finder) -> bool:
    """Whether the question names what a figure is of, or just its amount."""
    return figure.coverage >= ENOUGH or amount_fits(figure, finder.asked.question) == 1.0


def _columns(finder: Finder) -> Columns:
    """The columns of amounts of tables of projects, each with its rows but the totals."""
    columns: dict[tuple[int, int | None, tuple[str, ...]], list[Evidence]] = {}
    for e in finder.cells(table_kinds=KINDS):
        if e.measure in PLAIN_MEASURES and not is_sum(e.name):
            columns.setdefault((e.document.id, e.table, e.columns), []).append(e)
    return list(columns.values())


def _accounts(finder: Finder) -> dict[tuple[int | None, tuple[str, ...]], str]:
    """The account of each project that a table has a column of accounts for, by table and row."""
    found = (e for column in ACCOUNTS for e in finder.listed(column))
    return {(e.table, e.path): key(_CODE.sub("", e.text)) for e in found}


def _of_account(
    whole: Evidence, accounts: dict[tuple[int | None, tuple[str, ...]], str], projects: Columns
) -> list[Evidence]:
    """Rows of one column whose account is what an amount is of, or which stand under it, where they come
    to it."""
    name = key(whole.name)
    for rows in projects:
        parts = [e for e in rows if accounts.get((e.table, e.path)) == name or name in map(key, e.path[:-1])]
        if parts and _come_to(parts, whole):
            return largest_first(parts)
    return []


def _is_whole_of(figure: Evidence, purpose: Evidence) -> bool:
    """Whether a figure of the prose is the amount whose purpose a sentence tells."""
    alike = figure.document.id == purpose.document.id and key(figure.name) == key(purpose.name)
    return alike and figure.source == "text" and figure.unit in MONEY and not is_relative(figure)


def _named(whole: Evidence, words: Sequence[str], projects: Columns) -> list[Evidence]:
    """Rows of one column, one at least for each word, where they come to an amount."""
    for rows in projects:
        named = [[e for e in rows if _calls(word, e)] for word in words]
        parts = list({e.places[0]: e for found in named for e in found}.values())
        if len(parts) > 1 and all(named) and _come_to(parts, whole):
            return largest_first(parts)
    return []


def _come_to(parts: Sequence[Evidence], whole: Evidence) -> bool:
    """Whether rows of a whole's document add up to it."""
    total = sum((e.value or Decimal(0) for e in parts), Decimal(0))
    return parts[0].document.id == whole.document.id and same_figure(replace(parts[0], value=total), whole)


def _calls(word: str, row: Evidence) -> bool:
    """Whether a word of the prose is short for the name of a row."""
    name = _ENDING.sub("", key(row.name)) or key(row.name)
    return word in key(row.name) or name in word or likeness(_ENDING.sub("", word), name) >= ALIKE


def _told(whole: Evidence, rows: Sequence[Evidence]) -> Draft:
    draft = Draft()
    amount = draft.amount(whole.name, whole.value or Decimal(0), whole.unit, whole)
    said = f"{whole.name}{amount}{draft.cite(whole)}，包括{draft.parts(rows)}"
    draft.say(f"{heading(whole.document, whole.year)}：{said}。")
    return draft

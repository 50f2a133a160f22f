"""Rows that a column of words sorts (政府采购方式: 公开招标, 计量单位: 辆), taken together.

A question that says such a word means the rows that bear it: how many there are, what they come to, how many
pieces are to be bought. Which column is meant follows from the word; no column is known by its name here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.conditions import read_condition
from assistant.contest import read
from assistant.draft import Draft, heading
from assistant.evidence import PLAIN_MEASURES, Evidence
from assistant.finder import Finder
from assistant.groups import Task, counter_of, how_of, reduced
from assistant.money import MONEY, show
from assistant.question import Operation, phrases
from ingest.template import is_form_kind, is_sum
from ingest.text import key

LOOKED = 30  # best figures whose tables are looked through
WORD = 3  # letters from which a cell's word is surely meant as such
_WHETHER = re.compile("是否(属于|列入|纳入|进行|实行|涉及|为)?(?P<what>.{2,})$")
# That rows are meant, not the whole of what a column is about.
_ROWS = "项目|标注|标明|标了|注明|属于|是否|打勾"
_QUOTED = re.compile("“([^“”]{1,4})”")
_SINGLED = (Operation.RANK, Operation.COMPARE, Operation.SHARE, Operation.REASON, Operation.PURPOSE)


@dataclass(frozen=True)
class Marked:
    """The rows of a table by one column of amounts: all that the column of words sorts, and those that bear
    the `word`."""

    column: str
    word: str
    rows: tuple[Evidence, ...]
    kept: tuple[Evidence, ...]
    size: int = 0  # letters of the question that say the word


def answer_marked(finder: Finder) -> Draft | None:
    """What the question makes of the rows of a table that a column of words marks as it says."""
    question = finder.asked.question
    how = how_of(question.text)
    found = _marked(finder) if how is not None and question.operation not in _SINGLED else None
    if how is None or found is None:
        return None
    condition = replace(read_condition(question.text), way=None, marked=(found.column, found.word))
    kept = [e for e in found.kept if condition.admits(e)]
    task = Task(how, condition, read(question), None, counter_of(question.text))
    parts = question.operation == Operation.COMPOSITION  # of one row, its parts are asked, not the row
    return reduced(task, "", found.rows, kept) if len(kept) > parts else None


def _marked(finder: Finder) -> Marked | None:
    said = key(finder.asked.question.text)
    quoted = {key(word) for word in _QUOTED.findall(finder.asked.question.text)}
    tables = {(e.document.id, e.table): e for e in reversed(finder.figures[:LOOKED]) if e.source == "table"}
    best: Marked | None = None
    for table in reversed(tables.values()):
        if is_form_kind(table.table_kind or ""):
            continue
        cells = finder.rows_of(table)
        for cell in cells:
            size = WORD if cell.value is None and key(cell.text) in quoted else _said_by(cell, said)
            if size > (best.size if best is not None else 0):
                found = _sorted(finder, cells, cell)
                best = replace(found, size=size) if found is not None else best
    return best


def _said_by(cell: Evidence, said: str) -> int:
    """How many letters a question says of a cell of words: its own, or those of a column of 是 and 否."""
    word = key(cell.text)
    if cell.value is not None:
        return 0
    asks = _WHETHER.match(key(cell.measure))
    if asks is None or word not in ("是", "否"):
        return len(word) if len(word) >= WORD and word in said and word not in key("".join(cell.path)) else 0
    what = re.escape(asks["what"])
    denied = re.search(f"(不|非|没有?|未)[^,，。]{{0,3}}{what}|{what}[^,，。]{{0,3}}(为|是|选|填)“?否", said)
    meant = what in said and re.search(_ROWS, said)
    return len(asks["what"]) if meant and word == ("否" if denied else "是") else 0


def _sorted(finder: Finder, cells: Sequence[Evidence], one: Evidence) -> Marked | None:
    """The rows that a cell's column sorts; None where it tells none apart."""
    column = [e for e in cells if (e.measure, e.columns) == (one.measure, one.columns) and e.text.strip("/ ")]
    bearing = {_row(e) for e in column if key(e.text) == key(one.text)}
    amounts = _amounts(finder, [e for e in cells if _row(e) in {_row(c) for c in column}])
    kept = [e for e in amounts if _row(e) in bearing]
    if len(kept) < len(bearing) or len(kept) == len(amounts):
        return None
    return Marked(one.measure, one.text, tuple(amounts), tuple(kept))


def _row(e: Evidence) -> tuple[object, ...]:
    """What the cells of one printed row share; rows may bear the same names (复印纸, twice)."""
    return e.path, e.places[0].page, round(e.places[0].bbox[1])


def _amounts(finder: Finder, cells: Sequence[Evidence]) -> list[Evidence]:
    """The figures of the column that the question names, else of the plainest one."""
    columns: dict[tuple[object, ...], list[Evidence]] = {}
    for e in cells:
        if e.value is not None and not is_sum(e.name):
            columns.setdefault((e.measure, e.columns), []).append(e)
    named = {n for t in finder.asked.linked.terms if t.role == "measure" for n in t.names}

    expects = finder.asked.question.expects

    def rank(column: Sequence[Evidence]) -> tuple[bool, bool, bool, bool, int]:
        first = column[0]
        fits = expects is not None and first.unit == expects
        plain = first.measure in PLAIN_MEASURES
        return key(first.measure) in named, fits, plain, first.unit in MONEY, len(column)

    return max(columns.values(), key=rank, default=[])


def answer_pieces(finder: Finder) -> Draft | None:
    """How many pieces of a unit the rows of an official table add up to, where a column of its own says in
    which unit each row counts (采购数量 3, 计量单位 辆)."""
    question = finder.asked.question
    unit = question.expects
    if unit not in phrases()["counters"] or not re.search("共|合计|加起来", question.text):
        return None
    cells = finder.rows_of_kind()
    counted = {_row(e) for e in cells if e.value is None and "单位" in e.measure and key(e.text) == unit}
    rows = [replace(e, unit=unit) for e in cells if _row(e) in counted and e.measure == "数量" and e.value]
    if len(rows) < 2 or len({(e.document.id, e.table) for e in rows}) > 1:
        return None
    draft = Draft()
    added = " + ".join(f"{e.name}{show(e.value or Decimal(0), unit)}" for e in rows)
    result = draft.derived("合计", sum((e.value or Decimal(0) for e in rows), Decimal(0)), unit, added, *rows)
    titled = f"（《{rows[0].title}》）" if rows[0].title else ""
    draft.say(f"{heading(rows[0].document, None)}：共{result}，其中{draft.parts(rows)}{titled}。")
    return draft

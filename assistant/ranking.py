"""The largest or smallest of many: first which rows compete, then their order.

Who competes follows from the words: projects, the 款 of basic expenditure, the rows beneath a named
item, or the 类, 款 or 项 of the functional classification.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.draft import Draft, heading
from assistant.evidence import Evidence, largest_first
from assistant.finder import Finder
from ingest.template import is_total

PROJECT_TOTALS = ("项目总预算", "项目资金总额", "项目当年预算", "年度资金申请总额")
COLUMNS = ("基本支出", "项目支出", "人员经费", "公用经费", "一般公共预算")
_COUNTS = ((r"[两二2]", 2), (r"[三3](?!年)", 3), (r"[四4]", 4), (r"[五5]", 5), (r"[十]|10", 10))


def answer_rank(finder: Finder) -> Draft | None:
    """The first rows, by amount, of those that the question makes compete."""
    rows = largest_first(_competing(finder))
    if len(rows) < 2:
        return None
    text = finder.asked.question.text
    smallest = bool(re.search(r"最(少|小|低)|倒数", text))
    if smallest:
        rows = [r for r in reversed(rows) if r.value]
    top = rows[: _count(text)]
    draft = Draft()
    lead = "最小" if smallest else "最大"
    lead += "的是" if len(top) == 1 else f"的{len(top)}项依次是"
    draft.say(f"{heading(top[0].document, top[0].year)}：金额{lead}{draft.parts(top)}。")
    return draft


def _count(text: str) -> int:
    match = re.search(r"(?:前|头|最(?:[大多高少小低]|花钱)的)([两二三四五十]|10|[2345])", text)
    if not match:
        return 1
    return next((n for pattern, n in _COUNTS if re.search(pattern, match.group(1))), 1)


def _competing(finder: Finder) -> list[Evidence]:
    text = finder.asked.question.text
    ways = [_beneath, _projects, _economic, _functional]
    if "项目" in text and not re.search(r"科目|功能|项目支出", text):
        ways = [_projects, _beneath, _economic, _functional]
    for way in ways:
        rows = _distinct(way(finder))
        if len(rows) >= 2:
            return rows
    return []


def _beneath(finder: Finder) -> list[Evidence]:
    """The rows one step beneath a named item, with the same measure."""
    item = next((t for t in finder.asked.linked.terms if t.role == "item"), None)
    one = next((e for e in finder.figures if e.source == "table" and e.coverage >= 0.55 and e.value), None)
    if item is None or one is None:
        return []
    return [
        e for e in finder.rows_of(one) if e.path[:-1] == one.path and e.measure == one.measure and e.value
    ]


def _projects(finder: Finder) -> list[Evidence]:
    """Projects by their budget: rows of the project table, else each form's total."""
    if "项目" not in finder.asked.question.text:
        return []
    listed = finder.cells(table_kinds=["项目支出表"], measures=["合计"])
    if listed:
        return [e for e in listed if not is_total(e.name)]
    for name in PROJECT_TOTALS:
        forms = finder.cells(names=[name])
        if len(forms) >= 2:
            return [replace(e, name=e.path[0]) for e in forms]
    return []


def _economic(finder: Finder) -> list[Evidence]:
    """The 款 of basic expenditure, in the column that the question names."""
    text = finder.asked.question.text
    column = next((c for c in ("人员经费", "公用经费") if _named(finder, c)), None)
    if column is None and not re.search(r"经济分类|基本支出|款级?", text):
        return []
    measures = [column] if column else ["合计", "决算数", "金额", "基本支出"]
    rows = finder.cells(table_kinds=["基本支出表"], measures=measures)
    return [e for e in rows if e.level == 2]


def _functional(finder: Finder) -> list[Evidence]:
    """类, 款 or 项 of the functional classification, in the column that the question names."""
    text = finder.asked.question.text
    level = 3 if re.search(r"“?项”?级|哪一?[项笔]|一笔", text) else 2 if re.search("款级?", text) else 1
    measure = next((c for c in COLUMNS[:2] if _named(finder, c)), "合计")
    rows = finder.cells(table_kinds=["支出总表"], measures=[measure])
    rows = rows or finder.cells(table_kinds=["一般公共预算支出表"], measures=[measure])
    return [e for e in rows if e.level == level]


def _named(finder: Finder, column: str) -> bool:
    return any(column in t.names for t in finder.asked.linked.terms)


def _distinct(rows: Sequence[Evidence]) -> list[Evidence]:
    """Each row once: a table may print it again, and totals do not compete."""
    seen: dict[tuple[object, ...], Evidence] = {}
    for e in rows:
        if not is_total(e.name):
            seen.setdefault((e.path, e.value), e)
    return list(seen.values())

"""Several columns of one row that a question names: 指标值、实际完成值和得分各是多少, 有多少学生、几个编制.

The row is chosen by all words that are not a column's; then each column that the question names is
told, in the order of the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.companions import column_asked
from assistant.draft import Draft, heading
from assistant.evidence import Evidence, cover, is_whole
from assistant.finder import Asked, Finder
from assistant.lookup import as_printed, is_blank, row_subject
from assistant.question import Operation
from assistant.terms import Term
from ingest.template import is_form_kind, is_total
from ingest.text import key

ROWS = 6  # best rows whose columns are looked at
SAID = 0.75  # how far the row must meet the words that are no column's
MOST = 4  # columns that one question names
_TELLS = (Operation.EACH, Operation.LOOKUP, Operation.COMPOSITION, Operation.REASON)
_CODE = re.compile("代码|编码|编号")
_ASKS = re.compile("多少|几|各|分别|什么|啥|怎么样")


def answer_columns(finder: Finder) -> Draft | None:
    """The cells of the row asked about, where the question names at least two of its columns."""
    asked = finder.asked
    text = asked.question.text
    if asked.question.operation not in _TELLS or not _ASKS.search(text) or "还是" in text:
        return None
    seen: set[tuple[object, ...]] = set()
    told: list[Evidence] = []
    for best in finder.figures:
        row = (best.document.id, best.table, best.path)
        if best.source != "table" or row in seen or is_whole(best) or is_total(best.name):
            continue
        if len(seen) == ROWS:
            break
        seen.add(row)
        named = _named(finder.beside(best), asked)
        if len(told) < len(named) <= MOST and _is_asked(best, named, asked):
            told = named
    return _told(told) if len(told) > 1 else None


def _named(cells: Sequence[Evidence], asked: Asked) -> list[Evidence]:
    """The cells under columns that the question names, each column once, in the order of the table."""
    found: dict[str, Evidence] = {}
    names = {key(p) for p in cells[0].path}
    if not _CODE.search(asked.question.text):
        cells = [e for e in cells if not _CODE.search(e.measure)]
    for e in cells:
        column = _column(e)
        if is_blank(e) or column in names or column in found:
            continue
        spoken = is_form_kind(e.table_kind or "") and column_asked(key(e.measure), asked.question.text)
        if (len(column) > 1 and column in key(asked.question.text)) or spoken:
            found[column] = e
    for term in _words(asked, names):
        if any(_says(term, column) for column in found):
            continue
        meant = [e for e in cells if not is_blank(e) and _says(term, _column(e))]
        # 执行 is the 执行数 rather than the 执行率
        meant = [e for e in meant if _column(e) in {f"{n}数" for n in term.names}] or meant
        if len({_column(e) for e in meant}) == 1:
            found[_column(meant[0])] = meant[0]
    return [e for e in cells if e in found.values()]


def _column(e: Evidence) -> str:
    return re.sub(r"\([^()]*\)", "", key(e.measure))


def _words(asked: Asked, names: set[str]) -> list[Term]:
    """The question's terms that do not belong to the row's own names."""
    return [
        t
        for t in asked.linked.terms
        if len(key(t.surface)) > 1 and not any(key(t.surface) in n for n in names)
    ]


def _says(term: Term, column: str) -> bool:
    names = (key(term.surface), *term.names)
    return any(
        name == column or (len(name) > 1 and name in column) or (len(column) > 2 and name.endswith(column))
        for name in names
    )


def _is_asked(best: Evidence, named: Sequence[Evidence], asked: Asked) -> bool:
    """Whether the row meets the words of the question that are no column's, and no year speaks against it."""
    columns = [_column(e) for e in named]
    rest = [t for t in asked.linked.terms if not any(_says(t, c) or key(t.surface) in c for c in columns)]
    items = [t for t in rest if t.role in ("item", "code")]
    years = asked.selection.years_asked
    if years and re.fullmatch(r"20\d\d年?度?", best.name) and int(best.name[:4]) not in years:
        return False
    form = is_form_kind(best.table_kind or "")  # whose columns say their years themselves
    if years and not form and any(e.year is not None and e.year not in years for e in named):
        return False
    return bool(items) and cover(best, items) >= SAID


def _told(named: Sequence[Evidence]) -> Draft:
    draft = Draft()
    first = named[0]
    parts = []
    for e in named:
        shown = as_printed(draft, f"{first.name}·{e.measure}", e, [e])
        column = e.measure.rpartition("·")[2]
        parts.append(
            f"{column}{shown}{draft.cite(e)}" if e.value is not None else f"{column}“{shown}”{draft.cite(e)}"
        )
    draft.say(f"{heading(first.document, None)}：{row_subject(first)}{first.name}的{'、'.join(parts)}。")
    return draft

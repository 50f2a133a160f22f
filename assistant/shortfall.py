"""What is left between two columns of a row that no column prints: 空缺 is 编制 less 在职.

Which columns are meant is knowledge (``gaps`` in ``lexicon/phrases.yaml``); which rows, the names in the
question tell, else the total of the table that has both columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from assistant.draft import Draft, heading
from assistant.evidence import Evidence
from assistant.finder import TOTAL_ROWS, Finder
from assistant.money import show
from assistant.operands import alike, sides
from assistant.question import phrases
from ingest.template import is_total
from ingest.text import key

Pair = tuple[Evidence, Evidence]


def answer_shortfall(finder: Finder) -> Draft | None:
    """How much one column leaves of another, over the rows that the question names; None where a row lacks
    one of them."""
    gap = next((g for g in phrases()["gaps"] if re.search(g["asked"], finder.asked.question.text)), None)
    expects = finder.asked.question.expects
    pairs = _named(finder, gap) or _whole(finder, gap) if gap is not None else []
    return _told(gap, pairs, expects) if gap is not None and pairs else None


def _named(finder: Finder, gap: Mapping[str, str]) -> list[Pair]:
    """The columns of the rows that the question names, as sides of a list or each by a part of its name."""
    parts = [o.evidence for o in sides(finder) or alike(finder)]
    beside = [_pair(finder.beside(e), gap) for e in parts]
    if beside and all(beside) and len({e.path for e in parts}) == len(parts):  # rows, not one's columns
        return [pair for pair in beside if pair]
    total = _pair(finder.cells(names=TOTAL_ROWS), gap)
    rows: dict[str, list[Evidence]] = {}
    for e in finder.rows_of(total[0]) if total is not None else ():
        if not is_total(e.name):
            rows.setdefault(key(e.name), []).append(e)
    found: dict[str, Pair] = {}
    for term in finder.asked.linked.terms:
        names = (key(term.surface), *(term.names[:2] if term.role == "item" else ()))
        meant = [name for name in rows if any(n in name for n in names)]
        if len(meant) == 1 and (pair := _pair(rows[meant[0]], gap)):
            found[meant[0]] = pair
    return list(found.values())


def _whole(finder: Finder, gap: Mapping[str, str]) -> list[Pair]:
    """The columns of a table's total row, or a sentence's figures, where the question names no row."""
    columns = re.compile(f"{gap['whole']}|{gap['part']}")
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    if any(not columns.search(n) for t in items for n in t.names[:1]):
        return []
    spoken = [e for sentence in finder.sentences for e in sentence]
    return [pair for row in (finder.cells(names=TOTAL_ROWS), spoken) if (pair := _pair(row, gap))][:1]


def _pair(cells: Iterable[Evidence], gap: Mapping[str, str]) -> Pair | None:
    """The two columns of the first row, or of the first sentences about one subject, that have both; of
    parts and their whole (行政编制, 总编制) the whole."""
    rows: dict[tuple[object, ...], list[Evidence]] = {}
    for e in cells:
        place = (e.document.id, e.table, e.path if e.source == "table" else e.path[:-1])
        rows.setdefault(place, []).append(e)
    for row in rows.values():
        both = [
            [e for e in row if e.value is not None and e.unit != "%" and re.search(gap[side], _called(e))]
            for side in ("whole", "part")
        ]
        if all(both):
            whole, part = (max(column, key=lambda e: e.value or Decimal(0)) for column in both)
            if whole is not part:
                return whole, part
    return None


def _called(e: Evidence) -> str:
    return re.sub(r"\([^()]*\)", "", e.measure) if e.source == "table" else e.name


def _told(gap: Mapping[str, str], pairs: Sequence[Pair], asked: str | None) -> Draft:
    """What is left, in the unit that the question counts in (几个编制) where one may count the rows so."""
    draft = Draft()
    unit = pairs[0][0].unit or ""
    told, worked = [], []
    for whole, part in pairs:
        worked.append(f"{show(whole.value or Decimal(0), unit)} － {show(part.value or Decimal(0), unit)}")
        row = whole.name if whole.source == "table" else ""
        cells = [
            f"{_called(e)}{draft.amount(row + _called(e), e.value or Decimal(0), unit, e)}"
            for e in (whole, part)
        ]
        told.append(f"{row}{'、'.join(cells)}{draft.cite(whole, part)}")
    size = sum(
        ((whole.value or Decimal(0)) - (part.value or Decimal(0)) for whole, part in pairs), Decimal(0)
    )
    formula = " + ".join(f"({one})" for one in worked) if len(worked) > 1 else worked[0]
    name = gap["name"] if size >= 0 else gap["over"]
    asked = asked if asked in phrases()["counters"] and unit in phrases()["counters"] else None
    result = draft.derived(name, abs(size), asked or unit, formula, *(e for pair in pairs for e in pair))
    draft.say(f"{heading(pairs[0][0].document, None)}：{name}{result}：{'；'.join(told)}。")
    return draft

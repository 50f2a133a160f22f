"""An amount told from a sentence that the document's own tables print differently.

Sentences are typed by hand and tables come out of the accounts: where they disagree, the table's amount
leads, and the sentence's is told after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from assistant.answer import Answer, Citation
from assistant.audit.held import printed_otherwise
from assistant.draft import Draft, heading
from assistant.finder import Finder
from assistant.lookup import row_subject
from assistant.money import MONEY, same, show
from assistant.several import combine
from ingest.document import Place
from ingest.statements import read_quantities


def table_first(answer: Answer, finder: Finder, ids: Mapping[str, int]) -> Answer:
    """The answer, after the table's amount where the sentence's that it tells first disagrees with it."""
    told = _told(answer, finder)
    if told is None:
        return answer
    value, unit, cited = told
    name, places = cited[0].document, [Place(c.page, c.bbox) for c in cited]
    cell = printed_otherwise(finder.store, ids[name], places, value)
    if cell is None or any(same(Decimal(f.value), f.unit, cell.value, cell.unit) for f in answer.figures):
        return answer
    e = next((e for e in finder.figures if e.document.file_name == name and e.places == cell.places), None)
    if e is None or e.value is None:
        return answer
    draft = Draft()
    label = row_subject(e) + e.label
    amount = draft.amount(label, e.value, e.unit, e)
    draft.say(f"{heading(e.document, None)}：{label}在《{e.title}》里为{amount}{draft.cite(e)}；")
    draft.say(f"文字说明印作{show(value, unit)}，两处不一致。")
    return combine(answer.question, [draft.answer(answer.question), answer])


def _told(answer: Answer, finder: Finder) -> tuple[Decimal, str | None, list[Citation]] | None:
    """The amount that an answer tells first, with what it cites for it: a figure, or the first amount of
    a sentence quoted to who asks how much."""
    if answer.figures:
        first = answer.figures[0]
        cited = [c for c in answer.citations if c.n in first.citations]
        return None if first.derived else (Decimal(first.value), first.unit, cited)
    amounts = [q for q in read_quantities(answer.answer) if q.value is not None and q.unit in MONEY]
    asked = re.search("多少|几", finder.asked.question.text)
    if not asked or not amounts or amounts[0].value is None or not answer.citations:
        return None
    return amounts[0].value, amounts[0].unit, answer.citations[:1]

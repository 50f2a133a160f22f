"""Why an indicator missed its target and what is to be done about it, as the form's own column says.

Forms of self-assessment have a cell for it in each row, or one for the whole project (偏差原因分析及改进措施,
未完成原因); what the prose about the project says of the next steps (下一步改进措施) is told with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.companions import SHORT, judged
from assistant.draft import MOST, Draft, clip, heading
from assistant.evidence import Evidence, cover, of_fact
from assistant.finder import Finder
from assistant.lookup import is_blank
from assistant.question import Operation, phrases
from assistant.rating import PROJECT_FORM
from ingest.template import REACHED, TARGET
from ingest.text import key

NAMED = 0.85  # how far the row must be what the question names
MANY = 3000  # cells of the forms of a document
NEAR = 30  # names near in meaning among which a row's is sought
FIGURES = 60  # best figures among which the row is sought
_SENTENCE = re.compile(r"[^。\n]*。?")


def answer_deviation(finder: Finder) -> Draft | None:
    """The form's words on why the indicator, or the project, that the question names fell short, and on what
    follows from it; None where the question asks for neither, or the form leaves it blank."""
    question, words = finder.asked.question, phrases()["deviation"]
    if re.search(words["which"], question.text):
        return _missed(finder)
    plan = re.search(words["plan"], question.text)
    why = question.operation == Operation.REASON and re.search(words["missed"], question.text)
    row = _row(finder) if plan or why else None
    if row is None:
        return None
    draft = Draft()
    one = next(e for e in row if tells_why(e))
    item = "·".join(p for p in dict.fromkeys((one.path[0], one.path[-1])) if p != _called(one))
    draft.say(f"{heading(one.document, None)}：{item}：{_row_told(draft, row)}。")
    if plan:
        _say_next(finder, draft, one)
    return draft


def _row_told(draft: Draft, row: Sequence[Evidence]) -> str:
    """What a row says of its target, of what was reached, and why."""
    numbers = [e for e in row if e.measure == TARGET or e.measure.startswith(REACHED)]
    said = [f"{e.measure}{_printed(draft, e)}{draft.cite(e)}" for e in numbers]
    said += [f"{_called(e)}：“{clip(e.text)}”{draft.cite(e)}" for e in row if tells_why(e)]
    return "，".join(said)


def _missed(finder: Finder) -> Draft | None:
    """The indicators that fell short, of the project that the question names or of all, each as its row
    says it; None where no form has any."""
    asked = finder.asked
    names = [n for t in asked.linked.terms if t.role == "item" for n in t.names[:2]]
    which: dict[str, Any] = {"under": names} if names else {"table_kinds": [PROJECT_FORM]}
    stored = finder.store.facts(asked.ids, limit=MANY, **which)
    cells = [of_fact(f, finder.document(f.doc_id)) for f in stored]
    rows: dict[tuple[object, ...], list[Evidence]] = {}
    for e in cells:
        if e.columns and not is_blank(e):
            rows.setdefault((e.document.id, e.table, e.path), []).append(e)
    short = [row for row in rows.values() if _falls_short(row)]
    if not short:
        return None
    draft = Draft()
    first = short[0][0]
    several = len({row[0].path[0] for row in short}) > 1
    told = [
        f"{f'{row[0].path[0]}·' if several else ''}{row[0].name}：{_row_told(draft, row)}"
        for row in short[:MOST]
    ]
    of = "" if several else f"{first.path[0]}"
    count = f"有{len(short)}项指标没有达到目标" + (f"，前{MOST}项是" if len(short) > MOST else "")
    draft.say(f"{heading(first.document, None)}：{of}{count}：{'；'.join(told)}。")
    return draft


def _falls_short(row: Sequence[Evidence]) -> bool:
    """Whether an indicator missed its target: by its numbers, else by the reason that its row gives."""
    judgement = judged(row)
    return judgement == SHORT if judgement else any(map(tells_why, row))


def _row(finder: Finder) -> Sequence[Evidence] | None:
    """The cells of the row that the question names, the reason's among them: where several may be meant,
    those of the one whose name means most nearly what is asked (农村老师: 乡村教师)."""
    rows = {row[0].path: row for row in _rows(finder)}
    if len(rows) < 2:
        return next(iter(rows.values()), None)
    asked = finder.asked
    near = {key(n): close for n, close in finder.store.near_names(asked.ids, asked.linked.meaning, NEAR)}
    return max(rows.values(), key=lambda row: (max(near.get(key(p), 0.0) for p in row[0].path), len(row)))


def _rows(finder: Finder) -> Iterator[Sequence[Evidence]]:
    """The rows with a reason that bear the names of the question's items, the likeliest first."""
    items = [t for t in finder.asked.linked.terms if t.role == "item"]
    for e in finder.figures[:FIGURES] if items else ():
        if e.source != "table":
            continue
        own = e.path[:-1] if tells_why(e) and e.path[-1] == e.name and len(e.path) > 1 else e.path
        name = replace(e, name=own[-1], path=(), measure="", columns=(), title="", quote="", table_kind=None)
        place = replace(name, path=own)
        if max(cover(name, [t]) for t in items) < NAMED or cover(place, items) < NAMED:
            continue
        row = [e] if own != e.path else [c for c in finder.beside(e) if not is_blank(c)]
        if any(tells_why(c) for c in row):
            yield row


def tells_why(e: Evidence) -> bool:
    """Whether a cell is one for reasons of a shortfall, and filled."""
    told = not is_blank(e) and not re.fullmatch("[/—-]*|无|不适用", key(e.text))
    return told and bool(re.search(phrases()["deviation"]["column"], _called(e)))


def _called(e: Evidence) -> str:
    """What a cell is for: its column, or the field of the form."""
    return e.columns[-1] if e.columns else e.name


def _printed(draft: Draft, e: Evidence) -> str:
    if e.value is not None:
        draft.figure(f"{e.name}·{e.measure}", e.value, e.unit, e)
    return e.text if not e.unit or e.unit in e.text else f"{e.text}{e.unit}"


def _say_next(finder: Finder, draft: Draft, one: Evidence) -> None:
    """What the prose about the project says of the next steps."""
    project, step = key(one.path[0]), re.compile(phrases()["deviation"]["step"])
    for hit in finder.passages():
        if hit.passage.table is not None or hit.doc_id != one.document.id:
            continue
        about = False
        for sentence in _SENTENCE.findall(hit.passage.text):
            about = project in key(sentence) or (about and not re.match(r"\s*\d{1,2}[.、．]", sentence))
            if about and step.search(key(sentence)):
                title = " > ".join(hit.passage.heading_path[-2:])
                at = draft.cite_place(one.document, hit.passage.places[0], title, sentence, "text")
                draft.say(f"{clip(sentence.strip(' 。'))}[{at}]。")
                return

"""Answers in words: purposes, reasons, definitions, duties, responsible persons, and free prose.

Each is a look-up of statements and form fields first; prose search with the best sentence is what
remains when nothing was stated in a standard form.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.draft import Draft, clip, heading
from assistant.evidence import Evidence, cover
from assistant.finder import Asked, Finder
from ingest.document import Relation
from ingest.statements import read_quantities
from ingest.text import key, normalise
from vectorstore.records import PassageHit

ENOUGH = 0.55
PURPOSE_FIELDS = ("项目主要内容", "主要内容", "项目总目标", "年度总体目标", "项目主要支出方向和用途", "测算依据及说明", "项目概况", "项目绩效总目标", "目标说明")
PERSON_FIELDS = ("项目负责人", "负责人", "联系电话", "填报人", "单位地址", "邮政编码", "项目主管部门", "项目执行单位", "主管部门", "实施单位", "联系人")


def answer_purpose(asked: Asked, finder: Finder) -> Draft | None:
    """What an item's money is for: the prose's words, the form's words, its amount."""
    found = finder.statements(asked, Relation.PURPOSE)
    fields = finder.fields(asked, PURPOSE_FIELDS)
    said = next((e for e in found if e.coverage >= ENOUGH), None)
    field = next((e for e in fields if e.coverage >= ENOUGH and len(e.text) > 8), None)
    if said and field and field.coverage > said.coverage + 0.15:
        said = None
    lead = said or field
    if lead is None:
        return None
    draft = Draft()
    subject = _item_of(lead)
    amount = _amount_of(asked, finder, subject, lead)
    money = ""
    if amount is not None and amount.value is not None:
        money = f"{draft.amount(subject, amount.value, amount.unit, amount)}{draft.cite(amount)}，"
    draft.say(f"{heading(lead.document, lead.year)}：{subject}{money}主要用于{_trim(clip(lead.text))}{draft.cite(lead)}。")
    if said and field and _same_item(said, field) and key(field.text) not in key(said.text):
        draft.say(f"{field.measure}：{_trim(clip(field.text, 200))}{draft.cite(field)}。")
    return draft


def _item_of(e: Evidence) -> str:
    """The item that a purpose belongs to: a statement's subject, a form's project or activity."""
    if e.source == "text":
        return e.name
    return e.path[0] if e.name in PURPOSE_FIELDS or len(e.path) < 2 or not e.columns else e.path[-1]


def _same_item(a: Evidence, b: Evidence) -> bool:
    return bool({key(p) for p in a.path} & {key(p) for p in b.path})


def _amount_of(asked: Asked, finder: Finder, subject: str, lead: Evidence) -> Evidence | None:
    """The amount of an item whose purpose is told, for the year asked."""
    figures = finder.figures(asked)
    own = [
        e for e in figures
        if e.value is not None and e.unit in ("万元", "元", "亿元") and e.document.id == lead.document.id
        and (key(subject) == key(e.name) or e.path and key(e.path[0]) == key(subject) and re.search(r"预算$|总额$", e.name) or key(e.name).endswith(key(subject) + "(项)"))
        and e.year == lead.document.year
    ]
    return own[0] if own else None


def answer_reason(asked: Asked, finder: Finder) -> Draft | None:
    """Why a figure rose or fell, in the document's own words."""
    found = finder.statements(asked, Relation.REASON)
    best = next((e for e in found if e.coverage >= ENOUGH - 0.1), None)
    if best is None and found and not asked.linked.items:
        best = found[0]
    if best is None:
        return None
    draft = Draft()
    change = _change_in(best)
    draft.say(f"{heading(best.document, None)}：{change}主要原因是{_trim(best.text)}{draft.cite(best)}。")
    return draft


def _change_in(e: Evidence) -> str:
    """The part of the sentence before the reason: what changed, and by how much."""
    before = normalise(e.quote).split("原因")[0]
    before = re.sub(r"[，,。]?(其)?主要$", "", re.sub(r"^\d{1,2}[、.．]|^[（(][一二三四五六七八九十]+[)）]、?", "", before))
    return f"{before}，" if re.search(r"增|减|下降|上升|持平", before) and len(before) < 120 else f"{e.name}变动的"


def answer_definition(asked: Asked, finder: Finder) -> Draft | None:
    """What a term means, from the document's 名词解释."""
    found = [e for e in finder.statements(asked, Relation.DEFINITION) if len(e.text) > 6]
    best = max(found, key=lambda e: (round(_name_fit(e, asked), 2), e.score), default=None)
    if best is None:
        return None
    draft = Draft()
    if _name_fit(best, asked) < 0.6:
        return _defined_within(found, asked, draft)
    draft.say(f"{best.name}是指{_trim(clip(re.sub(r'^(是指|指|是)', '', best.text)))}{draft.cite(best)}。")
    return draft


def _defined_within(found: list[Evidence], asked: Asked, draft: Draft) -> Draft | None:
    """A term that is explained inside another's definition (公务接待费 under “三公”经费)."""
    names = [n for t in asked.linked.terms if t.role in ("item", "measure") for n in t.names]
    for e in found:
        for part in re.split(r"[。;；]|其中[:：]", e.text):
            clause = key(part)
            name = next((n for n in names if clause.startswith(n) or f"){n}" in clause[:30]), None)
            if name and len(clause) > len(name) + 6:
                draft.say(f"{_trim(part)}{draft.cite(e)}。")
                return draft
    return None


def _name_fit(e: Evidence, asked: Asked) -> float:
    """How well what is defined is what was asked, by the names of the question's terms."""
    return cover(replace(e, path=(), title="", quote="", text=""), [t for t in asked.linked.terms if t.role != "topic"])


def answer_person(asked: Asked, finder: Finder) -> Draft | None:
    """Responsible persons, telephone numbers and addresses, as printed in forms."""
    wanted = _wanted_fields(asked.question.text)
    found = [e for e in finder.fields(asked, wanted) if e.coverage >= 0.5]
    if not found:
        return None
    draft = Draft()
    best = found[0]
    same_form = [e for e in found if e.table == best.table and e.document.id == best.document.id]
    for e in {e.name: e for e in reversed(same_form)}.values():
        draft.say(f"{e.path[0]}的{e.name}：{e.text}{draft.cite(e)}。")
    return draft


def _wanted_fields(text: str) -> list[str]:
    rules = (("电话|联系", ("联系电话",)), ("地址", ("单位地址",)), ("邮编|邮政", ("邮政编码",)), ("填报|填表|填的", ("填报人",)), ("谁|负责人|负责", ("项目负责人", "负责人", "填报人")))
    wanted = [n for pattern, names in rules if re.search(pattern, text) for n in names]
    return wanted or list(PERSON_FIELDS)


def answer_duty(asked: Asked, finder: Finder) -> Draft | None:
    """Duties of a body: the matching one, or a short list of all."""
    found = finder.statements(asked, Relation.DUTY)
    words = [t for t in asked.linked.terms if t.role in ("word", "item")]
    draft = Draft()
    if words:
        best = next((e for e in found if cover(e, words) >= 0.5), None)
        if best is None:
            return None
        draft.say(f"{heading(best.document, None, short=True)}的职能包括：{_trim(clip(best.text))}{draft.cite(best)}。")
        return draft
    ordered = sorted(found, key=lambda e: (e.places[0].page, e.places[0].bbox[1]))[:8]
    for number, e in enumerate(ordered):
        lead = f"{heading(e.document, None, short=True)}的主要职能：" if not number else ""
        draft.say(f"{lead}{number + 1}. {clip(_trim(e.text), 60)}{draft.cite(e)}；")
    return draft if ordered else None


def answer_prose(asked: Asked, finder: Finder) -> Draft | None:
    """The sentence of the prose that speaks most of what is asked."""
    best: tuple[float, str, PassageHit] | None = None
    for rank, hit in enumerate(finder.passages(asked)):
        if hit.passage.table is not None and len(hit.passage.heading_path) < 2:
            continue  # a table's description finds the table; it is no sentence to quote
        for sentence in _sentences(hit.passage.text):
            if asked.question.expects and not _has_unit(sentence, asked.question.expects):
                continue
            coverage = _covers(sentence, hit, asked)
            score = coverage + 0.02 * (8 - rank)
            if coverage >= ENOUGH and (best is None or score > best[0]):
                best = (score, sentence, hit)
    if best is None:
        return None
    _, sentence, hit = best
    document = next(d for d in asked.selection.documents if d.id == hit.doc_id)
    draft = Draft()
    title = " > ".join(hit.passage.heading_path[-2:])
    number = draft.cite_place(document, hit.passage.places[0], title, sentence, "table" if hit.passage.table is not None else "text")
    draft.say(f"{heading(document, None)}：{clip(sentence.strip('。；; '))}[{number}]。")
    return draft


def _has_unit(sentence: str, unit: str) -> bool:
    """Whether a sentence prints a number of the unit that the question expects."""
    return any(unit in q.unit or q.unit in unit for q in read_quantities(normalise(sentence)))


def _sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。；;\n])", text) if len(s.strip()) > 4]


def _covers(sentence: str, hit: PassageHit, asked: Asked) -> float:
    terms = asked.linked.terms
    total = sum(t.weight for t in terms)
    near, far = key(sentence), key(" ".join(hit.passage.heading_path))
    got = sum(t.weight * (1.0 if any(n in near for n in t.names) else 0.7 if any(n in far for n in t.names) else 0.0) for t in terms)
    return got / total if total else 0.0


def _trim(text: str) -> str:
    return text.strip(" 。；;，,：:")



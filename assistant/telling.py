"""Answers in words: purposes, definitions, duties and responsible persons.

Each is a look-up of what the prose states in a standard form, or of a form's fields; free prose is
left to `assistant.quoting`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.bearing import of_another
from assistant.draft import Draft, clip, heading, trim
from assistant.evidence import Evidence, amount_fits, cover
from assistant.finder import Asked, Finder
from assistant.question import Operation, phrases
from assistant.wanted import wanted
from ingest.document import Relation
from ingest.template import is_form_kind
from ingest.text import key

ENOUGH = 0.55
NAMED = 0.5  # of an item that a field's place must say
LIKE = 0.05  # fields whose coverage differs by less speak of the question alike
TOLD = 0.25  # of a sentence that prints the amount asked about
LONG = 150  # letters of a text of which only the part that is asked about is told
SURE = 0.85  # from where what is stated in a standard form needs no comparison with other prose
PURPOSE_FIELDS = (
    "项目主要内容",
    "主要内容",
    "项目总目标",
    "年度总体目标",
    "项目主要支出方向和用途",
    "活动内容表述",
    "项目实施方案",
    "测算依据及说明",
    "项目概况",
    "项目绩效总目标",
    "目标说明",
)
LESS = 0.2  # what telling the meaning of a term is worth less than its use, where the use is asked
CONTACT, CONTACTS = "联系方式 联系人 联系电话 咨询", 6  # what tells whom to ask, and passages looked through
PERSON_FIELDS = (
    "项目负责人",
    "负责人",
    "联系电话",
    "填报人",
    "单位地址",
    "邮政编码",
    "项目主管部门",
    "项目执行单位",
    "主管部门",
    "实施单位",
    "联系人",
)


def answer_purpose(finder: Finder) -> Draft | None:
    """What an item's money is for: the prose's words, the form's words, its amount."""
    found = [e for e in finder.statements(Relation.PURPOSE) if not _repeats(e)]
    fields = [e for e in finder.fields(PURPOSE_FIELDS) if not _repeats(e)]
    said = next((e for e in found if e.coverage >= ENOUGH), None) or _of_amount(found, finder)
    field = _own_field([e for e in fields if e.coverage >= ENOUGH and len(e.text) > 5], finder.asked)
    if said and field and field.coverage > said.coverage + 0.15:
        said = None
    lead = said or field
    if lead is None:
        return None
    draft = Draft()
    subject = _item_of(lead)
    amount = _amount_of(finder, subject, lead)
    money = ""
    if amount is not None and amount.value is not None:
        money = f"{draft.amount(subject, amount.value, amount.unit, amount)}{draft.cite(amount)}，"
    use = f"{_use(lead, trim(clip(_part_about(lead, finder))))}{draft.cite(lead)}"
    several = lead.source == "text" and lead.quote.count("用于") > 1  # one sentence for several things
    told = f"{trim(clip(lead.quote))}{draft.cite(lead)}" if several else f"{subject}{money}{use}"
    draft.say(f"{heading(lead.document, lead.year)}：{told}。")
    if said and field and _same_item(said, field) and key(field.text) not in key(said.text):
        draft.say(f"{field.measure}：{trim(clip(field.text, 120))}{draft.cite(field)}。")
    details = finder.details(lead.document, subject)
    if details:
        draft.say(f"明细：{draft.parts(details)}。")
    if lead.coverage < SURE:
        draft.fit = finder.fit(lead)
    return draft


_USED_FOR = re.compile("^主?要?用于")
_WORKED_OUT = re.compile(r"\d[^,，。;；]*[×*xX=＝][^,，。;；]*\d")


def _use(lead: Evidence, text: str) -> str:
    """What money is for, as a clause; a calculation is told as one."""
    if lead.source == "table" and _WORKED_OUT.search(text):
        return f"{lead.name if lead.name in PURPOSE_FIELDS else lead.measure}：{text}"
    return f"主要用于{_USED_FOR.sub('', text)}"


def answer_spent(finder: Finder) -> Draft | None:
    """What an item's money is for, where the question asks how it is spent and it has no parts of its own."""
    return answer_purpose(finder) if re.search(phrases()["spent_how"], finder.asked.question.text) else None


def _part_about(e: Evidence, finder: Finder) -> str:
    """The sentences of a long text that speak of what is asked besides the item itself (党建 within 各类
    工作经费); the whole text where none does."""
    above = key("".join((*e.path, e.title)))
    words = [t for t in finder.asked.linked.terms if t.role in ("item", "word")]
    words = [t for t in words if not any(n in above for n in (key(t.surface), *t.names[:2]))]
    names = [n for t in words for n in (key(t.surface), *t.names[:2]) if len(n) > 1]
    about = [s for s in re.split(r"(?<=[。;；])", e.text) if any(n in key(s) for n in names)]
    return "".join(about) if len(e.text) > LONG and about else e.text


def _own_field(fields: Sequence[Evidence], asked: Asked) -> Evidence | None:
    """Of the fields that speak most of what is asked, the one of just that project or activity; of several
    of one form the one that describes it most fully."""
    items = [t for t in asked.linked.terms if t.role == "item"]

    def named(e: Evidence) -> float:
        item = _item_of(e)
        bare = replace(e, name=item, path=(item,), measure="", columns=(), title="", quote="")
        return round(cover(bare, items), 2)

    def rank(e: Evidence) -> int:
        return next((n for n, field in enumerate(PURPOSE_FIELDS) if field in (e.name, e.measure)), 0)

    best = [e for e in fields if e.coverage >= fields[0].coverage - LIKE]
    best = [e for e in best if not items or _item_of(e) == e.path[0] or named(e) >= NAMED]
    return max(best, key=lambda e: (named(e), -rank(e)), default=None)


def _of_amount(found: Sequence[Evidence], finder: Finder) -> Evidence | None:
    """The only purpose that is told of an amount which the question gives (那166万多是维护什么的)."""
    spoken = [e for e in found if e.coverage >= TOLD and amount_fits(e, finder.asked.question)]
    return spoken[0] if len({e.quote for e in spoken}) == 1 else None


def _repeats(e: Evidence) -> bool:
    """Whether a purpose only repeats the name of what it is for (行政运行，主要用于行政运行)."""
    return any(key(e.text).strip("。等") == key(p) for p in e.path)


def _item_of(e: Evidence) -> str:
    """The item that a purpose belongs to: a statement's subject, a form's project or activity."""
    if e.source == "text":
        return e.name
    section = len(e.path) == 2 and is_form_kind(e.table_kind or "")  # a part of the project's form
    return e.path[0] if e.name in PURPOSE_FIELDS or section or not e.path[1:] or not e.columns else e.path[-1]


def _same_item(a: Evidence, b: Evidence) -> bool:
    return bool({key(p) for p in a.path} & {key(p) for p in b.path})


def _amount_of(finder: Finder, subject: str, lead: Evidence) -> Evidence | None:
    """The amount of an item whose purpose is told, for the year asked."""
    figures = finder.figures
    own = [
        e
        for e in figures
        if e.value is not None
        and e.unit in ("万元", "元", "亿元")
        and e.document.id == lead.document.id
        and (
            key(subject) == key(e.name)
            or (e.path and key(e.path[0]) == key(subject) and re.search(r"预算$|总额$", e.name))
            or key(e.name).endswith(key(subject) + "(项)")
        )
        and e.year == lead.document.year
    ]
    return own[0] if own else None


def answer_defined(finder: Finder) -> Draft | None:
    """What the one thing that a question names means, where it asks for no figure, day, place or list
    (X是救哪种情况); None where the document defines no such thing."""
    asked = finder.asked
    items = [t for t in asked.linked.terms if t.role == "item"]
    sought = wanted(asked.question)
    figure = sought.number or sought.units or sought.kinds or sought.body or asked.question.amounts
    if figure or len(items) != 1 or not _ASKS_WORD.search(asked.question.text):
        return None
    others = [t for t in asked.linked.terms if t is not items[0] and t.role != "word"]
    draft = None if others else answer_definition(finder)
    return draft if draft is not None and draft.fit is not None else None


_ASKS_WORD = re.compile("哪(种|类|样|一?种)|什么|啥|怎样|怎么")


def answer_definition(finder: Finder) -> Draft | None:
    """What a term means, from the document's 名词解释."""
    asked = finder.asked
    found = [e for e in finder.statements(Relation.DEFINITION) if len(e.text) > 6]
    best = max(found, key=lambda e: (round(_name_fit(e, asked), 2), e.score), default=None)
    if best is None:
        return None
    draft = Draft()
    if _name_fit(best, asked) < 0.6:
        return _defined_within(found, asked, draft)
    draft.say(f"{best.name}是指{trim(clip(re.sub(r'^(是指|指|是)', '', best.text)))}{draft.cite(best)}。")
    if asked.question.operation != Operation.DEFINITION:  # what a term means is not yet what money is for
        draft.fit = finder.fit(best) - (LESS if asked.question.operation == Operation.PURPOSE else 0)
    return draft


def _defined_within(found: list[Evidence], asked: Asked, draft: Draft) -> Draft | None:
    """A term that is explained inside another's definition (公务接待费 under “三公”经费)."""
    names = [n for t in asked.linked.terms if t.role in ("item", "measure") for n in t.names]
    for e in found:
        for part in re.split(r"[。;；]|其中[:：]", e.text):
            clause = key(part)
            name = next((n for n in names if clause.startswith(n) or f"){n}" in clause[:30]), None)
            if name and len(clause) > len(name) + 6:
                draft.say(f"{trim(part)}{draft.cite(e)}。")
                return draft
    return None


def _name_fit(e: Evidence, asked: Asked) -> float:
    """How well what is defined is what was asked, by the names of the question's terms."""
    named = [t for t in asked.linked.terms if t.role in ("item", "measure", "total")]
    terms = named or [t for t in asked.linked.terms if t.role != "topic"]
    return cover(replace(e, path=(), title="", quote="", text=""), terms)


def answer_person(finder: Finder) -> Draft | None:
    """Responsible persons, telephone numbers and addresses, as printed in forms; of the document itself as
    its prose tells them."""
    fields = _wanted_fields(finder.asked.question.text)
    terms = finder.asked.linked.terms
    found = [e for e in finder.fields(fields) if e.coverage >= 0.5 and not of_another(e, terms)]
    if not found:
        return _contact(finder)
    draft = Draft()
    best = found[0]
    same_form = [e for e in found if e.table == best.table and e.document.id == best.document.id]
    for e in {e.name: e for e in reversed(same_form)}.values():
        draft.say(f"{e.path[0]}的{e.name}：{e.text}{draft.cite(e)}。")
    return draft


_TELEPHONE = re.compile(r"(?<!\d)(0\d{2,3}[-—–]?)?\d{7,8}(?!\d)|(?<!\d)1\d{10}(?!\d)")


def _contact(finder: Finder) -> Draft | None:
    """The sentence that tells whom to ask about the document (决算公开联系方式); None where anything else is
    named."""
    if any(t.role != "word" for t in finder.asked.linked.terms):
        return None
    for hit in finder.store.search(finder.asked.ids, CONTACT, CONTACTS):
        headings = "".join(hit.passage.heading_path)
        for line, place in zip(hit.passage.text.split("\n"), hit.passage.places, strict=False):
            if _TELEPHONE.search(line) and re.search("联系|咨询|反馈|电话", headings + line):
                document = finder.document(hit.doc_id)
                draft = Draft()
                title = " > ".join(hit.passage.heading_path[-2:])
                number = draft.cite_place(document, place, title, line, "text")
                draft.say(f"{heading(document, None)}：{clip(trim(line))}[{number}]。")
                return draft
    return None


def _wanted_fields(text: str) -> list[str]:
    rules = (
        ("电话|联系", ("联系电话",)),
        ("地址", ("单位地址",)),
        ("邮编|邮政", ("邮政编码",)),
        ("填报|填表|填的", ("填报人",)),
        ("谁|负责人|负责", ("项目负责人", "负责人", "填报人")),
    )
    wanted = [n for pattern, names in rules if re.search(pattern, text) for n in names]
    return wanted or list(PERSON_FIELDS)


def answer_duty(finder: Finder) -> Draft | None:
    """Duties of a body: the matching one, or a short list of all."""
    asked = finder.asked
    found = finder.statements(Relation.DUTY)
    words = [t for t in asked.linked.terms if t.role in ("word", "item")]
    draft = Draft()
    if words:
        best = next((e for e in found if cover(e, words) >= 0.5), None)
        if best is None:
            return None
        who = heading(best.document, None, short=True)
        draft.say(f"{who}的职能包括：{trim(clip(best.text))}{draft.cite(best)}。")
        return draft
    ordered = sorted(found, key=lambda e: (e.places[0].page, e.places[0].bbox[1]))[:8]
    for number, e in enumerate(ordered):
        lead = f"{heading(e.document, None, short=True)}的主要职能：" if not number else ""
        draft.say(f"{lead}{number + 1}. {clip(trim(e.text), 60)}{draft.cite(e)}；")
    return draft if ordered else None

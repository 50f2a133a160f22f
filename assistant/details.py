"""Whether an answer gives the detail that was asked: a topic that is held may lack it.

A question can name a topic that the documents know and ask for a detail that they do not print: the
names of projects that are only counted, the price of one piece, who supplied it. An answer about the
topic alone would mislead, so it is held against the asking words and against the asked noun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.answer import Answer, Status
from assistant.draft import HEADED
from assistant.finder import Finder
from assistant.letters import overlap
from assistant.money import COUNTED, MONEY, SCORED
from assistant.named import sort_asked
from assistant.nearness import closeness
from assistant.operands import stated_count
from assistant.question import Operation, compiled, phrases
from assistant.wanted import wanted
from ingest.text import key, normalise
from vectorstore.search import Ranking
from vectorstore.store import Store

_ORDERING = (Operation.RANK, Operation.COMPARE)  # their words say how to order, not what to find
# An answer that says whether it is so.
_CORRECTS = re.compile(r"^((没有|有|要|是的|不是|不对)[。，]|不是|没有超支)")


def unsaid(finder: Finder, answer: Answer) -> str | None:
    """The detail that an answer leaves out though it was asked for; None where nothing is missing."""
    if answer.status != Status.ANSWERED or _CORRECTS.match(answer.answer):
        return None
    return (
        _detail(finder, answer)
        or _name(finder, answer)
        or _sum(finder, answer)
        or _share(finder, answer)
        or _number(finder, answer)
        or _noun(finder, answer)
        or _item(finder, answer)
    )


def _detail(finder: Finder, answer: Answer) -> str | None:
    """A kind of detail (名称, 单价, 地点 …) whose marks the answer does not bear."""
    text = finder.asked.question.text
    said = _said(answer)
    for detail in phrases()["details"]:
        asked = re.search(detail["asked"], text)
        if not asked:
            continue
        within = _about_quoted(text, said) if detail.get("quoted") else said
        told = detail["told"].replace("{thing}", asked.groupdict().get("thing") or "")
        if not re.search(told, within):
            return str(detail["name"])
    return None


def _name(finder: Finder, answer: Answer) -> str | None:
    """The sort of body that is asked for, where the answer names none of it, or one of something else."""
    asked = finder.asked
    sort = sort_asked(asked.question.text)
    if sort is None or asked.question.operation in _ORDERING:
        return None
    terms = [t for t in asked.linked.terms if t.start + len(t.surface) <= sort.start or sort.end <= t.start]
    said = HEADED.sub("", _said(answer))
    sources = key(said + "".join(c.quote + c.title for c in answer.citations))
    near = any(n in sources for t in terms for n in (*t.names[:4], key(t.surface)))
    return None if sort.named_in(said) and (near or not terms) else sort.name


def _sum(finder: Finder, answer: Answer) -> str | None:
    """The sum of what the question lists (A、B、C三类合计), where the answer tells but some of it, or adds up
    others."""
    asked = finder.asked
    told = [f for f in answer.figures if not f.derived]
    if asked.question.operation != Operation.SUM or "、" not in asked.question.text or not told:
        return None
    names = [n for t in asked.linked.terms if t.role == "item" for n in t.names]
    known = [any(n in key(f.label) for n in names) or _says(asked.question.text, f.label) for f in told]
    stated = stated_count(asked.question.text)
    some, others = all(known) and len(told) < stated, len(told) == stated and not all(known)
    return "合计" if some or others else None


def _share(finder: Finder, answer: Answer) -> str | None:
    """A share, where the answer has no rate."""
    rated = re.search(r"\d\s*%|成|百分之|倍|全部|没有|无|未", _said(answer))
    return "占比" if finder.asked.question.operation == Operation.SHARE and not rated else None


def _says(text: str, label: str) -> bool:
    """Whether a question says two letters in a row of a name, beyond those that every name has."""
    plain = re.sub("支出|经费|费用?|资金", "", key(label))
    return any(a + b in text for a, b in pairwise(plain))


def _about_quoted(text: str, said: str) -> str:
    """The clauses of an answer that bear what the question puts in quotes (评级“合格”); else all of it."""
    quoted = re.findall("“[^“”]{1,8}”", text)
    clauses = [c for c in re.split("[,，。;；:：]", said) if any(q in c for q in quoted)]
    return "".join(clauses) or said


def _number(finder: Finder, answer: Answer) -> str | None:
    """A number of people or things, where the answer has but money."""
    question = finder.asked.question
    if question.expects in SCORED and not re.search(rf"\d\s*{question.expects}", _said(answer)):
        return "得分"
    if (
        question.expects not in COUNTED
        or not answer.figures
        or re.search("(多少|几).{0,4}(钱|元|经费|费用)|花", question.text)
    ):
        return None
    money = all(f.unit in MONEY for f in answer.figures)
    return "数量" if money else None


NEARLY = 0.6  # share of a figure's name that an official name holds where it may be another name of it
NAMED = 4  # letters from which words name something, rather than say what is done with it (在岗)
NEW = 4  # letters that the question does not hold, from which an answer tells more than an amount
_WHAT = re.compile("(具体|都|分别|到底|究竟)(是|叫|有)了?些?(什么|啥|哪些|哪种|哪几|何种)")
_CALLED = {
    Operation.PURPOSE: "用途",
    Operation.COMPOSITION: "构成",
    Operation.DUTY: "职责",
    Operation.REASON: "原因",
}


def untold(finder: Finder, answer: Answer) -> str | None:
    """What is asked of something (its use, its parts, a reason) where the answer tells no more of it than
    the question, or only how much it is; None where it tells more."""
    asked = finder.asked
    name = _CALLED.get(asked.question.operation) or ("名称" if _WHAT.search(asked.question.text) else None)
    if name is None or answer.status != Status.ANSWERED or _CORRECTS.match(answer.answer):
        return None
    composed = asked.question.operation == Operation.COMPOSITION
    items = [n for t in asked.linked.terms if t.role == "item" for n in t.names[:2]]
    told = _said(answer)
    quoted = re.findall("原文：“([^”]*)”", told)
    if not composed:  # a sentence quoted below a figure may list its parts
        told = re.sub("原文：“[^”]*”", "", told)
    elif quoted and all(_among_parts(quote, items) for quote in quoted):
        return name
    said = _AMOUNTS.sub("", told)
    reasons = asked.question.operation != Operation.REASON or wanted(asked.question).words(said)
    if (_among_parts(said, items) and not _is_all(told, items)) or not reasons:
        return name
    part = composed and any(not any(n in key(f.label) for n in items) for f in answer.figures)
    bare = not _MONEY.search(_said(answer)) and (composed or asked.question.operation == Operation.PURPOSE)
    if part or bare or len(answer.figures) > 2 or re.search("[、；]", said):
        return None  # a name tells something, whatever letters it is made of
    known = asked.question.text + "".join(n for t in asked.linked.terms for n in t.names)
    known += "".join(f"{c.document}{c.title}" for c in answer.citations)
    known += "".join(d.body for d in asked.selection.documents)
    known += "".join(f.label for f in answer.figures) + "年部门单位预算决算为约原文其中元项目主要用于类款"
    new = [c for c in said if "\u4e00" <= c <= "\u9fff" and c not in known]
    return name if len(new) < NEW else None


def _among_parts(said: str, names: Sequence[str]) -> bool:
    """Whether an answer names an item only among the parts of something else (其中:…费、…费; 主要用于
    …、…经费等工作)."""
    plain = key(said)
    before, mark, after = plain.partition("其中")
    if mark:
        # with parts of its own: 车辆7辆(…)
        own = any(re.search(rf"{re.escape(n)}[^,，、;；()]*\(", after) for n in names)
        return any(n in after for n in names) and not own and not any(n in before for n in names)
    before, mark, after = plain.partition("用于")
    listed = any(f"、{n}" in after or f"{n}、" in after for n in names)
    return bool(mark) and listed and not any(n in before for n in names)


def _is_all(told: str, names: Sequence[str]) -> bool:
    """Whether a part is all of the whole (购置及运行维护费11.20万元，其中…运行维护费11.20万元)."""
    before, _, after = normalise(told).partition("其中")
    amounts = (re.search(rf"{re.escape(n)}(\d[\d,.]*[亿万]?元)", after) for n in names)
    return any(a is not None and a[1] in before for a in amounts)


_MONEY = re.compile(r"\d\s*[亿万]?元")
_AMOUNTS = re.compile(r"\d[\d,.]*\s*[亿万]?元?|（[^）]*）")


def _item(finder: Finder, answer: Answer) -> str | None:
    """An item that the question names by an official name which neither the answer nor the documents know
    (预留给中小企业的, of a body whose documents tell only what is bought)."""
    asked = finder.asked
    items = [t for t in asked.linked.terms if t.role == "item"]
    if len(items) < 2 or asked.question.operation != Operation.LOOKUP:
        return None
    named = [t for t in items if len(t.surface) >= NAMED and not re.search("多少|几", t.surface)]
    said = key(_said(answer) + "".join(c.quote + c.title for c in answer.citations))
    for term in named:
        called = (*term.names[:4], key(term.surface))
        # 面向中小企业预留的采购份额 is what is called 面向中小企业预留政府采购项目预算金额 elsewhere.
        near = any(overlap(key(f.label), n) >= NEARLY for f in answer.figures for n in term.names[:4])
        if not near and not any(n in said or printed(finder.store, asked.ids, n) for n in called):
            return term.surface
    return None


def _noun(finder: Finder, answer: Answer) -> str | None:
    """The noun that is asked about, where neither the answer nor the documents know the word."""
    if finder.asked.question.operation in _ORDERING:
        return None
    said = _said(answer) + "".join(c.quote + c.title for c in answer.citations)
    for noun in _asked_nouns(finder):
        if (
            noun not in key(said)
            and not printed(finder.store, finder.asked.ids, noun)
            and not _meant(finder, noun, key(said))
        ):
            return noun
    return None


def _said(answer: Answer) -> str:
    return re.sub(r"\[\d+\]", "", answer.answer)


def _asked_nouns(finder: Finder) -> list[str]:
    """Words beside the asking words (打印纸花了多少, 多少队员), less those that say nothing by themselves."""
    text = finder.asked.question.text
    words = {t.surface for t in finder.asked.linked.terms if t.role == "word"}
    plain = compiled("asked_nouns", "plain")
    found = []
    for asking in compiled("asked_nouns", "asking"):
        for match in asking.finditer(text):
            before, after = text[: match.start()], text[match.end() :]
            # Only a part of something named (机关运行经费里打印纸花了多少): else people use own words.
            found += [w for w in words if re.search(rf"(里面?|其?中|当中)[,，]?的?{re.escape(w)}$", before)]
            found += [w for w in words if re.search("里面?$|中$", before) and after.startswith(w)]
    return [w for w in dict.fromkeys(found) if not any(p.search(w) for p in plain)]


def _meant(finder: Finder, noun: str, said: str) -> bool:
    """Whether a word that the documents do not use means what the answer speaks of."""
    near = finder.store.near_names(finder.asked.ids, noun)
    return any(closeness(similarity) > 0 and key(name) in said for name, similarity in near)


def printed(store: Store, ids: Sequence[int], word: str) -> bool:
    """Whether the documents print a word anywhere."""
    facts = (f.fact for f, _ in store.search_facts(ids, word, limit=8))
    if any(word in key("".join((*f.row_path, *f.column_path, f.text))) for f in facts):
        return True
    if any(word in key(s.statement.text) for s, _ in store.statements(ids, text=word, limit=8)):
        return True
    return any(word in key(h.passage.text) for h in store.search(ids, word, 8, (Ranking.WORDS,)))

"""Honest refusals: what is missing, and what is near.

A refusal carries no figure, but where the documents hold something close it says so and offers
questions that can be answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Status
from assistant.evidence import cover, is_relative
from assistant.finder import Finder
from assistant.named import sort_asked
from vectorstore.records import DocumentRecord

_AMOUNT = re.compile(r"\d[\d,.]*\s*(亿|万|元|%)")
NEAR = 0.3  # coverage from which something is worth offering
KNOWN = 0.7  # how well a figure must match an item to be called by it


def nothing_held(question: str) -> Answer:
    """No document is in the store."""
    return Answer(
        question=question,
        status=Status.NOT_FOUND,
        answer="资料库里还没有文件，请先用 budget-qa ingest 导入预算或决算 PDF。",
    )


def unclear(question: str) -> Answer:
    """The text asks for nothing that could be looked up."""
    return Answer(
        question=question,
        status=Status.CLARIFY,
        answer="请说明想查哪个项目或哪个数字，例如部门、年份和项目名称。",
        suggestions=["一共花多少钱？", "三公经费预算是多少？", "机关运行经费是什么意思？"],
    )


def not_held(question: str, missing: str, held: Sequence[DocumentRecord]) -> Answer:
    """A body or year is not among the documents held."""
    listed = "、".join(f"{d.body}{d.year or ''}年{d.kind.value}" for d in held[:6])
    return Answer(
        question=question,
        status=Status.NOT_FOUND,
        answer=f"资料库里没有{missing}，无法回答。现有：{listed}。",
    )


def lacking(question: str, detail: str, near: Answer) -> Answer:
    """The documents hold the topic but not the detail that is asked for; cite where the topic stands."""
    cited = near.citations[:1]
    where = (
        f"《{cited[0].document}》第{cited[0].page}页写到了相近的内容[1]" if cited else "文件里有相近的内容"
    )
    return Answer(
        question=question,
        status=Status.NOT_FOUND,
        answer=f"文件没有写明所问的“{detail}”；{where}。",
        citations=cited,
        suggestions=[f"{f.label}是多少？" for f in near.figures[:1]],
    )


def nothing_found(question: str, finder: Finder) -> Answer:
    """The documents do not say it; name what is missing and what comes nearest."""
    near: dict[str, None] = {}
    for e in finder.figures[:12]:
        # A refusal tells no figure, not even one in a name (单价100万元以上设备)
        if e.coverage >= NEAR and e.value is not None and not is_relative(e) and not _AMOUNT.search(e.name):
            near.setdefault(e.name, None)
    where = "、".join(
        dict.fromkeys(f"{d.body}{d.year or ''}年{d.kind.value}" for d in finder.asked.selection.documents[:3])
    )
    names = list(near)[:3]
    offer = f"相近的内容有：{'、'.join(names)}。" if names else ""
    return Answer(
        question=question,
        status=Status.NOT_FOUND,
        answer=f"在{where}中没有找到{_missing(finder)}。{offer}",
        suggestions=[f"{n}是多少？" for n in names],
    )


def _missing(finder: Finder) -> str:
    """The sort of body whose name is asked, or the items that the question names and no figure is called by,
    else only that it is not there."""
    sort = sort_asked(finder.asked.question.text)
    if sort is not None:
        return f"所问的“{sort.name}”"
    items = [t for t in finder.asked.linked.terms if t.role in ("item", "measure")]
    names = [t.surface for t in items if all(cover(e, [t]) < KNOWN for e in finder.figures[:12])]
    return "、".join(f"“{n}”" for n in names) or "所问的内容"

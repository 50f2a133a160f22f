"""What a question names: bodies, years, dates, tables, measures and linked terms, each where it stands.

The longer of two that overlap counts. `assistant.contrast` finds among them the sides that a question
sets against each other.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from assistant.finder import Asked
from assistant.numerals import NUMERAL
from assistant.scope import body_words
from assistant.terms import Term

# Words that set two things side by side, and the marks that end what stands beside them.
LIST = r"、|和|与|跟|及|以及|还是|加上?(?!起来|在|一)"
AGAINST = r"(?<!百分)(?<!占)比(?!例|重|率|较)|(?<=[跟和与同]).{2,24}?(?=相?比)|占|除以"
JOINS = re.compile(f"(?:{LIST}|{AGAINST})+")
_YEAR = re.compile(
    r"(?:20)?\d\d年(?:度|底|末|初)?|(?:今年|本年|去年|上一年|上年|前一年|前年|明年)(?:\((?:20)?\d\d年?(?:度)?\))?"
)
_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}日|底|末|初)?|[上下]半年|第?[一二三四1-4]季度|年[初末底]")
_SCOPE = re.compile(
    r"局?本级|机关(?!运行|事业|服务)|下属(?:单位|事业单位)?|部门(?=预算|决算|口径)|单位(?=预算|决算|口径)"
)
KIND = re.compile(
    r"(?:年初)?预算数?(?!执行|单位|绩效|改革|管理)|决算数?|实际(?:支出|花掉?|用掉?|使用)?|花掉|(?:准备|打算|计划)花?(?=的)"
)
_TABLE = re.compile(
    rf"(?:公开|附)?\d{{2}}表|附?表(?:{NUMERAL}|\d{{1,2}})(?!\d)"
    "|(?:财政拨款|一般公共预算(?:财政拨款)?)?(?:收入支出|收入|支出|收支)(?:决算|预算)?总?表"
)
_OF_NAME = ("支出", "经费", "资金", "金额", "费用", "收入")
NAMED = ("item", "measure", "total", "scope", "code")  # content that is surely meant as a name


@dataclass(frozen=True)
class Mention:
    """Something that a question names, where it stands, of what type it is, and its linked terms."""

    start: int
    end: int
    type: str  # year | date | body | table, or a term's role, or scope
    text: str
    terms: tuple[Term, ...] = ()


def table_named(text: str) -> str | None:
    """The one table that a question calls by its number or title; None where it names none, or several."""
    found = dict.fromkeys(m.group() for m in _TABLE.finditer(text))
    return next(iter(found)) if len(found) == 1 else None


def mentions(asked: Asked) -> list[Mention]:
    """What the question names, in the order in which it stands; the longer of two that overlap."""
    text = asked.question.text
    terms = [t for t in asked.linked.terms if t.start >= 0]
    found: list[tuple[int, int, str]] = []
    for name in body_words(text, asked.held):
        found += [(m.start(), m.end(), "body") for m in re.finditer(re.escape(name), text)]
    for kind, pattern in (
        ("year", _YEAR),
        ("date", _DATE),
        ("scope", _SCOPE),
        ("measure", KIND),
        ("table", _TABLE),
    ):
        found += [(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    found += [(t.start, t.start + len(t.surface), t.role) for t in terms if not JOINS.fullmatch(t.surface)]
    # Words are cut anyhow around a table's number (表二和表|三).
    numbers = [(start, end) for start, end, kind in found if kind == "table"]
    found = [f for f in found if f[2] != "word" or not any(s < f[1] and f[0] < e for s, e in numbers)]
    kept: list[tuple[int, int, str]] = []
    for one in sorted(found, key=lambda f: f[0] - f[1]):
        if not any(one[0] < end and start < one[1] for start, end, _ in kept):
            kept.append(one)
    named = {start for start, _, kind in kept if kind in NAMED}
    kept = [one for one in kept if one[2] != "word" or one[1] not in named]  # 支出|总预算 is one thing
    ends = {end for _, end, kind in kept if kind in NAMED}
    kept = [one for one in kept if one[2] != "word" or not _goes_on(text, one, ends)]  # 图书馆(项)|支出
    return [
        Mention(
            start,
            end,
            kind,
            text[start:end],
            tuple(t for t in terms if t.start < end and start < t.start + len(t.surface)),
        )
        for start, end, kind in sorted(kept)
    ]


def _goes_on(text: str, one: tuple[int, int, str], ends: Container[int]) -> bool:
    """Whether a word only says of the name before it that it is money (工会经费|支出)."""
    start = one[0] - 3 if re.search(r"\([类款项]\)$", text[: one[0]]) else one[0]
    return text[one[0] : one[1]] in _OF_NAME and start in ends

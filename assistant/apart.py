"""A question that sets things side by side → a question of its own for each of them.

`assistant.contrast` finds the sides among names that the catalog knows. Where these do not tell
(柳湾、广泽、灞塬三家社区卫生服务中心的编制加起来), the sentence itself does: what is listed, what stands
before and after the list, and what is asked of all. Each side then is an ordinary question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.numerals import NUMERAL, numeral

MOST = 5  # sides of one question
SHORTEST = 2  # letters of a side; shorter ones are so only where all are (东、西两个片区)

_ASK = "(?:多少|几)[^,，。?？]{0,5}"
_MANY = rf"(?:这|那|上述|以上)?({NUMERAL}|[2-9])(?:个|家|项|笔|类|种|所|块|部分|样)"
_COUNTER = re.compile(_MANY)
# What is asked of all together: their sum, or how far they are apart.
_SUM = re.compile(
    rf"[,，]?(?:{_MANY}(?:项目|资金|钱|单位)?)?(?:加起来|合起来|加一起|加在一起|合在一起|合计|总共|一共|总计|共计)"
    rf"(?P<rest>[^,，。?？]*?)(?P<ask>{_ASK})[?？。]?$"
)
_WHICH = re.compile(
    r"[,，]?(?:比(?:较|一比)?[,，])?(?:到底|究竟)?(?:哪|谁)(?:一?(?:个|家|边|项|种|类|所|方|处|块))?的?(?P<rest>[^,，。?？哪谁]*?)"
    rf"(?:得|更|要)*(?:多|少|高|低|大|小|贵)(?:一?些|一?点)?(?:[,，;；]?[^,，。?？]*?(?P<far>{_ASK}))?[?？。]?$"
)
_APART = re.compile(rf"(?P<rest>[^,，。?？]*?)(?:相差|差距|差别|差)(?:了|是|有|为)*(?P<ask>{_ASK})[?？。]?$")
_JOIN = re.compile(
    "、|以及|还有|和|与|跟|及(?!其|时|格)|(?<![参增追附更])加上?(?!起来|在|一|班|固|装|快|强|工|油|大)"
)
_AGAINST = re.compile("(?:相比|一比|比较|比)(?=[,，]|$)")
_LOOSE = re.compile("^[给对将把为从由在用于]+|的$")  # what is no part of a name
_OPENS = re.compile(r".*(?:[的里中内]|\d年度?|今年|去年|本年|局|委|办|中心|镇|乡|街道)(?=[\u4e00-\u9fff]{2})")
_RUN = re.compile("[的得]$")


@dataclass(frozen=True)
class Apart:
    """The sides of a question by what each is called, with a question of each; `summed` where their sum is
    asked, else how far they are apart."""

    sides: tuple[str, ...]
    questions: tuple[str, ...]
    summed: bool


def taken_apart(text: str, bodies: Sequence[str] = ()) -> Iterator[Apart]:
    """The ways in which a normalised question can be taken apart, the likeliest first; none where it lists
    nothing. `bodies` are its words for whose documents it means, which are no part of a side."""
    for pattern in (_SUM, _WHICH, _APART):
        found = pattern.search(text)
        if found is None:
            continue
        said = found.groupdict()
        ask = said.get("ask") or said.get("far") or "多少"
        before, rest = text[: found.start()], _RUN.sub("", said["rest"])
        counted = _COUNTER.search(text)
        many = numeral(counted[1]) if counted else None
        if pattern is _APART and _JOIN.search(rest):
            before, rest = before + rest, ""  # the list itself
        has = ("了" if len(rest) == 1 else "有") if pattern is _WHICH else ""
        ending = f"{rest}{has}{ask}"
        ways = _listed(_AGAINST.sub("", before), ending, bodies, summed=pattern is _SUM)
        yield from (way for way in ways if many in (None, 1, len(way.sides)))
        return


def _listed(before: str, ending: str, bodies: Sequence[str], *, summed: bool) -> Iterator[Apart]:
    """The sides listed in the last clause that joins any, each put in the place of the list."""
    clauses = before.strip(",").split(",")
    at = next((n for n in reversed(range(len(clauses))) if _JOIN.search(clauses[n])), None)
    if at is None:
        return
    lead, list_, after = clauses[:at], clauses[at], clauses[at + 1 :]
    after = [c for c in after if not _COUNTER.match(c)]  # 这四个项目
    seen = set()
    for opening, names, closing in _cut(list_, bodies):
        mark = (opening, tuple(names))
        if mark in seen or len(set(names)) < len(names) or not 2 <= len(names) <= MOST:
            continue
        seen.add(mark)
        questions = (",".join([*lead, f"{opening}{n}{closing}", *after]) for n in names)
        joint = "," if after else ""
        yield Apart(tuple(names), tuple(f"{q}{joint}{ending}" for q in questions), summed)


def _cut(clause: str, bodies: Sequence[str]) -> Iterator[tuple[str, list[str], str]]:
    """Where a clause's list may begin and end: what stands before it, the names, what follows."""
    parts = _JOIN.split(clause)
    if not all(parts[1:-1]) or len(parts) < 2:
        return
    first, middle, last = parts[0], parts[1:-1], parts[-1]
    for name, closing in _endings(last):
        size = max(map(len, [*middle, name]))
        for opening, head in _openings(first, bodies, size):
            kept = _LOOSE.match(head)
            opening, head = (opening + kept[0], head[kept.end() :]) if kept else (opening, head)
            names = [_LOOSE.sub("", n) for n in (head, *middle, name)]
            if len(name) >= SHORTEST or all(len(n) == len(name) for n in names):
                yield opening, names, closing


def _endings(last: str) -> Iterator[tuple[str, str]]:
    """Where the last name of a list ends, and what then holds of all: before a count (三家社区卫生服务中心
    的编制), before 的, or with the clause."""
    counted = _COUNTER.search(last)
    if counted and counted.start():
        yield last[: counted.start()], last[counted.end() :]
        return
    name, of, rest = last.partition("的")
    if of and name and rest:
        yield name, f"的{rest}"
    elif name and not of:
        yield name, ""


def _openings(first: str, bodies: Sequence[str], size: int) -> Iterator[tuple[str, str]]:
    """Where the first name begins: after the body, after what opens the clause, as long as the others."""
    body = next((b for b in sorted(bodies, key=len, reverse=True) if b in first), "")
    at = first.find(body) + len(body) if body else 0
    rest = first[at:].lstrip("的")
    opening = first[: len(first) - len(rest)]
    opened = _OPENS.match(rest)
    if opened and opened.end() < len(rest):
        yield opening + rest[: opened.end()], rest[opened.end() :]
    if len(rest) > size + 2:
        yield opening + rest[: len(rest) - size], rest[len(rest) - size :]
    if rest:
        yield opening, rest

"""What a question demands of the rows it counts, adds up or ranks: limits, a change, what is left out.

Read from the words alone (``groups`` in ``lexicon/phrases.yaml``); which rows are meant is found by
`assistant.competitors` and `assistant.changes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant import lexicon
from assistant.evidence import Evidence
from assistant.money import in_base
from assistant.numerals import numeral
from assistant.office import is_office, says_office
from assistant.question import phrases
from assistant.terms import BLANK, Linked
from ingest.text import key, parse_number

NAME = 5  # letters from which a name of the documents is surely meant as such
_TOTAL = re.compile("(收支|支出|收入|拨款)(总计|合计)$")  # totals of which the name tells what they total
_SORTS = {"more": "超过", "least": "不低于", "exact": "等于", "most": "不超过", "less": "低于"}
_SCALES = {"": 1, "千": 1000, "万": 10000, "百万": 10**6, "千万": 10**7, "亿": 10**8}


@dataclass(frozen=True)
class Limit:
    """A bound on an amount in 元, or on a rate in percent."""

    bound: Decimal
    unit: str  # 元 | %
    sort: str  # more | least | exact | most | less

    def holds(self, size: Decimal) -> bool:
        """Whether a size of the limit's unit keeps to it."""
        if size == self.bound:
            return self.sort in ("least", "exact", "most")
        return self.sort in (("more", "least") if size > self.bound else ("less", "most"))


@dataclass(frozen=True)
class Condition:
    """Everything demanded of a row. `way`: same | up | down, against another figure of the item."""

    limits: tuple[Limit, ...] = ()
    way: str | None = None
    without: tuple[tuple[str, ...], ...] = ()  # names of what is left out, a set for each
    holding: str | None = None  # letters that the name holds
    marked: tuple[str, str] | None = None  # a column of words, and what it says of the row

    def __bool__(self) -> bool:
        return self != Condition()

    @property
    def rated(self) -> bool:
        """Whether a limit is one of percent."""
        return any(limit.unit == "%" for limit in self.limits)

    def admits(self, e: Evidence) -> bool:
        """Whether a row's amount and name are as demanded; its change is not looked at."""
        value, unit = in_base(e.value or Decimal(0), e.unit)
        if any(limit.unit != unit or not limit.holds(value) for limit in self.limits):
            return False
        return not self.leaves_out(e) and (not self.holding or self.holding in key(e.name))

    def leaves_out(self, e: Evidence) -> bool:
        """Whether a row is, or stands beneath, what the question leaves out."""
        own = {key(p) for p in (e.name, *e.path)}
        office = is_office(e.name) and any(says_office(names[0]) for names in self.without)
        return office or any(own & set(names) for names in self.without)

    def told(self) -> str:
        """The condition for a sentence, without the figures that the question gives itself."""
        said = {"same": "持平", "up": "增加", "down": "减少"}.get(self.way or "", "")
        size = "所给比例" if self.rated else "所给数额"
        said += "".join(_SORTS[limit.sort] + size for limit in self.limits)
        said = f"除{'、'.join(names[0] for names in self.without)}外{said}" if self.without else said
        said = f"名称含“{self.holding}”" + said if self.holding else said
        return "为“".join(self.marked) + f"”{said}" if self.marked else said


def read_condition(text: str) -> Condition:
    """Read what a question demands of rows; an empty condition where it demands nothing."""
    words = phrases()["groups"]
    way = next((w for w in ("same", "up", "down") if re.search(words["ways"][w], text)), None)
    found = re.search(words["holding"], text)
    return Condition(
        limits=tuple(_limits(text)),
        way=way if re.search(words["against"], text) else None,
        without=tuple(_names(m.group("out")) for p in words["without"] for m in re.finditer(p, text)),
        holding=key(found.group("part")) if found else None,
    )


def without_conditions(text: str) -> str:
    """A question without the words of its conditions and of counting, which name no row."""
    words = phrases()["groups"]
    text = re.sub(r"\([^()]*\)", "", text)
    limits = [p for w in words["limits"].values() for p in _patterns(w["before"], w["after"])]
    others = [*words["without"], words["holding"], *words["ways"].values()]
    for pattern in (*limits, *others, words["appeared"], words["gone"], *words["asking"]):
        text = re.sub(pattern, BLANK, text)
    return text


def unnamed(text: str, linked: Linked) -> str:
    """A question without the names of items: their words (最低生活保障, 收入支出总计) say nothing of what is
    asked."""
    for term in linked.terms:
        own = term.names[0] == key(term.surface)
        if own and ((term.role == "item" and len(term.names[0]) >= NAME) or _TOTAL.search(term.surface)):
            text = text.replace(term.surface, BLANK * len(term.surface))
    return text


def _limits(text: str) -> Iterable[Limit]:
    text = re.sub(r"\([^()]*\)", "", text)
    for sort, words in phrases()["groups"]["limits"].items():
        for pattern in _patterns(words["before"], words["after"]):
            for match in pattern.finditer(text):
                size = _size(*match.group("number", "scale", "unit"))
                if size is not None:
                    yield Limit(size, "%" if match.group("unit") in ("%", "倍") else "元", sort)


@cache
def _patterns(before: str, after: str) -> tuple[re.Pattern[str], ...]:
    amount = r"(?P<number>\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千]+)个?(?P<scale>千万|百万|亿|万|千|)"
    unit = r"(?P<unit>元|块钱?|%|倍|)(?![个家项款类笔人辆台年月\d])"
    found = [re.compile(f"(?:{before})了?{amount}{unit}")]
    return (*found, re.compile(f"{amount}{unit}(?:{after})")) if after else tuple(found)


def _size(number: str, scale: str, unit: str) -> Decimal | None:
    """A number as digits or in words with its scale, in 元 or percent; None for a bare number."""
    value = parse_number(number) if number[0].isdigit() else numeral(number)
    if value is None or not (scale or unit):
        return None
    return Decimal(value) * (100 if unit == "倍" else _SCALES[scale])


def _names(said: str) -> tuple[str, ...]:
    """What a stretch of the question may be called."""
    names = [key(n) for one in lexicon.expand(said) for n in one.names]
    return tuple(dict.fromkeys([key(said), *names]))

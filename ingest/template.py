"""What official tables, columns and form cells mean: the matcher over ``ingest/knowledge/*.yaml``.

Template knowledge is data that a budget clerk could extend; this module only loads it and answers
narrow questions: which official table is this title, what does this header path measure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ingest.text import key, normalise
from ingest.yamlfile import parse_yaml

OTHER = "其他"


TARGET, REACHED = "指标值", "实际完成"  # how the measures of an indicator's columns begin: aimed at, reached
MONEY_UNITS = ("元", "千元", "百万元", "万元", "亿元")


@cache
def knowledge(name: str) -> dict[str, Any]:
    """The parsed ``ingest/knowledge/<name>.yaml``."""
    data: dict[str, Any] = parse_yaml((files("ingest") / "knowledge" / f"{name}.yaml").read_text("utf-8"))
    return data


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _any(patterns: Sequence[str], text: str) -> bool:
    return any(_pattern(p).search(text) for p in patterns)


@lru_cache(4096)
def table_kind(title: str, *, forms: bool = True) -> str:
    """The official table's key for a printed title, ``其他`` when none matches; no form's unless `forms`.

    Where the title as it stands matches none, the words that titles add or leave out at will
    (部门, 总体, 情况, 预算 …) are taken from it.
    """
    words = knowledge("tables")
    plain = _pattern(words["plain_words"]).sub("", key(title))
    for text in (key(title), plain):
        for kind in words["kinds"]:
            if _any(kind["patterns"], text) and (forms or not kind.get("form")):
                return str(kind["key"])
    return OTHER


def is_form_kind(kind: str) -> bool:
    """Whether tables of this kind are label/value forms."""
    return any(k["key"] == kind and k.get("form") for k in knowledge("tables")["kinds"])


def table_number(title: str) -> str | None:
    """``表二`` from a title such as ``收入总表（表二）``; None when it carries no number."""
    match = _pattern(knowledge("tables")["number_pattern"]).search(
        re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", title)  # 表1 2024年度… is no 表12024
    )
    return match.group(1) if match else None


def is_title(text: str) -> bool:
    """Whether a line reads like a table's title."""
    text = key(text)
    if text == table_number(text):
        return False  # 公开01表 stands beside the title
    return len(text) <= 60 and bool(_pattern(knowledge("tables")["title_pattern"]).search(text))


def unit_in(text: str) -> str | None:
    """The money unit that a line or header announces (``单位：万元`` → 万元)."""
    match = _pattern(knowledge("tables")["unit_pattern"]).search(key(text))
    if match:
        return match.group(2)
    return next((unit for unit in units_in(text) if unit in MONEY_UNITS), None)


@lru_cache(4096)
def units_in(text: str) -> tuple[str, ...]:
    """The units of a line that announces several at its end (``单位：户、栋、平方米、万元``); () where it
    announces none, or one."""
    listed = re.search(r"单位[:：](.+?)[)）]?$", key(text))
    units = re.split("[、,，/和]", listed.group(1)) if listed else []
    known = {*knowledge("measures")["counted"]["units"], *MONEY_UNITS, "%"}
    return tuple(units) if len(units) > 1 and known.issuperset(units) else ()


def is_unit(text: str) -> bool:
    """Whether a text is no more than a unit in which things are counted (台, 项, 平方米)."""
    return key(text) in knowledge("measures")["counted"]["units"]


@lru_cache(4096)
def unit_among(path: tuple[str, ...], units: tuple[str, ...]) -> str | None:
    """Which of a table's several units a column has, by what its heading says (面积 → 平方米, 户数 → 户)."""
    for part in reversed([key(p) for p in path]):
        for unit in units:
            patterns = knowledge("measures")["counted"]["said"].get(unit, [re.escape(unit)])
            if unit not in MONEY_UNITS and _any(patterns, part):
                return unit
    return None


def without_unit(text: str) -> str:
    """A line without the money unit that it announces at its end (资金使用明细表 单位：元)."""
    match = _pattern(f"\\s*[（(]?(金额|货币)?{knowledge('tables')['unit_pattern']}[)）]?$").search(
        normalise(text)
    )
    if match is None and units_in(text):
        match = re.search(r"\s*[（(]?单位[:：]", normalise(text))
    return text if match is None else normalise(text)[: match.start()]


def unit_in_brackets(text: str) -> str | None:
    """The unit in a label such as ``项目资金（元）``."""
    match = re.search(r"[（(](亿元|千元|万元|元|%)[)）]", key(text))
    return match.group(1) if match else None


def is_note(text: str) -> bool:
    """Whether a line is a note under a table (注：…)."""
    return bool(_pattern(knowledge("tables")["note_pattern"]).search(key(text)))


@cache
def form_words(name: str) -> frozenset[str]:
    """A list of words of ``forms.yaml`` as keys."""
    return frozenset(key(word) for word in knowledge("forms")[name])


def is_section(text: str) -> bool:
    """Whether a full-width cell opens a section of a form (年度绩效目标表 …)."""
    return key(text).rstrip(":：") in form_words("sections")


def says_none(text: str) -> bool:
    """Whether a sentence says that nothing was arranged or spent."""
    return bool(_pattern(knowledge("tables")["none_pattern"]).search(key(text)))


# What a heading adds in brackets: its unit, or how its column is worked out ((A), (B/A,%), (20分*执行率)).
_ADDED = re.compile(
    r"[(（](?:[A-Z](?:[-/*×][A-Z])*(?:[,，]?%)?|\d+分[^()（）]*|(?:单位[:：]?)?(?:万|千|亿)?元|%)[)）]$",
    re.IGNORECASE,
)


def plain_head(text: str) -> str:
    """A heading as a key, without the unit, the letter or the formula that it carries in brackets."""
    return _ADDED.sub("", key(text))


@lru_cache(4096)
def column_measure(path: tuple[str, ...]) -> tuple[str, str]:
    """Canonical measure and unit class (money, %, count, text) of a header path.

    The lowest header cell decides; a total (合计, 小计) yields to nothing above it, since the whole
    of a group is what it prints. Unknown headings are their own measure, in money.
    """
    parts = [plain_head(p) for p in path if plain_head(p) and not is_filler(p)]
    measures = knowledge("measures")["measures"]
    for measure in measures:
        if measure.get("heads_group") and any(_any(measure["patterns"], part) for part in parts[:-1]):
            return str(measure["name"]), str(measure["unit"])
    # 金额 under a measure (事业收入 › 金额) is that measure's; under anything else it is all there is.
    upwards = [p for p in parts[::-1] if p != "金额"] + [p for p in parts if p == "金额"]
    for part in upwards:
        for measure in measures:
            if _any(measure["patterns"], part):
                return str(measure["name"]), str(measure["unit"])
    return (parts[-1] if parts else "金额"), "money"


@lru_cache(4096)
def counted_unit(path: tuple[str, ...]) -> str | None:
    """The unit of a column that counts persons or things (编制数 → 人, 数量（台/套） → 台/套)."""
    words = knowledge("measures")["counted"]
    for part in reversed([key(p) for p in path]):
        stated = re.search(r"[（(]单?位?[:：]?([^（()）]{1,5})[)）]$", part)
        if stated and stated.group(1) in words["units"]:
            return stated.group(1)
        for unit, patterns in words["heads"].items():
            if _any(patterns, part):
                return str(unit)
    return None


def is_filler(text: str) -> bool:
    """Whether a header cell carries structure only (类, 款, 项, a column number)."""
    return key(text) in knowledge("measures")["fillers"] or is_column_number(text)


def is_column_number(text: str) -> bool:
    """Whether a header cell numbers its column, or says which columns it adds up (5=6+7, 3=4+…+11)."""
    return bool(re.fullmatch(r"[\d=+\-—.·~()]*", key(text)))


def head_role(text: str) -> str | None:
    """Role of a column by its lowest header cell: code, name, index, text, or None (a value)."""
    text = key(text)
    for role in ("code", "index", "name", "text"):
        if heads_as(text, role):
            return role
    return None


def heads_as(text: str, role: str) -> bool:
    """Whether a header cell is one of those that head a column of `role` (``measures.yaml``)."""
    return _any(knowledge("measures")[f"{role}_heads"], key(text))


def is_total(name: str) -> bool:
    """Whether a row's name means the whole (合计, 本年支出合计 …)."""
    return key(name) in knowledge("measures")["total_words"]


def is_sum(name: str) -> bool:
    """Whether a row adds up others: the whole, or a part of it (小计)."""
    return is_total(name) or key(name) == "小计"

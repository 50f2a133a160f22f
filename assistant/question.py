"""A question's text → what it asks: operation, years, kind, scope, expected unit, and its content words.

Parsing knows only how questions are put (``lexicon/phrases.yaml``); which documents and items are
meant is decided against the catalog by `assistant.scope` and `assistant.linking`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import opencc

from assistant.money import in_base, same
from assistant.numerals import numeral
from ingest import classification
from ingest.document import Kind, Scope
from ingest.text import normalise, parse_number
from ingest.yamlfile import parse_yaml

MAX_LENGTH = 2000  # characters of a question that are read; nobody asks more in one
DIGITS = 3  # of an amount that tells what it is of


class Operation(StrEnum):
    """What kind of answer is asked for."""

    LOOKUP = "lookup"
    PURPOSE = "purpose"
    COMPOSITION = "composition"
    DEFINITION = "definition"
    REASON = "reason"
    PERSON = "person"
    DUTY = "duty"
    EACH = "each"
    SUM = "sum"
    COMPARE = "compare"
    SHARE = "share"
    CHANGE = "change"
    RANK = "rank"


@dataclass(frozen=True)
class Amount:
    """A money amount that the question itself names (…20.99万元的项目经费…); `most` is what a rounded one
    (两千六百多万) stays below."""

    value: Decimal
    unit: str
    most: Decimal | None = None

    def fits(self, value: Decimal, unit: str | None) -> bool:
        """Whether a printed figure is this amount, as far as the question says it."""
        if self.most is None:
            return same(self.value, self.unit, value, unit)
        size, base = in_base(value, unit)
        least, most = (in_base(v, self.unit)[0] for v in (self.value, self.most))
        return base == "元" and least <= size < most

    @property
    def is_telling(self) -> bool:
        """Whether it has so many digits that it tells what it is of; a round one may be of anything."""
        return len(f"{self.value.normalize():f}".replace(".", "").strip("0")) >= DIGITS

    @property
    def forms(self) -> str:
        """What it may be printed as, for searching: with its decimals, or in 元."""
        whole = in_base(self.value, self.unit)[0]
        more = [f"{self.value:.{n}f}" for n in (1, 2) if round(self.value, n) == self.value]
        return " ".join(dict.fromkeys((f"{self.value:f}", *more, f"{whole:.2f}", f"{whole:,.2f}")))


@dataclass(frozen=True)
class Question:
    """A question read. `years` are explicit; `relative_years` counts back from the newest held (去年: 1)."""

    text: str
    operation: Operation
    years: tuple[int, ...]
    relative_years: tuple[int, ...]
    kind: Kind | None
    scope: Scope | None
    expects: str | None
    amounts: tuple[Amount, ...]
    codes: tuple[str, ...] = ()
    source: int | None = None  # the year of the document that the question says to look in (根据2024年决算)


@cache
def lexicon_file(name: str) -> dict[str, Any]:
    """A parsed file of the lexicon, by its name without the ending."""
    data: dict[str, Any] = parse_yaml((files("assistant") / "lexicon" / f"{name}.yaml").read_text("utf-8"))
    return data


def phrases() -> dict[str, Any]:
    """The parsed ``lexicon/phrases.yaml``."""
    return lexicon_file("phrases")


def answers() -> dict[str, Any]:
    """The parsed ``lexicon/answers.yaml``."""
    return lexicon_file("answers")


@cache
def kin_of(unit: str) -> tuple[str, ...]:
    """A unit with those that count the same (台 and 部)."""
    return next((tuple(kin) for kin in answers()["kin"] if unit in kin), (unit,))


@cache
def weak_letters() -> frozenset[str]:
    """Letters that alone say nothing of what is asked."""
    return frozenset(answers()["weak_letters"])


@cache
def compiled(*path: str) -> tuple[re.Pattern[str], ...]:
    """The patterns at a path of the phrases, compiled."""
    node: Any = phrases()
    for step in path:
        node = node[step]
    return tuple(re.compile(p) for p in node)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def readable(text: str) -> str:
    """A text that every output can carry: bytes that were no UTF-8 (lone surrogates) become ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def simplified(text: str) -> str:
    """A question in simplified characters, whichever it is put in; cut to what is read of one."""
    text = readable(text[:MAX_LENGTH])
    if len(text) > 3 and 5 * text.count(" ") >= 2 * len(text):
        text = text.replace(" ", "")  # set with spaces between the letters, digits too
    return str(_converter().convert(text))


# 水、电、邮电三笔费用 lists 水费 and 电费
_UTILITIES = re.compile("(?<![\u4e00-\u9fff])水[、和]?电(?=[、和及与](暖|气|邮|物业|网|房|差))")
# 市里财政局 is 市财政局
_LOCAL = re.compile(r"([省市区县])里面?的?(?=[\u4e00-\u9fff]{1,6}[局委厅](?!托|员))")


# 这三类支出合计 is the sum of the three named, not the total of all that is spent
_COUNTED = re.compile(
    r"((?:[二两三四五六七八九十]|[2-9])(?:大?类|项|款|笔|样))的?(?:支出|经费|费用|科目|资金)的?(?:合计|总计|总额|总和)"
)


def parse(text: str) -> Question:
    """Read a question; any text gives a `Question`."""
    text = re.sub("几多|好多(?=[钱个人家万])", "多少", normalise(text)[:MAX_LENGTH])
    text = re.sub("(占[^,，。]{0,10}?)几个(?:百分)?点", r"\1百分之几", text)
    text = _COUNTED.sub(r"\1加起来", _LOCAL.sub(r"\1", text))
    text = _UTILITIES.sub("水费、电费", text)
    source, years, relative = _source(text)
    return Question(
        text=text,
        operation=operation_of(text),
        years=years,
        relative_years=relative,
        kind=_kind(text),
        scope=_scope(text),
        expects=_expects(text),
        amounts=_amounts(text),
        codes=tuple(
            c for c in re.findall(r"(?<!\d)\d{3,7}(?!\d|[年万亿元.,])", text) if classification.level(c)
        ),
        source=source,
    )


_SOURCE = re.compile(
    r"(?:根据|依据|按照?|参照|从|据)[^,，。\d]{0,12}(?P<year>(?:20)?\d\d)年度?的?(?:部门|单位)?"
    r"(?:预算|决算)(?:书|报告|公开|文件|数据|说明|表)?(?!到|至)"
)


def _source(text: str) -> tuple[int | None, tuple[int, ...], tuple[int, ...]]:
    """The year of the document to look in, where another year is asked of it, and the years asked."""
    years = _years(text)
    relative = tuple(n for word, n in RELATIVE if re.search(word, text))
    found = _SOURCE.search(text)
    if found is None:
        return None, years, relative
    source = int(found["year"]) % 100 + 2000
    others = tuple(y for y in years if y != source) or tuple(source - n for n in relative if n)
    return (source, others, ()) if others else (None, years, relative)


RELATIVE = ((r"今年|本年|当年", 0), (r"去年|上年(?!度?结[转余])|(上|前|头)一年", 1), (r"前年", 2))


def operation_of(text: str) -> Operation:
    """What a normalised question asks for, by the first pattern of ``phrases.yaml`` that it holds."""
    for rule in phrases()["operations"]:
        if any(re.search(p, text) for p in rule["patterns"]):
            return Operation(rule["name"])
    return Operation.LOOKUP


def _years(text: str) -> tuple[int, ...]:
    found = [int(y) for y in re.findall(r"(?<!\d)(20[0-4]\d)(?=\s*年|\s*[-至到~]|\D|$)", text)]
    found += [2000 + int(y) for y in re.findall(r"(?<!\d)([12]\d)(?=\s*年)", text)]
    return tuple(dict.fromkeys(found))


def _kind(text: str) -> Kind | None:
    votes = {
        kind: max((m.end() for p in patterns for m in re.finditer(p, text)), default=0)
        for kind, patterns in phrases()["kind_words"].items()
    }
    final, budget = votes["决算"], votes["预算"]
    if final and not budget:
        return Kind.FINAL
    return Kind.BUDGET if budget and not final else None


def _scope(text: str) -> Scope | None:
    if re.search(r"部门口径|部门预算|部门决算|全部门|整个部门", text):
        return Scope.DEPARTMENT
    return Scope.UNIT if re.search(r"单位预算|单位决算|单位口径|局?本级|局机关", text) else None


def _expects(text: str) -> str | None:
    text = re.sub("[那这]几", "", text)  # 那几辆车 are given, not asked for
    for unit in phrases()["expects"]:
        if any(p.search(text) for p in compiled("expects", unit)):
            return str(unit)
    counted = re.search(answers()["counts"], text)  # 要放多少尾鱼苗
    return counted["unit"] if counted and counted["unit"] not in answers()["spans"] else None


# 684万5千块, 1亿2千万, 3万2
_SPOKEN_AMOUNT = re.compile(
    r"(\d+)(亿|万)(\d)(千|百)?(?:万(?=[元块]|$|[^\d]))?[元块]?(?![\d.,%千百年月个人平户辆])"
)


def _in_digits(match: re.Match[str]) -> str:
    """An amount said in two steps as one number: the second counts its tenths, or hundredths (百)."""
    whole, unit, rest, step = match.groups()
    return f"{whole}.{'0' if step == '百' else ''}{rest}{unit}元"


# 384万多, 九百多万, 一亿两千多万: not all of its digits are said
_AMOUNT = re.compile(
    r"(?:(?P<above>[一二两三四五六七八九]|\d{1,2})亿零?)?"
    r"(?:(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<said>[一二两三四五六七八九][一二两三四五六七八九十百千]*[十百千]))"
    r"\s*(?P<about>[多余来]?)(?P<unit>亿元?|万元?(?!平|人)|元)(?P<over>[多余]?)"
)


def _amounts(text: str) -> tuple[Amount, ...]:
    found = []
    for match in _AMOUNT.finditer(_SPOKEN_AMOUNT.sub(_in_digits, text)):
        said = numeral(match["said"] or "")
        value = parse_number(match["digits"]) if match["digits"] else Decimal(said) if said else None
        if value is not None and (match["digits"] or match["about"]):
            unit = match["unit"] if match["unit"].endswith("元") else match["unit"] + "元"
            above = (numeral(match["above"] or "") or 0) * 10000 if unit == "万元" else 0
            step, value = _step(value), value + above
            most = value + step if match["about"] or match["over"] else None
            found.append(Amount(value, unit, most))
    return tuple(found)


def _step(value: Decimal) -> Decimal:
    """What the last digit of a number that is not 0 is worth: 100 of 2600, 0.1 of 3.5."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)

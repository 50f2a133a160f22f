"""Finds figures with units in a sentence and says whether two of them are the same amount.

87.36万元 and 873,617元 are one amount told to different digits; 87.36元 is another. The gold
scoring needs exactly this judgement and nothing of the assistant's own number handling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

from ingest.text import normalise, parse_number
from ingest.yamlfile import parse_yaml

MONEY = "money"
PERCENT = "percent"
MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
ROUNDING_LIMIT = Decimal("0.005")
"""How much of an amount rounding may take away: 0.3 must not pass as 0, nor 54.81 as 50."""

_NUMBER = r"(?<![\d.])(?<!\d,)(?P<sign>-)?(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class Amount:
    """A figure in its family's base unit.

    `quantum` is the size of its last printed digit there, `size` that of the unit it is told in.
    """

    text: str
    family: str
    value: Decimal
    quantum: Decimal
    size: Decimal


@cache
def unit_families() -> dict[str, dict[str, Decimal]]:
    """Family → spelling → size in the base unit, from ``units.yaml``."""
    data = parse_yaml(files("eval").joinpath("units.yaml").read_text(encoding="utf-8"))
    return {
        family: {unit: Decimal(str(size)) for unit, size in units.items()} for family, units in data.items()
    }


def amount(number: str, unit: str) -> Amount:
    """The amount that a number with its unit says.

    Raises:
        ValueError: `number` is no number.
    """
    value = parse_number(number)
    if value is None:
        raise ValueError(f"“{number}”不是数字")
    family, size = _read_unit(normalise(unit))
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # parse_number gives finite numbers only
    return Amount(f"{number}{unit}", family, value * size, Decimal(1).scaleb(exponent) * size, size)


def money_size(unit: str) -> Decimal:
    """How many 元 a money unit is: 10000 for 万元."""
    return _read_unit(unit)[1]


def amounts_in(text: str, unit: str = "元") -> Iterator[Amount]:
    """Every figure of the text that has a known unit, or `unit`, behind it.

    A bare 万 or 亿 counts as money. A unit in brackets, as tables print it, counts too.
    """
    for match in _pattern(normalise(unit)).finditer(normalise(text)):
        # A dash between two figures is a range, not a minus.
        printed = (match["sign"] or "") + match["number"]
        yield amount(printed, (match["magnitude"] or "") + (match["unit"] or "元"))


def same_amount(gold: Amount, said: Amount) -> bool:
    """Whether both say one amount, told at the coarser of both precisions.

    The sign is left to the words around it: a fall of 30 is printed as -30 or as 减少30.
    """
    if gold.family != said.family:
        return False
    first, second = abs(gold.value), abs(said.value)
    if abs(first - second) > first * ROUNDING_LIMIT:
        return False
    quantum = max(gold.quantum, said.quantum)
    return _rounded(first, quantum) == _rounded(second, quantum)


def _rounded(value: Decimal, quantum: Decimal) -> Decimal:
    return (value / quantum).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _read_unit(unit: str) -> tuple[str, Decimal]:
    """The family of a unit and its size there; an unlisted unit is a family of its own."""
    size = Decimal(1)
    rest = unit
    while True:
        for family, spellings in unit_families().items():
            if rest in spellings:
                return family, size * spellings[rest]
        if len(rest) < 2 or rest[0] not in MAGNITUDES:
            return rest, size
        size *= MAGNITUDES[rest[0]]
        rest = rest[1:]


@cache
def _pattern(unit: str) -> re.Pattern[str]:
    spellings = {spelling for units in unit_families().values() for spelling in units} | {unit}
    # Longest first, so that 人次 is never read as 人, nor 个月 as 个.
    units = "|".join(re.escape(s) for s in sorted(spellings, key=len, reverse=True))
    magnitude = f"(?P<magnitude>[{''.join(MAGNITUDES)}]*)"
    return re.compile(rf"{_NUMBER}\s*\(?\s*{magnitude}\s*(?:(?P<unit>{units})|(?<=[万亿]))")

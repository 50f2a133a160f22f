"""Amounts: comparing over units, and the one place that formats a figure for a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SCORED = ("分",)  # the unit of marks
COUNTED = ("人", "人次", "辆", "艘", "台", "次", "场", "家", "层")  # what is counted is never a sum of money
MONEY = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "亿元": Decimal(100000000)}


CENT = Decimal("0.01")  # what computed figures are rounded to


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """A part of a whole (not 0) in percent, with two decimals."""
    return (part / whole * 100).quantize(CENT, ROUND_HALF_UP)


def in_base(value: Decimal, unit: str | None) -> tuple[Decimal, str | None]:
    """The value in 元 for money, as it is for every other unit."""
    factor = MONEY.get(unit or "")
    return (value * factor, "元") if factor else (value, unit)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it can be compared with others: in its base unit, with the worth of its last digit."""

    value: Decimal
    unit: str | None
    step: Decimal

    @classmethod
    def of(cls, value: Decimal, unit: str | None) -> Printed:
        """The figure printed as `value` in `unit`."""
        base, base_unit = in_base(value, unit)
        return cls(base, base_unit, _step(value) * MONEY.get(unit or "", 1))

    def agrees(self, other: Printed) -> bool:
        """Whether two figures agree: equal after conversion, to the digits of the coarser one."""
        if self.unit != other.unit:
            return False
        # Departments cut off as often as they round, so a whole last digit may differ.
        return self.value == other.value or abs(self.value - other.value) < max(self.step, other.step)


def same(a: Decimal, a_unit: str | None, b: Decimal, b_unit: str | None) -> bool:
    """Whether two printed figures agree; see `Printed.agrees`."""
    return Printed.of(a, a_unit).agrees(Printed.of(b, b_unit))


def _step(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) and exponent < 0 else Decimal(1)


def show(value: Decimal, unit: str | None) -> str:
    """A figure with its unit for a sentence: thousand separators, the printed decimals, 0 as ``0``.

    Whole 元 lose their ``.00``; 万元 keep their decimals, which are figures there.
    """
    if value == 0:
        text = "0"
    elif unit == "元" and value == value.to_integral_value():
        text = f"{value:,.0f}"
    else:
        text = f"{value:,f}"
    return f"{text}{unit or ''}"


def in_wan(value: Decimal, unit: str | None) -> Decimal | None:
    """A large amount printed in 元 as 万元 with two decimals, for readers; None where it is no help."""
    if unit != "元" or abs(value) < 10000:
        return None
    return (value / 10000).quantize(CENT, ROUND_HALF_UP)


def common_unit(units: Sequence[str | None]) -> str | None:
    """The unit in which figures can be added or compared: the largest money unit, else the same one."""
    if units and all(u in MONEY for u in units):
        return max((str(u) for u in units), key=lambda u: MONEY[u])
    return units[0] if units and len(set(units)) == 1 else None


def convert(value: Decimal, unit: str | None, to: str) -> Decimal:
    """A money value in another money unit, exactly, with two decimals or as many as it needs; other units
    must be the same already."""
    if unit == to or unit not in MONEY:
        return value
    converted = (value * MONEY[unit] / MONEY[to]).normalize()
    cents = converted.quantize(CENT)
    return cents if cents == converted else converted

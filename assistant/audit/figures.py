"""Figures as an audit sees them: a printed or computed amount, where it stands, how exact it is.

Budget tables print rounded amounts, so two figures agree when they can be the same amount before
rounding (or cutting off) to the digits that each prints. All arithmetic is decimal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from assistant.money import MONEY, show
from ingest.document import Fact, Place

HALF = Decimal("0.5")


@dataclass(frozen=True)
class Figure:
    """An amount with its label; `parts` are the figures that a computed one was made from.

    `step` is one unit of the last printed digit, in `unit`. A computed figure has the places of
    its parts.
    """

    label: str
    value: Decimal
    unit: str | None
    step: Decimal
    places: tuple[Place, ...]
    parts: tuple[Figure, ...] = ()

    @property
    def factor(self) -> Decimal:
        """How many 元 (or of its own unit) one of its unit is."""
        return MONEY.get(self.unit or "", Decimal(1))

    @property
    def base(self) -> Decimal:
        """The amount in 元, or in its own unit when that is no money."""
        return self.value * self.factor

    @property
    def slack(self) -> Decimal:
        """How far, in base units, rounding may have moved it.

        Parts that print fewer digits than others have dropped zeros, so the finest digit counts for
        all of them; a zero is exact.
        """
        rounded = sum(1 for p in self.parts if p.value) if self.parts else int(self.value != 0)
        return rounded * self.step * self.factor * HALF

    @property
    def shown(self) -> str:
        """The figure as a reader sees it, with its unit."""
        return show(self.value, self.unit)

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it stands on, each once, in order."""
        return tuple(sorted({p.page for p in self.places}))


def step_of(value: Decimal) -> Decimal:
    """One unit of a number's last printed digit: 0.01 for 3.50, 1 for 20."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)


def printed(label: str, value: Decimal, unit: str | None, places: Sequence[Place]) -> Figure:
    """A figure as it stands on the page."""
    return Figure(label, value, unit, step_of(value), tuple(places))


def of_fact(fact: Fact, label: str) -> Figure | None:
    """The figure of a table cell; None where the cell prints no number."""
    return None if fact.value is None else printed(label, fact.value, fact.unit, (fact.place,))


def total(label: str, parts: Iterable[Figure], signs: Sequence[int] = ()) -> Figure | None:
    """The sum of figures of one kind of unit, in the unit of the first; None when there are none.

    `signs` (1 or -1 for each part) makes it a signed sum. Figures whose units do not go together
    have no sum either.
    """
    parts = tuple(parts)
    if not parts or len({kind_of(p.unit) for p in parts}) > 1:
        return None
    signs = signs or [1] * len(parts)
    base = sum((s * p.base for s, p in zip(signs, parts, strict=True)), Decimal(0))
    first = parts[0]
    finest = min(p.step * p.factor for p in parts) / first.factor
    value = (base / first.factor).quantize(finest) if finest < 1 else base / first.factor
    places = tuple(dict.fromkeys(place for p in parts for place in p.places))
    return Figure(label, value, first.unit, finest, places, parts)


def renamed(figure: Figure, label: str) -> Figure:
    """The same figure under another label."""
    return replace(figure, label=label)


def kind_of(unit: str | None) -> str | None:
    """What a unit measures: every money unit is 元; other units stand for themselves."""
    return "元" if unit in MONEY else unit


def gap(a: Figure, b: Figure) -> Decimal:
    """How much `b` is above `a`, in base units."""
    return b.base - a.base


def agree(a: Figure, b: Figure) -> bool | None:
    """Whether two figures can be one amount; None when their units cannot be compared.

    Money, shares and amounts of a table that says no unit may differ by rounding or by a last
    digit cut off; counts must be equal.
    """
    unit = kind_of(a.unit)
    if unit != kind_of(b.unit):
        return None
    distance = abs(gap(a, b))
    if unit not in ("元", "%", None):
        return distance == 0
    coarser = max(a.step * a.factor, b.step * b.factor)
    return distance < coarser or distance <= a.slack + b.slack


def overlapping(made: Figure, whole: Figure) -> bool:
    """Whether a sum is too large only because some of its parts contain others.

    Then some of the parts alone make the whole. Only sums of few parts are looked at.
    """
    if made.base <= whole.base or len(made.parts) > 10:
        return False
    return any(
        sum(f.base for f in some) == whole.base
        for count in range(1, len(made.parts))
        for some in combinations(made.parts, count)
    )


def at_most(part: Figure, whole: Figure) -> bool | None:
    """Whether `part` does not exceed `whole`, rounding allowed; None when units differ."""
    same = agree(part, whole)
    return None if same is None else same or part.base < whole.base

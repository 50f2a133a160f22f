"""Says whether a figure that an answer declares as derived really follows from figures it shows.

A formula is words and numbers (办公费21.22万元 + 邮电费2.00万元). What is judged is what a reader
could check: its operands are known figures, and some sum, mean, difference, share or change of
them, or the same amount in another unit, is the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from assistant.answer import Figure
from eval.quantity import MONEY, PERCENT, Amount, amount, amounts_in
from ingest.text import normalise

YEARS, BARE = "years", ""
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
WHOLE = "100%"  # the factor that makes a share a percentage, no operand


def follows(figure: Figure, is_known: Callable[[Amount], bool]) -> bool:
    """Whether a derived figure's formula uses known figures only and comes to its value.

    Raises:
        ValueError: the figure's value is no number.
    """
    operands = operands_of(figure.formula or "")
    if not operands or not all(is_known(operand) for operand in operands):
        return False
    result = amount(figure.value, figure.unit)
    values = [operand.value for operand in operands]
    family = operands[0].family
    reckoned = _shares(values) if result.family == PERCENT != family else _like_results(values)
    # Some cut off where others round, so anything within the last digit will do.
    return any(abs(abs(value) - abs(result.value)) < result.quantum for value in reckoned)


def operands_of(formula: str) -> list[Amount]:
    """The figures of a formula: money and percent; else what is counted; else its bare numbers."""
    formula = normalise(formula).replace(WHOLE, "")
    found = [a for a in amounts_in(formula) if a.family != YEARS]
    bare = [amount(number, BARE) for number in _NUMBER.findall(formula)]
    return [a for a in found if a.family in (MONEY, PERCENT)] or found or bare


def _like_results(values: Sequence[Decimal]) -> Iterator[Decimal]:
    """Sum (a single figure: its conversion), mean, and what is left of each figure without the others."""
    whole = sum(values, Decimal(0))
    yield whole
    yield whole / len(values)
    for value in values:
        yield value - (whole - value)


def _shares(values: Sequence[Decimal]) -> Iterator[Decimal]:
    """What per cent one figure, or the others together, is of a figure, and the change against it.

    A change may also be told by this year's figure and the difference, without the year before.
    """
    whole = sum(values, Decimal(0))
    for part, base in permutations(values, 2):
        reckoned = [(part, base), (part - base, base), (whole - base, base)]
        reckoned += [(part, base - part), (part, base + part)]
        yield from (over / under * 100 for over, under in reckoned if under)

"""Reads which figures a page prints, and in which unit each of them may be meant.

Prose has the unit behind each figure; a table states its unit once (单位：万元), and a table that
goes on from the page before states none. A figure counts as printed only in a unit that its page
allows: 20.00元 is not printed where 20.00 stands in a table in 万元. Where the page leaves the unit
open, any unit is allowed, so that nothing true is called unprinted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from eval.quantity import MONEY, PERCENT, Amount, money_size, same_amount
from ingest.text import normalise, parse_number

Reading = Decimal | str
"""How a printed number may be meant: money of this size, `PERCENT`, or `MONEY` of any size."""

CACHED_PAGES = 512
TABLE_UNITS = ("元", "万元", "亿元")

_DIGITS = r"(?<!\d)(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_FIGURE = re.compile(_DIGITS + r"(?:\s*\(?(?P<unit>%|[百千万亿]*元(?!旦)))?(?P<magnitude>\s*[万亿])?")
_STATED = re.compile(r"(?:单位:?\s*\(?|\()\s*(?:人民币)?(?P<unit>[百千万亿]*元)(?!/)")
_BROKEN_NUMBER = re.compile(r"(?<=[\d.,])\s+(?=[\d.,])")


def is_printed(said: Amount, printed: Mapping[Decimal, frozenset[Reading]]) -> bool:
    """Whether a figure stands there digit by digit; money and per cent in a unit that the page allows."""
    match = re.search(_DIGITS, said.text)
    digits = parse_number(match["number"]) if match else None
    if digits is None or digits not in printed:
        return False
    if not digits:
        return True  # nothing is nothing in any unit
    if said.family == PERCENT:
        return PERCENT in printed[digits]
    if said.family != MONEY:
        return True
    return not printed[digits].isdisjoint({MONEY, said.size})


def tells(gold: Amount, printed: Mapping[Decimal, frozenset[Reading]]) -> bool:
    """Whether a page tells an amount, be it to other digits or in another unit (873,617元 as 87.36万元)."""
    return any(
        same_amount(gold, one)
        for number, readings in printed.items()
        for one in _meanings(number, readings, gold)
    )


def _meanings(number: Decimal, readings: frozenset[Reading], gold: Amount) -> Iterator[Amount]:
    """The amounts of the gold figure's family that a printed number may mean."""
    if gold.family == MONEY:
        sizes = {size for size in readings if isinstance(size, Decimal)}
        sizes |= {money_size(unit) for unit in TABLE_UNITS} if MONEY in readings else set()
    else:
        sizes = {gold.size} if gold.family != PERCENT or PERCENT in readings else set()
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # pages print finite numbers only
    for size in sizes:
        yield Amount("", gold.family, number * size, Decimal(1).scaleb(exponent) * size, size)


@lru_cache(CACHED_PAGES)
def figures_on(text: str) -> Mapping[Decimal, frozenset[Reading]]:
    """Every number that a page prints, without sign, with the ways in which it may be meant.

    A number broken by a line end is read joined as well.
    """
    text = normalise(text)
    found: dict[Decimal, frozenset[Reading]] = {}
    for reading in (text, _BROKEN_NUMBER.sub("", text)):
        for number, ways in _figures(reading):
            found[number] = found.get(number, frozenset()) | ways
    return found


def _figures(text: str) -> list[tuple[Decimal, frozenset[Reading]]]:
    stated = list(_STATED.finditer(text))
    table_units = frozenset(money_size(match["unit"]) for match in stated)
    begins = stated[0].start() if stated else len(text)
    figures = []
    for match in _FIGURE.finditer(text):
        # Before the page's first statement of a unit stands what goes on from the page before.
        bare: frozenset[Reading] = table_units if match.start() > begins else frozenset({MONEY})
        number = parse_number(match["number"])
        if number is not None:
            figures.append((number, _ways(match, bare | {PERCENT})))
    return figures


def _ways(match: re.Match[str], bare: frozenset[Reading]) -> frozenset[Reading]:
    """The unit behind a figure, else those of a bare one; 万 alone may begin the next cell's text."""
    if match["unit"]:
        return frozenset({PERCENT if match["unit"] == "%" else money_size(match["unit"])})
    if match["magnitude"]:
        return bare | {money_size(match["magnitude"].strip() + "元")}
    return bare

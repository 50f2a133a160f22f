"""Checks calculations that forms print in words, such as ``120(元)*6(人)=0.72``.

A form's result stands in its table's unit while the factors are in 元; where the print does not
follow from its own factors, the reader is told rather than given a corrected figure.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.money import MONEY, show
from ingest.text import normalise, parse_number

_PRODUCT = re.compile(r"(?P<factors>\d[^=:：;；]*)=\s*(?P<result>\d[\d,]*(?:\.\d+)?)")
_FACTOR = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*[(（]?\s*(元|千元|万元)?")


def mismatch(text: str, unit: str) -> str | None:
    """A warning where a printed product does not give the printed result in `unit`; None where it does,
    or where nothing of the kind can be read."""
    match = _PRODUCT.search(normalise(text))
    parts = re.split(r"[*×xX]", match["factors"]) if match else []
    found = [_FACTOR.search(p) for p in parts]
    result = parse_number(match["result"]) if match else None
    if len(parts) < 2 or result is None or not all(found) or unit not in MONEY:
        return None
    product, money = Decimal(1), ""
    for factor in found:
        assert factor is not None
        product *= parse_number(factor.group(1)) or Decimal(0)
        money = factor.group(2) or money
    if not money:
        return None
    step = Decimal(1).scaleb(int(result.as_tuple().exponent)) * MONEY[unit]
    if abs(product * MONEY[money] - result * MONEY[unit]) < step:
        return None
    return f"按所列算式计算为{show(product, money)}，与印出的{show(result, unit)}不符，请核对原文。"

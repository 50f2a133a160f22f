"""The money unit of a table's line, which tables print once, above them (单位：万元).

A person or a model that reads the page sees it there; an answer that quotes a line must bring it
along, or no baseline could ever give an amount from a table.
"""

from __future__ import annotations

import re

_DECLARED = re.compile(r"单\s*位\s*[:：]\s*(?:人民币)?\s*(亿元|万元|千元|元)")
# A number as amounts are printed (thousand separators, decimals, or longer than any code), bare.
_AMOUNT = re.compile(
    r"(?<![\d.,-])-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d{8,})"
    r"(?![\d.,%％\u4e00-\u9fff]|\s*[亿万千]?元)"
)
_SENTENCE = re.compile(r"[。；，]")


def unit_at(text: str, position: int, before: str | None = None) -> str | None:
    """The unit in force at a position: the last one declared above it, `before` that of the text that
    goes ahead of this one, else the first one declared at all."""
    declared = [(match.start(), match.group(1)) for match in _DECLARED.finditer(text)]
    above = [unit for start, unit in declared if start < position]
    below = [unit for _, unit in declared]
    return above[-1] if above else before or next(iter(below), None)


def with_unit(line: str, unit: str | None) -> str:
    """A table's line with `unit` behind each bare amount; a sentence stays as it is."""
    if unit is None or _SENTENCE.search(line):
        return line
    return _AMOUNT.sub(lambda match: match.group() + unit, line)

"""The last check before an answer leaves: every figure it speaks is printed on a page it cites.

Figures that a draft derives must be declared with their formula. A draft that fails is not
repaired but refused; a wrong figure is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.answer import Answer, Status
from assistant.money import MONEY
from ingest.text import normalise, parse_number

_FIGURE = re.compile(r"(?<![\d.\[第])(-?\d[\d,]*(?:\.\d+)?)\s*(亿元|千元|万元|元|%)")
_PRINTED = re.compile(r"-?\d[\d,]*(?:\.\d+)?")

PageText = Callable[[str, int], str]
"""(document file name, page) → the page's text."""


def ungrounded(answer: Answer, page_text: PageText) -> list[str]:
    """Money and percent figures of an answer that no cited page prints and no formula declares."""
    figures = _FIGURE.findall(normalise(re.sub(r"\[\d+\]", " ", answer.answer)))
    if not figures:
        return []
    printed = set()
    for document, page in {(c.document, c.page) for c in answer.citations}:
        for cell in re.split(r"[\t\n]", page_text(document, page)):
            printed |= {parse_number(n) for n in _PRINTED.findall(normalise(cell))}
    declared = {parse_number(f.value) for f in answer.figures if f.derived}
    missing = []
    for number, unit in figures:
        value = parse_number(number)
        if value not in printed and value not in declared and not (value == 0 and unit in MONEY):
            missing.append(number + unit)
    return missing


def check(answer: Answer, page_text: PageText) -> bool:
    """Whether an answer may leave: it cites something, and nothing it says is ungrounded."""
    if answer.status != Status.ANSWERED:
        return True
    return bool(answer.citations) and not ungrounded(answer, page_text)

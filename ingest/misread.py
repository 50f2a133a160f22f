"""Recognised cells → what their column, or the national forms and codes, show they must be.

Dirt turns a point into a colon and adds points at a figure's ends. Where most of a column's cells
are figures of one form, a cell that is one but for such marks is put right; no digit is guessed but
from the letters that look like it. A word is put right only where a single doubtful letter parts it
from one word of the national forms and classification.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ingest import classification, template
from ingest.grid import Grid
from ingest.ocr import Reading
from ingest.text import normalise
from ingest.textlines import TextLine

FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.(\d{1,2})")
CODE = re.compile(r"\d{2,7}")
ALIKE = str.maketrans(
    {":": ".", ";": ".", "·": ".", "。": ".", "、": ",", "O": "0", "o": "0", "l": "1", "I": "1"}
)
USUAL = 0.6  # share of a column's cells with digits that must have its form already
ENOUGH = 3  # cells that make a form
DOUBTFUL = 0.5  # confidence in a figure that has not its column's form
DOUBTFUL_LETTER = 0.9  # how sure a letter is at most that may be another
SHORTEST_WORD = 4
CJK = "\u4e00-\u9fff"


def mend(lines: Sequence[TextLine], readings: Sequence[Reading], grids: Sequence[Grid]) -> list[Reading]:
    """The readings, with figures and codes in tables mended after their column."""
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        if line.cell and any(c.isdigit() for c in readings[n].text):
            grid, cell = line.cell
            columns[grid, grids[grid].cells[cell].col].append(n)
    mended = [_tidied(r) if line.cell else r for line, r in zip(lines, readings, strict=True)]
    for members in columns.values():
        texts = [normalise(mended[n].text) for n in members]
        decimals = Counter(len(m.group(1)) for t in texts if (m := FIGURE.fullmatch(t)))
        codes = sum(bool(CODE.fullmatch(t)) for t in texts)
        usual, count = decimals.most_common(1)[0] if decimals else (0, 0)
        for n, text in zip(members, texts, strict=True):
            if count >= max(ENOUGH, USUAL * len(texts)):
                mended[n] = _fitted(mended[n], text, as_figure(text, usual))
            elif codes >= max(ENOUGH, USUAL * len(texts)):
                mended[n] = _fitted(mended[n], text, as_code(text))
    return mended


def as_figure(text: str, decimals: int) -> str | None:
    """The figure with so many decimals that a reading stands for, or None if it may be something else."""
    text = re.sub(r"\s", "", text).translate(ALIKE)
    text = re.sub(r"([.,])[.,]+", r"\1", text.strip(".,'`\""))
    if re.fullmatch(rf"-?\d{{1,3}}(\.\d{{3}})+\.\d{{{decimals}}}", text):
        whole, _, fraction = text.rpartition(".")
        text = whole.replace(".", ",") + "." + fraction
    # A comma parts three digits: before fewer at the end it was a point.
    text = re.sub(rf",(\d{{{decimals}}})$", r".\1", text) if decimals < 3 else text
    match = FIGURE.fullmatch(text)
    return text if match and len(match.group(1)) == decimals else None


def as_code(text: str) -> str | None:
    """The classification code that a reading stands for, or None."""
    text = re.sub(r"[\s.,:;·'`\"]", "", text).translate(ALIKE)
    return text if CODE.fullmatch(text) else None


def as_word(text: str, sure: Sequence[float]) -> str | None:
    """The one official word that differs from a reading in nothing but its most doubtful letter."""
    if len(text) < SHORTEST_WORD or len(sure) != len(text) or text in _words():
        return None
    doubt = min(range(len(text)), key=lambda n: sure[n])
    if sure[doubt] >= DOUBTFUL_LETTER:
        return None
    fitting = _gapped().get((doubt, text[:doubt] + text[doubt + 1 :]), ())
    return fitting[0] if len(fitting) == 1 else None


@cache
def _words() -> frozenset[str]:
    """Names of the national classification, and labels of its forms."""
    forms = template.knowledge("forms")
    labels = [*forms["subject_labels"], *forms["sections"], *forms["groups"]]
    return frozenset([*classification.all_names(), *labels, *forms["heads"]["key"], *forms["heads"]["value"]])


@cache
def _gapped() -> dict[tuple[int, str], tuple[str, ...]]:
    """The words by what they are without one letter, and where it stands."""
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for word in _words():
        for n in range(len(word)):
            at = (n, word[:n] + word[n + 1 :])
            found[at] = (*found.get(at, ()), word)
    return found


def _tidied(reading: Reading) -> Reading:
    """A cell's line without marks that nothing in print explains, an official word put right."""
    text = re.sub(r"\.{2,}", ".", reading.text)
    text = re.sub(rf"(?<=[{CJK}])[.·]+$|^[.·]+(?=[{CJK}])", "", text)
    text = re.sub(r"^(\d{1,2})[.·]+$", r"\1", text)  # a lone number, as in the row of column numbers
    text = re.sub(r"^其中[·.]", "其中：", text)
    if text == reading.text:
        text = as_word(text, reading.sure) or text
    return _with(reading, text)


def _fitted(reading: Reading, text: str, form: str | None) -> Reading:
    """The reading in its column's form; what has points but not the form is doubtful."""
    if form is None:
        doubtful = re.search(r"\d[.,:;]+\d", text) is not None
        return replace(reading, confidence=min(reading.confidence, DOUBTFUL)) if doubtful else reading
    return _with(reading, form) if form != text else reading


def _with(reading: Reading, text: str) -> Reading:
    if text == reading.text or not text:
        return reading
    letters = "".join(text.split())
    if len(letters) == len(reading.middles):
        return replace(reading, text=text)
    middles = tuple((n + 0.5) / len(letters) for n in range(len(letters)))
    return replace(reading, text=text, middles=middles, sure=())

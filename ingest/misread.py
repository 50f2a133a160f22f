"""Recognised figures and codes → what their column shows they must be.

Dirt turns a point into a colon and adds points at a figure's ends. Where most of a column's cells
are figures of one form, a cell that is one but for such marks is put right; no word is touched, and
no digit is guessed but from the letters that look like it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

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


def mend(lines: Sequence[TextLine], readings: Sequence[Reading], grids: Sequence[Grid]) -> list[Reading]:
    """The readings, with figures and codes in tables mended after their column."""
    columns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, line in enumerate(lines):
        if line.cell and any(c.isdigit() for c in readings[n].text):
            grid, cell = line.cell
            columns[grid, grids[grid].cells[cell].col].append(n)
    mended = list(readings)
    for members in columns.values():
        texts = [normalise(readings[n].text) for n in members]
        decimals = Counter(len(m.group(1)) for t in texts if (m := FIGURE.fullmatch(t)))
        codes = sum(bool(CODE.fullmatch(t)) for t in texts)
        usual, count = decimals.most_common(1)[0] if decimals else (0, 0)
        for n, text in zip(members, texts, strict=True):
            if count >= max(ENOUGH, USUAL * len(texts)):
                mended[n] = _fitted(readings[n], text, as_figure(text, usual))
            elif codes >= max(ENOUGH, USUAL * len(texts)):
                mended[n] = _fitted(readings[n], text, as_code(text))
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


def _fitted(reading: Reading, text: str, form: str | None) -> Reading:
    """The reading in its column's form; what has points but not the form is doubtful."""
    if form is None:
        doubtful = re.search(r"\d[.,:;]+\d", text) is not None
        return replace(reading, confidence=min(reading.confidence, DOUBTFUL)) if doubtful else reading
    if form == text:
        return reading
    middles = tuple((n + 0.5) / len(form) for n in range(len(form)))
    return replace(reading, text=form, middles=middles)

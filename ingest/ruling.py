"""A page's picture → the straight rules printed on it, as values that vector pages give too.

Rules are runs of ink much longer than a letter's strokes. Short upright pieces (the side of one
cell between two merged ones) are believed only where they join two level rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.deskew import Grey
from ingest.grid import Rule
from ingest.picture import Picture

SHORTEST = 9.0  # points; shorter runs of ink are letters
LONG = 28.0  # points; longer runs are rules wherever they stand
THICKEST = 4.0  # points; thicker runs are filled areas
SOLID = 0.95  # share of a rule's length that is really ink; the feet of letters in a row have gaps
JOIN = 2.5  # points between a rule's end and the rule it meets
TRIM = 6.0  # points that a rule may seem to reach beyond the rule where it really ends


@dataclass(frozen=True)
class Ruling:
    """Level and upright rules in points, and the pixels they cover (255)."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    mask: Grey


def find_rules(picture: Picture) -> Ruling:
    """The rules of an upright picture."""
    level = _runs(picture, picture.ink)
    upright = _runs(picture, np.ascontiguousarray(picture.ink.T))
    horizontal, vertical = _believable([r for r, _ in level], [r for r, _ in upright])
    mask = np.zeros_like(picture.ink)
    for rule, (x, y, w, h) in level:
        if rule in horizontal:
            mask[y : y + h, x : x + w] = 255
    for rule, (y, x, h, w) in upright:
        if rule in vertical:
            mask[y : y + h, x : x + w] = 255
    horizontal, vertical = _trimmed(horizontal, vertical), _trimmed(vertical, horizontal)
    return Ruling(tuple(horizontal), tuple(vertical), mask)


def _runs(picture: Picture, ink: Grey) -> list[tuple[Rule, tuple[int, int, int, int]]]:
    """Long level runs of ink with their pixel boxes (x, y, width, height)."""
    # A rule that still drifts by a pixel, or has lost a few to noise, is whole once it is thickened.
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    thick = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, picture.pixels(0.7)), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, picture.pixels(SHORTEST)), np.uint8))
    opened = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((1, picture.pixels(2)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    found = []
    for x, y, w, h, area in stats[1:].tolist():
        if area / w > picture.pixels(THICKEST) + 2 or w < picture.pixels(SHORTEST):
            continue
        end = picture.pixels(TRIM / 2)  # a speck beside its end may have joined the rule
        if ink[y : y + h, x + end : x + w - end].max(axis=0).mean() < SOLID * 255:
            continue
        at = (y + h / 2) / picture.scale
        found.append((Rule(at, x / picture.scale, (x + w) / picture.scale), (x, y, w, h)))
    return found


def _believable(level: Sequence[Rule], upright: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules that are long, or that join two others at their ends; never a letter's strokes alone."""
    for _ in range(2):  # a short rule may rest on one that is found out to be a stroke
        level_kept = [r for r in level if _long(r) or _joins(r, upright)]
        upright_kept = [r for r in upright if _long(r) or _joins(r, level_kept)]
        level, upright = level_kept, upright_kept
    return list(level), list(upright)


def _trimmed(rules: Sequence[Rule], others: Sequence[Rule]) -> list[Rule]:
    """Rules whose ends stand on the rule they meet: specks of dirt make them seem longer."""
    trimmed = []
    for rule in rules:
        crossing = [o.at for o in others if o.start - JOIN <= rule.at <= o.end + JOIN]
        start = min((at for at in crossing if -JOIN <= at - rule.start <= TRIM), default=rule.start)
        end = max((at for at in crossing if -JOIN <= rule.end - at <= TRIM), default=rule.end)
        trimmed.append(Rule(rule.at, start, end) if start < end else rule)
    return trimmed


def _long(rule: Rule) -> bool:
    return rule.end - rule.start >= LONG


def _joins(rule: Rule, others: Iterable[Rule]) -> bool:
    """Whether both ends rest on long rules that cross its way."""
    crossing = [o.at for o in others if _long(o) and o.start - JOIN <= rule.at <= o.end + JOIN]
    return any(abs(at - rule.start) <= JOIN for at in crossing) and any(
        abs(at - rule.end) <= JOIN for at in crossing
    )

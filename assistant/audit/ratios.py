"""Rates against the amounts that they follow from: interval arithmetic over what rounding allows.

A printed rate is right when some true amounts, within the rounding of the printed ones, lead to it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from assistant.audit.checks import Check, Status, said, unchecked
from assistant.audit.figures import Figure, kind_of

HUNDRED = Decimal(100)


def rate_check(rule: str, subject: str, rate: Figure, part: Figure, whole: Figure) -> Check:
    """The check that ``rate`` (in %) is ``part`` over ``whole``.

    A rate of at most one may be a share of one (0.88).
    """
    if whole.base <= whole.slack or kind_of(part.unit) != kind_of(whole.unit):
        return unchecked(rule, subject, "分母为零或计量单位不同", rate)
    low = max(part.base - part.slack, Decimal(0)) if part.base >= 0 else part.base - part.slack
    high = part.base + part.slack
    floor = low / (whole.base + whole.slack) * HUNDRED
    ceiling = high / (whole.base - whole.slack) * HUNDRED
    return judge(rule, subject, rate, (floor, ceiling), part.base / whole.base * HUNDRED, (part, whole))


def growth_check(rule: str, subject: str, rate: Figure, now: Figure, before: Figure, sign: int) -> Check:
    """The check that ``now`` is ``rate`` % above (sign 1) or below (-1) ``before``."""
    if before.base <= before.slack:
        return unchecked(rule, subject, "上年金额为零", rate)
    ends = [
        (sign * ((now.base + a * now.slack) / (before.base + b * before.slack) - 1)) * HUNDRED
        for a in (-1, 1)
        for b in (-1, 1)
    ]
    exact = sign * (now.base / before.base - 1) * HUNDRED
    return judge(rule, subject, rate, (min(ends), max(ends)), exact, (now, before))


def judge(
    rule: str,
    subject: str,
    rate: Figure,
    bounds: tuple[Decimal, Decimal],
    exact: Decimal,
    terms: tuple[Figure, ...],
) -> Check:
    """Whether a printed rate lies within what its terms allow, one last digit cut off included."""
    places = tuple(dict.fromkeys(p for t in terms for p in t.places))
    shown = exact.quantize(min(rate.step, Decimal("0.01")), ROUND_HALF_UP)
    label = f"按{terms[0].label}{terms[0].shown}与{terms[1].label}{terms[1].shown}计算应为"
    expected = Figure(label, shown, "%", Decimal("0.01"), places, terms)
    for scale in (Decimal(1), HUNDRED) if abs(rate.value) <= 1 else (Decimal(1),):
        printed, step = rate.value * scale, rate.step * scale
        if bounds[0] - step < printed < bounds[1] + step:
            return Check(rule, Status.HOLDS, subject, f"{subject}：{rate.shown}，相符。", expected, rate)
    message = f"{subject}：{said(rate)}，{said(expected)}，不一致，相差{abs(rate.value - shown)}个百分点。"
    return Check(rule, Status.FAILS, subject, message, expected, rate)

"""Shares, growth and completion as sentences print them, against the amounts that they print.

What a rate is measured on stands before it: the item's own amount, then the whole (the sentence's
first amount, or one it names) or last year's amount (printed, or this year's less the change).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.audit.checks import Check, Status, equal, said, unchecked
from assistant.audit.figures import Figure, total
from assistant.audit.ratios import growth_check, rate_check
from assistant.audit.sentences import Amount, Role, Sentence
from ingest.facts import clean_name
from ingest.text import key

Named = Callable[[str], list[Figure]]
_SHARE_OF = re.compile(r"占(?P<whole>.{2,20}?)的?(比重|比例)?(为)?$")
_NO_YEAR = "没有同时印两年的金额"
_PLAN = re.compile(r"预算")
_FLAT = re.compile(r"^.{0,3}[,，]?(比|与|较).{0,16}持平")


def check_rates(paragraph: Sequence[Sentence], named: Named) -> Iterator[Check]:
    """Every rate and change of a paragraph. `named` gives the table amounts that words name."""
    earlier: list[Amount] = []
    for sentence in paragraph:
        own: list[Amount] = []
        change: Amount | None = None
        for amount in sentence.amounts:
            if amount.role is Role.AMOUNT and amount.is_money:
                own.append(amount)
                change = None
                yield from _flat(sentence, own)
            elif amount.role is Role.CHANGE:
                change = amount
                yield _change(sentence, amount, own)
            elif amount.role is Role.GROWTH:
                yield _growth(sentence, amount, own, earlier, change)
            elif amount.role is Role.SHARE:
                yield _share(sentence, amount, own, earlier, named)
            elif amount.role is Role.COMPLETION:
                yield _completion(sentence, amount, own)
        earlier = own or earlier


def _before(own: Sequence[Amount]) -> Amount | None:
    """Last year's amount, where the sentence prints it before this year's."""
    if len(own) < 2:
        return None
    last, now = own[-2], own[-1]
    return last if last.year and now.year and last.year == now.year - 1 else None


def _flat(sentence: Sentence, own: Sequence[Amount]) -> Iterator[Check]:
    before, now = _before(own), own[-1]
    if before and _FLAT.match(now.tail):
        yield equal("change", f"“{sentence.topic}”持平", before.figure, now.figure)


def _change(sentence: Sentence, change: Amount, own: Sequence[Amount]) -> Check:
    """A change against both years where both are printed; an increase is never above the amount itself."""
    before = _before(own)
    subject = f"“{sentence.topic}”{clean_name(change.clause)}"
    if before:
        signs = (1, -1) if change.sign > 0 else (-1, 1)
        made = total("两年金额之差", [own[-1].figure, before.figure], signs)
        return (
            equal("change", subject, made, change.figure) if made else unchecked("change", subject, _NO_YEAR)
        )
    group = sentence.group(change)
    beside = re.match(r"^[)）]?[,，]?(比|较|与|同比)", change.lead)
    if len(group) == 1 and change.sign > 0 and beside:
        now = group[0].figure
        if change.figure.base > now.base + now.slack + change.figure.slack:
            message = f"{subject}：增加额{change.figure.shown}大于{said(now)}，上年金额会成为负数。"
            return Check("change", Status.FAILS, subject, message, now, change.figure)
    return unchecked("change", subject, _NO_YEAR, change.figure)


def _growth(
    sentence: Sentence, rate: Amount, own: Sequence[Amount], earlier: Sequence[Amount], change: Amount | None
) -> Check:
    """A growth rate on last year's amount; where that is not printed, on this year's less the change.

    What the change is of may be any amount before it, so that any of them may lead to the rate.
    """
    before, subject = _before(own), f"“{sentence.topic}”{clean_name(rate.clause)}"
    if before:
        return growth_check("growth", subject, rate.figure, own[-1].figure, before.figure, rate.sign)
    if change is None:
        return unchecked("growth", subject, _NO_YEAR, rate.figure)
    checks = []
    for now in reversed(own or earlier):
        base = total("当年金额减去增减额", [now.figure, change.figure], (1, -change.sign))
        if base:
            checks.append(growth_check("growth", subject, rate.figure, now.figure, base, rate.sign))
    return _best(checks) or unchecked("growth", subject, "没有印当年金额", rate.figure)


def _best(checks: Sequence[Check]) -> Check | None:
    """The reading that holds, else the first that could be checked, else none."""
    checks = [c for c in checks if c.status is not Status.UNCHECKED]
    return next((c for c in checks if c.status is Status.HOLDS), checks[0] if checks else None)


def _share(
    sentence: Sentence, rate: Amount, own: Sequence[Amount], earlier: Sequence[Amount], named: Named
) -> Check:
    subject = f"{own[-1].figure.label if own else sentence.topic}占比"
    if not own:
        return unchecked("share", subject, "没有印所占的金额", rate.figure)
    part = own[-1].figure
    wholes = [w for w in _wholes(rate, own, earlier, named) if w.base >= part.base]
    checks = [rate_check("share", subject, rate.figure, part, w) for w in wholes]
    return _best(checks) or unchecked("share", subject, "没有印总数", rate.figure)


def _wholes(rate: Amount, own: Sequence[Amount], earlier: Sequence[Amount], named: Named) -> list[Figure]:
    """What a share may be of: what the clause names, else an earlier amount of the text."""
    match = _SHARE_OF.search(key(rate.clause))
    if match:
        word = match["whole"]
        said = [a.figure for a in (*own[:-1], *earlier) if word in key(a.clause)]
        return said or named(word)
    # An amount with a share of its own is another part.
    said = [a.figure for a in own[:-1] if not re.match(r"[,，(（]?占", a.tail)]
    return said or [a.figure for a in earlier]


def _completion(sentence: Sentence, rate: Amount, own: Sequence[Amount]) -> Check:
    """完成预算的…%: the last amount over the budget before it."""
    subject = f"“{sentence.topic}”{rate.clause}"
    plans = [a for a in own[:-1] if _PLAN.search(a.clause) and not re.search("决算", a.clause)]
    if len(own) != 2 or not plans:
        return unchecked("completion", subject, "没有同时印出预算数和决算数", rate.figure)
    return rate_check("completion", subject, rate.figure, own[-1].figure, plans[-1].figure)

"""What an audit finds: one `Check` for each relation looked at, and the report of a document.

A check holds, fails, or could not be made; a failed one says both figures, their pages and the
difference, because the publisher's document is reported and never repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from assistant.audit.figures import Figure, agree, at_most, gap
from assistant.money import show
from ingest.document import Place


class Status(StrEnum):
    """How a check ended. UNCHECKED: something that it needs is not printed."""

    HOLDS = "holds"
    FAILS = "fails"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Check:
    """One relation between figures. `rule` is a key of ``rules.yaml``'s titles.

    `expected` is what the rule leads to (often computed), `found` what is printed in its stead.
    """

    rule: str
    status: Status
    subject: str
    message: str
    expected: Figure | None = None
    found: Figure | None = None

    @property
    def difference(self) -> Decimal | None:
        """`found` minus `expected`, in the unit of `found`."""
        if self.expected is None or self.found is None:
            return None
        return gap(self.expected, self.found) / self.found.factor

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place of the figures that take part."""
        figures = [f for f in (self.found, self.expected) if f]
        return tuple(dict.fromkeys(place for f in figures for place in f.places))

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages of those places, in order."""
        return tuple(sorted({p.page for p in self.places}))


@dataclass(frozen=True)
class AuditReport:
    """All checks of one document."""

    document: str
    checks: tuple[Check, ...]

    def of(self, status: Status) -> tuple[Check, ...]:
        """The checks that ended so."""
        return tuple(c for c in self.checks if c.status is status)

    @property
    def holds(self) -> int:
        """How many relations hold."""
        return len(self.of(Status.HOLDS))

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that fail, by page."""
        return tuple(sorted(self.of(Status.FAILS), key=lambda c: c.pages))

    @property
    def unchecked(self) -> int:
        """How many relations could not be checked."""
        return len(self.of(Status.UNCHECKED))

    @property
    def checked(self) -> int:
        """How many relations were checked: those that hold and those that fail."""
        return len(self.checks) - self.unchecked


def equal(rule: str, subject: str, expected: Figure, found: Figure) -> Check:
    """The check that two figures agree."""
    return _judged(rule, subject, expected, found, agree(expected, found), "不一致")


def not_above(rule: str, subject: str, part: Figure, whole: Figure) -> Check:
    """The check that a part does not exceed its whole; `whole` is the expected bound."""
    return _judged(rule, subject, whole, part, at_most(part, whole), "超出")


def any_equal(rule: str, subject: str, readings: Sequence[Figure], found: Figure) -> Check:
    """The check that a figure agrees with one of several readings; the nearest is reported."""
    checks = [equal(rule, subject, reading, found) for reading in readings]
    comparable = [c for c in checks if c.status is not Status.UNCHECKED]
    if not comparable:
        return checks[0] if checks else unchecked(rule, subject, "没有可比的数字", found)
    held = next((c for c in comparable if c.status is Status.HOLDS), None)
    return held or min(comparable, key=lambda c: abs(c.difference or Decimal(0)))


def unchecked(rule: str, subject: str, why: str, found: Figure | None = None) -> Check:
    """A relation that cannot be checked, with the reason."""
    return Check(rule, Status.UNCHECKED, subject, f"{subject}：{why}，无法核对。", None, found)


def doubted(checks: Iterable[Check]) -> list[Check]:
    """The checks of one relation over a table; when most fail, the relation is not the table's.

    Then it was read into the table (a header understood wrongly, rows that are no parts), and its
    failures count as not checkable.
    """
    checks = list(checks)
    failed = sum(c.status is Status.FAILS for c in checks)
    held = sum(c.status is Status.HOLDS for c in checks)
    if failed < 3 or failed <= held:
        return checks
    return [
        replace(unchecked(c.rule, c.subject, "本表多数行都不符合这一关系", c.found))
        if c.status is Status.FAILS
        else c
        for c in checks
    ]


def _judged(
    rule: str, subject: str, expected: Figure, found: Figure, verdict: bool | None, word: str
) -> Check:
    if verdict is None:
        return unchecked(rule, subject, "两个数字的计量单位不同", found)
    if verdict:
        return Check(rule, Status.HOLDS, subject, f"{subject}：{found.shown}，相符。", expected, found)
    distance = show(abs(gap(expected, found)) / found.factor, found.unit)
    message = f"{subject}：{said(found)}，{said(expected)}，{word}，相差{distance}。"
    return Check(rule, Status.FAILS, subject, message, expected, found)


def said(figure: Figure) -> str:
    """A figure for a message: label, amount, pages."""
    pages = "、".join(map(str, figure.pages))
    return f"{figure.label}{figure.shown}（第{pages}页）" if pages else f"{figure.label}{figure.shown}"

"""Errors of the staff desk, each one Chinese sentence that says what to do next."""

from __future__ import annotations

from ingest.errors import BudgetQAError


class DeskError(BudgetQAError):
    """The desk cannot do what was asked."""


class UnknownCaseError(DeskError):
    """No case has this number: it was deleted, or never was."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有第 {number} 号来信，可能已被删除，请刷新页面后再看。")


class ChangedMeanwhileError(DeskError):
    """Somebody else changed the case since it was opened; nothing was written."""

    def __init__(self, number: int) -> None:
        super().__init__(f"第 {number} 号来信刚被别人改过，您的修改没有保存，请重新打开后再改。")


class NotReadyError(DeskError):
    """The step is against the rules: nothing is sent without review, what was sent is not changed."""


class DeskUnavailableError(DeskError):
    """The desk's database cannot be opened, read or written."""

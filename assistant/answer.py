"""The public answer object of the contract: what was asked, what is said, and where it is printed.

Everything that leaves the assistant (CLI, HTTP, web page, evaluation) is an `Answer`; nothing
else formats answers for machines.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field


class Status(StrEnum):
    """How the question ended."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"


class Confidence(StrEnum):
    """How sure an answer is, the surest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def words(self) -> str:
        """The level in plain words, with what to do."""
        return {
            "high": "把握较大",
            "medium": "把握一般，请对照出处",
            "low": "把握较小，请务必核对原文",
        }[self.value]


class Citation(BaseModel):
    """A numbered source: the place on a PDF page where a reader can check the answer."""

    n: int
    document: str
    page: int = Field(ge=1)
    title: str
    quote: str
    bbox: tuple[float, float, float, float]
    kind: str = Field(pattern="^(text|table)$")


class Figure(BaseModel):
    """A number of the answer: printed on the cited pages, or derived by the formula it carries."""

    label: str
    value: str
    unit: str
    citations: list[int]
    derived: bool = False
    formula: str | None = None


class Answer(BaseModel):
    """One answer, as ``ask --json`` prints it. `answer` is plain text with ``[n]`` markers."""

    id: str | None = None
    question: str
    status: Status
    answer: str
    figures: list[Figure] = []
    citations: list[Citation] = []
    warnings: list[str] = []
    confidence: Confidence | None = None
    suggestions: list[str] = []
    elapsed_ms: float = 0.0

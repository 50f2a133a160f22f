"""What an answer computes."""

from __future__ import annotations

from assistant.answer import Answer


def derived(answer: Answer) -> set[str]:
    """What an answer computes, as ``value unit``."""
    return {f"{f.value}{f.unit}" for f in answer.figures if f.derived}

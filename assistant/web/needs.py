"""What the web page needs of the assistant: asking, and the store of the documents held.

Stated as a protocol, so that the page can be tried with anything that answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.answer import Answer
from vectorstore.store import Store


class Answerer(Protocol):
    """Questions in, answers out; `assistant.core.Assistant` is one."""

    @property
    def store(self) -> Store:
        """What is held."""
        ...

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """The answer to `question`, after the earlier questions of `history`, over `docs` or all."""
        ...

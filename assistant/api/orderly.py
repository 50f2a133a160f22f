"""Answers a few questions at a time, in the order in which they come.

Answering keeps a core busy. When ten threads share the cores, every question takes as long as all
ten together and a long one far longer; taking turns, each waits for those before it and no more.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

from assistant.answer import Answer
from assistant.web.needs import Answerer
from vectorstore.store import Store


class Orderly:
    """An `Answerer` that has another one answer, `at_once` questions at a time."""

    def __init__(self, assistant: Answerer, at_once: int | None = None) -> None:
        self._assistant = assistant
        self._turns = threading.BoundedSemaphore(at_once or os.cpu_count() or 1)

    @property
    def store(self) -> Store:
        """What is held."""
        return self._assistant.store

    def ask(
        self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = (), id: str | None = None
    ) -> Answer:
        """The answer, when it is the question's turn."""
        with self._turns:
            return self._assistant.ask(question, history=history, docs=docs, id=id)

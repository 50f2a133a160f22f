"""The answers given on the page, for what a reader does with one: copy, download, say whether it helped.

They are known by a random key, so that only who saw an answer can refer to it, and what is
downloaded or judged is what was said, not what a browser claims was said.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

from assistant.answer import Answer
from ingest.errors import BudgetQAError

_MOST = 2000


class UnknownAnswerError(BudgetQAError):
    """No answer has this key: it is too long ago, or the program was started anew."""


class GivenAnswers:
    """The latest answers, by key. Safe to share between threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> str:
        """The key of an answer that is about to be shown."""
        key = secrets.token_urlsafe(12)
        with self._lock:
            self._held[key] = answer
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return key

    def get(self, key: str) -> Answer:
        """The answer with this key; `UnknownAnswerError` when it is no longer held."""
        with self._lock:
            answer = self._held.get(key)
        if answer is None:
            raise UnknownAnswerError("这个回答已经不在了，请重新提问后再试。")
        return answer

"""What one question looks up twice is looked up once, and all of it in one state of the catalog.

Ways of answering read the same rows and search for the same words without knowing of each other. While
a question is answered, the store keeps one connection and remembers what it gave; with the answer all of
that is forgotten, so that nothing outlives a change of the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Question:
    """What is remembered while one question is answered, and what is closed with the answer."""

    def __init__(self, closing: ExitStack) -> None:
        self.known: dict[Hashable, Any] = {}
        self.closing = closing


_under_way: ContextVar[_Question | None] = ContextVar("question", default=None)


@contextmanager
def one_question() -> Iterator[None]:
    """While this lasts, what is `recalled` is looked up once in this thread."""
    with ExitStack() as closing:
        token = _under_way.set(_Question(closing))
        try:
            yield
        finally:
            _under_way.reset(token)


def once(what: Hashable, look_up: Callable[[], _T]) -> _T:
    """A value that is looked up once while a question is answered, and each time where none is."""
    question = _under_way.get()
    if question is None:
        return look_up()
    if what not in question.known:
        question.known[what] = look_up()
    known: _T = question.known[what]
    return known


def kept_open(what: Hashable, open_: Callable[[], AbstractContextManager[_T]]) -> AbstractContextManager[_T]:
    """Something opened once while a question is answered and closed with it; else for the caller alone."""
    question = _under_way.get()
    return open_() if question is None else _lent(question, what, open_)


@contextmanager
def _lent(
    question: _Question, what: Hashable, open_: Callable[[], AbstractContextManager[_T]]
) -> Iterator[_T]:
    if what not in question.known:
        question.known[what] = question.closing.enter_context(open_())
    yield question.known[what]


def recalled(look_up: Callable[_P, list[_T]]) -> Callable[_P, list[_T]]:
    """A look-up whose values are remembered while one question is answered; each caller has a list of
    its own."""

    @wraps(look_up)
    def found(*args: _P.args, **kwargs: _P.kwargs) -> list[_T]:
        asked = (look_up.__name__, _as_key(args), *((name, _as_key(kwargs[name])) for name in sorted(kwargs)))
        return list(once(asked, lambda: look_up(*args, **kwargs)))

    return found


def _as_key(value: Any) -> Hashable:
    return tuple(map(_as_key, value)) if isinstance(value, list | tuple) else value

"""What one question looks up twice is looked up once.

Ways of answering read the same rows and search for the same words without knowing of each other. While
a question is answered, the store remembers what it gave; with the answer all of that is forgotten, so
that nothing outlives a change of the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

_given: ContextVar[dict[Hashable, Sequence[Any]] | None] = ContextVar("given", default=None)


@contextmanager
def one_question() -> Iterator[None]:
    """While this lasts, what is `recalled` is looked up once in this thread."""
    token = _given.set({})
    try:
        yield
    finally:
        _given.reset(token)


def recalled(look_up: Callable[_P, list[_T]]) -> Callable[_P, list[_T]]:
    """A look-up whose values are remembered while one question is answered; each caller has a list of
    its own."""

    @wraps(look_up)
    def found(*args: _P.args, **kwargs: _P.kwargs) -> list[_T]:
        given = _given.get()
        if given is None:
            return look_up(*args, **kwargs)
        asked = (look_up.__name__, _as_key(args), *((name, _as_key(kwargs[name])) for name in sorted(kwargs)))
        if asked not in given:
            given[asked] = look_up(*args, **kwargs)
        return list(given[asked])

    return found


def _as_key(value: Any) -> Hashable:
    return tuple(map(_as_key, value)) if isinstance(value, list | tuple) else value

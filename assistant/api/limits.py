"""Keeps requests that are too large out of memory and off the disk, before anything reads them.

The length is counted as it arrives, since a request need not say its length, or may lie. FastAPI has
a limit of its own, but what it answers is no sentence that a visitor understands.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware: a body over `limit(method, path)` bytes is answered with 413 when it is read."""

    def __init__(self, app: ASGIApp, limit: Callable[[str, str], int]) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["method"], scope["path"])
        left = limit
        declared = Headers(scope=scope).get("content-length", "")

        async def counted() -> Message:
            nonlocal left
            if declared.isdigit() and int(declared) > limit:
                raise _too_large(limit)
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _too_large(limit)
            return message

        await self._app(scope, counted, send)


def _too_large(limit: int) -> HTTPException:
    size = f"{limit / 1024 / 1024:g} MB"
    return HTTPException(413, f"发来的内容超过了 {size} 的上限，请减少内容，或把文件分几次上传。")

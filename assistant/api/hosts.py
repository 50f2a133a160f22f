"""Refuses requests under a host name that is not the server's (`ServerSettings.hosts`), in words.

Without it a page of another site whose name is made to lead here could read what is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.errors import told

_UNKNOWN = "这里不接受用这个域名发来的请求，请换用本站的域名；管理员可在环境变量 BUDGET_QA_HOSTS 里添加域名。"


class KnownHosts:
    """ASGI middleware; of `names`, ``*`` is any host and ``*.example`` any below that one."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._names = [name.lower() for name in names]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400."""
        if scope["type"] not in ("http", "websocket") or self._knows(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
        else:
            await told(scope["path"], 400, _UNKNOWN)(scope, receive, send)

    def _knows(self, header: str) -> bool:
        try:
            host = urlsplit(f"//{header}").hostname or ""
        except ValueError:
            return False
        return any(
            name in ("*", host) or (name.startswith("*.") and host.endswith(name[1:])) for name in self._names
        )

"""Who may change what is held: whoever shows the staff token, or sits at the machine itself.

One check for the HTTP interface and for pages: `Staff.required` is its FastAPI dependency,
`Staff.check` the plain function (for example with the token that was typed into a page).
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from ingest.errors import BudgetQAError

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_NOT_LOCAL = (
    "没有设置工作人员口令，只能在运行本程序的机器上（网址用 127.0.0.1 或 localhost）上传、删除文件；"
    "要在别处操作，请设置环境变量 BUDGET_QA_STAFF_TOKEN 后重新启动。"
)
_NO_TOKEN = "上传、删除文件要出示工作人员口令：请加请求头 Authorization: Bearer 口令。"
_WRONG_TOKEN = "工作人员口令不对，请核对 BUDGET_QA_STAFF_TOKEN 的值（请求头里只能用英文字母、数字和符号）。"

_BEARER = HTTPBearer(auto_error=False, scheme_name="工作人员口令", description="BUDGET_QA_STAFF_TOKEN 的值")
_Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class NotAllowedError(BudgetQAError):
    """Only staff may do this, and the request does not come from staff."""


class NoTokenError(NotAllowedError):
    """The staff token is missing or wrong: showing it would help."""


class Staff:
    """Tells staff from visitors.

    With a `token`, whoever shows it is staff. Without one, whoever asks from this very machine is:
    a loopback address under a loopback name, past no proxy, and not sent by another site's page.
    A proxy on this machine that leaves no trace cannot be told from a person at it, so a server
    behind one needs the token.
    """

    def __init__(self, token: SecretStr | None = None) -> None:
        self._token = token.get_secret_value() if token else None

    @property
    def has_token(self) -> bool:
        """Whether a token is what makes staff."""
        return self._token is not None

    def check(self, connection: HTTPConnection, given: str | None = None) -> None:
        """Nothing for staff, `NotAllowedError` for visitors; `given` is the token that was shown."""
        if self._token is None:
            if not is_local(connection):
                raise NotAllowedError(_NOT_LOCAL)
            return
        if not given:
            raise NoTokenError(_NO_TOKEN)
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise NoTokenError(_WRONG_TOKEN)

    def required(self, request: Request, shown: _Shown) -> None:
        """FastAPI dependency: lets staff pass; the token comes in the Authorization header."""
        self.check(request, shown.credentials if shown else None)


def is_local(connection: HTTPConnection) -> bool:
    """Whether the request was made on this machine, by a person or program rather than by a proxy
    or by a page of another site (which a browser here may be showing)."""
    headers = connection.headers
    if connection.client is None or any(name in headers for name in _FORWARDED):
        return False
    return (
        _is_loopback(connection.client.host)
        and _is_loopback(urlsplit(f"//{headers.get('host', '')}").hostname or "")
        and has_own_origin(connection)
    )


def has_own_origin(connection: HTTPConnection) -> bool:
    """Whether the request comes from no page at all, or from a page of this server."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback

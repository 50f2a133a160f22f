"""Who may change what is held: whoever shows the staff token, or sits at the machine itself.

One check for the HTTP interface and for pages: `Staff.required` is its FastAPI dependency,
`Staff.check` the plain function. A browser shows the token once (`Staff.sign_in`, see
`assistant.web.signin`) and then the cookie that it got for it.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from ingest.errors import BudgetQAError

COOKIE = "budget_qa_staff"
HOURS = 12  # a working day: whoever signed in this morning need not do so again
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_NOT_LOCAL = (
    "没有设置工作人员口令，只能在运行本程序的机器上（网址用 127.0.0.1 或 localhost）上传、删除文件；"
    "要在别处操作，请设置环境变量 BUDGET_QA_STAFF_TOKEN 后重新启动。"
)
_NO_TOKEN = "这件事要出示工作人员口令：请在网页上登录，或加请求头 Authorization: Bearer 口令。"
_WRONG_TOKEN = "工作人员口令不对，请核对 BUDGET_QA_STAFF_TOKEN 的值（只能用英文字母、数字和符号）。"

_BEARER = HTTPBearer(auto_error=False, scheme_name="工作人员口令", description="BUDGET_QA_STAFF_TOKEN 的值")
_Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class NotAllowedError(BudgetQAError):
    """Only staff may do this, and the request does not come from staff."""


class NoTokenError(NotAllowedError):
    """The staff token is missing or wrong: showing it would help."""


@dataclass(frozen=True)
class Person:
    """A member of staff: `name` is as given at sign-in, empty when none was."""

    name: str = ""


class Staff:
    """Tells staff from visitors.

    With a `token`, whoever shows it is staff, or the cookie of a sign-in with it. Without one,
    whoever asks from this very machine is: a loopback address under a loopback name, past no proxy,
    and not sent by another site's page.
    A proxy on this machine that leaves no trace cannot be told from a person at it, so a server
    behind one needs the token.
    """

    def __init__(self, token: SecretStr | None = None) -> None:
        self._token = token.get_secret_value() if token else None
        self._sessions: dict[str, tuple[Person, float]] = {}
        self._lock = threading.Lock()

    @property
    def has_token(self) -> bool:
        """Whether a token is what makes staff."""
        return self._token is not None

    def check(self, connection: HTTPConnection, given: str | None = None) -> Person:
        """Who of the staff it is; `NotAllowedError` for visitors. `given` is the token that was shown."""
        if self._token is None:
            if not is_local(connection):
                raise NotAllowedError(_NOT_LOCAL)
            return Person()
        if given:
            self._check_token(given)
            return Person()
        person = self._signed_in(connection)
        if person is None:
            raise NoTokenError(_NO_TOKEN)
        return person

    def person(self, connection: HTTPConnection) -> Person | None:
        """Who of the staff it is, or None for visitors."""
        try:
            return self.check(connection)
        except NotAllowedError:
            return None

    def sign_in(self, given: str, name: str = "") -> str:
        """The cookie's value for whoever shows the token; `NoTokenError` when it is wrong."""
        self._check_token(given)
        session, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._sessions = {id_: held for id_, held in self._sessions.items() if held[1] > now}
            self._sessions[session] = (Person(name), now + HOURS * 3600)
        return session

    def sign_out(self, connection: HTTPConnection) -> None:
        """Forget the sign-in whose cookie the request carries."""
        with self._lock:
            self._sessions.pop(connection.cookies.get(COOKIE, ""), None)

    def required(self, request: Request, shown: _Shown) -> None:
        """FastAPI dependency: lets staff pass; the token comes in the Authorization header."""
        self.check(request, shown.credentials if shown else None)

    def _check_token(self, given: str) -> None:
        if self._token is None or not hmac.compare_digest(given.encode(), self._token.encode()):
            raise NoTokenError(_WRONG_TOKEN)

    def _signed_in(self, connection: HTTPConnection) -> Person | None:
        """Who has the cookie that the request carries; a page of another site shows it in vain."""
        with self._lock:
            person, until = self._sessions.get(connection.cookies.get(COOKIE, ""), (None, 0.0))
        return person if time.monotonic() < until and has_own_origin(connection) else None


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

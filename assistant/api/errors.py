"""What goes wrong → a status code and one Chinese sentence, in the form that the caller expects.

The one place that does so: ``{"detail": 句子}`` everywhere, and under ``/v1`` the error object that
OpenAI's clients understand. A traceback goes to the log only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

from assistant.api.staff import NotAllowedError, NoTokenError
from assistant.api.uploads import TooManyWaitingError, UnknownJobError
from assistant.desk.errors import DeskUnavailableError, UnknownCaseError
from assistant.feedback import FeedbackError
from assistant.given import UnknownAnswerError
from assistant.pages import NoSuchPageError
from assistant.request import BadRequestError
from ingest.errors import BudgetQAError
from vectorstore.errors import AmbiguousDocument, EmbeddingError, StoreUnavailable, UnknownDocument

logger = logging.getLogger(__name__)

OPENAI_PREFIX = "/v1/"
_STATUS: dict[type[BudgetQAError], int] = {
    UnknownDocument: 404,
    NoSuchPageError: 404,
    UnknownJobError: 404,
    UnknownAnswerError: 404,
    UnknownCaseError: 404,
    AmbiguousDocument: 409,
    BadRequestError: 422,
    NoTokenError: 401,
    NotAllowedError: 403,
    TooManyWaitingError: 429,
    FeedbackError: 503,
    StoreUnavailable: 503,
    EmbeddingError: 503,
    DeskUnavailableError: 503,
}
FAILED = "服务器出错，请稍后再试；如果仍然不行，请把时间和所问的内容告诉系统管理员。"
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error"}
_WORDS = {
    "missing": "缺少 {field}",
    "json_invalid": "请求正文不是合法的 JSON",
    "int_parsing": "{field} 要写整数",
    "string_type": "{field} 要写文字",
    "greater_than_equal": "{field} 不能小于 {ge}",
    "less_than_equal": "{field} 不能大于 {le}",
    "too_short": "{field} 不能是空的",
    "value_error": "{error}",
}

_UNSAID = {
    404: "没有这个接口，请检查网址；全部接口见 /docs。",
    405: "这个接口不接受 {method} 方法；用法见 /docs。",
}


class Problem(BaseModel):
    """What went wrong, in one sentence that says what to do."""

    detail: str


class OpenAIError(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class OpenAIProblem(BaseModel):
    """The body of a failed request under ``/v1``."""

    error: OpenAIError


def documented(body: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` that tell OpenAPI what a failed request gets."""
    return {"4XX": {"model": body, "description": "没有办成：一句话说明原因和该怎么办"}}


def add_error_handlers(app: FastAPI) -> None:
    """Have `app` say every error in one sentence."""
    app.add_exception_handler(BudgetQAError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def status_of(error: BudgetQAError) -> int:
    """The status code for one of our errors."""
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def told(path: str, status: int, sentence: str) -> JSONResponse:
    """The response to a request for `path` that failed."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    if not path.startswith(OPENAI_PREFIX):
        return JSONResponse(Problem(detail=sentence).model_dump(), status, headers)
    if status == 422:
        status = 400  # as OpenAI has it
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    problem = OpenAIProblem(error=OpenAIError(message=sentence, type=kind))
    return JSONResponse(problem.model_dump(), status, headers)


def in_words(errors: Sequence[Any]) -> str:
    """The first of pydantic's `errors` about a request, as a sentence."""
    first = errors[0]
    return mistake(first, first["loc"][1:]) + "；用法见 /docs。"


def mistake(error: Any, place: Sequence[int | str]) -> str:
    """One of pydantic's errors in words; `place` leads to the field from what the caller wrote."""
    field = ".".join(map(str, place)) or "请求正文"
    words = _WORDS.get(error["type"], "{field} 的写法不对")
    return words.format(field=field, **error.get("ctx", {}))


async def _own(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BudgetQAError)
    status = status_of(error)
    if status >= 500:
        logger.error("%s %s: %s", request.method, request.url.path, error)
    return told(request.url.path, status, str(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return told(request.url.path, 422, in_words(error.errors()))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StarletteHTTPException)
    said = str(error.detail)
    if error.status_code == 400:  # the form parser's words
        said = f"请求读不出来（{said}）；用法见 /docs。"
    elif said == HTTPStatus(error.status_code).phrase:  # said by no one in particular
        said = _UNSAID.get(error.status_code, said).format(method=request.method)
    return told(request.url.path, error.status_code, said)


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    # The error goes on to the server's log after this response.
    return told(request.url.path, 500, FAILED)


def add_unknown_paths(app: FastAPI) -> None:
    """Answer what no route of the interface takes; without this the page would be asked for it.

    To be called after all routes of the interface, before the page is mounted.
    """

    async def unknown(request: Request) -> None:
        known = any(route.matches(request.scope)[0] is Match.PARTIAL for route in app.routes)
        raise HTTPException(405 if known else 404)

    for prefix in ("/api", "/v1"):
        app.add_api_route(
            prefix + "/{path:path}",
            unknown,
            methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            include_in_schema=False,
        )

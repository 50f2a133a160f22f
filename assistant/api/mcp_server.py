"""The MCP server: agents ask, list documents and read tables through the Model Context Protocol.

Made with the official SDK and served at ``/mcp`` of the same application. It keeps no sessions, so
that any number of servers can stand behind one address, and it can change nothing.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ParamSpec

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.answer import Answer
from assistant.api.errors import FAILED, mistake
from assistant.api.objects import DocumentObject
from assistant.api.plain import as_text
from assistant.api.questions import answered, tables_of
from assistant.api.staff import has_own_origin
from assistant.request import Request as Question
from assistant.table_object import TableObject
from assistant.web.needs import Answerer
from ingest.errors import BudgetQAError
from prompts import load

logger = logging.getLogger(__name__)

PATH = "/mcp"
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_P = ParamSpec("_P")

AskText = Annotated[str, Field(description="问题，用日常的话，例如：江岸区科经局2024年公务接待费是多少？")]
Docs = Annotated[Sequence[str], Field(description="只在这些文件里找（文件名或其中独有的一段）；空的就是全部")]
History = Annotated[Sequence[str], Field(description="此前问过的问题，早的在前；接着问时才需要")]
DocName = Annotated[str, Field(description="文件的编号、文件名，或文件名里独有的一段；见 list_documents")]
PageNumber = Annotated[int | None, Field(description="只要这一页上的表（PDF 页码，从 1 起）")]


class Documents(BaseModel):
    """What is held."""

    documents: list[DocumentObject]


class Tables(BaseModel):
    """Tables of a document."""

    tables: list[TableObject]


def make_server(assistant: Answerer) -> MCPServer[Any]:
    """The MCP server with its tools. Its `session_manager` must run while it serves."""
    server = _Server(
        "budget-qa",
        title="预算问答助手",
        instructions="回答关于所收录的政府部门预算、决算 PDF 的问题；每个数字都注明出自哪份文件的哪一页。",
        log_level="WARNING",
    )

    @_told
    def ask_budget(
        question: AskText, history: History = (), docs: Docs = ()
    ) -> Annotated[CallToolResult, Answer]:
        answer = answered(assistant, Question.of(question, tuple(history), tuple(docs)))
        return _result(as_text(answer), answer)

    @_told
    def list_documents() -> Annotated[CallToolResult, Documents]:
        held = Documents(documents=[DocumentObject.of(record) for record in assistant.store.documents()])
        lines = [f"{d.id}. {d.name}：{d.body} {d.year or '—'}年 {d.scope}{d.kind}" for d in held.documents]
        return _result("\n".join(lines) or "还没有收录任何文件。", held)

    @_told
    def get_tables(doc: DocName, page: PageNumber = None) -> Annotated[CallToolResult, Tables]:
        found = Tables(tables=[_lean(table) for table in tables_of(assistant.store, doc, page)])
        return _result(found.model_dump_json(), found)

    for tool in (ask_budget, list_documents, get_tables):
        server.add_tool(tool, description=load(tool.__name__).text, annotations=_READS)
    return server


class _Server(MCPServer[Any]):
    """An MCP server that says in words what is wrong with a call."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The tool's result; a call that cannot be made is one, too."""
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            tools = [tool.name for tool in await self.list_tools()]
            if name not in tools:
                said = f"没有工具 {name}，请从 {'、'.join(tools)} 里选一个。"
            elif isinstance(error.__cause__, ValidationError):
                first = error.__cause__.errors()[0]
                said = f"{mistake(first, first['loc'])}；{name} 的参数见工具列表。"
            else:
                logger.exception("the tool %s failed", name)
                said = FAILED
            return _refusal(said)


def endpoint(server: MCPServer[Any]) -> Route:
    """The route `PATH` for the application that the server is part of."""
    # Hosts are the application's affair (`ServerSettings.hosts`); other sites' pages are refused here.
    app = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Route(PATH, endpoint=_OwnOrigin(app))


class _OwnOrigin:
    """Refuses requests that a page of another site sends through a visitor's browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if has_own_origin(Request(scope)):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("不接受其他网站的网页发来的请求。", 403)(scope, receive, send)


def _told(tool: Callable[_P, CallToolResult]) -> Callable[_P, CallToolResult]:
    """The tool, with our own errors told in words rather than raised."""

    @functools.wraps(tool)
    def safe(*args: _P.args, **kwargs: _P.kwargs) -> CallToolResult:
        try:
            return tool(*args, **kwargs)
        except BudgetQAError as error:
            return _refusal(str(error))

    return safe


def _refusal(said: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=said)], is_error=True)


def _result(text: str, value: BaseModel) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], structured_content=value.model_dump(mode="json"))


def _lean(table: TableObject) -> TableObject:
    """The table without its cells' places, which are of no use to an agent and many."""
    return table.model_copy(update={"cells": []})

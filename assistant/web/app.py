"""The web application: the page, the HTTP interface, and what every response promises.

The one place that puts the parts together; each part knows only what it is given.
Every response carries a content policy that lets the browser load from this server alone.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response

from assistant.api import completions, documents, downloads, health, questions, replies
from assistant.api.errors import Problem, add_error_handlers, add_unknown_paths, documented
from assistant.api.health import WarmUp
from assistant.api.hosts import KnownHosts
from assistant.api.limits import BodyLimit
from assistant.api.manual import add_manual
from assistant.api.mcp_server import endpoint, make_server
from assistant.api.orderly import Orderly
from assistant.api.settings import ServerSettings
from assistant.api.staff import Staff
from assistant.api.uploads import Uploads
from assistant.desk.casebook import Casebook
from assistant.desk.service import Desk
from assistant.feedback import FeedbackBook
from assistant.given import GivenAnswers
from assistant.pages import PageImages
from assistant.web import desk, frame, signin
from assistant.web import documents as documents_page
from assistant.web.chat import build
from assistant.web.needs import Answerer
from vectorstore.store import Store

_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio starts from inline scripts and compiles its HTML components in the browser.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_SOCIAL = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')
_MOST_BYTES = 1024 * 1024  # a request's body, unless it is an upload


def build_app(
    assistant: Answerer, cache: Path | None = None, settings: ServerSettings | None = None
) -> FastAPI:
    """The application: the question page at ``/`` and the HTTP interface beside it.

    `cache` is the folder for page pictures; without it a temporary one, which goes with the process.
    `settings` are read from the environment when not given (`SettingsError` when one is wrong).
    Further pages find the check for staff and the uploads at ``app.state.staff`` and
    ``app.state.uploads``.
    """
    settings = settings or ServerSettings.load()
    assistant, store = Orderly(assistant, settings.answering_at_once), assistant.store
    agents, warm_up, given = make_server(assistant), WarmUp(assistant), GivenAnswers()
    book = Casebook(store.settings.folder)
    uploads, staff = Uploads(store, settings.reading_minutes), Staff(settings.staff_token)

    @contextlib.asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        warm_up.start()
        async with agents.session_manager.run():
            yield
        uploads.close()
        book.close()

    app = FastAPI(
        title="预算问答助手",
        description="向政府部门预算、决算 PDF 提问；每个数字都注明出自哪一页。",
        docs_url=None,
        redoc_url=None,
        lifespan=running,
        responses=documented(Problem),
    )
    app.state.staff, app.state.uploads = staff, uploads
    _add_middleware(app, settings)
    images = _images(app, store, cache)
    app.include_router(questions.router(assistant, images))
    app.include_router(documents.router(store, uploads, images, staff))
    app.include_router(
        downloads.router(store, given, FeedbackBook(store.settings.folder / "feedback.db"), staff)
    )
    app.include_router(completions.router(assistant))
    app.include_router(replies.router(book, staff))
    app.include_router(health.router(store, warm_up))
    app.include_router(signin.router(staff))
    app.router.routes.append(endpoint(agents))
    add_manual(app)
    add_error_handlers(app)
    add_unknown_paths(app)
    frame.mount(app, "documents", documents_page.build(store, staff, settings.upload_bytes))
    frame.mount(app, "desk", desk.build(Desk(assistant, book), staff))
    frame.mount(app, "ask", build(assistant, given))
    return app


def _add_middleware(app: FastAPI, settings: ServerSettings) -> None:
    def limit(method: str, path: str) -> int:
        return settings.upload_bytes if (method, path) == ("POST", documents.PATH) else _MOST_BYTES

    app.add_middleware(BodyLimit, limit=limit)
    app.add_middleware(KnownHosts, names=settings.host_names)
    app.middleware("http")(_guarded)


def _images(app: FastAPI, store: Store, cache: Path | None) -> PageImages:
    if cache is None:
        app.state.page_folder = tempfile.TemporaryDirectory(prefix="budget-qa-pages-")
        cache = Path(app.state.page_folder.name)
    images = PageImages(cache)
    images.keep_only(document.sha256 for document in store.documents())
    return images


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the security headers, and take what points elsewhere out of Gradio's page."""
    response = await call_next(request)
    response.headers.update(_HEADERS)
    kind = response.headers.get("content-type", "")
    if not frame.is_page(request.url.path) or not kind.startswith("text/html"):
        return response
    body = b"".join([chunk async for chunk in response.body_iterator])  # type: ignore[attr-defined]
    page = _SOCIAL.sub("", body.decode("utf-8")).replace('<html\n\tlang="en"', '<html\n\tlang="zh-CN"', 1)
    headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
    return Response(page, response.status_code, headers)

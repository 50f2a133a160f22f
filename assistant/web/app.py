"""The web application: the page, the pictures of PDF pages, and what every response promises.

A FastAPI application, so that further pages and an HTTP API can stand beside the question page.
Every response carries a content policy that lets the browser load from this server alone.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import gradio as gr
from fastapi import FastAPI, HTTPException, Query, Request, Response

from assistant.pages import SCALES, NoSuchPageError, PageImages
from assistant.web import theme
from assistant.web.chat import build
from assistant.web.needs import Answerer
from ingest.document import BBox
from ingest.errors import BudgetQAError
from vectorstore.errors import UnknownDocument

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
_MARK = r"^-?\d{1,5}(\.\d{1,4})?(,-?\d{1,5}(\.\d{1,4})?){3}$"


def build_app(assistant: Answerer, cache: Path | None = None) -> FastAPI:
    """The application with the question page at ``/`` and page pictures under ``/pages``.

    `cache` is the folder for page pictures; without it a temporary one, which goes with the process.
    """
    app = FastAPI(title="预算问答助手", docs_url=None, redoc_url=None)
    app.middleware("http")(_guarded)
    _add_pages(app, assistant, cache)
    gr.mount_gradio_app(
        app,
        build(assistant),
        path="/",
        theme=theme.theme(),
        # Not `css`: Gradio would confine every rule to its container, and dark mode is above that.
        head=f"<style>{theme.style()}</style>",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        max_file_size="1kb",  # the question page takes no files
    )
    return app


def _add_pages(app: FastAPI, assistant: Answerer, cache: Path | None) -> None:
    if cache is None:
        app.state.page_folder = tempfile.TemporaryDirectory(prefix="budget-qa-pages-")
        cache = Path(app.state.page_folder.name)
    images = PageImages(cache)
    images.keep_only(document.sha256 for document in assistant.store.documents())

    @app.get("/pages/{doc_id}/{page}.png")
    def page_image(
        doc_id: int,
        page: int,
        scale: Annotated[float, Query(ge=SCALES[0], le=SCALES[1])] = 1.5,
        mark: Annotated[str | None, Query(pattern=_MARK)] = None,
    ) -> Response:
        """One page of a document held, as PNG, with the cited place marked."""
        store = assistant.store
        try:
            document, pdf = store.document(doc_id), store.pdf_path(doc_id)
            png = images.png(pdf, document.sha256, page, scale=scale, mark=_box(mark))
        except (NoSuchPageError, UnknownDocument) as error:
            raise HTTPException(404, str(error)) from error
        except BudgetQAError as error:
            raise HTTPException(500, str(error)) from error
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=600"})


def _box(mark: str | None) -> BBox | None:
    if mark is None:
        return None
    x0, top, x1, bottom = (float(side) for side in mark.split(","))
    return (x0, top, x1, bottom)


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the security headers, and take what points elsewhere out of Gradio's page."""
    response = await call_next(request)
    response.headers.update(_HEADERS)
    if request.url.path != "/" or not response.headers.get("content-type", "").startswith("text/html"):
        return response
    body = b"".join([chunk async for chunk in response.body_iterator])  # type: ignore[attr-defined]
    page = _SOCIAL.sub("", body.decode("utf-8")).replace('<html\n\tlang="en"', '<html\n\tlang="zh-CN"', 1)
    headers = {k: v for k, v in response.headers.items() if k.lower() != "content-length"}
    return Response(page, response.status_code, headers)

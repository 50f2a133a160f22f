"""The interface's own documentation at ``/docs``, from assets that are installed with the program.

FastAPI's page loads Swagger UI from another host; here nothing may come from elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse

_ASSETS = Path(fastapi_offline.__file__).parent / "static"
_SERVED = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")


def add_manual(app: FastAPI) -> None:
    """Put ``/docs`` and its assets on `app`."""

    @app.get("/docs", include_in_schema=False)
    def manual(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        script, style, icon = (f"{root}/docs/{name}" for name in _SERVED)
        return get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=f"{app.title} · 接口说明",
            swagger_js_url=script,
            swagger_css_url=style,
            swagger_favicon_url=icon,
            swagger_ui_parameters={"validatorUrl": None},
        )

    for name in _SERVED:
        _serve(app, name)


def _serve(app: FastAPI, name: str) -> None:
    @app.get(f"/docs/{name}", include_in_schema=False)
    def asset() -> FileResponse:
        return FileResponse(_ASSETS / name)

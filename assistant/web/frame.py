"""What every page shares: the header with the ways to the other pages, and how a page is mounted.

A page is made of Gradio blocks that begin with `top(active)`; `mount` puts it on the application
with the common theme and with everything switched off that would reach out of this server.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr
from fastapi import FastAPI
from starlette.responses import RedirectResponse

from assistant.web import theme


class Place(NamedTuple):
    """A page of the application: its path from the root, its name in the navigation, its purpose."""

    path: str
    name: str
    purpose: str


TITLE = "预算问答助手"
PLACES = {
    "ask": Place("", "提问", "向部门预算、决算提问，每个数字都能点开原文核对"),
    "documents": Place("documents/", "文件", "已收录的预算、决算文件，读取情况和表格"),
    "desk": Place("desk/", "答复台", "群众来信：拆出问题，查出依据，起草答复，人工审核"),
}
_CURRENT = ' aria-current="page"'
_MODE_SCRIPT = """
const kept = localStorage.getItem("bq-mode");
if (kept) document.body.classList.toggle("dark", kept === "dark");
element.addEventListener("click", (event) => {
  if (!event.target.closest(".bq-mode")) return;
  const dark = document.body.classList.toggle("dark");
  localStorage.setItem("bq-mode", dark ? "dark" : "light");
});
"""


def header(active: str) -> str:
    """The header of the page `active`, a key of `PLACES`: title, ways to the pages, light and dark.

    Its links are relative, so that the application may stand under any path of a host.
    """
    here = PLACES[active]
    root = "../" * here.path.count("/")
    links = "".join(
        f'<a href="{root + place.path or "./"}"{_CURRENT if key == active else ""}>{place.name}</a>'
        for key, place in PLACES.items()
    )
    return (
        f'<header class="bq-header"><h1>{TITLE}</h1><nav class="bq-nav" aria-label="页面">{links}</nav>'
        f"<p>{here.purpose}</p>"
        '<button type="button" class="bq-mode" title="切换浅色或深色">浅色 / 深色</button></header>'
    )


def top(active: str) -> gr.HTML:
    """The header as the first Gradio component of a page; its button switches light and dark."""
    return gr.HTML(header(active), js_on_load=_MODE_SCRIPT, apply_default_css=False)


def mount(app: FastAPI, active: str, blocks: gr.Blocks, **options: Any) -> None:
    """Put the page `active` on `app`. Pages with longer paths come before the one at the root.

    `options` go to Gradio; a page that takes no files needs none.
    """
    path = "/" + PLACES[active].path
    if path != "/":
        _add_redirect(app, path)
    gr.mount_gradio_app(
        app,
        blocks,
        path=path.rstrip("/") or "/",
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
        **({"max_file_size": "1kb"} | options),
    )


def is_page(path: str) -> bool:
    """Whether a request's `path` is one of the pages."""
    return path.lstrip("/") in {place.path for place in PLACES.values()}


def _add_redirect(app: FastAPI, path: str) -> None:
    """Lead ``/documents`` to ``/documents/``: a mounted page answers under the latter only."""

    def with_slash() -> RedirectResponse:
        return RedirectResponse(path.strip("/") + "/", status_code=308)

    app.add_api_route(path.rstrip("/"), with_slash, include_in_schema=False)

"""Commands that serve the web page: over one's own documents, or over the samples to try it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.documents import load
from assistant.cli.program import FAILED, Data, Debug, command, open_store

if TYPE_CHECKING:
    from vectorstore.store import Store

Host = Annotated[str, typer.Option(metavar="HOST", help="网页服务的地址；0.0.0.0 表示局域网内都能访问")]
Port = Annotated[int, typer.Option(metavar="PORT", min=1, max=65535, help="网页服务的端口；被占用时顺延")]


@command("demo", "载入随项目附带的样例 PDF（只在第一次），启动网页并显示地址。")
def demo(host: Host = "127.0.0.1", port: Port = 7860, data: Data = None, debug: Debug = False) -> None:
    """Load the samples, then serve the page."""
    from samples import FOLDER

    with open_store() as store:
        if load(store, [FOLDER], force=False, quiet=True):
            raise typer.Exit(FAILED)
        _serve(store, host, port)


@command("serve", "启动网页与 HTTP 接口。")
def serve(host: Host = "127.0.0.1", port: Port = 7860, data: Data = None, debug: Debug = False) -> None:
    """Serve the page and the HTTP API."""
    with open_store() as store:
        _serve(store, host, port)


def _serve(store: Store, host: str, port: int) -> None:
    from assistant.core import Assistant
    from assistant.web import serve as serve_page

    typer.echo("正在启动网页…")
    serve_page(Assistant(store), host, port, cache=store.settings.folder / "pages")

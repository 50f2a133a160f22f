"""What tests of the pages and of the HTTP interface share: a running server, and visitors to it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from assistant.api.settings import ServerSettings
from assistant.core import Assistant
from assistant.web.app import build_app
from assistant.web.serve import listen
from vectorstore.settings import Settings
from vectorstore.store import Store

Serving = Callable[[FastAPI], AbstractContextManager[str]]
Visit = Callable[..., Page]

STAFF_TOKEN = "staff-word"
_PATIENCE = 120.0
_BROWSER_PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=_BROWSER_PATIENCE)


@pytest.fixture(scope="session")
def serving() -> Serving:
    """Runs an application as the program does, once it says that it can answer; gives its address."""
    return _serving


@contextmanager
def _serving(app: FastAPI) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listener = listen("127.0.0.1", port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait(url)
        yield url
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def _wait(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while (answer := httpx.get(f"{url}/ready", timeout=_PATIENCE)).status_code != 200:
        assert time.monotonic() < until, answer.text
        time.sleep(0.1)


@pytest.fixture(scope="session")
def office(
    sample_data: Path, tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[tuple[str, Store]]:
    """A server with the sample PDFs whose staff sign in with `STAFF_TOKEN`: its address and its store."""
    data = Path(shutil.copytree(sample_data, tmp_path_factory.mktemp("office") / "data"))
    settings = ServerSettings.load(staff_token=SecretStr(STAFF_TOKEN), upload_megabytes=2)
    with (
        Store(Settings.load(data=data)) as store,
        serving(build_app(Assistant(store), settings=settings)) as url,
    ):
        yield f"{url}/", store


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens an address as a visitor of its own, in a window of some width.

    Fails the test when a page requested anything from another host.
    """
    contexts, elsewhere = [], []

    def opened(address: str, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(_BROWSER_PATIENCE)
        local = ("/".join(address.split("/")[:3]) + "/", "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(local) else elsewhere.append(r.url))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []

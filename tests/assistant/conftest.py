"""What tests of the page and of the HTTP interface share: a running server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from assistant.web.serve import listen

Serving = Callable[[FastAPI], AbstractContextManager[str]]

_PATIENCE = 120.0


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

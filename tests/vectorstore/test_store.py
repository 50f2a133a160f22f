"""What goes into the store comes out the same, is replaced whole and is forgotten whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.document import Document
from vectorstore import DocumentStatus, Outcome, Settings, Store
from vectorstore.errors import (
    AmbiguousDocument,
    SettingsError,
    StoreUnavailable,
    StoreVersionError,
    UnknownDocument,
)

Held = Callable[[], tuple[int, int]]


def test_a_document_comes_back_as_it_went_in(store: Store, budget: Document, pdf: Path) -> None:
    assert store.add(budget, pdf, embed=False) is Outcome.ADDED
    (record,) = store.documents()
    assert store.tables(record.id) == list(budget.tables)
    assert store.table(record.id, 0) == budget.tables[0]
    assert store.page(record.id, 2) == budget.pages[1]
    assert [found.fact for found in store.facts([record.id])] == list(budget.facts)
    assert [found.statement for found, _ in store.statements([record.id])] == list(budget.statements)
    assert record.short_names == ("江岸区科经局", "科经局")
    assert (record.pages, record.tables, record.facts) == (3, 1, len(budget.facts))
    assert record.warnings == budget.warnings
    assert store.pdf_path(record.id).read_bytes() == pdf.read_bytes()


def test_amounts_keep_their_digits(store: Store, budget: Document, pdf: Path) -> None:
    store.add(budget, pdf, embed=False)
    found = store.facts(None, codes=["2080505"], measures=["合计"])
    assert [str(hit.fact.value) for hit in found] == ["76.20"]  # page 6
    large = replace(budget.facts[0], value=Decimal("12345678901234567890.10"))
    store.add(replace(budget, sha256="c" * 64, facts=(large,)), pdf, embed=False)
    assert str(store.facts(None)[0].fact.value) == "12345678901234567890.10"


def test_the_same_content_is_stored_once(store: Store, budget: Document, pdf: Path) -> None:
    store.add(budget, pdf, embed=False)
    assert store.add(budget, pdf, embed=False) is Outcome.UNCHANGED
    copy = replace(budget, file_name="副本.pdf")
    assert store.add(copy, pdf, embed=False) is Outcome.DUPLICATE
    held = store.holds(budget.sha256)
    assert held is not None
    assert held.file_name == budget.file_name
    assert store.holds("f" * 64) is None
    assert len(store.documents()) == 1


def test_a_changed_file_replaces_all_of_the_old_one(store: Store, budget: Document, pdf: Path) -> None:
    store.add(budget, pdf, embed=False)
    old = store.documents()[0]
    changed = replace(budget, sha256="c" * 64, facts=budget.facts[:2], statements=(), passages=())
    assert store.add(changed, pdf, embed=False) is Outcome.REPLACED
    (new,) = store.documents()
    assert [found.fact for found in store.facts(None)] == list(changed.facts)
    assert store.statements(None) == []
    assert store.names(None, "住房公积金") == []
    assert [path.stem for path in store.settings.files.iterdir()] == ["c" * 64]
    with pytest.raises(UnknownDocument):
        store.document(old.id)
    assert store.pdf_path(new.id).exists()


def test_a_failed_replacement_leaves_the_old_document(
    store: Store, budget: Document, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(budget, pdf, embed=False)
    broken = replace(budget, sha256="c" * 64, facts=(replace(budget.facts[0], measure=None),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.add(broken, pdf, embed=False)
    assert [found.fact for found in store.facts(None)] == list(budget.facts)
    assert [path.stem for path in store.settings.files.iterdir()] == [budget.sha256]


def test_remove_leaves_nothing_behind(store: Store, budget: Document, pdf: Path) -> None:
    store.add(budget, pdf)
    assert store.documents()[0].status is DocumentStatus.READY
    store.remove("科经局2024")
    assert store.documents() == []
    assert list(store.settings.files.iterdir()) == []
    with sqlite3.connect(store.settings.folder / "catalog.db") as catalog:
        own = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_%' ESCAPE '\\'"
        names = {name for (name,) in catalog.execute(own)} | {"document_names", "fact_groups", "fts_facts"}
        left = {name for name in names if catalog.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()}
    assert {"facts", "passages", "names", "embeddings", "embedded"} <= names
    assert left == {"meta"}
    with sqlite3.connect(store.settings.folder / "chroma" / "chroma.sqlite3") as chroma:
        assert chroma.execute("SELECT count(*) FROM embeddings").fetchone() == (0,)


def test_removing_one_document_keeps_the_names_of_the_other(store: Store, held: Held) -> None:
    _, second = held()
    store.remove("江岸区科经局2024年部门预算.pdf")
    assert [hit.doc_ids for hit in store.names(None, "住房公积金")][:1] == [(second,)]
    assert store.names(None, "科技管理工作经费") == []


def test_a_document_is_found_by_part_of_its_name(store: Store, held: Held) -> None:
    first, second = held()
    assert store.resolve("江岸区科经局2024年部门预算").id == first
    assert store.resolve("2025").id == second
    with pytest.raises(AmbiguousDocument, match=r"2024年部门预算\.pdf、.*2025年部门预算\.pdf"):
        store.resolve("科经局")
    with pytest.raises(UnknownDocument, match=r"最接近的是：江岸区科经局2024年部门预算\.pdf"):
        store.resolve("江岸区科金局2024年部门预算")


def test_a_store_of_another_version_is_left_alone(settings: Settings, budget: Document, pdf: Path) -> None:
    with Store(settings) as store:
        store.add(budget, pdf, embed=False)
    with sqlite3.connect(settings.folder / "catalog.db") as catalog:
        catalog.execute("UPDATE meta SET value = '0' WHERE key = 'version'")
    with pytest.raises(StoreVersionError, match=r"格式是 0.*--data"):
        Store(settings)
    with sqlite3.connect(settings.folder / "catalog.db") as catalog:
        assert catalog.execute("SELECT count(*) FROM facts").fetchone() == (len(budget.facts),)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match=r"数据目录 .* 不能写入"):
        Store(Settings.load(data=tmp_path / "file" / "data"))


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGET_QA_EMBEDDING", "word2vec")
    with pytest.raises(SettingsError, match=r"BUDGET_QA_EMBEDDING（向量模型.*word2vec"):
        Settings.load()

"""A small store and the tutorial's vectors for it, made once for the tests that compare searches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.settings import Settings
from vectorstore.store import Store

PUTUO_25 = "上海市普陀区财政局部门25年预算.pdf"


@pytest.fixture(scope="session")
def putuo_store(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store with 上海市普陀区财政局部门25年预算.pdf alone: to embed the others' pages takes minutes."""
    data = tmp_path_factory.mktemp("putuo") / "data"
    shutil.copytree(sample_data, data)
    with Store(Settings.load(data=data)) as store:
        for record in store.documents():
            if record.file_name != PUTUO_25:
                store.remove(record.file_name)
        yield store


@pytest.fixture(scope="session")
def tutorial_folder(putuo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tutorial's vectors for `putuo_store`."""
    from eval.baselines.tutorial import TutorialRetriever

    folder = tmp_path_factory.mktemp("tutorial")
    TutorialRetriever(putuo_store, folder)
    return folder

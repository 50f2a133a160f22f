"""An answer from a scanned page says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.core import Assistant
from ingest.pipeline import read_document
from vectorstore.settings import Settings
from vectorstore.store import Store


def test_an_answer_from_a_scan_says_so(samples: Path, excerpt: Callable[..., bytes], tmp_path: Path) -> None:
    pdf = tmp_path / "扫描件.pdf"
    pdf.write_bytes(excerpt(samples / "江岸区科经局2024年部门预算.pdf", 9))  # 表五
    read = read_document(pdf)
    with Store(Settings.load(data=tmp_path / "data")) as store:
        for scanned, warnings in ((False, []), (True, ["《扫描件.pdf》第1页是扫描件"])):
            pages = tuple(replace(p, scanned=scanned) for p in read.pages)
            store.add(replace(read, pages=pages, sha256="0f"[scanned] * 64), pdf, embed=False)
            answer = Assistant(store).ask("2024年住房公积金支出多少？")
            assert [f.value for f in answer.figures] == ["80.78"]
            assert [w.partition("，")[0] for w in answer.warnings] == warnings

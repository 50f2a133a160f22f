"""Tables without rules: the second strategy, tried on a sample page whose rules are taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest.pdf
from ingest.aligned import find_aligned
from ingest.lines import Char
from ingest.outline import row_texts
from ingest.pdf import read_pages


def chars(text: str, x: float, top: float) -> list[Char]:
    return [Char(c, x + i * 12, top, x + (i + 1) * 12, top + 12, 12) for i, c in enumerate(text)]


def test_a_page_reads_the_same_without_its_rules(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 江岸 p10, 表六: 22 rows of five columns, blanks among the figures
    path = samples / "江岸区科经局2024年部门预算.pdf"
    (ruled,) = next(p for p in read_pages(path) if p.number == 10).grids
    monkeypatch.setattr(ingest.pdf, "find_grids", lambda *_: [])
    (aligned,) = next(p for p in read_pages(path) if p.number == 10).grids
    printed = [[t for t in row if t] for row in row_texts(ruled)]  # 合计 is printed over two columns
    assert [[t for t in row if t] for row in row_texts(aligned)] == printed
    assert ("30201", "办公费", "21.22", "", "21.22") in row_texts(aligned)


def test_prose_and_lists_are_no_tables() -> None:
    prose = [c for n in range(6) for c in chars("二〇二四年部门预算总收入一千零三十三万元", 72, 100 + 20 * n)]
    contents = [
        c
        for n in range(6)
        for c in chars("主要职能", 72, 100 + 20 * n) + chars(str(n + 1), 480, 100 + 20 * n)
    ]
    heading = chars("目录", 280, 70)
    assert find_aligned(1, prose) == []
    assert find_aligned(1, heading + contents) == []

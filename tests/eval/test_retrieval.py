"""A search is measured by the pages it finds; every search says where its finds stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.baselines.tutorial import TutorialRetriever
from eval.dataset import GoldQuestion
from eval.retrieval import first_hit, query_of, summarise_ranks
from eval.sources import EvidenceRetriever, Part, PassageRetriever, Retriever, Source
from vectorstore.search import Ranking
from vectorstore.store import Store

PUTUO_25 = "上海市普陀区财政局部门25年预算.pdf"
JIANGAN = "江岸区科经局2024年部门预算.pdf"


def found(*pages: int, document: str = "x.pdf") -> Source:
    return Source(document, "", "text", tuple(Part(page, "") for page in pages))


def gold(**pages: tuple[int, ...]) -> GoldQuestion:
    return GoldQuestion.model_validate(
        {
            "id": "q",
            "type": "lookup",
            "question": "多少？",
            "answerable": True,
            "answer": "1元",
            "facts": [{"number": "1", "unit": "元"}],
            "pages": {f"{name}.pdf": numbers for name, numbers in pages.items()},
        }
    )


def test_a_hit_is_a_gold_page_of_the_right_document() -> None:
    asked = gold(x=(3, 7))
    assert first_hit([found(1), found(7), found(3)], asked) == 2
    assert first_hit([found(2, 3)], asked) == 1  # a passage that goes on over the page's end
    assert first_hit([found(3, document="y.pdf")], asked) is None
    assert first_hit([], asked) is None


def test_hits_and_ranks_are_summed_up() -> None:
    measured = summarise_ranks([1, 3, None, 20])
    assert {k: share.hits for k, share in measured.hit_at.items()} == {1: 1, 3: 2, 5: 2, 10: 2, 20: 3}
    assert {share.of for share in measured.hit_at.values()} == {4}
    assert measured.mrr == pytest.approx((1 + 1 / 3 + 0 + 1 / 20) / 4)
    assert measured.hit_at[20].low == pytest.approx(0.3006, abs=5e-4)  # Wilson, 3 of 4


def test_a_follow_up_is_searched_for_with_the_question_before_it() -> None:
    assert query_of("那执行率呢？", ["第一问", "公务接待费多少？"]) == "公务接待费多少？ 那执行率呢？"


def searches(store: Store, folder: Path) -> dict[str, Retriever]:
    return {
        "words": PassageRetriever(store, [Ranking.WORDS]),
        "vectors": PassageRetriever(store, [Ranking.VECTORS]),
        "both": PassageRetriever(store),
        "evidence": EvidenceRetriever(store),
        "tutorial": TutorialRetriever(store, folder),
    }


def test_every_search_finds_the_page(putuo_store: Store, tutorial_folder: Path) -> None:
    """职业年金 stands on pages 10, 12, 15 and 19 of 上海市普陀区财政局部门25年预算.pdf."""
    for name, search in searches(putuo_store, tutorial_folder).items():
        sources = search.retrieve("机关事业单位职业年金缴费支出是多少？", [PUTUO_25], 10)
        assert len(sources) == 10, name
        pages = {page for source in sources for _, page in source.pages}
        assert pages & {10, 12, 15, 19}, name
        assert any("职业年金" in source.text for source in sources), name


def test_searches_keep_to_the_documents_named(sample_store: Store) -> None:
    for search in (PassageRetriever(sample_store), EvidenceRetriever(sample_store)):
        inside = search.retrieve("公务接待费是多少？", [JIANGAN], 10)
        assert {source.document for source in inside} == {JIANGAN}


def test_a_tables_description_stands_for_the_table(sample_store: Store) -> None:
    """职业年金 873,617 元 is printed in the table on page 12; its description has no figures."""
    hits = PassageRetriever(sample_store).retrieve("一般公共预算基本支出 职业年金缴费", [PUTUO_25], 8)
    tables = [source for source in hits if source.kind == "table" and "873,617" in source.text]
    assert tables
    assert {part.unit for source in tables for part in source.parts} == {"元"}

"""Names, facts and statements are found by what people write, within the documents in scope."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.document import Document, Relation
from vectorstore import NameKind, Store

Held = Callable[[], tuple[int, int]]


def test_names_are_found_from_part_of_them_and_through_slips(store: Store, held: Held) -> None:
    first, second = held()
    best = store.names([first], "科经局2024年住房公积金交了多少？")[0]
    assert (best.name, best.kind, best.code, best.score) == ("住房公积金", NameKind.ITEM, "2210201", 1.0)
    assert best.doc_ids == (first,)
    assert store.names(None, "住房公积金")[0].doc_ids == (first, second)
    slipped = store.names([first], "工业企业发展服物中心项目经费花在哪")[0]
    assert (slipped.name, slipped.kind) == ("工业企业发展服务中心项目经费", NameKind.SUBJECT)
    assert 0.7 < slipped.score < 1.0
    assert store.names([second], "科技管理工作经费") == []


def test_one_name_under_several_codes_gives_one_hit_each(store: Store, held: Held) -> None:
    first, _ = held()
    hits = store.names([first], "一般行政管理事务", limit=2)
    assert {(hit.name, hit.code) for hit in hits} == {
        ("一般行政管理事务", "2060102"),
        ("一般行政管理事务", "2150502"),
    }


def test_facts_meet_every_condition(store: Store, held: Held) -> None:
    first, second = held()
    found = store.facts([first], names=["一般行政管理 事务"], measures=["合计"])
    assert [(hit.fact.code, hit.fact.text) for hit in found] == [("2060102", "62.17"), ("2150502", "14.62")]
    assert {hit.table_number for hit in found} == {"表二"}
    inside = store.facts([first], under=["科学技术支出"], measures=["合计"], table_kinds=["收入总表"])
    assert [hit.fact.name for hit in inside] == ["科学技术管理事务", "行政运行", "一般行政管理事务"]
    assert store.facts([second], codes=["2060101"]) == []
    assert {hit.doc_id for hit in store.facts(None, codes=["2210201"])} == {first, second}
    assert store.facts([first], table_kinds=["支出总表"]) == []
    assert store.facts([first], panel="支出") == []
    assert store.facts([], names=["住房公积金"]) == []
    assert len(store.facts([first], table=0, limit=3)) == 3


def test_facts_are_searched_by_row_column_and_table_together(store: Store, held: Held) -> None:
    first, second = held()
    fact, score = store.search_facts([first], "养老保险缴费的总计", limit=1)[0]
    assert (fact.fact.name, fact.fact.measure) == ("机关事业单位基本养老保险缴费支出", "合计")
    assert score > 0
    assert {hit.doc_id for hit, _ in store.search_facts([second], "住房公积金")} == {second}


def test_statements_are_found_by_subject_path_and_words(store: Store, held: Held) -> None:
    first, second = held()
    (hit,) = store.statements([first], relation=Relation.PURPOSE, subjects=["科技专项 工作经费"])
    assert (hit[0].statement.quantities[0].text, hit[1]) == ("7.4", 1.0)  # page 45
    assert [score for _, score in store.statements([first], subjects=["项目支出"])] == [0.5, 0.5, 0.5]
    best, _ = store.statements([first], text="离休干部津补贴发给谁")[0]
    assert best.statement.subject == "工业企业发展服务中心项目经费"
    assert store.statements([first], relation=Relation.REASON) == []
    assert store.statements([second], subjects=["科技专项工作经费"]) == []


def test_the_right_subject_stays_when_no_word_of_the_text_occurs(store: Store, held: Held) -> None:
    first, _ = held()
    ((hit, score),) = store.statements([first], subjects=["科技专项工作经费"], text="彩票")
    assert (hit.statement.subject, score) == ("科技专项工作经费", 0.0)


def test_words_that_come_and_go_with_their_document_are_found_as_long(
    store: Store, budget: Document, other: Document, pdf: Path
) -> None:
    store.add(other, pdf, embed=False)
    assert not store.statements(None, text="创新创业")
    store.add(budget, pdf, embed=False)
    assert any("创新创业" in hit.statement.text for hit, _ in store.statements(None, text="创新创业"))
    store.remove(budget.file_name)
    assert not store.statements(None, text="创新创业")

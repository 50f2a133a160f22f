"""What ingest reads from the sample PDFs; each figure stands on the page named beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.document import Fact, Kind, Relation, Scope, Table
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

JIANGAN, PUTUO, FINAL = "江岸区科经局2024", "普陀区财政局部门25年", "普陀区财政局2024年度部门决算"


def facts(store: Store, name: str, *, kind: str | None = None, **which: object) -> list[Fact]:
    """Facts of a sample, by the store's own conditions."""
    kinds = [kind] if kind else None
    found = store.facts([store.resolve(name).id], table_kinds=kinds, limit=3000, **which)  # type: ignore[arg-type]
    return [f.fact for f in found]


def one(found: list[Fact], **wanted: object) -> Fact:
    """The only fact with these attributes."""
    (fact,) = [f for f in found if all(getattr(f, k) == v for k, v in wanted.items())]
    return fact


def table(store: Store, name: str, kind: str) -> Table:
    """The only table of a kind."""
    (found,) = [t for t in store.tables(store.resolve(name).id) if t.kind == kind]
    return found


@pytest.mark.parametrize(
    ("name", "body", "year", "kind", "scope"),
    [
        (JIANGAN, "江岸区科经局", 2024, Kind.BUDGET, Scope.DEPARTMENT),
        (PUTUO, "上海市普陀区财政局", 2025, Kind.BUDGET, Scope.DEPARTMENT),
        (FINAL, "上海市普陀区财政局", 2024, Kind.FINAL, Scope.DEPARTMENT),
    ],
)
def test_who_speaks_for_which_year(
    sample_store: Store, name: str, body: str, year: int, kind: Kind, scope: Scope
) -> None:
    record: DocumentRecord = sample_store.resolve(name)
    assert (record.body, record.year, record.kind, record.scope) == (body, year, kind, scope)


def test_full_name_is_known_beside_the_short_one(sample_store: Store) -> None:
    # 江岸 p15 prints the full name in the form's 部门(单位)名称
    assert "武汉市江岸区科学技术和经济信息化局" in sample_store.resolve(JIANGAN).short_names


def test_numbered_tables(sample_store: Store) -> None:
    # 江岸 p5–p14, p43: 表一 … 表十一, 表十四, each one object
    tables = sample_store.tables(sample_store.resolve(JIANGAN).id)
    numbers = [t.number for t in tables if t.pages[0] <= 14]
    assert numbers == [
        "表一",
        "表二",
        "表三",
        "表四",
        "表五",
        "表六",
        "表七",
        "表八",
        "表九",
        "表十",
        "表十一",
    ]
    assert (tables[-1].number, tables[-1].note) == ("表十四", "2024年本部门没有国有资本经营预算支出安排")
    assert {t.unit for t in tables} == {"万元"}


def test_codes_give_the_path(sample_store: Store) -> None:
    # 江岸 p7 表三: 其他工业和信息产业监管支出, 基本 180.19, 项目 8.27
    found = facts(sample_store, JIANGAN, kind="支出总表", codes=["2150599"])
    fact = one(found, measure="项目支出")
    assert (fact.value, fact.unit, fact.level, fact.place.page) == (Decimal("8.27"), "万元", 3, 7)
    assert fact.row_path == ("资源勘探工业信息等支出", "工业和信息产业监管", "其他工业和信息产业监管支出")


def test_a_code_in_three_columns(sample_store: Store) -> None:
    # 普陀财政局25 p12: 201 | 06 | 01 行政运行, 项目支出 138,514.80 元
    found = facts(sample_store, PUTUO, kind="支出总表", codes=["2010601"])
    fact = one(found, measure="项目支出")
    assert (fact.value, fact.unit, fact.place.page) == (Decimal("138514.80"), "元", 12)


def test_panels_keep_apart(sample_store: Store) -> None:
    # 江岸 p5 表一: income at the left, two expenditure panels at the right
    found = facts(sample_store, JIANGAN, kind="收支总表")
    assert one(found, panel="收入", name="收入总计").value == Decimal("1033.90")
    salaries = one(found, panel="支出", name="工资福利支出")
    assert (salaries.row_path, salaries.value) == (("基本支出", "工资福利支出"), Decimal("752.58"))


def test_a_table_over_pages_is_one(sample_store: Store) -> None:
    # 决算 p12–p13: the last row stands on p13, and p14 holds only an empty row
    totals = table(sample_store, FINAL, "财政拨款收支总表")
    assert totals.pages == (12, 13)
    assert totals.rows[-1][:2] == ("总计", "2,961.68")
    assert facts(sample_store, FINAL, kind="财政拨款收支总表", names=["总计"])[0].place.page == 13


def test_two_groups_side_by_side(sample_store: Store) -> None:
    # 决算 p16: 302 | 02 印刷费 7.61 at the right of 津贴补贴 1,238.58; the digits sit on another baseline
    found = facts(sample_store, FINAL, kind="基本支出表", names=["印刷费", "津贴补贴"])
    assert {(f.name, f.code, f.value) for f in found} == {
        ("印刷费", "30202", Decimal("7.61")),
        ("津贴补贴", "30102", Decimal("1238.58")),
    }


def test_items_named_by_the_header(sample_store: Store) -> None:
    # 普陀财政局25 p21: 公务接待费 0.95 万元 though other tables are in 元; 购置费 is blank
    found = facts(sample_store, PUTUO, kind="三公经费表")
    reception = one(found, name="公务接待费")
    assert (reception.value, reception.unit) == (Decimal("0.95"), "万元")
    purchase = one(found, name="公务用车购置费")
    assert (purchase.text, purchase.value) == ("", None)


def test_empty_is_not_zero(sample_store: Store) -> None:
    # 江岸 p11 prints 0 for 因公出国; 江岸 p15 prints / for 单位资金; p6 leaves 上年结转 blank
    abroad = facts(sample_store, JIANGAN, kind="三公经费表", names=["因公出国(境)费用"])
    assert abroad[0].value == Decimal(0)
    own = facts(sample_store, JIANGAN, kind="部门整体支出绩效目标表", names=["单位资金"])
    assert (own[0].text, own[0].value) == ("/", None)
    carried = facts(sample_store, JIANGAN, kind="收入总表", names=["合计"], measures=["上年结转"])
    assert (carried[0].text, carried[0].value) == ("", None)


def test_form_of_a_project(sample_store: Store) -> None:
    # 江岸 p20: 科技管理工作经费
    found = facts(sample_store, JIANGAN, kind="项目支出绩效目标表", under=["科技管理工作经费"])
    assert one(found, name="项目负责人").text == "王亚超、童黎、黄玉"
    spent = [f for f in found if f.year == 2022]
    assert {f.measure: f.value for f in spent if f.name == "2022"} == {
        "预算数": Decimal("40.84"),
        "执行数": Decimal("35.85"),
        "执行率": Decimal("87.8"),
    }
    activities = [f.value for f in found if f.measure == "金额" and "项目支出明细测算" in f.row_path]
    assert activities == [Decimal(5), Decimal(4), Decimal(3), Decimal(4), Decimal(4)]


def test_word_cut_by_a_page_break(sample_store: Store) -> None:
    # 江岸 p18/p19: 效益指 | 标 and 社会效益 | 指标 group 众创孵化载体累计面积
    found = facts(sample_store, JIANGAN, kind="部门整体支出绩效目标表", names=["众创孵化载体累计面积"])
    cut = next(f for f in found if f.place.page == 19)
    assert {"效益指标", "社会效益指标"} <= set(cut.row_path)
    assert (cut.text, cut.year) == ("65万平方米以上", 2022)


def test_clipped_copies_are_not_read(sample_store: Store) -> None:
    # 普陀财政局25: items 9–11 are visible on p8 only, though the text layer of p7 holds them too
    document = sample_store.resolve(PUTUO)
    assert "购房补贴" not in sample_store.page(document.id, 7).text
    assert "购房补贴（项）”268.77万元" in sample_store.page(document.id, 8).text


def test_statements(sample_store: Store) -> None:
    document = sample_store.resolve(FINAL)
    # 决算 p22 item 4, whose figures sit on another baseline
    ((found, _), *_) = sample_store.statements(
        [document.id], relation=Relation.PURPOSE, subjects=["财政委托业务支出"]
    )
    assert found.statement.content == "委托中介机构开展各类审计及绩效评价工作"
    said = sample_store.statements([document.id], relation=Relation.QUANTITY, subjects=["财政委托业务支出"])
    labels = {(q.label, q.value) for s, _ in said for q in s.statement.quantities}
    assert ("年初预算", Decimal("450.52")) in labels
    assert ("支出决算", Decimal("449.52")) in labels

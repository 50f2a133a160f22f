"""The audit of a document's arithmetic, on the sample PDFs and on small tables made for the purpose.

The failures named here were compared with the page images: each is a contradiction that the publisher
printed. That a sample's list is complete means that nothing which agrees is called a failure.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.audit import AuditReport, Status, audit, audit_held, failures_held, warnings_for
from assistant.audit.figures import Figure, agree, printed, total
from assistant.audit.held import document_of
from assistant.audit.rules import rules
from assistant.cli import run
from assistant.core import Assistant
from assistant.draft import Draft
from assistant.evidence import of_statement
from assistant.misprint import table_first
from ingest.document import BBox, Cell, Document, Fact, Kind, Place, Scope, Table
from ingest.pipeline import read_document
from ingest.template import knowledge
from tests.ingest.drawn import Sheet, save
from vectorstore.settings import Settings
from vectorstore.store import Store

JIANGAN = "江岸区科经局2024年部门预算.pdf"
PUTUO_FINAL = "上海市普陀区财政局2024年度部门决算.pdf"
PUTUO_BUDGET = "上海市普陀区财政局部门25年预算.pdf"


def _document(store: Store, name: str) -> Document:
    return document_of(store, store.resolve(name))


def _failures(report: AuditReport) -> set[tuple[str, tuple[int, ...], str, str]]:
    return {
        (c.rule, c.pages, c.found.shown if c.found else "", c.expected.shown if c.expected else "")
        for c in report.failures
    }


def test_jiangan_contradictions_are_found_and_nothing_else(sample_store: Store) -> None:
    report = audit_held(sample_store, sample_store.resolve(JIANGAN).id)
    assert _failures(report) == {
        ("detail", (37,), "0.31万元", "0.15万元"),  # 安全生产经费: the detail's amount, the project's budget
        ("completion", (37,), "60%", "100.00%"),  # 2023: 0.15 of 0.15 printed as 60 %
        ("formula", (39,), "0.72万元", "0.072万元"),  # 120(元)*6(人)=0.72
        ("formula", (41,), "1.76万元", "1.21万元"),  # 1100(元)*11(人)=1.76
    }
    assert report.holds > 400


def test_final_accounts_prose_against_tables_and_shares(sample_store: Store) -> None:
    report = audit_held(sample_store, sample_store.resolve(PUTUO_FINAL).id)
    assert _failures(report) == {
        ("prose", (13, 21), "0.3万元", "2,961.68万元"),  # 财政拨款收入支出总计
        ("share", (21,), "71.73%", "71.65%"),  # 2106.66 of 2940.05
    }
    # 社会保障和就业支出 is 326.71 on page 6 and 326.72 on page 10: one cut off, one rounded.
    assert any(c.rule == "across" and "社会保障和就业支出" in c.subject for c in report.of(Status.HOLDS))


def test_prose_amount_over_units(sample_store: Store) -> None:
    report = audit_held(sample_store, sample_store.resolve(PUTUO_BUDGET).id)
    assert _failures(report) == {("prose", (7, 12), "887.36万元", "873,617元")}
    (failure,) = report.failures
    assert "机关事业单位职业年金缴费支出" in failure.message
    assert failure.difference == Decimal("799.9983")


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("rows", "科学技术管理事务·总计"),  # 款 = its 项, page 7
        ("rows", "科学技术支出·总计"),  # 类 = its 款
        ("rows", "基本支出"),  # 一、基本支出 = the rows under it, page 5
        ("total", "合计·总计"),  # page 12: twenty projects without a hierarchy
        ("columns", "合计·总计"),  # 5=6+7, page 9
        ("columns", "合计·基本支出预算金额"),  # 人员经费 + 公用经费, page 10
        ("balance", "收支总表"),
        ("across", "一般公共预算基本支出合计"),  # 表五 and 表六
        ("project", "科技管理工作经费"),  # 表九 and its form
        ("share", "人员类项目支出占比"),  # page 15
        ("completion", "2022年执行率"),  # page 20: 35.85 / 40.84 = 87.8 %
        ("growth", "下降"),  # page 44: 418.75 less, 28.8 % down
        ("listing", "项目支出"),  # page 44: five project groups make 130.18
    ],
)
def test_relations_of_jiangan_that_hold(sample_store: Store, rule: str, subject: str) -> None:
    report = audit(_document(sample_store, JIANGAN))
    assert [c for c in report.of(Status.HOLDS) if c.rule == rule and subject in c.subject]


@pytest.mark.parametrize(
    ("code", "measure"),
    [
        ("30201", "公用经费"),
        ("302", "公用经费"),
        ("30101", "人员经费"),
        ("2060102", "项目支出"),
        ("206", "合计"),
    ],
)
def test_a_changed_cell_is_found(sample_store: Store, code: str, measure: str) -> None:
    """Adding 1 to one printed amount makes a failure that points at its cell."""
    document = _document(sample_store, JIANGAN)
    clean = set(audit(document).failures)
    cell = next(f for f in document.facts if f.code == code and f.measure == measure and f.value)
    facts = tuple(replace(f, value=f.value + 1) if f is cell and f.value else f for f in document.facts)
    new = set(audit(replace(document, facts=facts)).failures) - clean
    assert any(cell.place in check.places for check in new)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (("326.71", "万元"), ("326.72", "万元"), True),  # rounded against cut off
        (("87.36", "万元"), ("873617", "元"), True),
        (("17192", "万元"), ("171915169", "元"), True),
        (("887.36", "万元"), ("873617", "元"), False),
        (("0.31", "万元"), ("0.15", "万元"), False),
        (("35", "人"), ("36", "人"), False),
        (("35", "人"), ("35", "元"), None),
    ],
)
def test_agreement_within_the_printed_digits(
    a: tuple[str, str], b: tuple[str, str], same: bool | None
) -> None:
    left, right = (printed("", Decimal(v), unit, ()) for v, unit in (a, b))
    assert agree(left, right) is same
    assert agree(right, left) is same


def test_a_sum_allows_the_rounding_of_its_parts() -> None:
    """货物4.79 + 工程0 + 服务246.47 = 251.26, printed as 251.25 (普陀区财政局决算, page 24)."""
    parts = [printed("", Decimal(v), "万元", ()) for v in ("4.79", "0", "246.47")]
    made = total("", parts)
    assert isinstance(made, Figure)
    assert agree(made, printed("", Decimal("251.25"), "万元", ())) is True
    assert agree(made, printed("", Decimal("251.20"), "万元", ())) is False


def test_columns_that_contain_each_other_are_no_contradiction() -> None:
    """合计 over 基本支出, 人员经费, 公用经费 and 项目支出 in one flat header is not their sum."""
    header = ("科目名称", "合计", "基本支出", "人员经费", "公用经费", "项目支出")
    rows = [("行政运行", "9", "7", "5", "2", "2"), ("信息化建设", "6", "4", "3", "1", "2")]
    report = audit(_made(header, [*rows, ("合计", "15", "11", "8", "3", "4")]))
    assert report.failures == ()
    assert [c for c in report.of(Status.HOLDS) if c.rule == "total"]


def test_a_total_that_is_wrong_and_one_over_blanks() -> None:
    header = ("科目名称", "预算数", "上年结转")
    report = audit(
        _made(header, [("一、行政运行", "9.00", ""), ("二、信息化建设", "6.00", ""), ("合计", "16.00", "")])
    )
    (failure,) = report.failures
    assert (failure.rule, failure.difference) == ("total", Decimal(1))
    assert failure.message.endswith("不一致，相差1.00万元。")


def test_warnings_for_the_places_of_an_answer(sample_store: Store) -> None:
    record = sample_store.resolve(JIANGAN)
    facts = [f.fact for f in sample_store.facts((record.id,), under=["安全生产经费"])]
    detail = next(f for f in facts if f.text == "0.31")
    (warning,) = warnings_for(sample_store, record.id, [detail.place])
    assert "0.31万元" in warning
    assert "0.15万元（第37页）" in warning
    leader = next(f for f in facts if f.name == "项目负责人")
    assert warnings_for(sample_store, record.id, [leader.place]) == []


def test_warnings_of_a_paragraph_are_those_of_its_quoted_figure(sample_store: Store) -> None:
    """The paragraph on page 21 prints four shares; only the one of 2106.66 is wrong."""
    record = sample_store.resolve(PUTUO_FINAL)
    hits = sample_store.statements((record.id,), text="一般公共服务支出 社会保障和就业支出 占")
    place = next(s.statement.places[0] for s, _ in hits if "占71.73%" in s.statement.text)
    assert len(warnings_for(sample_store, record.id, [place], [Decimal("2106.66")])) == 1
    assert warnings_for(sample_store, record.id, [place], [Decimal("326.72")]) == []


def test_a_tables_amount_leads_where_the_sentence_misprints_it(sample_store: Store) -> None:
    """普陀区财政局 2025, page 7: 职业年金 887.36万元 in the prose; pages 12 and 19: 873,617元."""
    finder = Assistant(sample_store).finder("职业年金缴费安排多少？", [PUTUO_BUDGET])
    document = sample_store.resolve(PUTUO_BUDGET)
    told = (of_statement(s, document) for s, _ in sample_store.statements([document.id], limit=1000))
    sentence = next(e for e in told if "887.36" in e.quote and "职业年金" in e.name)
    draft = Draft()
    amount = draft.amount("职业年金", Decimal("887.36"), "万元", sentence)
    draft.say(f"职业年金{amount}{draft.cite(sentence)}。")
    answer = table_first(draft.answer("?"), finder, {PUTUO_BUDGET: document.id})
    assert [(f.value, f.unit) for f in answer.figures if not f.derived] == [
        ("873617.00", "元"), ("887.36", "万元"),
    ]  # fmt: skip
    assert [c.page for c in answer.citations] == [12, 7]
    assert table_first(answer, finder, {PUTUO_BUDGET: document.id}) == answer


def test_the_command_reports_and_succeeds(sample_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "江岸", "--data", str(sample_data)]) == 0
    shown = capsys.readouterr().out
    assert "不符 4 处" in shown
    assert "120(元)*6(人)＝0.072万元（第39页）" in shown
    assert run(["audit", "--json", "--data", str(sample_data)]) == 0
    reports = json.loads(capsys.readouterr().out)
    assert {r["document"]: r["fails"] for r in reports} == {JIANGAN: 4, PUTUO_FINAL: 2, PUTUO_BUDGET: 1}
    failure = next(r for r in reports if r["document"] == PUTUO_BUDGET)["failures"][0]
    assert failure["found"]["value"] == "887.36"
    assert failure["found"]["places"][0]["page"] == 7


def test_the_rules_speak_of_known_tables(sample_store: Store) -> None:
    kinds = {k["key"] for k in knowledge("tables")["kinds"]}
    data = rules()
    named = [c for r in (*data.across, *data.within) for c in (r.left, *r.right)]
    named += [c for a in data.prose.amounts for c in a.cells]
    assert {k for cells in named for k in cells.kinds} <= kinds
    used = {c.rule for name in (JIANGAN, PUTUO_FINAL) for c in audit(_document(sample_store, name)).checks}
    assert used <= set(data.titles)


def _made(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Document:
    """A budget of one table in 万元 whose first column names the rows."""
    cells, facts = [], []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box: BBox = (100.0 * c, 20.0 * r, 100.0 * c + 100, 20.0 * r + 20)
            cells.append(Cell(1, r, c, text, box))
            if c:
                name = row[0].split("、")[-1]
                value = Decimal(text) if text else None
                facts.append(
                    Fact(0, None, None, name, None, (name,), (header[c],), header[c], text, value,
                         "万元" if text else None, 2024, Place(1, box))
                )  # fmt: skip
    table = Table(0, None, "支出表", "支出总表", "万元", (1, 1), (header,), tuple(rows), tuple(cells))
    return Document(
        "made.pdf", "0", "", "某局", (), 2024, Kind.BUDGET, Scope.DEPARTMENT, (), (table,), tuple(facts)
    )


def test_failures_are_kept_beside_the_pdf_and_leave_with_it(own_data: Path) -> None:
    with Store(Settings.load(data=own_data)) as store:
        record = store.resolve(JIANGAN)
        (kept,) = store.settings.files.glob(f"{record.sha256}.*.json")  # written when it was read in
        assert kept.stat().st_size > 2
        assert failures_held(store, record.id) == audit_held(store, record.id).failures
        store.remove(record.file_name)
        assert not list(store.settings.files.glob(f"{record.sha256}.*"))


def test_parts_of_one_fund_and_of_a_class_over_columns_are_not_held_against_the_whole(tmp_path: Path) -> None:
    """A fund's 本年支出, shares of one whole side by side, and 302 that runs over as in 公开06表."""
    sheet = Sheet()
    sheet.centred(60, "收支总表")
    sheet.text(700, 90, "单位：万元")
    sheet.table(60, 104, (140, 80, 140, 80), TOTALS, "all")
    sheet.centred(260, "一般公共预算财政拨款基本支出决算明细表（公开06表）")
    sheet.text(700, 290, "单位：万元")
    sheet.table(60, 304, (50, 120, 60) * 3, CLASSES, "all")
    prose = Sheet()
    prose.text(60, 100, "五、政府性基金预算财政拨款收入支出决算情况说明")
    prose.text(60, 120, "2024年度政府性基金预算财政拨款本年收入20.00万元，本年支出20.00万元。")
    prose.text(60, 150, "六、支出决算情况说明")
    prose.text(60, 170, "按用途分，教育支出90.00万元，占90.00%；农林水支出10.00万元，占10.00%。")
    document = read_document(save(tmp_path / "南山区教育局2024年度部门决算.pdf", [sheet, prose]))
    report = audit(document)
    assert report.failures == ()
    assert any("商品和服务支出" in c.subject for c in report.of(Status.HOLDS))


TOTALS = [
    ("收入", "决算数", "支出", "决算数"),
    ("财政拨款收入", "100.00", "教育支出", "90.00"),
    ("事业收入", "0.00", "农林水支出", "10.00"),
    ("本年收入合计", "100.00", "本年支出合计", "100.00"),
]
CLASSES = [
    ("科目编码", "科目名称", "决算数") * 3,
    ("301", "工资福利支出", "50.00", "302", "商品和服务支出", "30.00", "30229", "福利费", "4.00"),
    ("30101", "基本工资", "30.00", "30201", "办公费", "16.00", "310", "资本性支出", "5.00"),
    ("30103", "奖金", "20.00", "30202", "印刷费", "10.00", "31002", "办公设备购置", "5.00"),
]

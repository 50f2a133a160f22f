"""A document made by hand from 江岸区科经局2024年部门预算.pdf: 表二 (page 6), the project prose of
pages 44 and 45; and a store in an empty folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.document import (
    Cell,
    Document,
    Fact,
    Kind,
    Page,
    Passage,
    Place,
    Quantity,
    Relation,
    Scope,
    Statement,
    Table,
)
from vectorstore import Settings, Store

ROWS = [  # page 6: code, name, 总计 = 一般公共预算
    ("206", "科学技术支出", "559.09"),
    ("20601", "科学技术管理事务", "559.09"),
    ("2060101", "行政运行", "469.52"),
    ("2060102", "一般行政管理事务", "62.17"),
    ("208", "社会保障和就业支出", "90.28"),
    ("20805", "行政事业单位养老支出", "88.92"),
    ("2080505", "机关事业单位基本养老保险缴费支出", "76.20"),
    ("215", "资源勘探工业信息等支出", "203.08"),
    ("21505", "工业和信息产业监管", "203.08"),
    ("2150502", "一般行政管理事务", "14.62"),
    ("221", "住房保障支出", "96.76"),
    ("22102", "住房改革支出", "96.76"),
    ("2210201", "住房公积金", "80.78"),
]
PROSE = [  # pages 44 and 45: subject, amount, purpose
    (
        "科技管理工作经费",
        "20",
        "科技项目评审、服务大学生创新创业、科技成果转化、双创基地建设、高新技术企业培育等工作",
        44,
    ),
    ("科技专项工作经费", "7.4", "科技活动周宣传、支持创新平台开展双创活动、国家可持续发展实验区等工作", 45),
    (
        "工业企业发展服务中心项目经费",
        "20.99",
        "维稳重点企业、安全生产、后勤保障、发放有色金属中南公司离休干部的津补贴等工作",
        45,
    ),
]
HEADINGS = ("二、一般公共预算支出安排情况", "(二)项目支出")


def _place(page: int, row: int) -> Place:
    return Place(page, (72.0, 100.5 + 20 * row, 523.1, 118.25 + 20 * row))


def _facts() -> Iterator[Fact]:
    path: dict[int, str] = {}
    for at, (code, name, amount) in enumerate(ROWS):
        path = {length: part for length, part in path.items() if length < len(code)} | {len(code): name}
        for column, measure in (("总计", "合计"), ("一般公共预算", "一般公共预算")):
            yield Fact(
                table=0,
                panel="收入",
                code=code,
                name=name,
                level=(len(code) - 1) // 2,
                row_path=tuple(path.values()),
                column_path=(column,),
                measure=measure,
                text=amount,
                value=Decimal(amount),
                unit="万元",
                year=2024,
                place=_place(6, at),
                confidence=0.987 if measure == "合计" else None,
            )


def _table() -> Table:
    rows = tuple((code, name, amount, amount, "") for code, name, amount in ROWS)
    cells = tuple(
        Cell(6, row, col, text, _place(6, row).bbox)
        for row, texts in enumerate(rows)
        for col, text in enumerate(texts)
        if text
    )
    return Table(
        index=0,
        number="表二",
        title="江岸区科经局 2024 年收入总表（表二）",
        kind="收入总表",
        unit="万元",
        pages=(6, 6),
        header=(("功能科目编码", "科目名称", "总计", "一般公共预算", "政府性基金收入"),),
        rows=rows,
        cells=cells,
        note="说明",
        note_place=_place(6, 40),
    )


def _statement(subject: str, amount: str, purpose: str, page: int) -> Statement:
    return Statement(
        relation=Relation.PURPOSE,
        subject=subject,
        subject_path=("项目支出", subject),
        content=purpose,
        text=f"{subject} {amount} 万元。主要用于{purpose}。",
        quantities=(Quantity(subject, amount, Decimal(amount), "万元"),),
        year=2024,
        places=(_place(page, 1),),
    )


def _budget() -> Document:
    statements = tuple(_statement(*prose) for prose in PROSE)
    passages = tuple(Passage(s.text, HEADINGS, s.places) for s in statements)
    described = Passage("收入总表：" + "、".join(name for _, name, _ in ROWS), ("表二",), (_place(6, 0),), 0)
    return Document(
        file_name="江岸区科经局2024年部门预算.pdf",
        sha256="a" * 64,
        title="江岸区科经局2024年部门预算",
        body="江岸区科学技术和经济信息化局",
        short_names=("江岸区科经局", "科经局"),
        year=2024,
        kind=Kind.BUDGET,
        scope=Scope.DEPARTMENT,
        pages=tuple(Page(n, 595.32, 841.92, f"第 {n} 页", scanned=n == 2) for n in (1, 2, 3)),
        tables=(_table(),),
        facts=tuple(_facts()),
        statements=statements,
        passages=(*passages, described),
        warnings=("第 16 页：项目名称为空",),
    )


@pytest.fixture
def budget() -> Document:
    return _budget()


@pytest.fixture
def other(budget: Document) -> Document:
    """A second document that prints some of the same names."""
    return replace(
        budget,
        file_name="江岸区科经局2025年部门预算.pdf",
        sha256="b" * 64,
        title="江岸区科经局2025年部门预算",
        year=2025,
        facts=tuple(replace(fact, year=2025) for fact in budget.facts if fact.code == "2210201"),
        statements=(),
        passages=(Passage("住房公积金按规定缴存。", HEADINGS, (_place(9, 1),)),),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store(settings) as opened:
        yield opened


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "江岸区科经局2024年部门预算.pdf"
    path.write_bytes(b"%PDF-1.7 for the store a PDF is bytes to keep")
    return path


@pytest.fixture
def held(store: Store, budget: Document, other: Document, pdf: Path) -> Callable[[], tuple[int, int]]:
    """Adds both documents without vectors; gives their ids."""

    def add() -> tuple[int, int]:
        for document in (budget, other):
            store.add(document, pdf, embed=False)
        first, second = store.documents()
        return first.id, second.id

    return add

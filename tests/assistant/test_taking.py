"""What is made of an answer: a chart or none, rows of a spreadsheet, its growth, its scope, the feedback."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.answer import Answer, Citation, Figure, Status
from assistant.api import downloads
from assistant.api.errors import add_error_handlers
from assistant.api.staff import Staff
from assistant.draft import Draft
from assistant.evidence import of_fact
from assistant.exports import figure_rows
from assistant.feedback import FeedbackBook, FeedbackError
from assistant.given import GivenAnswers, UnknownAnswerError
from assistant.web import scope
from assistant.web.charts import chart
from assistant.web.render import sentences
from assistant.web.scope import Chosen
from vectorstore.store import Store

BUDGET = "上海市普陀区财政局部门25年预算.pdf"  # page 12: the table of expenditure
SOURCE = Citation(
    n=1, document="=甲.pdf", page=12, title="支出总表", quote="=1+1", bbox=(0, 0, 1, 1), kind="table"
)


def answer(*figures: tuple[str, str, str], derived: bool = False) -> Answer:
    made = [Figure(label=n, value=v, unit=u, citations=[1], derived=derived) for n, v, u in figures]
    return Answer(
        question="=问", status=Status.ANSWERED, answer="@答[1]。", figures=made, citations=[SOURCE]
    )  # fmt: skip


def drawn(*figures: tuple[str, str, str]) -> tuple[str, list[str], list[float]]:
    """Orientation, names and sizes of a chart's bars, longest first or oldest first."""
    figure = chart(answer(*figures))
    assert figure is not None
    (bars,) = figure.data
    if bars.orientation == "h":
        return "h", list(bars.y)[::-1], list(bars.x)[::-1]
    return "v", list(bars.x), list(bars.y)


def test_parts_are_bars_in_order_without_their_total() -> None:
    parts = [
        ("合计", "20.00", "万元"),
        ("甲", "4.00", "万元"),
        ("乙", "11.00", "万元"),
        ("丙", "5.00", "万元"),
    ]
    assert drawn(*parts) == ("h", ["乙", "丙", "甲"], [11, 5, 4])


def test_amounts_of_different_units_share_an_axis_that_names_its_unit() -> None:
    figure = chart(answer(("甲", "4188000.00", "元"), ("乙", "1666600", "元"), ("丙", "0.5", "万元")))
    assert figure is not None
    assert figure.layout.xaxis.title.text == "金额（万元）"
    assert sorted(figure.data[0].x) == [0.5, 166.66, 418.8]


def test_years_are_columns_from_old_to_new() -> None:
    years = [("2024年决算支出", "3", "亿元"), ("2022年决算支出", "1", "亿元"), ("2023年", "2", "亿元")]
    assert drawn(*years) == ("v", ["2022年", "2023年", "2024年"], [1, 2, 3])


@pytest.mark.parametrize(
    "figures",
    [
        [],
        [("甲", "1", "万元"), ("乙", "2", "万元")],
        [("甲", "1", "万元"), ("乙", "1", "万元"), ("丙", "2", "万元")],  # two sizes
        [("甲", "1", "%"), ("乙", "2", "%"), ("丙", "3", "%")],
        [("甲", "1", "万元"), ("甲", "2", "万元"), ("丙", "3", "万元")],  # two bars of one name
        [("甲", "约1", "万元"), ("乙", "2", "万元"), ("丙", "3", "万元")],
    ],
)
def test_what_is_read_faster_than_looked_at_has_no_chart(figures: list[tuple[str, str, str]]) -> None:
    assert chart(answer(*figures)) is None


def test_a_conversion_stands_beside_its_amount(sample_store: Store) -> None:
    draft = Draft()
    document = sample_store.resolve(BUDGET)
    stored = sample_store.facts([document.id], names=["信息化建设"], measures=["项目支出"])[0]
    evidence = of_fact(stored, document)
    assert evidence.value is not None
    draft.amount("信息化建设", evidence.value, evidence.unit, evidence)
    ((figure, converted),) = figure_rows(draft.answer("信息化建设多少？"))
    assert (figure.value, figure.unit) == ("1666600.00", "元")  # page 12
    assert converted is not None
    assert (converted.value, converted.unit) == ("166.66", "万元")


def test_an_answer_grows_by_whole_sentences_with_their_markers() -> None:
    said = "支出20.00万元[1][2]。明细：甲5万元；乙6万元[3]。没有句号"
    assert sentences(said) == ["支出20.00万元[1][2]。", "明细：甲5万元；", "乙6万元[3]。", "没有句号"]
    assert "".join(sentences(said)) == said


def test_body_and_year_narrow_what_is_asked(sample_store: Store) -> None:
    documents = sample_store.documents()
    assert scope.asked(Chosen(), documents).names == ()
    body = "上海市普陀区财政局"
    both = scope.asked(Chosen(body), documents)
    assert (len(both.names), both.told) == (2, f"{body}（2 份文件）")
    one = scope.asked(Chosen(body, "2025"), documents)
    assert one.names == (BUDGET,)
    assert [value for _, value in scope.years(documents, Chosen(body))] == ["", "2025", "2024"]
    assert [value for _, value in scope.files(documents, Chosen(body, "2025"))] == [BUDGET]
    nothing = scope.asked(Chosen(body, "1999"), documents)
    assert nothing.size == 0


@pytest.fixture
def given() -> GivenAnswers:
    return GivenAnswers(most=2)


@pytest.fixture
def client(sample_store: Store, given: GivenAnswers, tmp_path: Path) -> Iterator[TestClient]:
    app = FastAPI()
    staff = Staff(SecretStr("word"))
    app.include_router(downloads.router(sample_store, given, FeedbackBook(tmp_path / "feedback.db"), staff))
    add_error_handlers(app)
    with TestClient(app) as made:
        yield made


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_what_is_downloaded_of_an_answer_is_never_run(client: TestClient, given: GivenAnswers) -> None:
    key = given.keep(answer(("-甲", "-431.83", "万元")))
    assert rows(client.get(f"/api/answers/{key}.csv").content)[1] == [
        "'=问", "'-甲", "-431.83", "万元", "", "'=甲.pdf", "12", "'=1+1",
    ]  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/answers/{key}.xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert book["数字"]["B2"].value == -431.83
    assert "=1+1" in client.get(f"/api/answers/{key}.txt").text
    assert client.get(f"/api/answers/{key}.exe").status_code == 422


def test_a_table_is_downloaded_as_it_was_read(client: TestClient, sample_store: Store) -> None:
    document = sample_store.resolve(BUDGET)
    (table,) = sample_store.tables(document.id, 12)
    response = client.get(f"/api/tables/{document.id}/{table.index}.xlsx")
    sheet, source = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
    row = next(
        [cell.value for cell in row] for row in sheet.iter_rows() if row[3].value == "财政委托业务支出"
    )
    assert row == ["201", "06", "08", "财政委托业务支出", 4188000, None, 4188000]
    assert source["B1"].value == BUDGET
    assert source["B4"].value == "元"
    assert client.get(f"/api/tables/{document.id}/999.csv").status_code == 404


def test_feedback_is_kept_once_for_an_answer_and_read_by_staff_alone(
    client: TestClient, given: GivenAnswers
) -> None:
    key = given.keep(answer(("甲", "1", "万元")))
    assert client.post("/api/feedback", json={"key": key, "useful": True}).status_code == 204
    said = {"key": key, "useful": False, "note": "单位不对"}
    assert client.post("/api/feedback", json=said).status_code == 204
    assert client.post("/api/feedback", json=said | {"note": "长" * 501}).status_code == 422
    assert client.post("/api/feedback", json=said | {"key": "none"}).status_code == 404
    assert client.get("/api/feedback").status_code == 401
    (kept,) = client.get("/api/feedback", headers={"Authorization": "Bearer word"}).json()
    assert (kept["useful"], kept["note"], kept["question"]) == (False, "单位不对", "=问")
    assert (kept["answer"], kept["documents"]) == ("@答[1]。", ["=甲.pdf"])


def test_a_full_or_locked_disk_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(FeedbackError, match="权限和磁盘空间"):
        FeedbackBook(tmp_path / "folder").add("k", answer(), True)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all" * 100)
    with pytest.raises(FeedbackError):
        FeedbackBook(broken).latest()


def test_answers_are_forgotten_in_order(given: GivenAnswers) -> None:
    first, *_, last = [given.keep(answer()) for _ in range(3)]
    assert given.get(last).question == "=问"
    with pytest.raises(UnknownAnswerError):
        given.get(first)
    assert len({first, last}) == 2


def test_old_feedback_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.feedback._KEPT", 3)
    book = FeedbackBook(tmp_path / "feedback.db")
    for n in range(5):
        book.add(str(n), answer(), True, note=str(n))
    assert [one.note for one in book.latest()] == ["4", "3", "2"]
    with sqlite3.connect(tmp_path / "feedback.db") as opened:
        assert opened.execute("SELECT COUNT(*) FROM feedback").fetchone() == (3,)

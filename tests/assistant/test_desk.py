"""The staff desk without its page: letters taken apart, the rules of a case, storage, and the document."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from docx.document import Document

from assistant.answer import Answer, Citation, Figure, Status
from assistant.desk.case import Case, State
from assistant.desk.casebook import FILE, Casebook
from assistant.desk.errors import ChangedMeanwhileError, DeskError, NotReadyError, UnknownCaseError
from assistant.desk.export import NOTICE, file_name, to_docx
from assistant.desk.letter import read
from assistant.desk.service import Desk
from vectorstore.store import Store

LETTERS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "letters.yaml").read_text(encoding="utf-8")
)
BUDGET = "江岸区科经局2024年部门预算.pdf"  # page 44: 商品服务支出 67.44 万元, 基本支出 903.72 万元
LETTER = "尊敬的领导：\n请问商品服务支出是多少？占基本支出多大比例？火星项目花了多少钱？谢谢！"
EVIL = '<img src=x onerror="alert(1)">=1+1\x07'


def citation(n: int, quote: str) -> Citation:
    place = (72.0, 300.0 + 10 * n, 523.0, 308.0 + 10 * n)  # sources of one place are one source
    return Citation(n=n, document=BUDGET, page=44, title="支出安排情况", quote=quote, bbox=place, kind="text")


class Scripted:
    """Answers from page 44, each with source numbers of its own, as the assistant numbers them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asked: list[tuple[str, list[str], list[str]]] = []

    def ask(self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = ()) -> Answer:
        self.asked.append((question, list(history), list(docs)))
        spending, basic = (
            citation(1, "2、商品服务支出 67.44 万元"),
            citation(2, f"基本支出 903.72 万元{EVIL}"),
        )
        if "火星" in question:
            return Answer(question=question, status=Status.NOT_FOUND, answer="没有火星项目。")
        if "比例" in question:
            share = Figure(
                label="占比", value="7.46", unit="%", citations=[1, 2], derived=True,
                formula="67.44÷903.72",
            )  # fmt: skip
            return Answer(
                question=question, status=Status.ANSWERED, answer="占基本支出903.72万元[2]的7.46%[1]。",
                figures=[share], citations=[spending, basic],
            )  # fmt: skip
        return Answer(
            question=question,
            status=Status.ANSWERED,
            answer="商品服务支出67.44万元[1]。",
            citations=[spending],
        )


@pytest.fixture
def desk(sample_store: Store, tmp_path: Path) -> Iterator[Desk]:
    book = Casebook(tmp_path)
    yield Desk(Scripted(sample_store), book)
    book.close()


def answered(desk: Desk, letter: str = LETTER) -> Case:
    case = desk.take_in(letter, "张三")
    *_, done = desk.answer_all(case.id, case.version, "张三", context=case.context, docs=case.docs)
    assert isinstance(done, Case)
    return done


def filled(desk: Desk, case: Case) -> Case:
    """The case once a person has filled in what only a person knows."""
    said = case.reply.text
    for left in ("【来信人称呼】", "【联系人】", "【联系电话】", "【单位名称】", "【年月日】"):
        said = said.replace(left, "王先生")
    said = said.replace("【请补充答复，或说明可向哪个部门咨询】", "请向航天部门咨询。")
    return desk.edit_reply(case.id, case.version, "李四", said)


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter["name"])
def test_a_letter_is_split_into_what_it_asks(letter: dict[str, Any]) -> None:
    found = read(letter["letter"]).questions
    assert len(found) == len(letter["questions"]), found
    for part, question in zip(letter["questions"], found, strict=True):
        assert part in question


def test_a_letter_says_whom_and_which_documents_it_means() -> None:
    found = read(LETTERS[0]["letter"])
    assert found.context == "普陀区财政局；我看了贵局公布的2025年部门预算"


def test_the_reply_gathers_the_answers_under_one_numbering(desk: Desk) -> None:
    case = answered(desk)
    assert "一、商品服务支出是多少？\n商品服务支出67.44万元[1]。" in case.reply.text
    assert "二、占基本支出多大比例？\n占基本支出903.72万元[2]的7.46%[1]。" in case.reply.text
    assert "三、火星项目花了多少钱？\n在我们查阅的预算、决算文件中没有查到" in case.reply.text
    assert [source.n for source in case.reply.cited] == [1, 2]
    assert desk.doubtful(case) == []
    wrong = desk.edit_reply(case.id, case.version, "李四", case.reply.text + "\n另有68.99万元。")
    assert desk.doubtful(wrong) == ["68.99万元"]


def test_earlier_questions_and_the_letters_context_come_before_each_question(desk: Desk) -> None:
    case = desk.take_in(LETTER, "张三")
    list(desk.answer_all(case.id, 1, "张三", context="江岸区科经局2024年预算", docs=[BUDGET]))
    asked: list[Any] = desk._assistant.asked  # type: ignore[attr-defined]
    assert asked[1] == (
        "占基本支出多大比例？", ["江岸区科经局2024年预算", "商品服务支出是多少？"], [BUDGET],
    )  # fmt: skip


def test_nothing_is_sent_that_nobody_has_reviewed(desk: Desk) -> None:
    case = answered(desk)
    with pytest.raises(NotReadyError, match="还没有审核通过"):
        desk.send(case.id, case.version, "张三")
    with pytest.raises(NotReadyError, match="请填写或删去【来信人称呼】"):
        desk.review(case.id, case.version, "李四")
    with pytest.raises(DeskError, match="经办人"):
        desk.edit_reply(case.id, case.version, " ", "匿名")
    case = filled(desk, case)
    case = desk.review(case.id, case.version, "李四")
    assert (case.state, case.reviewed_by) == (State.REVIEWED, "李四")
    changed = desk.edit_reply(case.id, case.version, "王五", case.reply.text + "又及。")
    assert changed.state is State.DRAFT, "what was changed must be reviewed anew"
    with pytest.raises(NotReadyError):
        desk.send(changed.id, changed.version, "王五")
    case = desk.review(changed.id, changed.version, "李四")
    case = desk.send(case.id, case.version, "王五")
    assert (case.state, case.sent_by) == (State.SENT, "王五")
    with pytest.raises(NotReadyError, match="已经发出，不能再改"):
        desk.edit_reply(case.id, case.version, "王五", "改")
    told = [(change.who, change.what) for change in desk.book.changes(case.id)]
    assert told[:3] == [("王五", "标为已发出"), ("李四", "审核通过"), ("王五", "修改答复")]
    assert told[-1] == ("张三", "收入来信，拆出 3 个问题")


def test_a_marker_without_a_source_does_not_pass_review(desk: Desk) -> None:
    case = filled(desk, answered(desk))
    case = desk.edit_reply(case.id, case.version, "李四", case.reply.text + "见[9]。")
    with pytest.raises(NotReadyError, match=r"编号\[9\]没有对应的来源"):
        desk.review(case.id, case.version, "李四")


def test_what_a_person_wrote_is_not_overwritten_by_new_answers(desk: Desk) -> None:
    case = answered(desk)
    own = desk.edit_reply(case.id, case.version, "李四", "我自己写的答复。")
    again = desk.ask_again(own.id, own.version, "李四", 0, "商品服务支出是多少？", [])
    assert again.reply.text == "我自己写的答复。"
    rewritten = desk.write_reply(again.id, again.version, "李四")
    assert "67.44万元[1]" in rewritten.reply.text
    assert "我自己写的答复。" in [change.text for change in desk.book.changes(case.id)]


def test_two_people_at_one_letter_do_not_undo_each_other(desk: Desk) -> None:
    case = answered(desk)
    desk.edit_reply(case.id, case.version, "李四", "先写的。")
    with pytest.raises(ChangedMeanwhileError, match="刚被别人改过"):
        desk.edit_reply(case.id, case.version, "王五", "后写的。")
    assert desk.book.get(case.id).reply.text == "先写的。"


def test_earlier_replies_are_found_by_words_and_state(desk: Desk) -> None:
    first = answered(desk)
    second = desk.take_in("关于１００％的问题：公务用车几辆？", "张三")
    book = desk.book
    assert [line.id for line in book.search()] == [second.id, first.id]
    assert [line.id for line in book.search("67.44万元 火星")] == [first.id]
    assert [line.id for line in book.search("100% 公务用车")] == [second.id], "full and half width are one"
    assert book.search("_") == [], "a sign of the query language is a sign"
    assert book.search("没有这个词") == []
    assert book.search("火星", State.SENT) == []


def test_a_deleted_letter_leaves_nothing_on_the_disk(desk: Desk, tmp_path: Path) -> None:
    secret = "身份证号四二零一零二"
    case = desk.take_in(f"{LETTER}{secret}", "张三")
    assert secret.encode() in (tmp_path / FILE).read_bytes()
    desk.book.delete(case.id)
    assert secret.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    with pytest.raises(UnknownCaseError, match="可能已被删除"):
        desk.book.get(case.id)
    assert desk.take_in(LETTER, "张三").id != case.id


def opened(case: Case) -> Document:
    return docx.Document(io.BytesIO(to_docx(case)))


def test_the_document_has_numbered_sources_and_what_they_print(desk: Desk) -> None:
    case = answered(desk)
    made = opened(case)
    lines = [paragraph.text for paragraph in made.paragraphs]
    assert f"[1] 《{BUDGET}》第44页，支出安排情况" in lines
    assert lines.index("资料来源") < lines.index("附件：答复所依据的原文") < lines.index("计算过程")
    sources, reckoned = made.tables
    assert [cell.text for cell in sources.rows[1].cells] == [
        "[1]", BUDGET, "44", "支出安排情况", "2、商品服务支出 67.44 万元",
    ]  # fmt: skip
    assert sources.rows[2].cells[4].text == "基本支出 903.72 万元" + EVIL.removesuffix("\x07")
    assert [cell.text for cell in reckoned.rows[1].cells] == ["占比", "7.46%", "67.44÷903.72", "[1][2]"]
    assert made.sections[0].header.paragraphs[0].text == NOTICE == "参考答复，须经人工审核"
    assert file_name(case) == f"答复-{case.id}（参考）.docx"


def test_only_sources_that_the_reply_cites_stand_in_the_document(desk: Desk) -> None:
    case = answered(desk)
    case = desk.edit_reply(case.id, case.version, "李四", "您好：\n\n商品服务支出67.44万元[1]。")
    (sources,) = opened(case).tables
    assert [row.cells[0].text for row in sources.rows[1:]] == ["[1]"]


def test_a_reviewed_document_names_its_reviewer_and_is_no_reference_any_more(desk: Desk) -> None:
    case = filled(desk, answered(desk))
    reviewed = case.reviewed("李四", datetime(2026, 3, 1, tzinfo=UTC))
    made = opened(reviewed)
    assert NOTICE not in "".join(paragraph.text for paragraph in made.sections[0].header.paragraphs)
    assert any(p.text.startswith("审核：李四　2026-03-01") for p in made.paragraphs)
    assert file_name(reviewed) == f"答复-{case.id}.docx"

"""Every way of being wrong lowers the metric that is named after it, and only a real answer is right.

The figures are those of 职业年金 in samples/上海市普陀区财政局部门25年预算.pdf: 873,617 元 on pages
10, 12, 15 and 19.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Figure, Status
from eval.dataset import GoldQuestion
from eval.metrics import Outcome, Score, score
from eval.pages import PageTexts, pdfs_in
from eval.printed import figures_on

SAMPLES = Path(__file__).parents[2] / "samples"
PDF = "上海市普陀区财政局部门25年预算.pdf"


def gold(*facts: Mapping[str, object], **changes: object) -> GoldQuestion:
    return GoldQuestion.model_validate(
        {
            "id": "q",
            "type": "lookup",
            "question": "2025年要缴多少职业年金？",
            "answerable": True,
            "answer": "873,617元",
            "facts": facts or [{"number": "873617", "unit": "元"}],
            "pages": {PDF: [10, 12, 15, 19]},
            **changes,
        }
    )


def reply(
    text: str, *pages: int, status: Status = Status.ANSWERED, figures: list[Figure] | None = None
) -> Answer:
    citations = [
        Citation(n=n, document=PDF, page=page, title="", quote="", bbox=(0, 0, 0, 0), kind="table")
        for n, page in enumerate(pages, start=1)
    ]
    return Answer(question="q", status=status, answer=text, citations=citations, figures=figures or [])


def scored(text: str, *facts: Mapping[str, object]) -> Score:
    return score(reply(text, 12), gold(*facts))


@pytest.mark.parametrize(
    "text",
    ["职业年金873,617元[1]。", "为 87.36 万元", "８７３６１７元", "873617.00元", "87.3617万元", "约87.4万元"],
)
def test_one_amount_is_right_in_any_unit_and_rounding(text: str) -> None:
    assert scored(text).outcome is Outcome.RIGHT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("87.36元", id="wrong unit"),
        pytest.param("873,617万元", id="wrong unit, larger"),
        pytest.param("887.36万元", id="neighbour figure: the prose of page 7"),
        pytest.param("87,361元", id="dropped digit"),
        pytest.param("1,747,234元", id="neighbour row: 养老保险"),
        pytest.param("90万元", id="rounded away"),
        pytest.param("1873617元", id="tail of a longer number"),
        pytest.param("见第12页的表", id="no figure"),
    ],
)
def test_another_amount_is_wrong(text: str) -> None:
    assert scored(text).outcome is Outcome.WRONG


def test_a_figure_that_the_text_does_not_say_is_not_said() -> None:
    figure = Figure(label="职业年金", value="873617", unit="元", citations=[1])
    assert not score(reply("职业年金88万元。[1]", 12, figures=[figure]), gold()).right


@pytest.mark.parametrize(
    ("fact", "right", "wrong"),
    [
        ({"number": "80.48", "unit": "%"}, "占80.5%", "占80.48万元"),
        ({"number": "75", "unit": "人"}, "退休75名", "75人次"),
        ({"number": "0.3", "unit": "万元"}, "0.30万元", "0万元"),
        ({"number": "0", "unit": "万元"}, "0.00元", "0.3万元"),
        ({"number": "80", "unit": "万平方米"}, "800,000平方米", "80平方米"),
        ({"number": "42", "unit": "亿元"}, "42亿元", "42万元"),
        ({"number": "30.72", "unit": "万元"}, "减少30.72万元", "减少30.27万元"),
        ({"number": "6", "unit": "幢"}, "有6幢", "有16幢"),
        ({"number": "12", "unit": "个月"}, "共12个月", "共12个"),
    ],
)
def test_units_are_told_apart(fact: dict[str, object], right: str, wrong: str) -> None:
    assert scored(right, fact).right
    assert not scored(wrong, fact).right


@pytest.mark.parametrize(
    ("wordings", "right", "wrong"),
    [
        (["0万元", "没有安排"], "公务用车为0万元", "公务用车为20万元"),
        (["0.72"], "印作0.72。", "印作10.72"),
        (["0.72"], "1.活动:120*6=0.72 2.公用:400*6=0.24", "=0.722 公用"),
        (["1,100元/人"], "≤1100元／人", "≤11100元/人"),
        (["均为“优”"], "均为 「优」", "均为良"),
        (["人员经费"], "人员[1]经费", "公用经费"),
    ],
)
def test_wording_ignores_space_and_width_but_not_digits(wordings: list[str], right: str, wrong: str) -> None:
    assert scored(right, {"any_of": wordings}).right
    assert not scored(wrong, {"any_of": wordings}).right


def test_every_fact_is_needed() -> None:
    facts = ({"number": "873617", "unit": "元"}, {"any_of": ["增加"]})
    assert scored("873,617元", *facts).missing == ("增加",)


def test_needless_refusal_is_refused_not_wrong() -> None:
    refusal = reply("没有找到职业年金。", status=Status.NOT_FOUND)
    assert score(refusal, gold()).outcome is Outcome.REFUSED


def test_unanswerable_wants_a_refusal() -> None:
    unanswerable = gold(type="unanswerable", answerable=False, facts=[], pages={})
    assert score(reply("文件没有。", status=Status.NOT_FOUND), unanswerable).right
    assert score(reply("87.36万元", 12), unanswerable).outcome is Outcome.WRONG


def test_wrong_page_lowers_citation_metrics_only() -> None:
    right_page, wrong_page, both = (
        score(reply("873,617元", *pages), gold()) for pages in ((12,), (7,), (12, 7))
    )
    assert right_page.right
    assert wrong_page.right
    assert (right_page.cited_gold_page, right_page.citation_precision) == (True, 1.0)
    assert (wrong_page.cited_gold_page, wrong_page.citation_precision) == (False, 0.0)
    assert (both.cited_gold_page, both.citation_precision) == (True, 0.5)


def test_the_asked_figure_leads() -> None:
    assert scored("职业年金873,617元。养老保险1,747,234元。").leads
    assert not scored("养老保险1,747,234元。职业年金873,617元。").leads


def ungrounded(text: str, *pages: int, figures: list[Figure] | None = None) -> tuple[str, ...] | None:
    return score(reply(text, *pages, figures=figures), gold(), PageTexts(pdfs_in(SAMPLES))).ungrounded


def derived(value: str, unit: str, formula: str | None) -> list[Figure]:
    return [Figure(label="", value=value, unit=unit, citations=[1], derived=True, formula=formula)]


def test_figures_must_stand_on_a_cited_page() -> None:
    assert ungrounded("职业年金873,617元[1]，2025年12个月。", 19) == ()
    assert ungrounded("职业年金873,671元[1]", 19) == ("873,671元",)
    assert ungrounded("职业年金873,617元[1]", 3) == ("873,617元",)
    only_listed = [Figure(label="", value="873671", unit="元", citations=[1])]
    assert ungrounded("见下。[1]", 19, figures=only_listed) == ("873671元",)


def test_figures_must_stand_in_their_unit() -> None:
    """Page 19's table is in 元, the table of page 21 in 万元, the prose of page 7 says 887.36万元."""
    assert ungrounded("职业年金873,617万元", 19) == ("873,617万元",)
    assert ungrounded("机关运行经费229.43万元", 21) == ()
    assert ungrounded("机关运行经费229.43元", 21) == ("229.43元",)
    assert ungrounded("职业年金887.36元", 7) == ("887.36元",)


@pytest.mark.parametrize(
    ("value", "unit", "formula", "sound"),
    [
        ("3.48", "%", "职业年金873,617元 ÷ 合计25,121,091元 × 100%", True),
        ("3.48", "%", "873617÷25121091", True),
        ("3.49", "%", "职业年金873,617元 ÷ 合计25,121,091元 × 100%", False),
        ("3.48", "%", "职业年金873,671元 ÷ 合计25,121,091元 × 100%", False),
        ("3.48", "%", None, False),
        ("87.36", "万元", "873,617元÷10,000", True),
        ("2621944", "元", "职业年金873,617元 + 养老保险1,748,327元", True),
        ("874710", "元", "养老保险1,748,327元 － 职业年金873,617元", True),
        ("874711", "元", "养老保险1,748,327元 － 职业年金873,617元", False),
        ("874710", "元/人", "养老保险1,748,327元 － 职业年金873,617元", True),
        ("874711", "元/人", "养老保险1,748,327元 － 职业年金873,617元", False),
    ],
)
def test_a_derived_figure_follows_from_printed_ones(
    value: str, unit: str, formula: str | None, sound: bool
) -> None:
    said = f"职业年金873,617元，另{value}{unit}"
    found = ungrounded(said, 19, 20, figures=derived(value, unit, formula))
    assert found == (() if sound else (f"{value}{unit}".partition("/")[0],))


def test_a_number_broken_over_lines_is_still_printed() -> None:
    numbers = {str(number) for number in figures_on("合计 1,747,2\n34 元 80.48%")}
    assert {"1747234", "80.48"} <= numbers

"""What evaluations of projects found wrong, each of its own project."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answer import Status
from assistant.core import Assistant
from tests.assistant.drawn import holding, lines

DRAWN = "南山区水务局2024年度部门决算.pdf"
FIRST = [
    "五、预算绩效管理情况说明",
    "（一）部门对河道保洁项目开展绩效评价，评价得分92.35分，等级为“优”。评价发现的主要问题：",
    "一是保洁船只老化；二是部分河段巡查记录缺失。下一步将更新船只。",
]
OTHER = [
    "六、泵站改造项目评价报告",
    "泵站改造项目综合得分86.20分，等级为“良”。",
    "存在的问题。一是前期勘察深度不够；二是设备入账不及时。",
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with holding(tmp_path_factory.mktemp("faults"), DRAWN, [lines(*FIRST), lines(*OTHER)]) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("question", "told", "untold"),
    [
        ("河道保洁项目的评价挑出了哪些毛病？", "船只老化", "勘察"),
        ("泵站改造评价下来有哪些问题？", "勘察深度不够", "船只"),
        ("河道保洁的巡查查出什么问题？", "巡查记录缺失", "船只老化"),
    ],
)
def test_the_faults_told_are_of_what_is_asked(
    drawn: Assistant, question: str, told: str, untold: str
) -> None:
    answer = drawn.ask(question)
    assert answer.status == Status.ANSWERED and told in answer.answer, answer.answer
    assert untold not in answer.answer


def test_no_faults_are_told_of_what_has_none(drawn: Assistant) -> None:
    assert drawn.ask("公务接待费有哪些问题？").status == Status.NOT_FOUND

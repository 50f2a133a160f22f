"""Gold questions, answers and reports that tests of the report make up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistant.answer import Answer, Citation, Status
from eval.dataset import GoldQuestion
from eval.report import Report, Run, build_report
from eval.runner import score_all

PDF = "上海市普陀区财政局部门25年预算.pdf"
RUN = Run(system="budget-qa", commit="1234567", date=datetime(2026, 1, 1), dataset="set", dataset_sha256="0")


def gold(id: str, document: str = PDF, **changes: object) -> GoldQuestion:
    """A question on 职业年金: 873,617 元 on pages 10, 12, 15 and 19 of the sample."""
    made = {
        "id": id,
        "type": "lookup",
        "question": f"{id}：职业年金多少？",
        "docs": [document],
        "answerable": True,
        "answer": "873,617元",
        "facts": [{"number": "873617", "unit": "元"}],
        "pages": {document: [10, 12]},
    }
    return GoldQuestion.model_validate(made | changes)


def said(id: str, text: str, page: int | None = 12, document: str = PDF) -> Answer:
    """An answer that cites one place on `page`; a refusal where there is none."""
    if page is None:
        return Answer(id=id, question=id, status=Status.NOT_FOUND, answer=text)
    place = (100.0, 200.0, 300.0, 220.0)
    cited = Citation(n=1, document=document, page=page, title="表", quote="原文", bbox=place, kind="table")
    answer = Answer(id=id, question=id, status=Status.ANSWERED, answer=text, citations=[cited])
    answer.elapsed_ms = 12.0
    return answer


def report_of(questions: list[GoldQuestion], answers: Mapping[str, Answer], run: Run = RUN) -> Report:
    """The report on `answers` (by id) to `questions`."""
    return build_report(run, score_all(questions, answers))

"""A comparison finds what was planted: a question that got better, one that broke, one that only moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.compare import ReportError, compare, mcnemar, read_report
from eval.metrics import Outcome
from tests.eval.made import RUN, gold, report_of, said

RIGHT, WRONG = "873,617元[1]", "887,617元[1]"
QUESTIONS = [gold(id) for id in ("同", "好", "坏", "拒", "页")]
BEFORE = {
    "同": said("同", RIGHT),
    "好": said("好", WRONG),
    "坏": said("坏", RIGHT),
    "拒": said("拒", WRONG),
    "页": said("页", RIGHT),
}
AFTER = BEFORE | {
    "好": said("好", RIGHT),
    "坏": said("坏", WRONG),
    "拒": said("拒", "没有。", None),
    "页": said("页", RIGHT, page=3),
}


def test_planted_changes_are_found() -> None:
    found = compare(report_of(QUESTIONS, BEFORE), report_of(QUESTIONS, AFTER))
    assert [(c.id, c.answer_before, c.answer_after) for c in found.better] == [("好", WRONG, RIGHT)]
    assert [(c.id, c.before, c.after) for c in found.broken] == [("坏", Outcome.RIGHT, Outcome.WRONG)]
    assert [c.id for c in found.otherwise] == ["拒", "页"]
    shift = found.by_type["lookup"]
    assert (shift.before.hits, shift.after.hits, shift.better, shift.broken, shift.p) == (3, 3, 1, 1, 1.0)
    assert (found.same_dataset, found.left_out) == (True, 0)


def test_an_equal_run_has_no_changes() -> None:
    report = report_of(QUESTIONS, BEFORE)
    found = compare(report, report)
    assert found.better + found.broken + found.otherwise == []


def test_only_questions_asked_in_the_same_words_are_compared() -> None:
    reworded = [gold("好", question="别的问题"), gold("坏"), gold("新")]
    now = report_of(reworded, AFTER, RUN.model_copy(update={"dataset_sha256": "1"}))
    found = compare(report_of(QUESTIONS, BEFORE), now)
    assert (found.overall.after.of, found.left_out, found.same_dataset) == (1, 6, False)
    assert [c.id for c in found.broken] == ["坏"]


def test_an_answer_that_did_not_change_is_told_from_one_that_did() -> None:
    other_gold = [gold("好", answer="887,617元", facts=[{"number": "887617", "unit": "元"}])]
    found = compare(report_of(QUESTIONS, BEFORE), report_of(other_gold, BEFORE))
    assert [c.same_answer for c in found.better] == [True]


def test_mcnemar_matches_the_binomial_table() -> None:
    """Both tails of Binomial(n, 1/2): 1 of 6 → 14/64; 0 of 5 → 2/32; an even split is no evidence."""
    assert mcnemar(5, 1) == pytest.approx(14 / 64)
    assert mcnemar(0, 5) == pytest.approx(2 / 32)
    assert mcnemar(3, 3) == mcnemar(0, 0) == 1.0


def test_an_earlier_report_is_read_from_file_or_folder_and_a_foreign_one_refused(tmp_path: Path) -> None:
    report = report_of(QUESTIONS, BEFORE)
    (tmp_path / "report.json").write_text(report.model_dump_json(), encoding="utf-8")
    assert read_report(tmp_path) == read_report(tmp_path / "report.json") == report
    (tmp_path / "other.json").write_text('{"dataset": "set"}', encoding="utf-8")
    with pytest.raises(ReportError, match="重新打分"):
        read_report(tmp_path / "other.json")
    with pytest.raises(ReportError, match="读不了"):
        read_report(tmp_path / "missing.json")

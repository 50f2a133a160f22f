"""Compares a report with an earlier one: which questions got better, which broke, and is it more than chance.

Only questions that both runs asked in the same words are compared. Whether the change could be
chance is told by McNemar's exact test over the questions whose outcome flipped, since both runs
answered the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb
from pathlib import Path

from pydantic import ValidationError

from eval.metrics import Outcome
from eval.report import Asked, Change, Comparison, Report, Shift, rate
from ingest.errors import BudgetQAError

REPORT_FILE = "report.json"
Pair = tuple[Asked, Asked]
"""One question as it was answered before and now."""


class ReportError(BudgetQAError):
    """An earlier report that cannot be compared with."""


def read_report(path: Path) -> Report:
    """The report in a file, or in the folder that holds it.

    Raises:
        ReportError: there is none, or it was written by another version.
    """
    file = path / REPORT_FILE if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ReportError(
            f"读不了以前的报告 {file}（{error.strerror}），请给出 {REPORT_FILE} 或它所在的文件夹。"
        ) from error
    except ValidationError as error:
        raise ReportError(
            f"{file} 不是这个版本写的报告：请用 --answers 给当时的答案重新打分，再来比较。"
        ) from error


def compare(earlier: Report, now: Report) -> Comparison:
    """What changed from `earlier` to `now`."""
    before = {_identity(asked): asked for asked in earlier.questions}
    pairs = [(before[_identity(asked)], asked) for asked in now.questions if _identity(asked) in before]
    changed = [_change(*pair) for pair in pairs if _standing(pair[0]) != _standing(pair[1])]
    better = [c for c in changed if c.before is not Outcome.RIGHT and c.after is Outcome.RIGHT]
    broken = [c for c in changed if c.before is Outcome.RIGHT and c.after is not Outcome.RIGHT]
    return Comparison(
        earlier=earlier.run,
        same_dataset=earlier.run.dataset_sha256 == now.run.dataset_sha256,
        left_out=len(earlier.questions) + len(now.questions) - 2 * len(pairs),
        overall=_shift(pairs),
        by_type=_by(pairs, lambda asked: asked.type),
        by_document=_by(pairs, lambda asked: asked.document),
        better=better,
        broken=broken,
        otherwise=[c for c in changed if c not in better and c not in broken],
    )


def mcnemar(better: int, broken: int) -> float:
    """Two-sided exact probability of so uneven a split of the flipped questions if both runs were equal."""
    flipped = better + broken
    tail = sum(comb(flipped, k) for k in range(min(better, broken) + 1))
    return min(1.0, 2 * tail / (1 << flipped))


def _identity(asked: Asked) -> tuple[str, str, tuple[str, ...]]:
    return asked.id, asked.question, tuple(asked.history)


def _standing(asked: Asked) -> tuple[Outcome, bool | None]:
    """What counts as a change: the outcome, or whether the gold page is cited."""
    return asked.outcome, asked.cited_gold_page


def _change(before: Asked, after: Asked) -> Change:
    return Change(
        id=after.id,
        type=after.type,
        document=after.document,
        question=after.question,
        before=before.outcome,
        after=after.outcome,
        cited_before=before.cited_gold_page,
        cited_after=after.cited_gold_page,
        answer_before=before.answer,
        answer_after=after.answer,
        gold=after.gold,
    )


def shift(right: Sequence[tuple[bool, bool]]) -> Shift:
    """How the share of right answers moved, from each question's being right before and after."""
    better, broken = right.count((False, True)), right.count((True, False))
    return Shift(
        before=rate(a for a, _ in right),
        after=rate(b for _, b in right),
        better=better,
        broken=broken,
        p=mcnemar(better, broken),
    )


def _shift(pairs: Sequence[Pair]) -> Shift:
    return shift([(a.outcome is Outcome.RIGHT, b.outcome is Outcome.RIGHT) for a, b in pairs])


def _by(pairs: Sequence[Pair], group: Callable[[Asked], str]) -> dict[str, Shift]:
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(group(pair[1]), []).append(pair)
    return {name: _shift(members) for name, members in sorted(groups.items())}

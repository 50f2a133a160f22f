"""The Chinese words that reports use for types, outcomes and faults, in one place for every view."""

from __future__ import annotations

from eval.dataset import QuestionType
from eval.metrics import Outcome
from eval.report import UNGROUNDED, WRONG_PAGE, Judged, Rate

TYPES = {
    QuestionType.LOOKUP: "查数",
    QuestionType.PURPOSE: "用途",
    QuestionType.COMPOSITION: "构成",
    QuestionType.AGGREGATE: "汇总",
    QuestionType.RATIO: "比率",
    QuestionType.COMPARE: "比较",
    QuestionType.RANK: "排序",
    QuestionType.DEFINITION: "名词解释",
    QuestionType.TEXT: "文字说明",
    QuestionType.INDICATOR: "绩效指标",
    QuestionType.MULTI_DOC: "跨文件",
    QuestionType.FOLLOWUP: "接着问",
    QuestionType.UNANSWERABLE: "文件里没有",
    QuestionType.FALSE_PREMISE: "前提有误",
}
FAULTS = {
    Outcome.RIGHT.value: "答对",
    Outcome.WRONG.value: "答错",
    Outcome.REFUSED.value: "拒答",
    WRONG_PAGE: "答对但页码不对",
    UNGROUNDED: "数字没有依据",
}


OPINIONS = {
    "correct": "判为对",
    "agrees": "与规则一致",
    "faithfulness": "忠于原文",
    "relevance": "切题",
    "context_precision": "检索精度",
    "context_recall": "检索召回",
}


def opinions(judged: Judged) -> list[float | None]:
    """What a language model thinks, in the order of `OPINIONS`."""
    shares = [getattr(judged, name) for name in OPINIONS]
    return [share.value if isinstance(share, Rate) else share for share in shares]


def type_name(type: str) -> str:
    """The Chinese name of a question type."""
    return TYPES[QuestionType(type)]


def fault_name(fault: str) -> str:
    """The Chinese name of an outcome or fault."""
    return FAULTS[fault]


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; a dash where nothing was counted."""
    return "–" if share is None else f"{share:.1%}"


def interval(rate: Rate) -> str:
    """The 95 % interval of a rate, in percent."""
    return "" if rate.low is None or rate.high is None else f"{100 * rate.low:.1f}–{100 * rate.high:.1f}"


def p_value(p: float) -> str:
    """A McNemar probability with three decimals."""
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"


def chance(p: float) -> str:
    """What a McNemar probability means for one who compares two runs."""
    return f"{p_value(p)}，{'不像是偶然' if p < 0.05 else '也可能是偶然'}"

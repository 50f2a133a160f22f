"""An answer as plain text with its sources, for channels that carry nothing else (chat clients, agents)."""

from __future__ import annotations

from assistant.answer import Answer, Citation


def as_text(answer: Answer) -> str:
    """The answer, how its figures were reckoned, its numbered sources, warnings and suggestions."""
    parts = [answer.answer]
    formulas = [f.formula for f in answer.figures if f.derived and f.formula]
    parts += [f"算式：{formula}" for formula in dict.fromkeys(formulas)]
    if answer.citations:
        parts.append("\n".join(["来源：", *map(_source, answer.citations)]))
    parts += [f"注意：{warning}" for warning in answer.warnings]
    if answer.suggestions:
        parts.append("\n".join(["可以接着问：", *(f"· {asked}" for asked in answer.suggestions)]))
    return "\n\n".join(parts)


def _source(source: Citation) -> str:
    title = f" · {source.title}" if source.title else ""
    return f"[{source.n}] {source.document} 第{source.page}页{title}\n    原文：{source.quote}"

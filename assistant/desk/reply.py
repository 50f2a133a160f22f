"""A case's answers → the draft of a formal letter, and what a reader should check in it.

Every answer keeps its words; its sources get the running numbers of the whole letter. What only a
person can know (salutation, office, date) stands as a placeholder that must be filled before review.
"""

from __future__ import annotations

from assistant import several
from assistant.answer import Answer, Citation, Status
from assistant.desk import case as words
from assistant.desk.case import Case, Reply
from assistant.ground import PageText, ungrounded

_OPENING = (
    "您好！来信收悉，感谢您对部门预算、决算工作的关心。经查阅公开的预算、决算文件，现就您提出的问题答复如下："
)
_CLOSING = f"以上答复供您参考。如有疑问，请与我们联系（联系人：{words.CONTACT}，电话：{words.PHONE}）。"
_DIGITS = "零一二三四五六七八九"


def numbered(case: Case) -> list[Answer | None]:
    """The answers in order, with the running numbers that their sources have in the reply."""
    sources: list[Citation] = []
    return [several.renumbered(i.answer, sources) if i.answer else None for i in case.items]


def compose(case: Case) -> Reply:
    """The draft reply to a case, from its questions and answers as they are now."""
    answers = numbered(case)
    sources = {c.n: c for answer in answers if answer for c in answer.citations}
    figures = [f for answer in answers if answer for f in answer.figures if f.derived and f.formula]
    blocks = [_told(answer) for answer in answers]
    if len(blocks) > 1:
        heads = [f"{numeral(n)}、{item.question}" for n, item in enumerate(case.items, 1)]
        blocks = [f"{head}\n{told}" for head, told in zip(heads, blocks, strict=True)]
    parts = [f"{words.SALUTATION}：\n{_OPENING}", *blocks, _CLOSING, f"{words.OFFICE}\n{words.DATE}"]
    text = "\n\n".join(parts)
    return Reply(text=text, drafted=text, sources=tuple(sources.values()), figures=tuple(figures))


def is_current(case: Case) -> bool:
    """Whether the reply was drafted from the questions and answers as they are now."""
    return case.reply.drafted == compose(case).drafted


def doubtful(case: Case, page_text: PageText) -> list[str]:
    """Money and percent figures of the reply that none of its cited pages prints and no formula gives."""
    text = case.reply.text
    for item in case.items:  # a figure that the citizen names is no claim of the reply
        text = text.replace(item.question, "")
    said = Answer(
        question="",
        status=Status.ANSWERED,
        answer=text,
        citations=case.reply.cited,
        figures=case.reply.reckoned,
    )
    return list(dict.fromkeys(ungrounded(said, page_text)))


def numeral(n: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> [numeral(n) for n in (1, 10, 12, 20, 31)]
    ['一', '十', '十二', '二十', '三十一']
    """
    tens, ones = divmod(n, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones else "")


def _told(answer: Answer | None) -> str:
    """What the letter says to a question."""
    if answer is None:
        return words.UNASKED
    if answer.status is Status.CLARIFY:
        return words.UNCLEAR
    if answer.status is Status.NOT_FOUND and not answer.citations:
        return f"在我们查阅的预算、决算文件中没有查到您所问的内容。{words.SUPPLEMENT}"
    return answer.answer

"""Cases of the staff desk → HTML fragments of its page; every text goes through `render.text`."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.desk.case import Case, Change, State, shortcomings
from assistant.desk.casebook import CaseLine
from assistant.desk.export import NOTICE, local
from assistant.web import render
from assistant.web.render import text

INTRO = (
    '<div class="bq-lead"><h2>新来信</h2>'
    "<p>把来信全文粘贴到下面，程序会把信里的问题拆出来（问候、背景和致谢不算），逐个在已收录的预算、决算文件里查出答案和出处，并起草答复。</p></div>"
)
BANNER = f'<div class="bq-banner" role="note">{NOTICE}。数字和出处请逐条点开原文核对。</div>'

VISITORS = "答复台只供工作人员使用，请先登录；公众提问请到“提问”页。"
QUESTIONS_HINT = "改写问题或换文件后，点“重新查询”；后面的问题可以承接前面的。"
DELETE_WARNING = '<p class="bq-delete">来信、答复和办理记录都会删除，不能恢复。</p>'


def cases(lines: Sequence[CaseLine], shown: int | None, limit: int) -> str:
    """The list of cases as buttons; `shown` is the number of the one that is open."""
    if not lines:
        return '<p class="bq-none">没有这样的来信。</p>'
    more = f'<p class="bq-none">只列出最近 {limit} 件，请用词语缩小范围。</p>' if len(lines) == limit else ""
    return f'<ul class="bq-cases">{"".join(_line(line, line.id == shown) for line in lines)}</ul>{more}'


def _line(line: CaseLine, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<li><button type="button" data-case="{line.id}"{current}>'
        f'<span class="bq-case-title">{text(line.title)}</span>'
        f'<span class="bq-case-facts">{_chip(line.state)} {line.id} 号 · {text(line.updated_by)} · '
        f"{local(line.updated_at)}</span></button></li>"
    )


def _chip(state: State) -> str:
    return f'<span class="bq-state bq-{state.value}">{state.label}</span>'


def head(case: Case) -> str:
    """What stands over a case; its data tell the browser where the document is."""
    facts = []
    if case.reviewed_at:
        facts.append(f"{text(case.reviewed_by)} 审核于 {local(case.reviewed_at)}")
    if case.sent_at:
        facts.append(f"{text(case.sent_by)} 发出于 {local(case.sent_at)}")
    return (
        f'<div class="bq-case-head" data-document="../api/desk/cases/{case.id}/reply.docx">'
        f"<h2>{case.id} 号来信</h2>{_chip(case.state)}<span>{'；'.join(facts)}</span></div>"
    )


def letter(case: Case) -> str:
    """The letter as it was pasted."""
    return f'<div class="bq-letter" tabindex="0" aria-label="来信原文">{text(case.letter)}</div>'


def section(name: str, hint: str = "") -> str:
    """The heading of a part of the page."""
    return f'<div class="bq-section"><h3>{name}</h3>{f"<p>{hint}</p>" if hint else ""}</div>'


def answer(given: Answer | None, at: int) -> str:
    """The answer to the question at `at`."""
    if given is None:
        return '<div class="bq-pending">还没有查询。</div>'
    return render.answer(given, at)


def checks(case: Case, *, current: bool, doubtful: Sequence[str]) -> str:
    """What to put right before review, and what to look at again."""
    if case.state is State.SENT:
        return ""
    wrong = shortcomings(case.reply)
    hints = []
    if not current:
        hints.append("问题或答案在起草之后有改动，答复没有跟着改：请自行修改，或点“按答案重写”。")
    if doubtful:
        hints.append(f"这些数字在答复所引的页上没有印着，请核对：{'、'.join(doubtful)}。")
    rows = [f'<li class="bq-wrong">{text(w)}</li>' for w in wrong] + [f"<li>{text(h)}</li>" for h in hints]
    if not rows:
        return '<p class="bq-fine" role="status">没有发现缺漏：占位都已填写，每个编号都有来源。</p>'
    return f'<div class="bq-checks" role="status"><b>审核前请处理</b><ul>{"".join(rows)}</ul></div>'


def history(changes: Sequence[Change]) -> str:
    """What was done, latest first; what was written then unfolds."""
    rows = "".join(
        f"<li><span>{local(change.at)}　{text(change.who)}　{text(change.what)}</span>"
        + (f"<details><summary>内容</summary><div>{text(change.text)}</div></details>" if change.text else "")
        + "</li>"
        for change in changes
    )
    return f'<ol class="bq-history">{rows}</ol>'


def notice(said: str, *, wrong: bool = False) -> str:
    """One sentence about what was just done, or why it was not."""
    if not said:
        return ""
    kind, role = ("bq-problem", "alert") if wrong else ("bq-done", "status")
    return f'<div class="bq-notice {kind}" role="{role}">{text(said)}</div>'

"""The staff desk: earlier letters at the left, one letter's work at the right, from letter to reply.

`build` ties what staff press to the steps of `assistant.web.desk_steps`, each of which checks that
the request comes from staff; the components are laid out in `assistant.web.desk_parts`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from assistant.api.staff import Staff
from assistant.desk.case import Item, State
from assistant.desk.reply import numbered
from assistant.desk.service import Desk
from assistant.request import MAX_QUESTION
from assistant.web import desk_view as view
from assistant.web import frame
from assistant.web.desk_parts import Parts, lay_out
from assistant.web.desk_steps import Open, Steps

_TITLE = "答复台 · 预算问答助手"
_DOWNLOAD = """() => {
  if (!document.querySelector(".bq-notice.bq-problem"))
    window.location.assign(document.querySelector(".bq-case-head").dataset.document);
}"""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(desk: Desk, staff: Staff) -> gr.Blocks:
    """The page as Gradio blocks, for `frame.mount`."""
    with gr.Blocks(title=_TITLE, analytics_enabled=False, fill_width=True) as blocks:
        frame.top("desk")
        parts = lay_out()
        steps = Steps(desk, staff, parts)
        every = _components(parts)
        with parts.work.questions:
            _questions(desk, parts, steps, every)
        _connect(blocks, desk, parts, steps, every)
    return blocks


def _components(parts: Parts) -> list[Any]:
    """All components that a step may change."""
    groups = (parts.top, parts.aside, (parts.notice,), parts.new, parts.work, parts.reply)
    fixed = (parts.work.questions, parts.top.kept)
    own = [part for group in groups for part in group if part not in fixed]
    return [*own, parts.shown]


def _connect(blocks: gr.Blocks, desk: Desk, parts: Parts, steps: Steps, every: list[Any]) -> None:
    """Ties what staff press to the steps; after each of them the list is drawn anew."""
    top, aside, new, work, reply = parts.top, parts.aside, parts.new, parts.work, parts.reply
    open_letter = [parts.shown, reply.text, top.who]
    done = [
        blocks.load(steps.arrived, [top.kept], every, **_QUIET),
        aside.fresh.click(steps.fresh, None, every, **_QUIET),
        aside.cases.pick(steps.picked, None, every, **_QUIET),
        new.take.click(steps.take_in, [new.letter, new.docs, top.who], every, **_QUIET),
        work.ask_all.click(steps.ask_all, [parts.shown, work.context, work.docs, top.who], every, **_QUIET),
        gr.on([work.add.click, work.added.submit], steps.add, [*open_letter, work.added], every, **_QUIET),
        reply.save.click(steps.save, open_letter, every, **_QUIET),
        reply.delete_surely.click(steps.delete, [parts.shown], every, **_QUIET),
    ]
    for button, said, act in (
        (reply.rewrite, "答复已按答案重写；原来的写法在办理记录里。", desk.write_reply),
        (reply.review, "已审核通过，可以下载发出。", desk.review),
        (reply.send, "已标为发出。", desk.send),
        (reply.reopen, "已退回修改，改好后要重新审核。", desk.reopen),
    ):
        done.append(button.click(steps.step(said, act), open_letter, every, **_QUIET))
    saved = reply.download.click(steps.save, open_letter, every, **_QUIET)
    saved.then(None, js=_DOWNLOAD, api_visibility="private")
    shown = {"fn": steps.listed, "inputs": [aside.find, aside.state, parts.shown], "outputs": every}
    for event in [*done, saved]:
        event.then(**shown, **_QUIET)
    # Not `find.input`: it comes from single keys, of which an input method for Chinese sends none.
    gr.on([aside.find.change, aside.state.input], **shown, trigger_mode="always_last", **_QUIET)
    reply.delete.click(lambda: gr.update(visible=True), None, reply.sure, **_QUIET)
    reply.keep.click(lambda: gr.update(visible=False), None, reply.sure, **_QUIET)
    top.who.change(lambda name: name, top.who, top.kept, **_QUIET)
    parts.viewer.cite(steps.source, [parts.shown], parts.viewer, **_QUIET)


def _questions(desk: Desk, parts: Parts, steps: Steps, every: list[Any]) -> None:
    """The questions of the open letter, drawn anew whenever the letter or its version changes."""

    # `multiple`: a step taken while the last is still being drawn must be drawn too, and in its turn.
    @gr.render(  # type: ignore[untyped-decorator]
        inputs=[parts.shown],
        triggers=[parts.shown.change],
        trigger_mode="multiple",
        show_progress="hidden",
    )
    def draw(shown: Open, request: gr.Request) -> None:
        case = steps.case(shown, request)
        if case is None:
            return
        for at, (item, answer) in enumerate(zip(case.items, numbered(case), strict=True)):
            with gr.Column(elem_classes="bq-item"):
                _question(desk, parts, steps, every, at, item, editable=case.state is not State.SENT)
                gr.HTML(view.answer(answer, at), apply_default_css=False)


def _question(
    desk: Desk, parts: Parts, steps: Steps, every: list[Any], at: int, item: Item, *, editable: bool
) -> None:
    """One question with its documents and what can be done with it."""
    with gr.Row(elem_classes="bq-fields", equal_height=True):
        asked = gr.Textbox(
            item.question,
            label=f"第 {at + 1} 问",
            max_length=MAX_QUESTION,
            max_lines=3,
            scale=6,
            interactive=editable,
        )
        docs = gr.Dropdown(
            steps.choices(item),
            value=list(item.docs),
            multiselect=True,
            label="只查这些文件",
            scale=4,
            interactive=editable,
        )
    if not editable:
        return
    with gr.Row(elem_classes="bq-buttons"):
        again = gr.Button("重新查询", size="sm")
        drop = gr.Button("删去这一问", size="sm")
    open_letter = [parts.shown, parts.reply.text, parts.top.who]
    gr.on([again.click, asked.submit], steps.ask_again(at), [*open_letter, asked, docs], every, **_QUIET)
    drop.click(
        steps.step(f"第 {at + 1} 问已删去。", partial(desk.drop_question, at=at)),
        open_letter,
        every,
        **_QUIET,
    )

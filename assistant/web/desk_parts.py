"""The staff desk's components and where they stand; what they do is told in `assistant.web.desk`."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr

from assistant.desk.case import MAX_NAME, MAX_REPLY, State
from assistant.desk.letter import MAX_LETTER
from assistant.desk.service import MAX_CONTEXT
from assistant.request import MAX_QUESTION
from assistant.web import desk_view as view
from assistant.web import render, theme

_DOCS = "查哪些文件（不选即全部）"
_PICK_SCRIPT = """
element.addEventListener("click", (event) => {
  const line = event.target.closest("[data-case]");
  if (line) trigger("pick", { id: Number(line.dataset.case) });
});
"""


class Top(NamedTuple):
    """Who is at work."""

    strip: gr.HTML
    who: gr.Textbox
    kept: gr.BrowserState


class Aside(NamedTuple):
    """Earlier letters, and the way to a new one."""

    box: gr.Column
    fresh: gr.Button
    find: gr.Textbox
    state: gr.Dropdown
    cases: gr.HTML


class New(NamedTuple):
    """Where a letter is pasted."""

    box: gr.Column
    letter: gr.Textbox
    docs: gr.Dropdown
    take: gr.Button


class Work(NamedTuple):
    """The letter that is open: its text, its questions (drawn into `questions`), what it is about."""

    box: gr.Column
    head: gr.HTML
    letter: gr.HTML
    context: gr.Textbox
    docs: gr.Dropdown
    ask_all: gr.Button
    questions: gr.Column
    added: gr.Textbox
    add: gr.Button
    history: gr.HTML


class Answering(NamedTuple):
    """The reply, and what can be done with it."""

    text: gr.Textbox
    checks: gr.HTML
    save: gr.Button
    rewrite: gr.Button
    review: gr.Button
    send: gr.Button
    reopen: gr.Button
    download: gr.Button
    delete: gr.Button
    sure: gr.Row
    delete_surely: gr.Button
    keep: gr.Button


class Parts(NamedTuple):
    """All of the page; `shown` is the number and version of the open letter, kept on the server."""

    top: Top
    aside: Aside
    notice: gr.HTML
    new: New
    work: Work
    reply: Answering
    viewer: gr.HTML
    shown: gr.State


def lay_out() -> Parts:
    """Make the components inside the Gradio blocks that are open."""
    top = _top()
    with gr.Row(elem_classes="bq-main bq-desk", equal_height=False):
        aside = _aside()
        with gr.Column(scale=9, min_width=300, elem_classes="bq-work"):
            notice = gr.HTML("", apply_default_css=False)
            new = _new()
            work, reply = _work()
        with gr.Column(min_width=300, elem_classes="bq-right bq-drawer"):
            viewer = gr.HTML(
                render.empty_view(),
                js_on_load=theme.script("desk.js"),
                apply_default_css=False,
                elem_classes="bq-viewer",
            )
    return Parts(top, aside, notice, new, work, reply, viewer, gr.State(None))


def _top() -> Top:
    with gr.Row(elem_classes="bq-who", equal_height=True):
        strip = gr.HTML("", apply_default_css=False)
        who = gr.Textbox(
            label="经办人",
            placeholder="您的姓名，记在办理记录里",
            max_length=MAX_NAME,
            max_lines=1,
            visible=False,  # until it is known who opens the page
            elem_classes="bq-name-field",
        )
    # The name is no secret; the browser keeps it so that it need not be typed every day.
    return Top(strip, who, gr.BrowserState("", storage_key="bq-desk-name", secret="bq-desk-name"))


def _aside() -> Aside:
    with gr.Column(scale=3, min_width=250, elem_classes="bq-aside", visible=False) as box:
        fresh = gr.Button("新来信", variant="primary", size="md")
        find = gr.Textbox(
            label="查找以前的来信和答复", placeholder="词语，用空格隔开", max_lines=1, elem_classes="bq-find"
        )
        states = [("全部", ""), *((state.label, state.value) for state in State)]
        state = gr.Dropdown(states, value="", label="办理情况", interactive=True, filterable=False)
        cases = gr.HTML("", js_on_load=_PICK_SCRIPT, apply_default_css=False, elem_classes="bq-case-list")
    return Aside(box, fresh, find, state, cases)


def _new() -> New:
    with gr.Column(visible=False, elem_classes="bq-card-part") as box:
        gr.HTML(view.INTRO, apply_default_css=False)
        letter = gr.Textbox(
            label="来信全文",
            placeholder="尊敬的领导：\n您好！……",
            lines=12,
            max_lines=24,
            max_length=MAX_LETTER,
            elem_classes="bq-input",
        )
        docs = _documents(_DOCS)
        take = gr.Button("拆出问题并查询", variant="primary", size="md")
    return New(box, letter, docs, take)


def _work() -> tuple[Work, Answering]:
    with gr.Column(visible=False) as box:
        head = gr.HTML("", apply_default_css=False)
        with gr.Column(elem_classes="bq-card-part"):
            gr.HTML(view.section("来信"), apply_default_css=False)
            with gr.Accordion("来信原文", open=False):
                letter = gr.HTML("", apply_default_css=False)
            with gr.Row(elem_classes="bq-fields"):
                context = gr.Textbox(
                    label="写给哪个部门、说的是哪份文件（问题里没写明时用）",
                    max_length=MAX_CONTEXT,
                    max_lines=2,
                    scale=5,
                )
                docs = _documents(_DOCS)
            ask_all = gr.Button("全部重新查询", size="md")
        with gr.Column(elem_classes="bq-card-part"):
            gr.HTML(view.section("问题与答案", view.QUESTIONS_HINT), apply_default_css=False)
            questions = gr.Column(elem_classes="bq-questions")
            with gr.Row(elem_classes="bq-ask"):
                added = gr.Textbox(
                    label="补充一个问题",
                    show_label=False,
                    placeholder="补充一个来信里没有拆出来的问题",
                    max_length=MAX_QUESTION,
                    container=False,
                    elem_classes="bq-input",
                )
                add = gr.Button("补充", size="md")
        reply = _reply()
        with gr.Accordion("办理记录", open=False, elem_classes="bq-card-part"):
            history = gr.HTML("", apply_default_css=False)
    return Work(box, head, letter, context, docs, ask_all, questions, added, add, history), reply


def _reply() -> Answering:
    with gr.Column(elem_classes="bq-card-part"):
        gr.HTML(view.section("答复"), apply_default_css=False)
        gr.HTML(view.BANNER, apply_default_css=False)
        text = gr.Textbox(
            label="答复全文",
            show_label=False,
            lines=16,
            max_lines=40,
            max_length=MAX_REPLY,
            elem_classes="bq-input bq-reply",
        )
        checks = gr.HTML("", apply_default_css=False)
        with gr.Row(elem_classes="bq-buttons"):
            save = gr.Button("保存修改", size="md")
            rewrite = gr.Button("按答案重写", size="md")
            review = gr.Button("审核通过", variant="primary", size="md")
            send = gr.Button("标为已发出", variant="primary", size="md")
            reopen = gr.Button("退回修改", size="md")
            download = gr.Button("下载 Word", size="md")
            delete = gr.Button("删除这件来信", variant="stop", size="md")
        with gr.Row(visible=False, elem_classes="bq-buttons bq-sure") as sure:
            gr.HTML(view.DELETE_WARNING, apply_default_css=False)
            delete_surely = gr.Button("确认删除", variant="stop", size="md")
            keep = gr.Button("不删", size="md")
    return Answering(
        text, checks, save, rewrite, review, send, reopen, download, delete, sure, delete_surely, keep
    )


def _documents(label: str) -> gr.Dropdown:
    return gr.Dropdown([], value=[], multiselect=True, label=label, interactive=True, scale=5)

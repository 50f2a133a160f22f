"""The question page: a conversation at the left, the cited PDF page at the right.

Here is what stands where and what leads to what; `assistant.web.conversation` is what then happens.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import gradio as gr

from assistant.given import GivenAnswers
from assistant.request import MAX_QUESTION
from assistant.web import frame, render
from assistant.web.conversation import Conversation
from assistant.web.needs import Answerer
from assistant.web.scope import ALL
from assistant.web.theme import script

_RELEASE = '() => { document.querySelectorAll(".bq-scope[inert]").forEach((box) => { box.inert = false; }); }'


def build(assistant: Answerer, given: GivenAnswers) -> gr.Blocks:
    """The page as Gradio blocks, for `build_app` to mount; it keeps the answers it gives in `given`."""
    with gr.Blocks(title=frame.TITLE, analytics_enabled=False, fill_width=True) as blocks:
        frame.top("ask")
        parts = _parts()
        gr.HTML(render.remark_form(), js_on_load=script("acts.js", viewer=False), apply_default_css=False)
        _connect(blocks, parts, Conversation(assistant, given))
    return blocks


class _Parts(NamedTuple):
    """What the visitor sees and uses, by name; `talk` is kept on the server."""

    body: gr.Dropdown
    year: gr.Dropdown
    files: gr.Dropdown
    fresh: gr.Button
    chat: gr.Chatbot
    asked: gr.Textbox
    send: gr.Button
    viewer: gr.HTML
    talk: gr.State


def _parts() -> _Parts:
    with gr.Row(elem_classes="bq-main", equal_height=False):
        with gr.Column(scale=6, min_width=300, elem_classes="bq-left"):
            body, year, files, fresh = _top()
            chat = gr.Chatbot(
                show_label=False,
                buttons=[],
                height=None,
                autoscroll=False,
                layout="bubble",
                feedback_options=None,
                group_consecutive_messages=False,
                latex_delimiters=[],
                allow_tags=False,
                elem_classes="bq-chat",
            )
            with gr.Row(elem_classes="bq-ask"):
                asked = gr.Textbox(
                    label="问题",
                    show_label=False,
                    placeholder="请输入问题，按回车提问",
                    max_length=MAX_QUESTION,
                    max_lines=4,
                    container=False,
                    elem_classes="bq-input",
                )
                send = gr.Button("提问", variant="primary")
        with gr.Column(scale=5, min_width=300, elem_classes="bq-right"):
            shown = gr.HTML(
                render.empty_view(),
                js_on_load=script("page.js"),
                apply_default_css=False,
                elem_classes="bq-viewer",
            )
    return _Parts(body, year, files, fresh, chat, asked, send, shown, gr.State([]))


def _top() -> tuple[gr.Dropdown, gr.Dropdown, gr.Dropdown, gr.Button]:
    """The selectors of what is asked, and the button for a new conversation."""
    with gr.Row(elem_classes="bq-top"):
        body = gr.Dropdown([("全部单位", ALL)], value=ALL, label="单位", elem_classes="bq-scope bq-body")
        year = gr.Dropdown([("全部年份", ALL)], value=ALL, label="年份", elem_classes="bq-scope bq-year")
        files = gr.Dropdown(
            [], value=[], multiselect=True, label="文件（不选即全部）", elem_classes="bq-scope bq-files"
        )
        fresh = gr.Button("新对话", size="md")
    return body, year, files, fresh


def _connect(blocks: gr.Blocks, parts: _Parts, page: Conversation) -> None:
    """Ties what a visitor does to what the page then shows."""
    body, year, files, fresh, chat, asked, send, shown, talk = parts
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    reply: dict[str, Any] = {"outputs": [chat, asked, talk, shown], "concurrency_limit": 4, **quiet}
    chosen = [body, year, files]
    blocks.load(page.opened, None, [chat, *chosen], **quiet)
    for selector, waiting in ((body, ".bq-year, .bq-files"), (year, ".bq-files")):
        narrowed = selector.input(page.narrowed, chosen, [year, files], js=_hold(waiting), **quiet)
        narrowed.then(None, js=_RELEASE, **quiet)
    gr.on([asked.submit, send.click], page.ask, [asked, talk, *chosen], **reply)
    chat.example_select(page.chosen, [talk, *chosen], **reply)
    chat.option_select(page.chosen, [talk, *chosen], **reply)
    shown.cite(page.source, [talk], [shown], **quiet)
    gr.on([fresh.click, chat.clear], page.fresh, None, [chat, asked, talk, shown], **quiet)


def _hold(boxes: str) -> str:
    """Keeps `boxes` (a CSS selector) from being used until they offer what fits the new choice.

    A browser remembers a choice by its place in the list: made in the old list and sent with the
    new one, it would be another document.
    """
    return (
        "(...chosen) => {"
        f'document.querySelectorAll("{boxes}").forEach((box) => {{ box.inert = true; }});'
        f"setTimeout({_RELEASE}, 5000);"  # also when the server does not answer
        "return chosen; }"
    )

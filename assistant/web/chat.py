"""The question page: a conversation at the left, the cited PDF page at the right.

The conversation's answers are kept on the server for each visitor; the browser only sends a
question, or which source of which turn it wants to see, and both are checked here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import gradio as gr

from assistant.answer import Answer, Status
from assistant.request import MAX_QUESTION, RECENT
from assistant.web import frame, render
from assistant.web.examples import questions
from assistant.web.needs import Answerer
from assistant.web.sources import choices, source_view
from assistant.web.theme import script
from ingest.errors import BudgetQAError
from vectorstore.records import DocumentRecord

logger = logging.getLogger(__name__)

_FAILED = "这次没能回答，请稍后再问一次；如果仍然不行，请把问题告诉系统管理员。"
Message = dict[str, Any]


def build(assistant: Answerer) -> gr.Blocks:
    """The page as Gradio blocks, for `build_app` or another application to mount."""
    with gr.Blocks(title=frame.TITLE, analytics_enabled=False, fill_width=True) as blocks:
        frame.top("ask")
        parts = _parts()
        _connect(blocks, parts, _Page(assistant))
    return blocks


class _Parts(NamedTuple):
    """What the visitor sees and uses, by name; `talk` is kept on the server."""

    scope: gr.Dropdown
    fresh: gr.Button
    chat: gr.Chatbot
    asked: gr.Textbox
    send: gr.Button
    viewer: gr.HTML
    talk: gr.State


def _parts() -> _Parts:
    with gr.Row(elem_classes="bq-main", equal_height=False):
        with gr.Column(scale=6, min_width=300, elem_classes="bq-left"):
            with gr.Row(elem_classes="bq-top"):
                scope = gr.Dropdown(
                    choices=[],
                    value=[],
                    multiselect=True,
                    label="提问范围（不选即全部文件）",
                    elem_classes="bq-scope",
                    interactive=True,
                    scale=8,
                )
                fresh = gr.Button("新对话", size="md")
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
            viewer = gr.HTML(
                render.empty_view(),
                js_on_load=script("page.js"),
                apply_default_css=False,
                elem_classes="bq-viewer",
            )
    return _Parts(scope, fresh, chat, asked, send, viewer, gr.State([]))


def _connect(blocks: gr.Blocks, parts: _Parts, page: _Page) -> None:
    """Ties what a visitor does to what the page then shows."""
    scope, fresh, chat, asked, send, viewer, talk = parts
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    reply: dict[str, Any] = {"outputs": [chat, asked, talk, viewer], "concurrency_limit": 4, **quiet}
    blocks.load(page.opened, None, [chat, scope], **quiet)
    gr.on([asked.submit, send.click], page.ask, [asked, talk, scope], **reply)
    chat.example_select(page.chosen, [talk, scope], **reply)
    chat.option_select(page.chosen, [talk, scope], **reply)
    viewer.cite(page.source, [talk], [viewer], **quiet)
    gr.on([fresh.click, chat.clear], page.fresh, None, [chat, asked, talk, viewer], **quiet)


class _Page:
    """What happens on the page; `talk` is the visitor's answers so far."""

    def __init__(self, assistant: Answerer) -> None:
        self._assistant = assistant
        self._opened = 0

    def opened(self) -> tuple[Any, Any]:
        """Examples and scope choices for the documents held at this moment."""
        documents = self._assistant.store.documents()
        return self._welcome(documents), gr.update(choices=choices(documents))

    def fresh(self) -> tuple[Any, str, list[Answer], str]:
        """An empty conversation."""
        return self._welcome(self._assistant.store.documents()), "", [], render.empty_view()

    def ask(self, asked: str, talk: list[Answer], scope: list[str]) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer and the answer's first source."""
        asked = (asked or "").strip()[:MAX_QUESTION]
        if not asked:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        waiting = [
            *_messages(talk),
            _said("user", render.question(asked)),
            _said("assistant", render.pending()),
        ]
        yield waiting, "", talk, gr.skip()
        talk = [*talk, self._answer(asked, talk, scope)]
        first = self._view(talk[-1], talk[-1].citations[0].n) if talk[-1].citations else gr.skip()
        yield _messages(talk), gr.skip(), talk, first

    def chosen(self, talk: list[Answer], scope: list[str], event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        """An example or a suggestion was clicked: it is the next question."""
        value = event.value
        yield from self.ask(value.get("text", "") if isinstance(value, dict) else str(value), talk, scope)

    def source(self, talk: list[Answer], event: gr.EventData) -> str:
        """The viewer on the source that was clicked."""
        turn, n = event._data.get("turn"), event._data.get("n")
        if not isinstance(turn, int) or not isinstance(n, int) or not 0 <= turn < len(talk):
            return render.problem_view("这段对话已经结束，请重新提问后再看来源。")
        return self._view(talk[turn], n)

    def _answer(self, asked: str, talk: list[Answer], scope: list[str]) -> Answer:
        history = [earlier.question for earlier in talk[-RECENT:]]
        try:
            return self._assistant.ask(asked, history=history, docs=scope or ())
        except BudgetQAError as error:
            said = str(error)
        except Exception:  # whatever went wrong, the visitor is told in words and the log keeps why
            logger.exception("could not answer %r", asked)
            said = _FAILED
        return Answer(question=asked, status=Status.NOT_FOUND, answer=said)

    def _view(self, answer: Answer, n: int) -> str:
        self._opened += 1
        return source_view(self._assistant.store, answer, n, sequence=self._opened)

    def _welcome(self, documents: Sequence[DocumentRecord]) -> Any:
        if not documents:
            hint = "还没有文件。请先用 budget-qa ingest 读入预算或决算 PDF。"
            return gr.update(value=[], placeholder=f'<div class="bq-welcome">{hint}</div>', examples=None)
        hint = f"已收录 {len(documents)} 份文件。可以直接提问，也可以从下面的例子开始。"
        examples = [{"text": asked, "display_text": asked} for asked in questions(documents)]
        return gr.update(value=[], placeholder=f'<div class="bq-welcome">{hint}</div>', examples=examples)


def _messages(talk: Sequence[Answer]) -> list[Message]:
    messages = []
    for turn, answer in enumerate(talk):
        messages.append(_said("user", render.question(answer.question)))
        messages.append(_said("assistant", render.answer(answer, turn)))
    if talk and talk[-1].suggestions:
        messages[-1]["options"] = [{"value": s, "label": s} for s in talk[-1].suggestions]
    return messages


def _said(role: str, content: str) -> Message:
    return {"role": role, "content": content}

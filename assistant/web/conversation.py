"""What happens on the question page: a question comes, its answer grows, a source is opened.

The conversation's answers are kept on the server for each visitor; the browser only sends a
question, or which source of which turn it wants to see, and both are checked here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import gradio as gr

from assistant.answer import Answer, Status
from assistant.given import GivenAnswers
from assistant.request import MAX_QUESTION, RECENT
from assistant.web import render, scope
from assistant.web.charts import chart
from assistant.web.examples import questions
from assistant.web.needs import Answerer
from assistant.web.scope import Asked, Chosen
from assistant.web.sources import source_view
from ingest.errors import BudgetQAError
from vectorstore.records import DocumentRecord

logger = logging.getLogger(__name__)

_FAILED = "这次没能回答，请稍后再问一次；如果仍然不行，请把问题告诉系统管理员。"
_EMPTY_SCOPE = "选定的范围里没有文件，请重新选择单位和年份。"
_ENDED = "这段对话已经结束，请重新提问后再看来源。"

Message = dict[str, Any]


class Turn(NamedTuple):
    """One question and answer: under which key it can be downloaded, where was looked, its chart."""

    key: str
    answer: Answer
    scope: str
    drawn: Any  # a plotly figure, or None


class Conversation:
    """The page's handlers; `talk` is the visitor's turns so far."""

    def __init__(self, assistant: Answerer, given: GivenAnswers) -> None:
        self._assistant = assistant
        self._given = given
        self._opened = 0

    def opened(self) -> tuple[Any, Any, Any, Any]:
        """Examples and the selectors' choices for the documents held at this moment."""
        documents = self._held()
        return (self._welcome(documents), gr.update(choices=scope.bodies(documents)), *_offers(documents))

    def narrowed(self, body: str, year: str, names: list[str]) -> tuple[Any, Any]:
        """The years and documents to choose from, once a body or a year was chosen."""
        return _offers(self._held(), Chosen.of(body, year, names))

    def fresh(self) -> tuple[Any, str, list[Turn], str]:
        """An empty conversation."""
        return self._welcome(self._held()), "", [], render.empty_view()

    def ask(
        self, question: str, talk: list[Turn], body: str, year: str, names: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer sentence by sentence, its basis, its first source."""
        question = (question or "").strip()[:MAX_QUESTION]
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        where = scope.asked(Chosen.of(body, year, names), self._held())
        before = [*_messages(talk), _said("user", render.question(question))]
        yield [*before, _said("assistant", render.pending(where.told))], "", talk, gr.skip()
        answer = self._answer(question, talk, where)
        sentences = render.sentences(answer.answer)
        for shown in range(1, len(sentences)):
            grown = render.growing("".join(sentences[:shown]))
            yield [*before, _said("assistant", grown)], gr.skip(), gr.skip(), gr.skip()
        talk = [*talk, Turn(self._given.keep(answer), answer, where.told, chart(answer))]
        yield _messages(talk), gr.skip(), talk, gr.skip()
        if answer.citations:
            yield gr.skip(), gr.skip(), gr.skip(), self._view(answer, answer.citations[0].n)

    def chosen(
        self, talk: list[Turn], body: str, year: str, names: list[str], event: gr.SelectData
    ) -> Iterator[tuple[Any, ...]]:
        """An example or a suggestion was clicked: it is the next question."""
        value = event.value
        question = value.get("text", "") if isinstance(value, dict) else str(value)
        yield from self.ask(question, talk, body, year, names)

    def source(self, talk: list[Turn], event: gr.EventData) -> str:
        """The viewer on the source that was clicked."""
        turn, n = event._data.get("turn"), event._data.get("n")
        if not isinstance(turn, int) or not isinstance(n, int) or not 0 <= turn < len(talk):
            return render.problem_view(_ENDED)
        return self._view(talk[turn].answer, n)

    def _held(self) -> list[DocumentRecord]:
        return self._assistant.store.documents()

    def _answer(self, question: str, talk: list[Turn], where: Asked) -> Answer:
        history = [turn.answer.question for turn in talk[-RECENT:]]
        try:
            if not where.size and self._held():
                raise BudgetQAError(_EMPTY_SCOPE)
            return self._assistant.ask(question, history=history, docs=where.names)
        except BudgetQAError as error:
            said = str(error)
        except Exception:  # whatever went wrong, the visitor is told in words and the log keeps why
            logger.exception("could not answer %r", question)
            said = _FAILED
        return Answer(question=question, status=Status.NOT_FOUND, answer=said)

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


def _offers(documents: Sequence[DocumentRecord], chosen: Chosen | None = None) -> tuple[Any, Any]:
    """The selectors of year and documents; a choice that is no longer offered is dropped."""
    chosen = chosen or Chosen()
    years = scope.years(documents, chosen)
    if chosen.year not in {value for _, value in years}:
        chosen = chosen._replace(year=scope.ALL)
    files = scope.files(documents, chosen)
    kept = [name for _, name in files if name in chosen.names]
    return gr.update(choices=years, value=chosen.year), gr.update(choices=files, value=kept)


def _messages(talk: Sequence[Turn]) -> list[Message]:
    messages = []
    for number, turn in enumerate(talk):
        messages.append(_said("user", render.question(turn.answer.question)))
        shown = [gr.Plot(turn.drawn, show_label=False, container=False)] if turn.drawn else []
        basis = render.basis(turn.answer, number, turn.key, turn.scope)
        messages.append(_said("assistant", [render.told(turn.answer, number), *shown, basis]))
    if talk and talk[-1].answer.suggestions:
        messages[-1]["options"] = [{"value": s, "label": s} for s in talk[-1].answer.suggestions]
    return messages


def _said(role: str, content: Any) -> Message:
    return {"role": role, "content": content}

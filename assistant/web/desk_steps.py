"""What happens on the staff desk when something is pressed: who asks is checked, then one step of `Desk`.

Every step gives what the page shows afterwards. A step that cannot be done changes nothing and says
why in one sentence. Logs name a case by its number: letters hold personal data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from assistant.api.staff import NotAllowedError, Staff
from assistant.desk.case import Case, Item, State
from assistant.desk.reply import is_current, numbered
from assistant.desk.service import Desk
from assistant.web import desk_view as view
from assistant.web import render, signin
from assistant.web.desk_parts import Parts
from assistant.web.sources import choices, source_view
from ingest.errors import BudgetQAError

logger = logging.getLogger(__name__)

Open = tuple[int, int] | None
"""Number and version of the letter that is open."""
Updates = dict[Any, Any]

_FAILED = "这一步没有做成，请再试一次；如果仍然不行，请把时间和来信编号告诉系统管理员。"
_LISTED = 50


class Steps:
    """The handlers of the page's events."""

    def __init__(self, desk: Desk, staff: Staff, parts: Parts) -> None:
        self._desk = desk
        self._staff = staff
        self._parts = parts
        self._viewed = 0

    def arrived(self, kept: str, request: gr.Request) -> Updates:
        """The page for whoever opens it: staff begin with a new letter, visitors are shown the way in."""
        parts, strip = self._parts, signin.strip(self._staff, request, "desk")
        person = signin.person(self._staff, request)
        if person is None:
            return {
                parts.top.strip: strip,
                parts.notice: view.notice(view.VISITORS),
            }
        who = gr.update(value=person.name or kept or "", interactive=not person.name, visible=True)
        return {parts.top.strip: strip, parts.top.who: who} | self._new_letter("")

    def fresh(self, request: gr.Request) -> Updates:
        """An empty sheet for the next letter."""
        return self._guarded(request, lambda: self._new_letter(""))

    def listed(self, words: str, state: str, shown: Open, request: gr.Request) -> Updates:
        """The list of cases that hold the words; visitors, who were shown the way in, get none."""
        if signin.person(self._staff, request) is None:
            return {self._parts.aside.cases: ""}

        def found() -> Updates:
            lines = self._desk.book.search(words or "", State(state) if state else None, _LISTED)
            return {self._parts.aside.cases: view.cases(lines, shown[0] if shown else None, _LISTED)}

        return self._guarded(request, found)

    def picked(self, event: gr.EventData, request: gr.Request) -> Updates:
        """A case of the list is opened."""
        number = event._data.get("id")
        return self._guarded(request, lambda: self._of(self._desk.book.get(int(number)), ""))

    def take_in(self, letter: str, docs: list[str], typed: str, request: gr.Request) -> Iterator[Updates]:
        """The letter is kept, its questions asked one by one, and the reply drafted."""

        def steps() -> Iterator[Updates]:
            case = self._desk.take_in(letter or "", self._who(request, typed), docs or ())
            yield self._of(case, f"拆出 {len(case.items)} 个问题，正在查询…")
            yield from self._asked(case, case.context, docs, typed, request)

        yield from self._guarded_each(request, steps)

    def ask_all(
        self, shown: Open, context: str, docs: list[str], typed: str, request: gr.Request
    ) -> Iterator[Updates]:
        """Every question anew, under the context and documents chosen now."""

        def steps() -> Iterator[Updates]:
            yield from self._asked(self._opened(shown), context, docs, typed, request)

        yield from self._guarded_each(request, steps)

    def _asked(
        self, case: Case, context: str, docs: list[str], typed: str, request: gr.Request
    ) -> Iterator[Updates]:
        who = self._who(request, typed)
        for told in self._desk.answer_all(case.id, case.version, who, context=context or "", docs=docs or ()):
            if isinstance(told, Case):
                yield self._of(told, _summary(told))
            else:
                said = f"正在查询第 {told[0] + 1} 问，共 {told[1]} 问…"
                yield {self._parts.notice: view.notice(said)}

    def step(self, said: str, act: Callable[..., Case]) -> Callable[[Open, str, str, gr.Request], Updates]:
        """The handler of a button: keep what was written on the reply, then `act` on the case."""

        def handler(shown: Open, text: str, typed: str, request: gr.Request) -> Updates:
            def done() -> Updates:
                who = self._who(request, typed)
                case = self._written(shown, text, who)
                return self._of(act(case.id, case.version, who), said)

            return self._guarded(request, done)

        return handler

    def save(self, shown: Open, text: str, typed: str, request: gr.Request) -> Updates:
        """What was written on the reply is kept."""

        def done() -> Updates:
            return self._of(self._written(shown, text, self._who(request, typed)), "答复已保存。")

        return self._guarded(request, done)

    def add(self, shown: Open, text: str, typed: str, question: str, request: gr.Request) -> Updates:
        """One more question."""

        def done() -> Updates:
            who = self._who(request, typed)
            case = self._written(shown, text, who)
            case = self._desk.add_question(case.id, case.version, who, question or "")
            return self._of(case, "已补充一个问题。") | {self._parts.work.added: ""}

        return self._guarded(request, done)

    def ask_again(self, at: int) -> Callable[[Open, str, str, str, list[str], gr.Request], Updates]:
        """The handler that asks the question at `at` again."""

        def handler(
            shown: Open, text: str, typed: str, question: str, docs: list[str], request: gr.Request
        ) -> Updates:
            def done() -> Updates:
                who = self._who(request, typed)
                case = self._written(shown, text, who)
                case = self._desk.ask_again(case.id, case.version, who, at, question or "", docs or ())
                return self._of(case, f"第 {at + 1} 问已重新查询。")

            return self._guarded(request, done)

        return handler

    def delete(self, shown: Open, request: gr.Request) -> Updates:
        """The case is removed entirely."""

        def done() -> Updates:
            case = self._opened(shown)
            self._desk.book.delete(case.id)
            return self._new_letter(f"{case.id} 号来信已删除，答复和办理记录一并清除。")

        return self._guarded(request, done)

    def source(self, shown: Open, event: gr.EventData, request: gr.Request) -> str:
        """The viewer on the source that was clicked."""
        turn, n = event._data.get("turn"), event._data.get("n")
        try:
            signin.required(self._staff, request)
            answers = numbered(self._opened(shown))
        except BudgetQAError as error:
            return render.problem_view(str(error))
        answer = answers[turn] if isinstance(turn, int) and 0 <= turn < len(answers) else None
        if answer is None or not isinstance(n, int):
            return render.problem_view("这个来源已经不在答案里，请刷新页面后再看。")
        self._viewed += 1
        return source_view(self._desk.store, answer, n, api="../api/", sequence=self._viewed)

    def case(self, shown: Open, request: gr.Request) -> Case | None:
        """The open case for drawing its questions; None when there is none to show."""
        if shown is None or signin.person(self._staff, request) is None:
            return None
        return self._desk.book.get(shown[0])

    def choices(self, kept: Item | Case | None = None) -> list[tuple[str, str]]:
        """The documents to choose from; one that was chosen and is held no more stays to be taken out."""
        held = choices(self._desk.store.documents())
        names = {name for _, name in held}
        gone = [name for name in (kept.docs if kept else ()) if name not in names]
        return [*held, *((f"（已移除）{name}", name) for name in gone)]

    def _opened(self, shown: Open) -> Case:
        if shown is None:
            raise NotAllowedError("没有打开的来信，请从左边选一件。")
        return self._desk.seen(*shown)

    def _written(self, shown: Open, text: str, who: str) -> Case:
        """The open case, once what was typed into the reply is kept."""
        case = self._opened(shown)
        return case if case.state is State.SENT else self._desk.edit_reply(*_key(case), who, text or "")

    def _who(self, request: gr.Request, typed: str) -> str:
        """The name under which things are done: that of the sign-in, else what was typed."""
        return signin.required(self._staff, request).name or typed or ""

    def _guarded(self, request: gr.Request, act: Callable[[], Updates]) -> Updates:
        (updates,) = self._guarded_each(request, lambda: iter([act()]))
        return updates

    def _guarded_each(self, request: gr.Request, act: Callable[[], Iterator[Updates]]) -> Iterator[Updates]:
        """What the steps show, for staff alone; what goes wrong is said in a sentence."""
        try:
            signin.required(self._staff, request)
            yield from act()
        except BudgetQAError as error:
            yield {self._parts.notice: view.notice(str(error), wrong=True)}
        except Exception:  # whatever went wrong, staff are told in words and the log keeps why
            logger.exception("a step at the desk failed")
            yield {self._parts.notice: view.notice(_FAILED, wrong=True)}

    def _new_letter(self, said: str) -> Updates:
        parts = self._parts
        return {
            parts.shown: None,
            parts.notice: view.notice(said),
            parts.aside.box: gr.update(visible=True),
            parts.new.box: gr.update(visible=True),
            parts.work.box: gr.update(visible=False),
            parts.new.letter: "",
            parts.new.docs: gr.update(choices=self.choices(), value=[]),
        }

    def _of(self, case: Case, said: str) -> Updates:
        """The page with `case` open."""
        parts, editable = self._parts, case.state is not State.SENT
        return {
            parts.shown: _key(case),
            parts.notice: view.notice(said),
            parts.new.box: gr.update(visible=False),
            parts.work.box: gr.update(visible=True),
            parts.work.head: view.head(case),
            parts.work.letter: view.letter(case),
            parts.work.context: gr.update(value=case.context, interactive=editable),
            parts.work.docs: gr.update(
                value=list(case.docs), choices=self.choices(case), interactive=editable
            ),
            parts.work.ask_all: gr.update(interactive=editable),
            parts.work.add: gr.update(interactive=editable),
            parts.work.history: view.history(self._desk.book.changes(case.id)),
            **self._reply(case),
        }

    def _reply(self, case: Case) -> Updates:
        reply, state = self._parts.reply, case.state
        checks = view.checks(case, current=is_current(case), doubtful=self._desk.doubtful(case))
        return {
            reply.text: gr.update(value=case.reply.text, interactive=state is not State.SENT),
            reply.checks: checks,
            reply.save: gr.update(visible=state is not State.SENT),
            reply.rewrite: gr.update(visible=state is not State.SENT),
            reply.review: gr.update(visible=state is State.DRAFT),
            reply.send: gr.update(visible=state is State.REVIEWED),
            reply.reopen: gr.update(visible=state is not State.DRAFT),
            reply.sure: gr.update(visible=False),
        }


def _key(case: Case) -> tuple[int, int]:
    return case.id, case.version


def _summary(case: Case) -> str:
    if not case.items:
        return "来信里没有拆出问题；可以在下面补充，或直接写答复。"
    told = sum(bool(item.answer and item.answer.status == "answered") for item in case.items)
    return f"{len(case.items)} 个问题，{told} 个查到答案；请核对后修改、审核。"

"""What staff do with a letter, step by step: take it in, ask, edit, write, review, send, delete.

Every step loads the case, changes it by the rules of `assistant.desk.case`, and stores it with who
did what. Answers come from the assistant alone; nothing is reviewed or sent but by a named person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from assistant.answer import Answer
from assistant.desk.case import MAX_REPLY, Case, Item, bounded, named
from assistant.desk.casebook import Casebook
from assistant.desk.errors import ChangedMeanwhileError, DeskError
from assistant.desk.letter import MAX_LETTER, MAX_QUESTIONS, read
from assistant.desk.reply import compose, doubtful
from assistant.request import MAX_QUESTION, RECENT
from vectorstore.store import Store

MAX_CONTEXT = 200


class Answerer(Protocol):
    """Questions in, answers out; `assistant.core.Assistant` is one."""

    @property
    def store(self) -> Store:
        """What is held."""
        ...

    def ask(self, question: str, *, history: Sequence[str] = (), docs: Sequence[str] = ()) -> Answer:
        """The answer to `question`, after the earlier questions of `history`, over `docs` or all."""
        ...


class Desk:
    """The desk over one assistant and one book of cases.

    Methods that change a case take its number, the `version` that the person saw, and `who` they
    are. They raise `DeskError` (`ChangedMeanwhileError` when somebody was faster) and whatever the
    assistant raises; nothing is stored then.
    """

    def __init__(self, assistant: Answerer, book: Casebook) -> None:
        self._assistant = assistant
        self.book = book

    @property
    def store(self) -> Store:
        """What is held."""
        return self._assistant.store

    def seen(self, number: int, version: int) -> Case:
        """The case as the person saw it; `ChangedMeanwhileError` when it is another version by now."""
        case = self.book.get(number)
        if case.version != version:
            raise ChangedMeanwhileError(number)
        return case

    def take_in(self, letter: str, who: str, docs: Sequence[str] = ()) -> Case:
        """A new case from a letter, with the questions it asks; none is answered yet."""
        who, letter = named(who), bounded(letter, MAX_LETTER, "来信")
        if not letter:
            raise DeskError("来信是空的，请先把来信粘贴到框里。")
        found = read(letter)
        case = Case(
            letter=letter,
            context=found.context[:MAX_CONTEXT],
            docs=tuple(docs),
            items=tuple(Item(question=q) for q in found.questions),
        )
        return self.book.add(case, who, f"收入来信，拆出 {len(case.items)} 个问题")

    def answer_all(
        self, number: int, version: int, who: str, *, context: str, docs: Sequence[str]
    ) -> Iterator[tuple[int, int] | Case]:
        """Ask every question in turn: how many of how many are asked, and last the stored case.

        `context` and `docs` hold for the whole letter from now on.
        """
        case = self.seen(number, version).changed(
            context=bounded(context, MAX_CONTEXT, "来信对象和文件的说明"), docs=docs
        )
        who = named(who)
        for at in range(len(case.items)):
            yield at, len(case.items)
            case = _with(case, at, self._answered(case, at))
        yield self._rewritten(case, who, f"查询全部 {len(case.items)} 个问题", case.items)

    def ask_again(
        self, number: int, version: int, who: str, at: int, question: str, docs: Sequence[str]
    ) -> Case:
        """Ask the question at `at` (from 0) anew, with other words or documents."""
        case, who = self.seen(number, version).changed(), named(who)
        case = _with(case, at, Item(question=_question(question), docs=tuple(docs)))
        case = _with(case, at, self._answered(case, at))
        return self._rewritten(case, who, f"重新查询第 {at + 1} 问", [case.items[at]])

    def add_question(self, number: int, version: int, who: str, question: str) -> Case:
        """Put one more question at the end, and ask it."""
        case, who = self.seen(number, version), named(who)
        if len(case.items) >= MAX_QUESTIONS:
            raise DeskError(f"一件来信最多 {MAX_QUESTIONS} 个问题，请先删去一个，或另立一件。")
        case = case.changed(items=[*case.items, Item(question=_question(question))])
        case = _with(case, len(case.items) - 1, self._answered(case, len(case.items) - 1))
        return self._rewritten(case, who, f"补充第 {len(case.items)} 问", case.items[-1:])

    def drop_question(self, number: int, version: int, who: str, at: int) -> Case:
        """Leave the question at `at` (from 0) out."""
        case, who = self.seen(number, version), named(who)
        dropped = _at(case, at)
        case = case.changed(items=[item for n, item in enumerate(case.items) if n != at])
        return self._rewritten(case, who, f"删去第 {at + 1} 问", [dropped])

    def write_reply(self, number: int, version: int, who: str) -> Case:
        """Write the draft anew from the answers; what it said before stays in the history."""
        case = self.seen(number, version)
        reply = compose(case)
        return self.book.save(case.changed(reply=reply), named(who), "按答案重写答复", reply.text)

    def edit_reply(self, number: int, version: int, who: str, text: str) -> Case:
        """Keep the reply as a person has written it; the case unchanged when it says the same."""
        case = self.seen(number, version)
        text = bounded(text, MAX_REPLY, "答复")
        if text == case.reply.text:
            return case
        reply = case.reply.model_copy(update={"text": text})
        return self.book.save(case.changed(reply=reply), named(who), "修改答复", text)

    def review(self, number: int, version: int, who: str) -> Case:
        """`who` has read the reply and stands for it."""
        case, who = self.seen(number, version), named(who)
        return self.book.save(case.reviewed(who, datetime.now(UTC)), who, "审核通过", case.reply.text)

    def send(self, number: int, version: int, who: str) -> Case:
        """Note that the reviewed reply went out; nothing is sent from here."""
        case, who = self.seen(number, version), named(who)
        return self.book.save(case.sent(who, datetime.now(UTC)), who, "标为已发出", case.reply.text)

    def reopen(self, number: int, version: int, who: str) -> Case:
        """Make it a draft again."""
        case = self.seen(number, version).reopened()
        return self.book.save(case, named(who), "退回修改")

    def doubtful(self, case: Case) -> list[str]:
        """Figures of the reply to look at again: they are printed on no page that it cites."""
        store = self.store
        held = {document.file_name: document.id for document in store.documents()}
        return doubtful(case, lambda name, page: store.page(held[name], page).text if name in held else "")

    def _answered(self, case: Case, at: int) -> Item:
        """The question at `at` with its answer; it may lean on the letter's context and earlier questions."""
        item = _at(case, at)
        earlier = [before.question for before in case.items[:at]][-(RECENT - 1) :]
        history = [case.context, *earlier] if case.context else earlier
        answer = self._assistant.ask(item.question, history=history, docs=item.docs or case.docs)
        return item.model_copy(update={"answer": answer})

    def _rewritten(self, case: Case, who: str, what: str, items: Sequence[Item]) -> Case:
        """Store the case; as long as nobody has written on the reply, it follows the answers."""
        if case.reply.text == case.reply.drafted:
            case = case.changed(reply=compose(case))
        return self.book.save(case, who, what, "\n\n".join(map(_noted, items)))


def _noted(item: Item) -> str:
    """A question with its answer, for the history."""
    return f"{item.question}\n{item.answer.answer}" if item.answer else item.question


def _with(case: Case, at: int, item: Item) -> Case:
    _at(case, at)
    return case.changed(items=[item if n == at else other for n, other in enumerate(case.items)])


def _at(case: Case, at: int) -> Item:
    if not 0 <= at < len(case.items):
        raise DeskError("没有这个问题，请刷新页面后再看。")
    return case.items[at]


def _question(text: str) -> str:
    text = bounded(" ".join(text.split()), MAX_QUESTION, "问题")
    if not text:
        raise DeskError("问题是空的，请写出要问的内容。")
    return text

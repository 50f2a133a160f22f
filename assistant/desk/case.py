"""A case of the staff desk as a value: a letter, its questions with answers, the reply, its state.

The rules of the office live here: a reply is a draft until a named person has reviewed it, only a
reviewed reply can be marked as sent, a change makes a reviewed one a draft again, and what was
sent stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from assistant.answer import Answer, Citation, Figure
from assistant.desk.errors import DeskError, NotReadyError

MAX_REPLY = 50_000  # characters
MAX_NAME = 40
# Control signs, and signs that turn the direction of writing: no page and no document needs them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)
_MARKER = re.compile(r"\[(\d{1,3})\]")

SALUTATION = "【来信人称呼】"
CONTACT = "【联系人】"
PHONE = "【联系电话】"
OFFICE = "【单位名称】"
DATE = "【年月日】"
SUPPLEMENT = "【请补充答复，或说明可向哪个部门咨询】"
UNCLEAR = "【所问还不明确，请改写问题后重新查询，或补充答复】"
UNASKED = "【尚未查询】"
PLACEHOLDERS = (SALUTATION, CONTACT, PHONE, OFFICE, DATE, SUPPLEMENT, UNCLEAR, UNASKED)


class State(StrEnum):
    """How far a reply is."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    SENT = "sent"

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {"draft": "草稿", "reviewed": "已审核", "sent": "已发出"}[self.value]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Item(_Value):
    """One question of a letter; `docs` are the files it is kept to, none means those of the case."""

    question: str
    docs: tuple[str, ...] = ()
    answer: Answer | None = None


class Reply(_Value):
    """The letter back. Markers ``[n]`` of `text` are numbers of `sources`; `figures` are the derived ones.

    `drafted` is the text as it was put together from the answers, before anybody wrote on it.
    """

    text: str = ""
    drafted: str = ""
    sources: tuple[Citation, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def cited(self) -> list[Citation]:
        """The sources whose markers stand in the text, in their order."""
        used = self.markers
        return [source for source in self.sources if source.n in used]

    @property
    def reckoned(self) -> list[Figure]:
        """The derived figures that rest on cited sources alone."""
        used = self.markers
        return [figure for figure in self.figures if used.issuperset(figure.citations)]

    @property
    def markers(self) -> set[int]:
        """The numbers marked in the text."""
        return {int(n) for n in _MARKER.findall(self.text)}


class Change(_Value):
    """Who did what and when; `text` is what was written then, where anything was."""

    at: datetime
    who: str
    what: str
    text: str = ""


class Case(_Value):
    """A letter and everything done about it.

    `context` says whom and which documents the letter speaks of, for questions that leave it out.
    `version` counts the changes; 0 is a case that is not stored yet.
    """

    id: int = 0
    version: int = 0
    letter: str
    context: str = ""
    docs: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    reply: Reply = Reply()
    state: State = State.DRAFT
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    sent_by: str = ""
    sent_at: datetime | None = None

    @property
    def title(self) -> str:
        """The first question, or the letter's beginning where it asks none."""
        if self.items:
            more = f" 等{len(self.items)}问" if len(self.items) > 1 else ""
            return self.items[0].question[:40] + more
        return " ".join(self.letter.split())[:40] or "（空白来信）"

    def changed(
        self,
        *,
        context: str | None = None,
        docs: Sequence[str] | None = None,
        items: Sequence[Item] | None = None,
        reply: Reply | None = None,
    ) -> Case:
        """The case with other content, which is a draft again. `NotReadyError` once it was sent."""
        if self.state is State.SENT:
            raise NotReadyError("这件来信的答复已经发出，不能再改；确需更正，请先点“退回修改”。")
        given = {
            "context": context,
            "docs": None if docs is None else tuple(docs),
            "items": None if items is None else tuple(items),
            "reply": reply,
        }
        return self._as_draft().model_copy(update={k: v for k, v in given.items() if v is not None})

    def reviewed(self, who: str, at: datetime) -> Case:
        """The case after `who` has read and approved the reply; `NotReadyError` says what is missing."""
        if self.state is State.SENT:
            raise NotReadyError("这件来信的答复已经发出，不用再审核。")
        if missing := shortcomings(self.reply):
            raise NotReadyError(f"还不能审核通过：{'；'.join(missing)}。")
        return self.model_copy(update={"state": State.REVIEWED, "reviewed_by": who, "reviewed_at": at})

    def sent(self, who: str, at: datetime) -> Case:
        """The case whose reply went out; `NotReadyError` unless somebody has reviewed it."""
        if self.state is not State.REVIEWED:
            said = (
                "这件来信已经标为发出。"
                if self.state is State.SENT
                else "答复还没有审核通过，不能标为已发出，请先审核。"
            )
            raise NotReadyError(said)
        return self.model_copy(update={"state": State.SENT, "sent_by": who, "sent_at": at})

    def reopened(self) -> Case:
        """The case back as a draft, to be changed and reviewed anew."""
        if self.state is State.DRAFT:
            raise NotReadyError("这件来信还是草稿，可以直接修改。")
        return self._as_draft()

    def _as_draft(self) -> Case:
        nobody = {"reviewed_by": "", "reviewed_at": None, "sent_by": "", "sent_at": None}
        return self.model_copy(update={"state": State.DRAFT, **nobody})


def shortcomings(reply: Reply) -> list[str]:
    """What must be put right before the reply can pass review."""
    found = []
    if not reply.text.strip():
        found.append("答复还是空的")
    if left := [name for name in PLACEHOLDERS if name in reply.text]:
        found.append(f"请填写或删去{'、'.join(left)}")
    if unknown := sorted(reply.markers - {source.n for source in reply.sources}):
        found.append(f"编号{'、'.join(f'[{n}]' for n in unknown)}没有对应的来源，请改正或删去")
    return found


def clean(text: str) -> str:
    """`text` as it can be stored, shown and put into a document: without control signs."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text).strip()


def bounded(text: str, most: int, what: str) -> str:
    """`text` cleaned; `DeskError` when it is longer than `most` letters, since nothing is cut unseen."""
    text = clean(text)
    if len(text) > most:
        raise DeskError(f"{what}有 {len(text)} 个字，最多 {most} 个字，请缩短后再试。")
    return text


def named(who: str) -> str:
    """The name of the person at work; `DeskError` without one, since the record must say who."""
    name = " ".join(clean(who).split())[:MAX_NAME]
    if not name:
        raise DeskError("请先在“经办人”处填写您的姓名，办理记录要写明是谁做的。")
    return name

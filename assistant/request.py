"""One question as it is put to the assistant, checked before anything is looked up.

The command line, batch files and whoever else accepts questions read them through `Request`, so
that the same bounds and the same messages hold everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assistant.question import readable
from ingest.errors import BudgetQAError

MAX_QUESTION = 500
RECENT = 8  # earlier questions that a follow-up may lean on


class BadRequestError(BudgetQAError):
    """The question cannot be put: empty, too long, or a line of a batch file is malformed."""


def _usable(question: str) -> str:
    question = question.strip()
    if not question:
        raise ValueError("问题是空的，请写出要问的内容")
    if len(question) > MAX_QUESTION:
        raise ValueError(f"问题有 {len(question)} 个字，最多 {MAX_QUESTION} 个字，请缩短或拆成几个问题")
    return question


_Text = Annotated[str, AfterValidator(readable)]


class Request(BaseModel):
    """A question with what was asked before it and the documents it is limited to.

    Lines of an evaluation dataset are valid requests: what else they carry is left aside.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: _Text | None = None
    question: Annotated[_Text, AfterValidator(_usable)]
    history: tuple[_Text, ...] = ()
    docs: tuple[_Text, ...] = Field(default=())

    @property
    def recent_history(self) -> list[str]:
        """The latest earlier questions, each held to a question's length: what strangers send is bounded."""
        return [earlier[:MAX_QUESTION] for earlier in self.history[-RECENT:]]

    @classmethod
    def of(cls, question: str, history: tuple[str, ...] = (), docs: tuple[str, ...] = ()) -> Request:
        """The request for one question; `BadRequestError` when it is empty or too long."""
        try:
            return cls(question=question, history=history, docs=docs)
        except ValidationError as error:
            raise BadRequestError(f"{_reason(error)}。") from error


def read_requests(path: Path) -> list[Request]:
    """The requests of a JSON Lines file, one a line; blank lines are passed over.

    Raises `BadRequestError` that names the first line that is no request, or the file when it
    cannot be read.
    """
    return [_parse(path, number, line) for number, line in _lines(path)]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{path} 不是 UTF-8 编码的文本，请另存为 UTF-8。") from error
    except OSError as error:
        raise BadRequestError(f"读不了 {path}（{error.strerror}），请检查路径与权限。") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _parse(path: Path, number: int, line: str) -> Request:
    try:
        return Request.model_validate_json(line)
    except ValidationError as error:
        raise BadRequestError(f"{path.name} 第 {number} 行：{_reason(error)}。") from error


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "不是合法的 JSON"
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    field = first["loc"][0] if first["loc"] else "整行"
    return {"missing": f"缺少 {field}", "model_type": "不是 JSON 对象"}.get(
        first["type"], f"{field} 的类型不对（question 是文字，history 与 docs 是文字的数组）"
    )

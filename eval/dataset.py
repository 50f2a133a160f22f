"""Reads gold question files (JSON Lines) and says exactly which line and field is wrong.

A question carries what a right answer must contain (`facts`) and where that is printed
(`pages`); the reader checks the whole file before anything is run, so that a typing slip in a
gold file never looks like a mistake of the assistant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from ingest.errors import BudgetQAError
from ingest.text import parse_number


class DatasetError(BudgetQAError):
    """A gold question file that cannot be used; the message names file, line and field."""


class QuestionType(StrEnum):
    """What a question asks for, for reporting accuracy apart."""

    LOOKUP = "lookup"
    PURPOSE = "purpose"
    COMPOSITION = "composition"
    AGGREGATE = "aggregate"
    RATIO = "ratio"
    COMPARE = "compare"
    RANK = "rank"
    DEFINITION = "definition"
    TEXT = "text"
    INDICATOR = "indicator"
    MULTI_DOC = "multi_doc"
    FOLLOWUP = "followup"
    UNANSWERABLE = "unanswerable"
    FALSE_PREMISE = "false_premise"


# What pydantic finds wrong, told to one who writes questions.
COMPLAINTS = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段，请核对拼写",
    "enum": "“{input}”不在可选值 {expected} 之中",
    "string_type": "应为文字，请加引号",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "tuple_type": "应为列表，请加方括号",
    "dict_type": "应为“名称: 值”的对象",
    "model_type": "应为“名称: 值”的对象",
    "model_attributes_type": "应为“名称: 值”的对象",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
    "too_long": "最多 {max_length} 项",
    "greater_than_equal": "不能小于 {ge}",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberFact(_Strict):
    """A figure that a right answer gives, compared by value after unit conversion."""

    number: str
    unit: str = Field(min_length=1)

    @field_validator("number")
    @classmethod
    def _is_a_number(cls, text: str) -> str:
        if parse_number(text) is None:
            raise ValueError(f"“{text}”不是数字")
        return text

    @property
    def value(self) -> Decimal:
        """The figure in its own unit."""
        value = parse_number(self.number)
        assert value is not None  # checked when the fact was read
        return value


class TextFact(_Strict):
    """Words that a right answer contains: any one of the accepted wordings."""

    any_of: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)


GoldFact = NumberFact | TextFact
Page = Annotated[int, Field(ge=1)]
Words = Annotated[str, Field(min_length=1)]
NUMBER, TEXT = "数字", "文字"


def _fact_kind(fact: object) -> str:
    """A fact's model by its key, so that an error speaks of that model only."""
    held = fact if isinstance(fact, dict) else vars(fact) if isinstance(fact, _Strict) else {}
    return NUMBER if "number" in held else TEXT


AnyFact = Annotated[
    Annotated[NumberFact, Tag(NUMBER)] | Annotated[TextFact, Tag(TEXT)], Discriminator(_fact_kind)
]


class GoldQuestion(_Strict):
    """One question with its right answer. `pages` lists, per PDF, every page that supports it."""

    id: str = Field(min_length=1)
    type: QuestionType
    question: str = Field(min_length=1)
    history: tuple[Words, ...] = ()
    docs: tuple[Words, ...] = ()
    answerable: bool
    answer: Words
    facts: tuple[AnyFact, ...] = Field(max_length=12)
    pages: dict[Words, tuple[Page, ...]]
    note: str | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> GoldQuestion:
        if self.answerable == (self.type is QuestionType.UNANSWERABLE):
            raise ValueError("answerable 与 type 不一致：只有 unanswerable 的题 answerable 为 false")
        if self.answerable and not (self.facts and self.pages):
            raise ValueError("可回答的题要有 facts 和 pages")
        empty = [document for document, pages in self.pages.items() if not pages]
        if empty:
            raise ValueError(f"pages 里的文件没有页码：{'、'.join(empty)}")
        if not self.answerable and (self.facts or self.pages):
            raise ValueError("无法回答的题 facts 和 pages 应为空")
        if self.type is QuestionType.FOLLOWUP and not self.history:
            raise ValueError("followup 题要有 history")
        unlisted = sorted(set(self.pages) - set(self.docs)) if self.docs else []
        if unlisted:
            raise ValueError(f"pages 里的文件不在 docs 中：{'、'.join(unlisted)}")
        return self

    @property
    def documents(self) -> tuple[str, ...]:
        """The PDFs that the question is about: those of its gold pages, else those it is limited to."""
        return tuple(self.pages) or self.docs


def load_dataset(path: Path) -> list[GoldQuestion]:
    """Read and check a whole question file.

    Raises:
        DatasetError: the file cannot be read, a line is no valid question, or an id occurs twice.
    """
    questions: list[GoldQuestion] = []
    first_line: dict[str, int] = {}
    for line, text in numbered_lines(path):
        question = _read_question(path, line, text)
        if question.id in first_line:
            raise DatasetError(
                f"{path.name} 第 {line} 行：id “{question.id}”与第 {first_line[question.id]} 行重复，请改名。"
            )
        first_line[question.id] = line
        questions.append(question)
    if not questions:
        raise DatasetError(f"{path.name} 里没有题目，请检查文件。")
    return questions


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The file's non-blank lines with their 1-based numbers.

    Raises:
        DatasetError: the file is missing or is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DatasetError(f"读不到文件 {path}，请检查路径（{error.strerror}）。") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _read_question(path: Path, line: int, text: str) -> GoldQuestion:
    try:
        return GoldQuestion.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise DatasetError(f"{path.name} 第 {line} 行第 {error.colno} 列不是合法的 JSON，请修正。") from error
    except ValidationError as error:
        raise DatasetError(f"{path.name} 第 {line} 行：{describe(error)}。") from error


def describe(error: ValidationError) -> str:
    """The field and complaint of each problem, on one line."""
    parts = []
    for problem in error.errors(include_url=False):
        field = ".".join(str(step) for step in problem["loc"] if step not in (NUMBER, TEXT))
        complaint = COMPLAINTS.get(problem["type"])
        values = {"input": problem["input"], **problem.get("ctx", {})}
        message = complaint.format(**values) if complaint else problem["msg"].removeprefix("Value error, ")
        parts.append(f"字段 {field}：{message}" if field else message)
    return "；".join(parts)

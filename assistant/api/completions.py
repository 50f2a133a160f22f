"""The OpenAI-compatible interface, so that any chat client can ask: ``/v1/chat/completions``.

The user's turns become question and history, the answer comes back as text with its sources, and
the whole answer object in the extra field ``budget_qa``. No language model is needed for it.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.api.errors import OpenAIProblem, documented
from assistant.api.plain import as_text
from assistant.api.questions import answered
from assistant.request import BadRequestError
from assistant.request import Request as Question
from assistant.web.needs import Answerer

MODEL = "budget-qa"
_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "budget-qa"}
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # no tokens are reckoned or billed
_PIECE = re.compile(r"[^。；\n]*[。；\n]?")


class Part(BaseModel):
    """A part of a message; only text is understood."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """One turn of the conversation."""

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What the turn says; `BadRequestError` when it says it in pictures or sound."""
        if not isinstance(self.content, list):
            return self.content or ""
        if any(part.text is None for part in self.content):
            raise BadRequestError("只能回答文字问题，请不要附图片、声音或文件。")
        return "\n".join(part.text or "" for part in self.content)


class StreamOptions(BaseModel):
    """What a stream carries besides the answer."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A chat request; what steers a language model (temperature, tools …) is left aside."""

    model_config = ConfigDict(extra="ignore")

    model: str = MODEL
    messages: list[Message] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    docs: tuple[str, ...] = Field(default=(), description="只在这些文件里找")


def router(assistant: Answerer) -> APIRouter:
    """The routes under ``/v1``."""
    made = APIRouter(prefix="/v1", tags=["OpenAI 兼容接口"], responses=documented(OpenAIProblem))

    @made.get("/models", summary="模型列表")
    def models() -> dict[str, Any]:
        """只有一个模型：budget-qa。"""
        return {"object": "list", "data": [_MODEL]}

    @made.get("/models/{model}", summary="模型")
    def model(model: str) -> dict[str, Any]:
        """模型的说明。"""
        if model != MODEL:
            raise HTTPException(404, f"没有模型 {model}，请用 {MODEL}。")
        return _MODEL

    @made.post("/chat/completions", summary="对话", response_model=None)
    def complete(asked: ChatRequest) -> dict[str, Any] | StreamingResponse:
        """最后一条 user 消息是问题，此前的 user 消息是上文；stream 为 true 时逐段返回（SSE）。"""
        answer = answered(assistant, _question(asked))
        head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": MODEL}
        if not asked.stream:
            return _whole(head, answer)
        usage = asked.stream_options is not None and asked.stream_options.include_usage
        return StreamingResponse(_events(head, answer, usage=usage), media_type="text/event-stream")

    return made


def _question(asked: ChatRequest) -> Question:
    turns = [message.text for message in asked.messages if message.role == "user"]
    if not turns:
        raise BadRequestError("messages 里没有 role 为 user 的消息，请把问题放在里面。")
    return Question.of(turns[-1], tuple(filter(None, map(str.strip, turns[:-1]))), asked.docs)


def _whole(head: dict[str, Any], answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": as_text(answer), "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        **head,
        "object": "chat.completion",
        "choices": [choice],
        "usage": _USAGE,
        "budget_qa": answer.model_dump(mode="json"),
    }


def _events(head: dict[str, Any], answer: Answer, *, usage: bool) -> Iterator[str]:
    """The answer sentence by sentence; the answer object comes with the last piece."""
    yield _event(head, {"role": "assistant", "content": ""})
    for piece in filter(None, _PIECE.findall(as_text(answer))):
        yield _event(head, {"content": piece})
    yield _event(head, {}, finish="stop", budget_qa=answer.model_dump(mode="json"))
    if usage:
        yield _data({**head, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _event(head: dict[str, Any], delta: dict[str, str], finish: str | None = None, **extra: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _data({**head, "object": "chat.completion.chunk", "choices": [choice], **extra})


def _data(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"

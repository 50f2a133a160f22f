"""The language model is asked over the common protocol, and each of its faults is one clear error."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.model import ChatModel, Message, ModelError, ModelSettings

if TYPE_CHECKING:
    from tests.conftest import ChatServer

HELLO: list[Message] = [{"role": "user", "content": "你好"}]


def model(server: ChatServer, tmp_path: Path, **given: Any) -> ChatModel:
    settings = ModelSettings.load(data=tmp_path, llm="m", llm_url=server.url, llm_key="secret", **given)
    found = ChatModel.from_settings(settings)
    assert found is not None
    return found


def test_the_model_is_asked_as_configured(chat_server: ChatServer, tmp_path: Path) -> None:
    chat_server.reply = lambda asked: f"你说{asked['messages'][0]['content']}"
    assert model(chat_server, tmp_path).complete(HELLO) == "你说你好"
    (asked,) = chat_server.asked
    assert (asked["model"], asked["temperature"], asked["messages"]) == ("m", 0, HELLO)
    assert chat_server.keys == ["Bearer secret"]


def test_without_name_or_address_there_is_no_model(tmp_path: Path) -> None:
    assert ChatModel.from_settings(ModelSettings.load(data=tmp_path)) is None
    assert ChatModel.from_settings(ModelSettings.load(data=tmp_path, llm="m")) is None
    assert ChatModel.from_settings(ModelSettings.load(data=tmp_path, llm_url="http://h/v1")) is None


@pytest.mark.parametrize(
    ("status", "raw", "told"),
    [
        (500, None, "返回了错误 500"),
        (401, None, "返回了错误 401"),
        (200, b"<html>busy</html>", "不是对话补全的格式"),
        (200, b'{"choices": []}', "不是对话补全的格式"),
        (200, b'{"choices": [{"message": {"content": null}}]}', "不是对话补全的格式"),
        (200, b"\xff\xfe", "不是对话补全的格式"),
    ],
)
def test_each_fault_is_told(
    chat_server: ChatServer, tmp_path: Path, status: int, raw: bytes | None, told: str
) -> None:
    chat_server.status, chat_server.raw = status, raw
    with pytest.raises(ModelError, match=told) as caught:
        model(chat_server, tmp_path).complete(HELLO)
    assert "BUDGET_QA_LLM_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_answer_that_trickles_in_is_cut_off(chat_server: ChatServer, tmp_path: Path) -> None:
    chat_server.drip = 0.05  # its seventy bytes and more would take four seconds
    begun = time.monotonic()
    with pytest.raises(ModelError, match="没有按时回答"):
        model(chat_server, tmp_path, llm_timeout=0.3).complete(HELLO)
    assert len(chat_server.asked) == 1
    assert time.monotonic() > begun + 0.2


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="连接失败"):
        ChatModel("http://127.0.0.1:9/v1", "m").complete(HELLO)

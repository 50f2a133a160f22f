"""The configured language model, asked over the protocol that most servers speak (OpenAI's chat completions).

Optional everywhere: without an endpoint there is no `ChatModel`, and what would use one does
without. The protocol is one POST, which the HTTP client at hand does without an SDK.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Literal, Self, TypedDict

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from ingest.errors import BudgetQAError
from vectorstore.settings import Settings

_MOST_BYTES = 4_000_000  # no answer is longer; a server that never ends is cut off


class ModelError(BudgetQAError):
    """The language model did not give a usable answer: unreachable, refusing, too slow, or garbled."""


class Message(TypedDict):
    """One turn of the conversation that is put to the model."""

    role: Literal["system", "user", "assistant"]
    content: str


class ModelSettings(Settings):
    """The store's settings with those of the language model; ``BUDGET_QA_LLM=qwen3`` sets `llm`."""

    llm: str | None = Field(None, description="语言模型的名称")
    llm_url: str | None = Field(None, pattern=r"^https?://", description="OpenAI 兼容接口地址（到 /v1 为止）")
    llm_key: SecretStr | None = Field(None, description="OpenAI 兼容接口密钥")
    llm_timeout: float = Field(60.0, gt=0, description="等语言模型回答的秒数")


class _Choice(BaseModel):
    class Said(BaseModel):
        content: str

    message: Said


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)


class ChatModel:
    """One model at one endpoint. Safe to share between threads."""

    def __init__(self, url: str, model: str, key: str | None = None, timeout: float = 60.0) -> None:
        self.name = model
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._timeout = timeout
        self._client = httpx.Client(headers={"Authorization": f"Bearer {key}"} if key else {})

    @classmethod
    def from_settings(cls, settings: ModelSettings) -> Self | None:
        """The configured model, None when the name or the address is not set."""
        if not settings.llm or not settings.llm_url:
            return None
        key = settings.llm_key.get_secret_value() if settings.llm_key else None
        return cls(settings.llm_url, settings.llm, key, settings.llm_timeout)

    def complete(self, messages: Sequence[Message], timeout: float | None = None) -> str:
        """The model's answer to a conversation.

        Raises `ModelError` when none comes within `timeout` seconds (the setting's when None), or
        what comes is no completion.
        """
        asked = {"model": self.name, "messages": list(messages), "temperature": 0}
        try:
            content = self._post(asked, timeout or self._timeout)
            return _Completion.model_validate(json.loads(content)).choices[0].message.content
        except httpx.TimeoutException as error:
            raise self._error("没有按时回答") from error
        except httpx.HTTPStatusError as error:
            raise self._error(f"返回了错误 {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise self._error(f"连接失败（{type(error).__name__}）") from error
        except (ValueError, ValidationError) as error:
            raise self._error("返回的内容不是对话补全的格式") from error

    def _post(self, asked: dict[str, object], timeout: float) -> bytes:
        """The answer's body. The time limit holds for the whole of it, also when it trickles in."""
        deadline = time.monotonic() + timeout
        body = bytearray()
        with self._client.stream("POST", self._url, json=asked, timeout=timeout) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("too slow", request=response.request)
                if len(body) > _MOST_BYTES:
                    raise ValueError("too long")
        return bytes(body)

    def _error(self, what: str) -> ModelError:
        return ModelError(
            f"语言模型接口 {self._url} {what}：请检查 BUDGET_QA_LLM_URL、BUDGET_QA_LLM 与 BUDGET_QA_LLM_KEY。"
        )

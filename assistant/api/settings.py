"""Settings of the server: who may change the documents held, how much may be sent, by which names.

They extend the store's settings, so that one environment (``BUDGET_QA_…``) configures everything.
"""

from __future__ import annotations

from pydantic import Field, SecretStr

from vectorstore.settings import Settings

MEGABYTE = 1024 * 1024


class ServerSettings(Settings):
    """Settings of the server, besides those of the store."""

    staff_token: SecretStr | None = Field(None, description="工作人员口令：上传、删除文件时要出示")
    answering_at_once: int | None = Field(None, ge=1, description="同时回答几个问题，默认为处理器核数")
    upload_megabytes: int = Field(100, ge=1, le=2048, description="一次上传的文件总共最多多少 MB")
    reading_minutes: float = Field(30.0, gt=0, description="读一份上传的文件最多用多少分钟")
    hosts: str = Field("*", description="网站的域名，多个用逗号隔开；* 表示不限")

    @property
    def upload_bytes(self) -> int:
        """What one upload may weigh."""
        return self.upload_megabytes * MEGABYTE

    @property
    def host_names(self) -> list[str]:
        """The names under which the server answers; ``*`` is any."""
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

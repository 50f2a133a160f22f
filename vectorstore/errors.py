"""Errors of the store, each one Chinese sentence that tells a clerk what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.errors import BudgetQAError


class StoreError(BudgetQAError):
    """The store cannot do what was asked."""


class SettingsError(StoreError):
    """A setting has a value that cannot be used."""


class StoreUnavailable(StoreError):
    """The data folder or the database cannot be opened or written."""


class StoreVersionError(StoreError):
    """The store was written by another version of the program; nothing in it was changed."""

    def __init__(self, where: str, found: str, expected: str) -> None:
        super().__init__(
            f"资料库 {where} 的格式是 {found}，本程序使用格式 {expected}：请换回写入它的程序版本，"
            "或用 --data 指定一个新目录重新导入 PDF；原有内容未作任何改动。"
        )


class UnknownDocument(StoreError):
    """No document held answers to the name or id."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        hint = f"最接近的是：{'、'.join(near)}" if near else "请先用 budget-qa ingest 导入 PDF"
        super().__init__(f"资料库里没有“{name}”这份文件；{hint}。")
        self.near = tuple(near)


class AmbiguousDocument(StoreError):
    """A part of a name fits several documents."""

    def __init__(self, name: str, choices: Sequence[str]) -> None:
        super().__init__(f"“{name}”对应多份文件，请写得更完整：{'、'.join(choices)}。")
        self.choices = tuple(choices)


class EmbeddingError(StoreError):
    """The configured embedding provider cannot be used or did not answer."""


class VectorsUnavailable(StoreError):
    """Vectors cannot be written or searched at the moment; the catalog is whole."""

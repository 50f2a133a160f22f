"""Whether the server lives (``/health``) and whether it can answer now (``/ready``).

Models, the index and the lexicon are loaded in the background when the server starts, so that the
first visitor does not wait for them.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from fastapi import APIRouter, HTTPException

from assistant.sound import meant_by_sound
from ingest.errors import BudgetQAError
from vectorstore.store import Store

if TYPE_CHECKING:
    from assistant.web.needs import Answerer

logger = logging.getLogger(__name__)

_TRIED = "预算收入总计是多少？"
_LOADING = "正在载入模型和索引，请过几秒再试。"
_FAILED = "载入模型或索引时程序出错，请查看服务器的记录。"


class WarmUp:
    """Loads what the first question would otherwise wait for, once, in a thread of its own."""

    def __init__(self, assistant: Answerer) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._problem: str | None = _LOADING

    def start(self) -> None:
        """Begin loading, unless it is done or under way; after a failure, once more."""
        with self._lock:
            if self._problem is None or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._load, name="warm-up", daemon=True)
            self._thread.start()

    @property
    def problem(self) -> str | None:
        """Why no question can be answered quickly yet; None when one can."""
        return self._problem

    def _load(self) -> None:
        try:
            store = self._assistant.store
            store.sync_vectors()
            store.search(None, "预算", 1)
            meant_by_sound("预算")  # few questions need the table of sounds; making it takes a second
            if store.documents():
                self._assistant.ask(_TRIED)
        except BudgetQAError as error:
            self._problem = str(error)
        except Exception:  # a thread's error would reach nobody
            logger.exception("could not warm up")
            self._problem = _FAILED
        else:
            self._problem = None


def router(store: Store, warm_up: WarmUp) -> APIRouter:
    """The routes ``/health`` and ``/ready``."""
    made = APIRouter(tags=["运行状况"])

    @made.get("/health", summary="是否在运行")
    async def health() -> dict[str, str]:
        """程序在运行就返回 ok。"""
        return {"status": "ok"}

    @made.get("/ready", summary="能否回答")
    def ready() -> dict[str, str | int]:
        """资料库能打开、模型已载入就返回 ready 和文件份数，否则是 503 和原因。"""
        held = len(store.documents())
        problem = warm_up.problem
        if problem:
            warm_up.start()
            raise HTTPException(503, problem)
        return {"status": "ready", "documents": held}

    return made

"""Loads the server as visitors do, over HTTP: ``python -m eval.load --data DIR``.

First answer, page pictures cold and warm, the first sentence on the page, and many users asking at
once, each beside the bare ``/health`` request of the same run: the floor of network and server.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from eval.browse import can_browse, first_sentences
from eval.dataset import GoldQuestion, load_dataset

_FLOOR = 50  # requests for /health
_PAGES = 12
_SEEN = 20  # questions asked on the page
_PATIENCE = 180.0  # seconds for the server to be ready
_Send = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


@dataclass
class Measured:
    """One kind of request: the times that it took, in milliseconds, and what went wrong."""

    name: str
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def within(self, share: float) -> float:
        """The time within which `share` (0 to 1) of the requests were done, by nearest rank."""
        ordered = sorted(self.times)
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1] if ordered else math.nan

    async def take(self, client: httpx.AsyncClient, send: _Send) -> None:
        """Make one request and note how it went; one that failed has no time."""
        start = time.perf_counter()
        try:
            response = await send(client)
            response.raise_for_status()
        except httpx.HTTPError as error:
            self.errors.append(f"{type(error).__name__} {error}")
        else:
            self.times.append((time.perf_counter() - start) * 1000)


def main(
    data: Annotated[Path, typer.Option(help="资料库所在的文件夹")],
    questions: Annotated[Path, typer.Option(help="题目文件（JSON Lines）")] = Path(
        "eval/datasets/corpus.jsonl"
    ),
    users: Annotated[int, typer.Option(min=1, help="同时提问的人数")] = 10,
    each: Annotated[int, typer.Option(min=1, help="每人问几个问题")] = 10,
) -> None:
    """Start a server over DIR, load it, and print what was measured; exit 1 when a request failed."""
    gold = load_dataset(questions)
    with serving(data) as (url, seconds):
        measured = asyncio.run(load(url, gold, users, each))
        if can_browse():
            seen = first_sentences(url, [q.question for q in gold if not q.history][:_SEEN])
            measured.append(Measured("网页上看到第一句", seen))
    console = Console()
    if not can_browse():
        console.print("没有 Playwright 或 Chromium，没有量网页（make test 会装上）。")
    console.print(f"启动到能回答：{seconds:.1f} 秒")
    console.print(table(measured))
    for name, error in [(m.name, error) for m in measured for error in m.errors]:
        console.print(f"{name}：{error}", markup=False)
    raise typer.Exit(any(m.errors for m in measured))


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, float]]:
    """A server over `data` in a process of its own: its address, and the seconds until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "assistant.cli", "--data", str(data), "serve", "--port", str(port)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not _ready(url):
            if process.poll() is not None or time.perf_counter() - start > _PATIENCE:
                raise typer.BadParameter("服务器没有启动起来，原因见上")
            time.sleep(0.1)
        yield url, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=30, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


async def load(url: str, gold: Sequence[GoldQuestion], users: int, each: int) -> list[Measured]:
    """All measurements, in an order in which the first answer comes before any other question."""
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as client:
        held = (await client.get("/api/documents")).json()
        names = {document["name"] for document in held}
        asked = itertools.cycle([asking(q) for q in gold if names.issuperset(q.docs)])
        first, floor, alone = Measured("第一个回答"), Measured("/health"), Measured("一人提问")
        await first.take(client, next(asked))
        for _ in range(_FLOOR):
            await floor.take(client, getting("/health"))
        for _ in range(_FLOOR):
            await alone.take(client, next(asked))
        pictures = await _pictures(client, held)
        crowd = await _crowd(client, list(itertools.islice(asked, users * each)), users)
    return [floor, first, alone, *pictures, *crowd]


def asking(question: GoldQuestion) -> _Send:
    """The request that asks a question."""
    body = {"question": question.question, "history": question.history, "docs": question.docs}
    return lambda client: client.post("/api/ask", json=body)


def getting(path: str) -> _Send:
    """The request for `path`."""
    return lambda client: client.get(path)


async def _pictures(client: httpx.AsyncClient, held: Sequence[dict[str, int]]) -> list[Measured]:
    """Page pictures that were never drawn, then the same with a mark; a new scale makes them new."""
    cold, warm = Measured("页面图片（未画过）"), Measured("页面图片（画过，加标记）")
    scale = 1.4 + time.time() % 100 / 1000
    paths = [
        f"/api/pages/{document['id']}/{1 + document['pages'] * n // _PAGES}.png?scale={scale:.2f}"
        for n, document in zip(range(_PAGES), itertools.cycle(held), strict=False)
    ]
    for path in paths:
        await cold.take(client, getting(path))
    for path in paths:
        await warm.take(client, getting(f"{path}&mark=100,100,300,120"))
    return [cold, warm]


async def _crowd(client: httpx.AsyncClient, asked: Sequence[_Send], users: int) -> list[Measured]:
    """Users who ask at once, each the next question when he has his answer; and /health meanwhile."""
    crowd, meanwhile = Measured(f"{users} 人同时提问"), Measured("/health（其间）")

    async def user(own: Sequence[_Send]) -> None:
        for send in own:
            await crowd.take(client, send)

    busy = asyncio.gather(*(user(asked[n::users]) for n in range(users)))
    while not busy.done():
        await meanwhile.take(client, getting("/health"))
        await asyncio.sleep(0.2)
    await busy
    return [crowd, meanwhile]


def table(measured: Sequence[Measured]) -> Table:
    """What was measured, beside the floor, which is the first of them."""
    made = Table("请求", "次数", "出错", "p50 毫秒", "p95 毫秒", "最慢 毫秒", "p50 是 /health 的几倍")
    for m in measured:
        times = (m.within(0.5), m.within(0.95), m.within(1))
        ratio = f"{times[0] / measured[0].within(0.5):.0f}"
        made.add_row(m.name, str(len(m.times)), str(len(m.errors)), *(f"{t:.0f}" for t in times), ratio)
    return made


if __name__ == "__main__":
    typer.run(main)

"""Reads a PDF in a process of its own, for a server that must go on answering meanwhile.

Reading keeps a core busy for seconds, uses libraries that one thread may enter at a time, and a
hostile file could exhaust it; none of that may touch the process that serves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.pipeline import ReadResult, read_many

_POLITE = 10  # the scheduling priority that reading gives up: questions come first


def read_apart(paths: Sequence[Path], patience: float) -> Iterator[ReadResult]:
    """Read files one after another, each in a fresh process that gets `patience` seconds.

    A file whose process ends or runs out of time is reported as one that cannot be read.
    """
    for path in paths:
        yield _read(path, patience)


def _read(path: Path, patience: float) -> ReadResult:
    context = get_context("spawn")  # a forked copy of a server with threads may hang
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(path, sender), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(patience):
            said = f"{path.name} 读了 {patience / 60:g} 分钟还没有读完，已放弃：请拆成几份小一些的文件再试。"
            return ReadResult(path, None, said, patience)
        result: ReadResult = receiver.recv()
    except EOFError:
        said = f"{path.name} 无法读取：读它的进程意外结束，可能是内存不够，请换一台机器或拆分文件再试。"
        return ReadResult(path, None, said, 0.0)
    finally:
        receiver.close()
        process.terminate()
        process.join()
    return result


def _send(path: Path, sender: Connection) -> None:
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    (result,) = read_many([path], workers=1)
    sender.send(result)

"""Runs the web application: finds a free port, says the address, and serves until stopped."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
from pathlib import Path

import uvicorn

from assistant.web.app import build_app
from assistant.web.needs import Answerer
from ingest.errors import BudgetQAError

PORTS_TRIED = 20
_OTHER = "无法在 {} 的端口 {} 上提供服务，请用 --port 换一个端口。"
_REASONS = {
    errno.EACCES: "在 {} 上没有权限使用端口 {}，请用 --port 换一个 1024 以上的端口。",
    errno.EADDRNOTAVAIL: "本机没有地址 {}，请检查 --host。",
}


class CannotListenError(BudgetQAError):
    """No address to serve at: all ports taken, not allowed, or no such host."""


def serve(assistant: Answerer, host: str, port: int, *, cache: Path | None = None) -> None:
    """Serve the page at `host`:`port`, or at the next free port, until Ctrl+C.

    `cache` is the folder for page pictures. Raises `CannotListenError` when no port can be had.
    """
    listener = listen(host, port)
    taken = listener.getsockname()[1]
    app = build_app(assistant, cache)
    if port not in (0, taken):
        print(f"端口 {port} 已被占用，改用 {taken}。", flush=True)  # noqa: T201 — the command's output
    print(f"预算问答助手已启动：{address(host, taken)}（按 Ctrl+C 停止）", flush=True)  # noqa: T201
    server = _Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after an orderly stop
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop without an error for each open page: their heartbeats end only by being cut."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at `port` or the first free one of the next `PORTS_TRIED`."""
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return _bound(host, candidate)
        except socket.gaierror as error:
            raise CannotListenError(f"地址 {host} 不存在，请检查 --host。") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotListenError(
                    _REASONS.get(error.errno or 0, _OTHER).format(host, candidate)
                ) from error
    last = min(port + PORTS_TRIED, 65536) - 1
    raise CannotListenError(f"端口 {port} 到 {last} 都被占用，请用 --port 指定另一个端口。")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # elsewhere this option lets two servers share one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made

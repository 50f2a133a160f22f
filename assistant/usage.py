"""Says typer's own words in Chinese: the frame of the help pages and the complaints about usage.

Typer offers no translation; its texts are few, so they are replaced here by pattern. A text that
no pattern knows is shown as it is, behind a Chinese lead-in.
"""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

# Pattern of typer's message, the sentence, and what is added when the pattern's last group is there.
_COMPLAINTS = [
    (r"No such option: (\S+)(?: \(Possible options: (.+)\))?", "没有 {0} 这个选项", "，是否想用 {1}"),
    (r"No such command '?(.+?)'?\.?(?: Did you mean (.+)\?)?", "没有 {0} 这个命令", "，是否想用 {1}"),
    (r"Missing argument '?(.+?)'?\.", "缺少参数 {0}", ""),
    (r"Missing option '?(.+?)'?\.", "缺少选项 {0}", ""),
    (r"Missing command\.", "缺少命令", ""),
    (r"Option '?(.+?)'? requires an argument\.", "选项 {0} 后面要写一个值", ""),
    (r"Option '?(.+?)'? does not take a value\.", "选项 {0} 后面不能写值", ""),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多出了参数 {0}（含空格的内容请加引号）", ""),
    (r"Invalid value for '?(.+?)'?: (?:.*)unable to parse string as an integer", "{0} 要写整数", ""),
    (r"Invalid value for '?(.+?)'?: .*greater than or equal to (\d+)", "{0} 不能小于 {1}", ""),
    (r"Invalid value for '?(.+?)'?: .*less than or equal to (\d+)", "{0} 不能大于 {1}", ""),
    (r"Invalid value for '?([^:']+)'?: (.+)", "{0} 的值不能用（{1}）", ""),
    (r"Invalid value: (.+)", "{0}", ""),
]
_FRAME = {
    "Usage: ": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示本帮助",
    "[required]": "[必填]",
    "[default: ": "[默认：",
}


def complaint(message: str, command: str) -> str:
    """One Chinese sentence for typer's usage `message`, with where to read about `command`."""
    for pattern, text, addition in _COMPLAINTS:
        match = re.fullmatch(pattern, message.strip(), re.DOTALL)
        if match:
            parts = match.groups()
            said = text.format(*parts) + (addition.format(*parts) if parts and parts[-1] else "")
            return f"{said}。用法见 {command} --help。"
    return f"命令写法有误：{message} 用法见 {command} --help。"


class _Chinese:
    """Help pages in Chinese, for commands and groups alike."""

    def get_help(self, ctx: Any) -> str:
        """The help page with typer's own words replaced."""
        page: str = super().get_help(ctx)  # type: ignore[misc]
        for words, said in _FRAME.items():
            page = page.replace(words, said)
        return page


class Command(_Chinese, TyperCommand):
    """A command whose help is Chinese."""


class Group(_Chinese, TyperGroup):
    """The program with its commands; its help is Chinese."""

"""Prompts and tool descriptions as Markdown files, apart from code and loaded by name.

A file begins with a header of ``name:``, ``purpose:`` and ``variables:`` lines between ``---`` lines;
the rest is the text, in which ``{variable}`` is filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Prompt:
    """A prompt: what it is for, the variables it needs, and its text."""

    name: str
    purpose: str
    variables: tuple[str, ...]
    text: str

    def fill(self, **values: str) -> str:
        """The text with its variables filled in; `KeyError` names one that is missing."""
        missing = [v for v in self.variables if v not in values]
        if missing:
            raise KeyError(f"prompt {self.name} needs {', '.join(missing)}")
        return re.sub(r"\{(\w+)\}", lambda m: values.get(m.group(1), m.group(0)), self.text)


@cache
def load(name: str) -> Prompt:
    """The prompt ``prompts/<name>.md``. Raises `ValueError` when its header is incomplete."""
    content = (files("prompts") / f"{name}.md").read_text("utf-8")
    match = re.match(r"---\n(.*?)\n---\n(.*)", content, re.DOTALL)
    header = dict(re.findall(r"^(\w+):\s*(.*)$", match.group(1), re.MULTILINE)) if match else {}
    if match is None or not {"name", "purpose", "variables"} <= header.keys():
        raise ValueError(f"prompts/{name}.md 缺少 name、purpose 或 variables")
    variables = tuple(v for v in re.split(r"[,\s]+", header["variables"]) if v)
    return Prompt(header["name"], header["purpose"], variables, match.group(2).strip())

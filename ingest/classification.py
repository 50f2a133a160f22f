"""The national budget classification 政府收支分类: a code's level, its name, and the repair of split codes.

Tables print one code in one cell, over two or three columns (类/款/项), or wrapped inside a narrow
cell; `join_code` makes them one. The codes themselves are data (``knowledge/functional.yaml`` and
``knowledge/economic.yaml``); they name and repair what is printed and never add rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ingest.text import normalise
from ingest.yamlfile import parse_yaml

_LEVELS = {3: 1, 5: 2, 7: 3}
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class _Former:
    """A name that a code had up to and including the year `until`."""

    name: str
    until: int


@dataclass(frozen=True)
class _Scheme:
    """Today's names and the former ones, by code."""

    names: Mapping[str, str]
    former: Mapping[str, tuple[_Former, ...]]


def level(code: str) -> int | None:
    """1 for a 类 (3 digits), 2 for a 款 (5), 3 for a functional 项 (7); None for what is no code.

    The 类 must exist; 款 and 项 need not be listed, since places and years add their own.
    """
    if not _DIGITS.fullmatch(code) or code[:3] not in _scheme().names:
        return None
    found = _LEVELS.get(len(code))
    return None if found == 3 and not code.startswith("2") else found


def is_functional(code: str) -> bool:
    """Whether it is a code of the functional classification 支出功能分类 (201 to 234)."""
    return level(code) is not None and code.startswith("2")


def is_economic(code: str) -> bool:
    """Whether it is a code of an economic classification 支出经济分类 (301 to 399, 501 to 599)."""
    return level(code) is not None and code[0] in "35"


def parents(code: str) -> tuple[str, ...]:
    """The codes above, outermost first: ``2010601`` → ``("201", "20106")``; () for a 类 or no code."""
    depth = level(code)
    return tuple(code[:length] for length, at in _LEVELS.items() if depth is not None and at < depth)


def join_code(parts: Sequence[str]) -> str | None:
    """One code from the cells (or cell) it is printed in; None when they do not make a code.

    ``["201", "06", "01"]`` → ``2010601``; ``["2060\\n102"]`` and ``["2060", "102"]`` → ``2060102``;
    ``["302", "28"]`` → ``30228``. Blank cells after the code are ignored. A lost leading zero
    (``["201", "6", "1"]``, from spreadsheets) is put back, and columns that repeat the whole code at
    each level (``["201", "20106"]``) give the longest, as does one that prints it behind its parts
    (``["205", "08", "03", "2050803"]``).
    """
    cells = [re.sub(r"\s", "", normalise(part)) for part in parts]
    while cells and not cells[-1]:
        cells.pop()
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and level(filled[-1]) and filled[-1] == "".join(filled[:-1]):
        return filled[-1]
    if not cells or not all(_DIGITS.fullmatch(cell) for cell in cells):
        return None
    if len(cells) > 1 and level(cells[-1]) and parents(cells[-1])[-len(cells) + 1 :] == tuple(cells[:-1]):
        return cells[-1]
    if level(cells[0]) == 1 and all(len(cell) <= 2 for cell in cells[1:]):
        cells = [cells[0], *(cell.zfill(2) for cell in cells[1:])]
    code = "".join(cells)
    return code if level(code) else None


def lookup(code: str, year: int | None = None) -> str | None:
    """The official name of a code, as it was in `year` where that is given; None when unknown."""
    scheme = _scheme()
    if year is not None:
        for former in scheme.former.get(code, ()):
            if year <= former.until:
                return former.name
    return scheme.names.get(code)


def names(code: str) -> tuple[str, ...]:
    """Every name a code has had, today's first; () when unknown."""
    scheme = _scheme()
    today = scheme.names.get(code)
    earlier = [former.name for former in reversed(scheme.former.get(code, ()))]
    return tuple(dict.fromkeys([*([today] if today else []), *earlier]))


def all_codes() -> frozenset[str]:
    """Every code that is listed."""
    return frozenset(_scheme().names)


@cache
def class_names() -> frozenset[str]:
    """The names of every 类 of the functional classification (一般公共服务支出)."""
    return frozenset(n for code in all_codes() if len(code) == 3 and is_functional(code) for n in names(code))


def all_names() -> frozenset[str]:
    """Every name of every code, former ones too: the vocabulary of official item names."""
    return frozenset(name for code in all_codes() for name in names(code))


@cache
def _scheme() -> _Scheme:
    functional, economic = _load("functional"), _load("economic")
    current: dict[str, str] = {**_common(functional), **functional["codes"], **economic["codes"]}
    former: dict[str, list[_Former]] = {}
    for entry in [*functional["renamed"], *economic["renamed"]]:
        former.setdefault(entry["code"], []).append(_Former(entry["name"], entry["until"]))
    ordered = {code: tuple(sorted(old, key=lambda one: one.until)) for code, old in former.items()}
    return _Scheme(MappingProxyType(current), MappingProxyType(ordered))


def _common(functional: dict[str, Any]) -> dict[str, str]:
    """The recurring 项 (行政运行 …) under each 款 that the data lists for them."""
    found: dict[str, str] = {}
    for group in functional["common"]:
        for parent in group["under"]:
            item = functional["codes"][parent]
            for suffix, name in group["names"].items():
                found[parent + suffix] = name.replace("…", item.removesuffix("支出"))
    return found


def _load(name: str) -> dict[str, Any]:
    text = files("ingest").joinpath("knowledge", f"{name}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse_yaml(text)
    return data

"""How people name things, and the official names that budget documents print for them.

The knowledge is data (``aliases.yaml``, which explains its own fields); this module checks it and
finds its words in a question. It is separate from the catalog: what the official names are in the
documents held, and whether they are there at all, is for whoever links items to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from ingest.classification import all_names
from ingest.errors import BudgetQAError
from ingest.text import normalise
from ingest.yamlfile import parse_yaml

Role = Literal["item", "total", "measure", "topic"]

_official_only: ContextVar[bool] = ContextVar("official_only", default=False)

_PACKAGED = Path(__file__).with_name("aliases.yaml")
_QUOTES = re.compile(r"[“”‘’\"']")
# 市场监管局 is a body, not the item 市场监管 (but 三公经费局里… and …局本级 go on about the item), and
# 扶贫工作经费 is a project's name.
_OTHER_NAME = re.compile(r"[局委厅](?![里内本托])|联合会|(?:工作|专项|活动|(?<=工作))经费|专项工作")
# What ~ stands for in a pattern: a few letters that neither ask nor lead over to another thing.
_GAP = r"(?:(?![和与跟及比占加吗什啥谁])[\u4e00-\u9fff]){0,4}?"


class LexiconError(BudgetQAError):
    """An alias file cannot be used; the message names file, entry and field."""


def _checked(text: str) -> str:
    if not text or _brackets_folded(text) != normalise(text):
        raise ValueError("应为非空、没有多余空格和全角字母数字的文字")
    return normalise(text)


def _spoken(text: str) -> str:
    if len(text) < 2:
        raise ValueError("别名至少要有两个字")
    return text


def _pattern(text: str) -> str:
    try:
        if re.compile(text.replace("~", _GAP)).fullmatch("") is None:
            return text
    except re.error as error:
        raise ValueError("不是有效的正则表达式") from error
    raise ValueError("不应与空文字相符")


def _brackets_folded(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


Name = Annotated[str, AfterValidator(_checked)]
Spoken = Annotated[Name, AfterValidator(_spoken)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Alias(BaseModel):
    """One entry of an alias file: an official name, in one sense, with the words people use for it.

    Texts are normalised (`ingest.text.normalise`: round brackets half-width). The fields are
    explained at the head of ``aliases.yaml``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    aliases: tuple[Spoken, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    variants: tuple[Name, ...] = ()
    targets: tuple[Name, ...] = ()
    together: bool = False
    role: Role = "item"
    note: str = ""


@dataclass(frozen=True)
class Expansion:
    """An alias or official name found in a question, with the official names it may stand for.

    `start`/`end` index ``normalise(text)``. `names` are in order of preference; with `together`,
    the words mean the sum of the groups in `parts`. Each part is one item in all its spellings.
    `loose` words were found by a pattern: they hold other words too.
    """

    alias: str
    start: int
    end: int
    parts: tuple[tuple[str, ...], ...]
    role: Role = "item"
    together: bool = False
    loose: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every official name, best first, all spellings of an item side by side."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part))


@dataclass(frozen=True)
class _Index:
    """Words to entries; a word without entry is an official name that only keeps aliases out.

    `longest` says how long a word can be that begins with these two characters.
    """

    words: dict[str, Alias | None]
    patterns: tuple[tuple[re.Pattern[str], Alias], ...]
    official: frozenset[str]
    spellings: dict[str, tuple[str, ...]]
    longest: dict[str, int]


def load_aliases(extra: Path | None = None) -> list[Alias]:
    """The packaged entries, and those of the ``*.yaml`` files in directory `extra`.

    An alias that `extra` gives a new meaning loses its packaged one.
    Raises `LexiconError` when a file cannot be read, an entry does not have the right form, or an
    alias stands in two entries of one file or is the official name of another entry.
    """
    return list(_load(extra))


def expand(text: str, extra: Path | None = None) -> list[Expansion]:
    """The aliases and official names in a question, left to right, longest first, no overlaps.

    An alias inside a longer official name (养老保险 inside 机关事业单位基本养老保险缴费) is not
    found, nor a pattern that cuts through a word or ends in an official name (发~工资 in 发绩效工资),
    nor is a word that begins the name of a body (市场监管局) or of a project (科普工作经费).
    Quote marks are looked through.
    """
    plain = normalise(text)
    places = [at for at, char in enumerate(plain) if not _QUOTES.match(char)]
    bare = "".join(plain[at] for at in places)
    index = _index(extra, _official_only.get())
    found: list[Expansion] = []
    for start, end, entry in _longest_first(bare, index):
        if entry is not None and not _OTHER_NAME.match(bare, end):
            word, first, last = bare[start:end], places[start], places[end - 1] + 1
            found.append(_expansion(word, first, last, entry, index))
    return sorted(found, key=lambda one: one.start)


def spellings(name: str, extra: Path | None = None) -> tuple[str, ...]:
    """The official spellings that mean the same as `name` elsewhere, `name` itself first."""
    return _index(extra, False).spellings.get(_bare(normalise(name)), (normalise(name),))


@contextmanager
def official_names_only() -> Iterator[None]:
    """While it lasts, `expand` finds official names but no aliases: to measure what these are worth."""
    token = _official_only.set(True)
    try:
        yield
    finally:
        _official_only.reset(token)


def _longest_first(bare: str, index: _Index) -> list[tuple[int, int, Alias | None]]:
    candidates: list[tuple[int, int, Alias | None]] = []
    for start in range(len(bare)):
        reach = index.longest.get(bare[start : start + 2], 0)
        for end in range(min(len(bare), start + reach), start + 1, -1):
            if bare[start:end] in index.words:
                candidates.append((start, end, index.words[bare[start:end]]))
                break
    candidates += _by_pattern(bare, index, candidates)
    taken = [False] * len(bare)
    chosen = []
    for start, end, entry in sorted(candidates, key=lambda one: (one[0] - one[1], one[0])):
        if not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            chosen.append((start, end, entry))
    return chosen


def _by_pattern(
    bare: str, index: _Index, words: Sequence[tuple[int, int, Alias | None]]
) -> list[tuple[int, int, Alias | None]]:
    """Stretches that patterns fit, less those that cut through a word or only say a word at length."""
    found: list[tuple[int, int, Alias | None]] = []
    for pattern, entry in index.patterns:
        for match in pattern.finditer(bare):
            start, end = match.span()
            over = [(at, to, one) for at, to, one in words if at < end and start < to]
            cut = any(
                at < start or to > end or (to == end and bare[at:to] in index.official) for at, to, _ in over
            )
            if not cut and not any(one is entry for _, _, one in over):
                found.append((start, end, entry))
    return found


def _expansion(word: str, start: int, end: int, entry: Alias, index: _Index) -> Expansion:
    """What a word of `entry` means: an official spelling means itself, an alias all the targets."""
    if word in map(_bare, (entry.name, *entry.variants)):
        own = index.spellings[word]
        return Expansion(word, start, end, (own,), entry.role)
    parts = tuple(index.spellings.get(_bare(name), (name,)) for name in (entry.name, *entry.targets))
    return Expansion(word, start, end, parts, entry.role, entry.together, word not in index.words)


@cache
def _load(extra: Path | None) -> tuple[Alias, ...]:
    packaged = _read(_PACKAGED)
    _refuse_clashes(_PACKAGED, packaged)
    added: list[Alias] = []
    for file in _files(extra):
        entries = _read(file)
        _refuse_clashes(file, entries, packaged)
        added += entries
    own = {alias for one in added for alias in one.aliases}
    return (*added, *(_without(one, own) for one in packaged))


def _without(entry: Alias, words: set[str]) -> Alias:
    return entry.model_copy(update={"aliases": tuple(word for word in entry.aliases if word not in words)})


def _files(extra: Path | None) -> Sequence[Path]:
    if extra is None:
        return ()
    if not extra.is_dir():
        raise LexiconError(f"别名目录 {extra} 不存在或不是目录，请检查路径。")
    return sorted(extra.glob("*.yaml"))


def _read(file: Path) -> list[Alias]:
    try:
        data = parse_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"第 {where.line + 1} 行附近" if where else ""
        raise LexiconError(
            f"别名文件 {file.name} {line}无法读取，请检查是否为 UTF-8 编码的 YAML。"
        ) from error
    if not isinstance(data, list):
        raise LexiconError(f"别名文件 {file.name} 应是一个列表，每条以“- name:”开头，请改正。")
    return [_entry(file, number, raw) for number, raw in enumerate(data, start=1)]


def _entry(file: Path, number: int, raw: object) -> Alias:
    try:
        return Alias.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "整条"
        name = raw.get("name", "未命名") if isinstance(raw, dict) else "未命名"
        reason = _REASONS.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise LexiconError(
            f"别名文件 {file.name} 第 {number} 条（{name}）的 {field} 有误：{reason}，请改正。"
        ) from error


_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请看文件开头的说明",
    "string_type": "应为文字",
    "tuple_type": "应为列表，如 [招待费, 接待费]",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "literal_error": "只能是 item、total、measure 或 topic",
    "model_type": "应由 name、aliases 等项组成",
}


def _refuse_clashes(file: Path, entries: Iterable[Alias], taken: Iterable[Alias] = ()) -> None:
    """An alias with two meanings, or one that is an official name (of `taken` too), would mislead."""
    official = {name: one.name for one in (*taken, *entries) for name in (one.name, *one.variants)}
    seen: dict[str, str] = {}
    for one in entries:
        for alias in one.aliases:
            other = official.get(alias) or seen.get(alias)
            if other:
                raise LexiconError(
                    f"别名文件 {file.name} 中“{one.name}”的 aliases 有误：“{alias}”已用于“{other}”，"
                    "请删去其一，一词多义可写在 targets 里。"
                )
            seen[alias] = one.name


@cache
def _index(extra: Path | None, official_only: bool) -> _Index:
    entries = _load(extra)
    groups: dict[str, list[str]] = {}
    for one in entries:
        groups.setdefault(one.name, [one.name]).extend(one.variants)
    spelt: dict[str, tuple[str, ...]] = {}
    for group in groups.values():
        for name in group:
            spelt.setdefault(_bare(name), tuple(dict.fromkeys((name, *group))))
    words: dict[str, Alias | None] = {_bare(normalise(name)): None for name in all_names() if len(name) > 1}
    official = words.keys() | spelt.keys()
    for one in () if official_only else reversed(entries):
        words |= {_bare(word): one for word in one.aliases}
    for one in reversed(entries):
        words |= {_bare(word): one for word in (one.name, *one.variants)}
    longest: dict[str, int] = {}
    for word in words:
        longest[word[:2]] = max(len(word), longest.get(word[:2], 0))
    patterns = () if official_only else _compiled(entries)
    return _Index(words, patterns, frozenset(official), spelt, longest)


def _compiled(entries: Iterable[Alias]) -> tuple[tuple[re.Pattern[str], Alias], ...]:
    return tuple((re.compile(text.replace("~", _GAP)), one) for one in entries for text in one.patterns)


def _bare(text: str) -> str:
    return _QUOTES.sub("", text)

"""Who speaks, for which year, and what kind of document it is: body, year, kind, scope.

Read from what the document says of itself (cover lines, 编制部门：, part headings), and from the
file's name where the document is silent. Nothing here knows any particular body.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.document import Kind, Scope
from ingest.template import knowledge
from ingest.text import key, normalise

_YEAR = re.compile(r"(20\d\d)\s*年?度?")
_BODY_LINE = re.compile(
    r"(?:^|编制|预算主管|预算|主管|填报|公开|决算)(?:部门|单位)(?:名称)?[:：](.{3,40}?)(?:金额)?(?:单位[:：].*)?$"
)
_TITLE = re.compile(
    r"^(?!第[一二三四五六七八九十]部分)(.{3,40}?)(?:部门|单位)?(20\d\d)年?度?"
    r"(?:部门|单位|区级部门|市级单位|区级单位|市级部门)?(预算|决算)"
)
COVER = 8  # lines that a cover has at most
# The places that a body's name begins with, from the widest: 江西省|…市|…县
_PLACE = re.compile(
    r"^([^市区县]{2,3}省|[^市区县]{2,6}自治区)?([^区县]{1,4}?[^城区县]市(?![场政容]))?([^市]{1,4}?[区县](?!域))?"
)
_FILLER = re.compile(r"(?:人民政府|办事处|委员会办公室)")


@dataclass(frozen=True)
class Identity:
    """What a document is: `title` as on the cover, `body` as printed, and the derived rest."""

    title: str
    body: str
    short_names: tuple[str, ...]
    year: int | None
    kind: Kind
    scope: Scope


def identify(
    file_name: str, lines: Sequence[str], titles: Sequence[str], declared: Sequence[str] = ()
) -> Identity:
    """Identify a document from its lines of text, its tables' titles and its file name.

    `declared` are the names that forms print in their 部门(单位)名称 field: one that the body's name
    abbreviates is its full name.
    """
    texts = [normalise(line) for line in lines]
    stem = normalise(re.sub(r"\.pdf$", "", file_name, flags=re.I))
    head = [t for t in texts[:60] if t]
    year = _year(head, titles, stem)
    kind = _kind(head, titles, stem)
    body = _body(texts, stem)
    scope = _scope(head, titles, stem)
    title = next((t for t in head[:6] if re.search(r"预算|决算", t) and len(t) < 40), stem)
    full = [d for d in map(normalise, declared) if d != body and _abbreviates(body, d)]
    names = [n for name in (body, *full) for n in short_names(name, stem)]
    return Identity(title, body, tuple(dict.fromkeys(names)), year, kind, scope)


def _year(head: Sequence[str], titles: Sequence[str], stem: str) -> int | None:
    votes: Counter[int] = Counter()
    for text in head:
        for match in re.finditer(
            r"(20\d\d)\s*年(?:度)?(?:区级|市级|县级|省级|本级)?(?:部门|单位|决算|预算)", text
        ):
            votes[int(match.group(1))] += 2
    for title in titles:
        for match in _YEAR.finditer(key(title)):
            votes[int(match.group(1))] += 1
    for match in re.finditer(r"(20\d\d)", stem):
        votes[int(match.group(1))] += 3
    short = re.search(r"(?<!\d)(\d\d)年", stem)
    if short:
        votes[2000 + int(short.group(1))] += 3
    return votes.most_common(1)[0][0] if votes else None


def _kind(head: Sequence[str], titles: Sequence[str], stem: str) -> Kind:
    final = (
        sum(t.count("决算") for t in titles)
        + 3 * stem.count("决算")
        + sum(t.count("决算") for t in head[:10])
    )
    budget = sum("预算" in t and "决算" not in t for t in titles) + 3 * stem.count("预算")
    budget += sum("预算" in t and "决算" not in t for t in head[:10])
    return Kind.FINAL if final > budget else Kind.BUDGET


def _scope(head: Sequence[str], titles: Sequence[str], stem: str) -> Scope:
    text = "".join([*head[:12], *titles])
    unit = len(re.findall(r"预算单位|单位(?:预算|决算)|单位[“”]?(?:收支|收入|支出|财政拨款|三公)", text))
    department = len(
        re.findall(r"部门(?:预算|决算)|部门(?:收支|收入|支出|财务|财政拨款|一般公共|[“”]三公)|主管部门", text)
    )
    for name in [stem, *head[:3]]:
        unit += 3 * bool(re.search(r"单位(预算|决算)", name))
        department += 3 * bool(re.search(r"部门(预算|决算)", name))
    return Scope.UNIT if unit > department else Scope.DEPARTMENT


def _body(texts: Sequence[str], stem: str) -> str:
    """The body that tables name as theirs, unless the cover and the file's name tell of another: forms name
    the unit that filled them in."""
    votes: Counter[str] = Counter()
    for text in texts:
        match = _BODY_LINE.search(text)
        if match and not re.search(r"填报人|年|\d|元", match.group(1)):
            votes[match.group(1).strip()] += 1
    titled = [name for name in (_on_cover(texts), _in_file_name(stem)) if name]
    named = [name for name in titled if _BODY_END.search(name)]
    for name, _ in sorted(votes.items(), key=lambda v: (-v[1], -len(v[0]))):
        if not named or any(_abbreviates(name, n) or _abbreviates(n, name) for n in named):
            return name
    return next(iter([*named, *titled]), stem)


_BODY_END = re.compile("(局|委|会|办公室|办事处|街道|政府|[乡镇]|厅|院|中心|学校|医院|大队|站|所|馆|社|处)$")


def _on_cover(texts: Sequence[str]) -> str | None:
    """The body that a title names; a cover prints it and what it publishes on a line of their own each."""
    for text in (*map("".join, pairwise(t for t in texts[:COVER] if t)), *texts[:200]):
        match = re.match(r"^第[一二]部分(.{3,40}?)(?:概况|(?:20\d\d)年?度?(?:部门|单位)?(?:预算|决算))", text)
        match = match or _TITLE.match(text)
        if match:
            return match.group(1)
    return None


def _in_file_name(stem: str) -> str | None:
    """The body that stands before the year in a file's name."""
    match = re.match(r"^(.{3,40}?)(?:部门|单位)?(?:20)?\d\d年", stem)
    return match.group(1) if match else None


def _abbreviates(short: str, full: str) -> bool:
    """Whether every letter of the short name stands in the full one, in order (科经局 for 科学…局)."""
    rest = iter(full)
    short = re.sub(r"[省市区县]", "", short)
    return all(letter in rest for letter in short)


def short_names(body: str, stem: str = "") -> tuple[str, ...]:
    """Names that people use for a body: without the place, without 人民政府…办事处, and abbreviations.

    ``上海市普陀区财政局`` → 上海市普陀区财政局, 普陀区财政局, 普陀财政局, 区财政局, 财政局.
    """
    names: dict[str, None] = {body: None}
    place = _PLACE.match(body)
    levels = [level for level in place.groups() if level] if place else []
    core = body[sum(map(len, levels)) :]
    core = _FILLER.sub("", core) or core
    own = levels[-1] if levels else ""
    prefixes = [*("".join(levels[n:]) for n in range(len(levels))), own[:-1], own[-1:]]
    for prefix in prefixes:
        if prefix or not levels:
            names[prefix + core] = None
    if core != body:
        names[core] = None
    for alias in (*_abbreviations(core), *_called(core)):
        names |= dict.fromkeys((alias, *(prefix + alias for prefix in prefixes)))
    file_body = re.match(r"^(.{3,30}?)(?:部门|单位)?(?:20)?\d\d年", stem)
    if file_body:
        names[file_body.group(1)] = None
    return tuple(n for n in names if len(n) >= 3 or n == body)


def _abbreviations(core: str) -> Iterable[str]:
    """Customary abbreviations built from the first letters of joined duties (…和… 局 → …局)."""
    match = re.match(r"^(.+)(局|委员会|办公室|中心|街道)$", core)
    if not match:
        return
    stem, suffix = match.groups()
    suffix = {"委员会": "委", "办公室": "办"}.get(suffix, suffix)
    if suffix != match.group(2):
        yield stem + suffix
    parts = [p for p in re.split(r"[和与及、]", stem) if p]
    if len(parts) > 1:
        yield "".join(p[0] for p in parts) + suffix
        yield "".join(_initials(p) for p in parts) + suffix


def _called(core: str) -> Sequence[str]:
    """What people call a body beside its name: abbreviations, earlier names (环保局 for 生态环境局). One
    of joined duties (科学技术和经济信息化局) is called by each of them."""
    duties = re.fullmatch(r"(.+?)[和与及、](.+?)(局|委员会|办公室)", core)
    parts = (duties[1] + duties[3], duties[2] + duties[3]) if duties else ()
    return _known(core) or [name for part in parts for name in _known(part)]


def _known(core: str) -> list[str]:
    """What knowledge says a body is called; a department of a province (…厅) as a bureau (…局) is."""
    bureau = re.sub("厅$", "局", core)
    bodies: list[dict[str, Any]] = knowledge("bodies")["called"]
    called: list[str] = next((b["names"] for b in bodies if re.fullmatch(b["name"], bureau)), [])
    return [re.sub("局$", core[-1], n) for n in called] if bureau != core else called


def _initials(part: str) -> str:
    """First letters of the two-letter words of a duty (科学技术 → 科, 经济信息化 → 经信)."""
    return part[0] if len(part) <= 4 else part[0] + part[2]

"""Lines outside tables → paragraphs with their headings.

A paragraph ends where a line is indented or numbered, leaves a gap, or stops short with a full
stop; soft breaks (also over pages) are joined. Headings are short numbered or centred lines; a
numbered sentence that introduces others (（一）人员经费836.28万元，包括：) heads them as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.document import Place
from ingest.lines import Line, bounds, join
from ingest.text import normalise

_LEVELS = (
    re.compile(r"^第[一二三四五六七八九十]+(部分|章|编)"),
    re.compile(r"^[一二三四五六七八九十]{1,3}、"),
    re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]、?"),
    re.compile(r"^\d{1,2}[、.．](?!\d)"),
    re.compile(r"^[（(]\d{1,2}[)）]"),
)
_END = re.compile(r"[。；;：:！？!?]$")
_CONTENTS = re.compile(r"[….·]{6,}|\.{6,}")
_ANNOUNCES = re.compile(r"[：:]$")
_TITLED = re.compile(r"(职能|设置|解释|说明|概况|情况|预算|决算|构成|预算表|决算表)(\([^()]{1,3}\))?$")
_SUBTITLE = re.compile(r"^[—–―─⸺-]+(?=[^\s—–―─⸺-])")  # ——实验室仪器设备更新
TITLE_LEVEL = 0
ITEM_LEVEL = 2  # the outermost numbering, of （一）, that the entries of a list have
SUBTITLE_LEVEL = 0.5  # between a title and the first numbering: what the title is about
NAME_LENGTH = 45  # letters of a project's name
HEADING_WIDTH = 0.8  # a line that reaches further over the text's width is no heading,
LARGER = 1.15  # but for one in larger letters than the text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as printed: text without soft breaks, where it stands, and what it stands under."""

    text: str
    headings: tuple[str, ...]
    places: tuple[Place, ...]
    level: float | None  # its own numbering level, None for plain text
    is_heading: bool


@dataclass
class _Open:
    left: float  # the margins of the page it began on
    right: float
    size: float  # of the letters that most of that page is set in
    lines: list[tuple[int, Line]] = field(default_factory=list)

    @property
    def last(self) -> Line:
        return self.lines[-1][1]

    @property
    def text(self) -> str:
        return normalise(join(line.text for _, line in self.lines))


def paragraphs(lines: Mapping[int, Sequence[Line]]) -> list[Paragraph]:
    """All paragraphs of a document, page by page, contents pages left out."""
    blocks: list[_Open] = []
    for page, page_lines in sorted(lines.items()):
        if _is_contents(page_lines):
            continue
        left, right = _margins(page_lines)
        size = _usual_size(page_lines)
        previous: Line | None = None
        for line in page_lines:
            new_page = previous is None
            if blocks and not _breaks(blocks[-1], line, left, right, previous, new_page):
                blocks[-1].lines.append((page, line))
            else:
                blocks.append(_Open(left, right, size, [(page, line)]))
            previous = line
    return list(_with_headings(blocks))


def _is_contents(lines: Sequence[Line]) -> bool:
    """Whether a page is a table of contents: 目录 over lines that are all headings."""
    texts = [normalise(n.text) for n in lines]
    if any(re.fullmatch(r"目\s*录", t) for t in texts[:4]):
        return not any(t.endswith("。") for t in texts)
    return sum(bool(_CONTENTS.search(t)) for t in texts) >= 3


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    if not lines:
        return 0.0, 0.0
    wide = [n for n in lines if n.bbox[2] - n.bbox[0] > 0.6 * max(m.bbox[2] - m.bbox[0] for m in lines)]
    return min(n.bbox[0] for n in wide), max(n.bbox[2] for n in wide)


def _usual_size(lines: Sequence[Line]) -> float:
    """The size of the letters that most of a page is set in; 0 for an empty page."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _breaks(
    block: _Open, line: Line, left: float, right: float, previous: Line | None, new_page: bool
) -> bool:
    """Whether `line` begins a new paragraph."""
    text = normalise(line.text)
    last = block.last
    if abs(line.size - last.size) > 0.15 * last.size and len(text) > 2:
        return True
    ended = bool(_END.search(normalise(last.text)))
    indented = line.bbox[0] > left + 1.2 * line.size
    numbered = level_of(text) is not None
    if numbered and (ended or indented or _is_heading(block)):
        return True
    if new_page:
        return ended or (indented and _is_heading(block)) or _is_heading(block)
    gap = line.bbox[1] - (previous.bbox[3] if previous else 0)
    if gap > 1.6 * line.size and (ended or _short(last, right)):
        return True
    if _is_heading(block):
        # A wide title goes on in the next line, in the same letters.
        return not (_is_wide(block) and abs(line.size - last.size) < 0.05 * last.size and gap < line.size)
    listed = last.bbox[2] < left + 0.5 * (right - left)  # a line of a list without punctuation
    return (ended and (indented or _short(last, right))) or (listed and not text[:1].islower())


def _short(line: Line, right: float) -> bool:
    return line.bbox[2] < right - 1.6 * line.size


def level_of(text: str) -> int | None:
    """Level of a paragraph's numbering: 0 第一部分, 1 一、, 2 （一）, 3 1., 4 （1）."""
    for level, pattern in enumerate(_LEVELS):
        if pattern.match(text):
            return level
    return None


def _is_heading(block: _Open) -> bool:
    return _heading_level(block) is not None


def _heading_level(block: _Open) -> float | None:
    """Level of a block that is a heading, else None: short, unpunctuated, and numbered or large."""
    text = block.text
    if _is_wide(block) and block.last.size < LARGER * block.size:
        return None
    if len(text) > 45 or re.search(r"[。；;，,]", text) or re.search(r"[：:]$", text) or len(block.lines) > 2:
        return None
    level = level_of(text)
    if level is not None:
        return level if not re.search(r"\d[\d.]*\s*(万元|元|人)$", text) else None
    line = block.lines[0][1]
    titled = _TITLED.search(text)
    centred = line.bbox[0] - block.left > 0.1 * (block.right - block.left)
    if centred and _SUBTITLE.match(text):
        return SUBTITLE_LEVEL
    return TITLE_LEVEL if titled and (line.size >= 12 or centred) and 4 <= len(text) <= 40 else None


def _is_wide(block: _Open) -> bool:
    return block.last.bbox[2] > block.left + HEADING_WIDTH * (block.right - block.left)


def _with_headings(blocks: Sequence[_Open]) -> Iterator[Paragraph]:
    stack: dict[float, str] = {}
    printed = [block for block in blocks if block.text]
    listing = False  # within a list that a paragraph has announced
    entries: list[float] = []  # the levels of that list's entries
    for block, following in zip_longest(printed, printed[1:]):
        text = block.text
        heading = _heading_level(block)
        # Text that follows a whole list is not beneath its last entry.
        last = len(entries) > 1 and entries[-1] == heading
        listing = listing and heading is not None and (last or _is_item(heading, following))
        entries = [*entries, heading] if listing and heading is not None else []
        if listing:
            heading = None
        level = heading if heading is not None else level_of(text)
        if level is not None:
            stack = {k: v for k, v in stack.items() if k < level}
        path = tuple(stack[k] for k in sorted(stack))
        yield Paragraph(text, path, _places(block), level, heading is not None)
        if heading is not None:
            stack[heading] = _SUBTITLE.sub("", text)
        elif level is not None and not listing:
            stack[level] = lead(text)
        project = _project(text, path)
        if project:
            stack[SUBTITLE_LEVEL] = project
        listing = listing or bool(_ANNOUNCES.search(text))


def _is_item(level: float, following: _Open | None) -> bool:
    """Whether what looks like a heading of a level has nothing beneath it, as the entries of a list have
    (下属单位包括：1.…中心 2.…办公室)."""
    if level < ITEM_LEVEL or following is None:
        return level >= ITEM_LEVEL
    after = _heading_level(following)
    after = after if after is not None else level_of(following.text)
    return after is not None and after <= level


def _project(text: str, path: Sequence[str]) -> str:
    """The project that a description names in a section of its own (一、项目名称); all sections are of it."""
    stated = re.search(r"项目名称[:：]\s*(\S.+)$", text)
    named = stated[1] if stated else text if path and path[-1].endswith("项目名称") else ""
    return named if len(named) <= NAME_LENGTH and not re.search("[。;；]", named) else ""


def lead(text: str) -> str:
    """The introducing part of a numbered paragraph, which heads what follows it."""
    return re.split(r"[，,。；;：:]", text, maxsplit=1)[0][:60]


def _places(block: _Open) -> tuple[Place, ...]:
    pages: dict[int, list[Line]] = {}
    for page, line in block.lines:
        pages.setdefault(page, []).append(line)
    return tuple(Place(p, bounds(n.bbox for n in ns)) for p, ns in sorted(pages.items()))

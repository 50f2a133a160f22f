"""Names that a question shortens by leaving letters out (县一中 for 云岫县第一中学, 松泾河二期 for
松泾河水环境综合整治工程（二期）), names that it loosens (路灯的电费和维修 for 路灯电费及维护经费), and
names that it misspells by a letter (租凭费 for 租赁费).

What is left standing keeps its order, and most of its neighbours: letters of a name that are strewn
over a question say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from assistant.letters import in_order, longest
from ingest.text import key
from vectorstore.tokens import familiar, words

SHORTEST = 4  # letters of a shortened name
SHORTEST_BODY = 3  # of a school's or another body's, which people shorten most
BESIDE = 0.6  # share of its pairs of letters that must stand side by side in the name
BESIDE_BODY = 0.5
_FILLERS = "的和及与、以了"  # small words that speech puts between a name's parts, and names between theirs
_ENDING = re.compile(r"(工作|专项)?(经费|费用|支出|项目|资金|补助|补贴)$")
_LETTERS = re.compile(r"[\u4e00-\u9fff]+")
MISSPELT = 10  # letters of a name up to which one wrong letter is a slip
LOOSEST = 0.75  # share of a loosened name that must be said in one piece
_BODY = re.compile(r"(学校|[中小]学|幼儿园|医院|卫生院|中心|[站所馆队院园局校]|委员会|街道|公司|协会)$")
_RUN = re.compile(r"[\u4e00-\u9fff]{3,}")


def shortened(text: str, names: Sequence[str]) -> list[tuple[int, int, list[str]]]:
    """Stretches of a text that shorten names: start, end and the names (as keys); the longest first,
    without overlaps."""
    found: dict[tuple[int, int], list[str]] = {}
    plain = list(dict.fromkeys(map(key, names)))
    for run in _RUN.finditer(text):
        for name in plain:
            for start, end in _stretches(run.group(), name):
                whole = any(run.group()[start:end] in other for other in plain)  # said in full elsewhere
                if not whole:
                    found.setdefault((run.start() + start, run.start() + end), []).append(name)
    kept: list[tuple[int, int, list[str]]] = []
    for (start, end), meant in sorted(found.items(), key=lambda f: f[0][0] - f[0][1]):
        if not any(start < other[1] and other[0] < end for other in kept):
            kept.append((start, end, meant))
    return kept


def loosened(text: str, names: Sequence[str]) -> list[tuple[int, int, str]]:
    """Stretches of a text that say most of a name with small words between: start, end and the name."""
    places = [at for at, letter in enumerate(text) if letter not in _FILLERS]
    bare = "".join(text[at] for at in places)
    found = []
    for name in dict.fromkeys(map(key, names)):
        core = "".join(c for c in _ENDING.sub("", name) if c not in _FILLERS)
        match = SequenceMatcher(None, bare, core, autojunk=False).find_longest_match()
        if match.size >= max(SHORTEST, LOOSEST * len(core)):
            start, end = places[match.a], places[match.a + match.size - 1] + 1
            if text[start:end] not in name:
                found.append((start, end, name))
    return found


ASKING = "几多哪谁啥"  # never a slip of the pen (共有几辆 is no 共有车辆)


def misspelt(text: str, names: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Stretches of a text that are a name but for one letter inside: start, end and the name."""
    for name in dict.fromkeys(map(key, names)):
        for start in range(len(text) - len(name) + 1) if 3 <= len(name) <= MISSPELT else ():
            stretch = text[start : start + len(name)]
            same_ends = stretch[0] == name[0] and stretch[-1] == name[-1]
            if not same_ends or not _LETTERS.fullmatch(stretch):
                continue
            wrong = [a for a, b in zip(stretch, name, strict=True) if a != b]
            if len(wrong) == 1 and wrong[0] not in ASKING:
                yield start, start + len(name), name


def _stretches(run: str, name: str) -> Iterator[tuple[int, int]]:
    """The longest stretch of a run that shortens a name, if any."""
    body = bool(_BODY.search(name))
    shortest, beside = (SHORTEST_BODY, BESIDE_BODY) if body else (SHORTEST, BESIDE)
    for size in range(min(len(run), len(name) - 1), shortest - 1, -1):
        for start in range(len(run) - size + 1):
            part = run[start : start + size]
            own = body or name.startswith(part[:2])
            if own and part not in name and _shortens(part, name, beside):
                if not _plain(part):
                    yield start, start + size
                return


def _plain(part: str) -> bool:
    """Whether a part is made of words that say what they mean by themselves (社区|服务中心)."""
    whole = longest(words(part))
    return len(whole) > 1 and all(len(word) > 1 and familiar(word) for word in whole)


def _shortens(part: str, name: str, beside: float) -> bool:
    """Whether a part is a name with letters left out: begun or ended as the name has it, and in order."""
    if not in_order(part, name):
        return False
    pairs = [part[i : i + 2] in name for i in range(len(part) - 1)]
    return sum(pairs) >= beside * len(pairs) and (pairs[0] or pairs[-1])

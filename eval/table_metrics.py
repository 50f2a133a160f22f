"""How well a table was read: cells at their row and column, and facts with all their parts.

Cells are compared after the order-preserving pairing of rows and columns that fits best, so that
an extra empty row or column costs nothing while a swapped, split or merged one does. Facts are
compared part by part, so that the report can say which part of the meaning is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from eval.transcription import ABOVE, LEFT, ExpectedFact, PrintedTable
from ingest.document import Fact
from ingest.text import key, normalise

Grid = Sequence[Sequence[str | None]]

ANCHOR, COVERED = 100, 1  # weight of a cell's own place, and of the places that it reaches over


@dataclass(frozen=True)
class CellScore:
    """Non-blank cells: read at the right place, printed, and read at all."""

    right: int = 0
    printed: int = 0
    read: int = 0

    def __add__(self, other: CellScore) -> CellScore:
        return CellScore(self.right + other.right, self.printed + other.printed, self.read + other.read)

    @property
    def precision(self) -> float:
        """Share of the cells read that are printed so."""
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Share of the printed cells that were read so."""
        return self.right / self.printed if self.printed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class _Truth:
    """A transcribed grid made ready: the text that shows at each place, and where cells begin."""

    def __init__(self, table: PrintedTable) -> None:
        self._mended = {_fold(cut): _fold(whole) for cut, whole in table.mended.items()}
        self.captions = {_fold(caption) for caption in table.captions}
        self.shown: list[list[str]] = []
        self.begins: list[list[bool]] = []
        for r, row in enumerate(table.grid):
            line: list[str] = []
            for c, text in enumerate(row):
                line.append(
                    line[c - 1]
                    if text == LEFT
                    else self.shown[r - 1][c]
                    if text == ABOVE
                    else self.text(text)
                )
            self.shown.append(line)
            self.begins.append([text not in (LEFT, ABOVE) for text in row])

    def text(self, text: str | None) -> str:
        """A text as compared: folded, and whole where the page break cuts it."""
        folded = _fold(text or "")
        return self._mended.get(folded, folded)

    def worth(self, text: str, row: int, col: int) -> int:
        """What a text counts for at a place of the transcription."""
        if not text or text != self.shown[row][col]:
            return 0
        return ANCHOR if self.begins[row][col] else COVERED

    @property
    def count(self) -> int:
        """Non-blank cells printed."""
        return sum(
            b and bool(t)
            for line, own in zip(self.shown, self.begins, strict=True)
            for t, b in zip(line, own, strict=True)
        )


def score_tables(tables: Sequence[PrintedTable], grids: Sequence[Grid]) -> CellScore:
    """Cells of a page: each transcribed table is paired with the grid that reads it best."""
    scores = {
        (i, j): score_grid(table, grid) for i, table in enumerate(tables) for j, grid in enumerate(grids)
    }
    total = CellScore(printed=sum(_Truth(table).count for table in tables))
    free = set(range(len(grids)))
    todo = set(range(len(tables)))
    while todo and free:
        i, j = max(((i, j) for i in todo for j in free), key=lambda p: (scores[p].right, -p[0], -p[1]))
        todo.remove(i)
        free.remove(j)
        total += CellScore(scores[i, j].right, 0, scores[i, j].read)
    extra = sum(1 for j in free for row in grids[j] for text in row if _fold(text or ""))
    return total + CellScore(read=extra)


def score_grid(table: PrintedTable, grid: Grid) -> CellScore:
    """Cells of one grid against one transcribed table.

    A text repeated over the places that its cell reaches is neither right nor wrong: readers
    differ in whether they repeat it.
    """
    truth = _Truth(table)
    lines = [[truth.text(text) for text in row] for row in grid]
    lines = [line for line in lines if not truth.captions or {t for t in line if t} - truth.captions]
    rows, cols = _pairing(truth, lines)
    right = read = 0
    for i, line in enumerate(lines):
        for j, text in enumerate(line):
            worth = truth.worth(text, rows[i], cols[j]) if i in rows and j in cols else 0
            right += worth == ANCHOR
            read += bool(text) and worth != COVERED
    return CellScore(right, truth.count, read)


def _pairing(truth: _Truth, lines: Sequence[Sequence[str]]) -> tuple[dict[int, int], dict[int, int]]:
    """Rows and columns of a grid → those of the transcription, twice over: by content, then by place."""
    width = max((len(line) for line in lines), default=0)
    height, breadth = len(truth.shown), len(truth.shown[0])
    by_content = [[_likeness(truth, line, r) for r in range(height)] for line in lines]
    rows = align(len(lines), height, lambda i, r: by_content[i][r])
    cols: dict[int, int] = {}
    for _ in range(2):

        def down(j: int, c: int, rows: dict[int, int] = rows) -> int:
            return sum(truth.worth(lines[i][j], r, c) for i, r in rows.items() if j < len(lines[i]))

        cols = align(width, breadth, down)

        def across(i: int, r: int, cols: dict[int, int] = cols) -> int:
            return sum(truth.worth(lines[i][j], r, c) for j, c in cols.items() if j < len(lines[i]))

        rows = align(len(lines), height, across)
    return rows, cols


def _likeness(truth: _Truth, line: Sequence[str], row: int) -> int:
    """How much a line shares with a row of the transcription, wherever the texts stand."""
    texts = Counter(t for t in line if t)
    own = Counter(t for t, begins in zip(truth.shown[row], truth.begins[row], strict=True) if t and begins)
    covered = set(truth.shown[row])
    return ANCHOR * sum((texts & own).values()) + COVERED * sum(1 for t in texts if t in covered)


def align(left: int, right: int, worth: Callable[[int, int], int]) -> dict[int, int]:
    """The order-preserving pairing of two sequences with the highest total worth."""
    best = [[0] * (right + 1) for _ in range(left + 1)]
    value = [[worth(i, j) for j in range(right)] for i in range(left)]
    for i in range(left):
        for j in range(right):
            best[i + 1][j + 1] = max(best[i][j] + value[i][j], best[i][j + 1], best[i + 1][j])
    pairs: dict[int, int] = {}
    i, j = left, right
    while i and j:
        if value[i - 1][j - 1] and best[i][j] == best[i - 1][j - 1] + value[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs[i] = j
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return pairs


PARTS = ("kind", "panel", "code", "row_path", "column_path", "measure", "unit", "value")
_WEIGHT = {"row_path": 8, "column_path": 8, "value": 6, "code": 2, "measure": 2}


@dataclass(frozen=True)
class Difference:
    """An expected fact and what was read instead (None: nothing); `parts` names what is wrong."""

    expected: ExpectedFact
    found: Fact | None
    parts: tuple[str, ...]


@dataclass
class FactScore:
    """Facts read right in every part, expected facts, and figures read that the page does not state."""

    right: int = 0
    expected: int = 0
    figures_right: int = 0
    figures: int = 0
    wrong_parts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    invented: list[Fact] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of the expected facts that are right in every part."""
        return self.right / self.expected if self.expected else 0.0

    def add(self, other: FactScore) -> None:
        """Count another page's facts in."""
        self.right += other.right
        self.expected += other.expected
        self.figures_right += other.figures_right
        self.figures += other.figures
        self.wrong_parts += other.wrong_parts
        self.differences += other.differences
        self.invented += other.invented


def score_facts(expected: Sequence[ExpectedFact], found: Sequence[tuple[str, Fact]]) -> FactScore:
    """Compare a page's expected facts with those read, each given with its table's kind.

    Each expected fact is paired with the fact that differs least from it, one to one; a fact that
    shares neither its figure nor its row and column counts as not read.
    """
    wrong = {
        (i, j): _wrong_parts(e, kind, f) for i, e in enumerate(expected) for j, (kind, f) in enumerate(found)
    }
    cost = {pair: sum(_WEIGHT.get(part, 1) for part in parts) for pair, parts in wrong.items()}
    possible = [
        pair
        for pair, parts in wrong.items()
        if "value" not in parts or not {"row_path", "column_path"} & set(parts)
    ]
    score = FactScore(expected=len(expected), figures=sum(e.value is not None for e in expected))
    paired: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in sorted(possible, key=lambda p: (cost[p], p)):
        if i not in paired and j not in taken:
            paired[i] = j
            taken.add(j)
    for i, fact in enumerate(expected):
        parts = wrong[i, paired[i]] if i in paired else ("missing",)
        if not parts:
            score.right += 1
            score.figures_right += fact.value is not None
            continue
        score.wrong_parts.update(parts)
        score.differences.append(Difference(fact, found[paired[i]][1] if i in paired else None, parts))
    score.invented = [fact for j, (_, fact) in enumerate(found) if j not in taken and fact.value is not None]
    return score


def _wrong_parts(expected: ExpectedFact, kind: str, found: Fact) -> tuple[str, ...]:
    same = {
        "kind": expected.kind == kind,
        "panel": expected.panel == found.panel,
        "code": expected.code == found.code,
        "row_path": _path(expected.row_path) == _path(found.row_path),
        "column_path": _path(expected.column_path) == _path(found.column_path),
        "measure": key(expected.measure) == key(found.measure),
        "unit": expected.unit == found.unit,
        "value": expected.value == found.value and _fold(expected.text) == _fold(found.text),
    }
    return tuple(part for part in PARTS if not same[part])


def _path(parts: Iterable[str]) -> tuple[str, ...]:
    """A path as compared: a name printed twice in a row of columns says nothing more."""
    keys: list[str] = []
    for part in map(key, parts):
        if not keys or keys[-1] != part:
            keys.append(part)
    return tuple(keys)


def _fold(text: str) -> str:
    return "".join(normalise(text).split())

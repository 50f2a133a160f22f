"""What a further question asks of the very row, or form, that answered the one before.

"要放多少尾？最迟哪天放完？": the second leaves out what it is of, and the same form tells it. Its words alone
are held against the cells beside the figure, then against those of the same form, so that a question is
not answered from another project that happens to say the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation
from assistant.companions import column_asked
from assistant.deviation import tells_why
from assistant.draft import Draft, spot
from assistant.evidence import Evidence, cover, of_fact
from assistant.finder import Asked, Finder
from assistant.fitting import Fitting
from assistant.lookup import figure_draft, is_blank
from assistant.question import Operation
from assistant.spans import Span, of_cells, of_figure
from ingest.blocks import names_body
from ingest.document import Place
from ingest.template import TARGET, is_form_kind

NAMED = 0.8  # share of a question's words that a column must say to be the one it names
SAID = 0.5  # the same where nothing else tells it
FEW, APART = 0.3, 0.15  # enough where no other cell says as much of them
COLUMN = 0.3  # what being the column that the question asks for in words of its own adds
MANY = 2000  # cells of one table

_Told = tuple[float, float, Evidence]  # share of the question's words that a cell says, what it competes by


@dataclass(frozen=True)
class Beside:
    """What stands beside a figure; `near` where it is of the very same row."""

    draft: Draft
    near: bool
    row: tuple[Evidence, ...]

    def told_by(self, answer: Answer, before: Answer) -> bool:
        """Whether an answer tells more of that row than the one before did."""
        places = {(e.document.file_name, e.places[0].page, spot(e.places[0])) for e in self.row}
        own = {(c.document, c.page, c.bbox) for c in answer.citations}
        return bool(own & places) and bool(own - {(c.document, c.page, c.bbox) for c in before.citations})


def answer_beside(finder: Finder, before: Answer) -> Beside | None:
    """What the row of the figure that answered `before` tells of a further question, whose own words alone
    the finder has; else what the same form tells. None where they tell nothing of it."""
    cited = [c for c in before.citations if any(c.n in f.citations for f in before.figures)]
    cells = [e for c in (cited or before.citations)[:1] for e in _at(finder, c)]
    row = _of_row(finder, cells)
    of_row = _telling(finder.asked, row)
    best = _best(of_row, NAMED)
    near = best is not None
    best = best or _best(of_row, SAID) or _best(_telling(finder.asked, _of_form(finder, cells)), SAID)
    return Beside(figure_draft(best, []), near, tuple(row)) if best else None


def _at(finder: Finder, c: Citation) -> Iterator[Evidence]:
    """The cells at a cited place."""
    document = next((d for d in finder.asked.selection.documents if d.file_name == c.document), None)
    if document is None:
        return
    for table in finder.store.tables(document.id, c.page):
        for stored in finder.store.facts([document.id], table=table.index, limit=MANY):
            if _same_place(stored.fact.place, c):
                yield of_fact(stored, document)


def _same_place(place: Place, c: Citation) -> bool:
    return place.page == c.page and spot(place) == c.bbox


def _of_row(finder: Finder, cells: Sequence[Evidence]) -> list[Evidence]:
    """The filled cells of the rows of some cells."""
    return [e for cell in cells for e in finder.beside(cell) if not is_blank(e)]


def _of_form(finder: Finder, cells: Sequence[Evidence]) -> list[Evidence]:
    """The filled cells of the forms of some cells: of the same project where a table has several."""
    found = []
    for cell in cells:
        if is_form_kind(cell.table_kind or ""):
            same = [e for e in finder.rows_of(cell) if e.path[:1] == cell.path[:1]]
            found += [e for e in same if not is_blank(e)]
    return found


def _telling(asked: Asked, pool: Sequence[Evidence]) -> list[_Told]:
    """The cells that may tell what is asked: the reason's, the column's that the question names, those that
    hold the unit or the kind of thing asked."""
    text = asked.question.text
    if asked.question.operation == Operation.REASON:
        told = [e for e in pool if tells_why(e)]
        return [(1.0, 1.0, e) for e in told[:1]] if len({e.text for e in told}) == 1 else []
    fitting = Fitting(asked, _spans(pool))
    sought = fitting.wanted
    found: list[_Told] = []
    for e in pool:
        fits = [fitting.fit(s) for s in _spans([e])]
        good = [f for f in fits if not sought.misses(f.span) and not sought.lacks(f.span)]
        column = bool(e.columns) and e.measure != TARGET and column_asked(e.measure, text)
        column = column and (not asked.linked.terms or cover(e, asked.linked.terms) >= SAID)
        if good and (sought.units or sought.kinds or sought.number or column):
            best = max(good, key=lambda f: f.score)
            found.append((1.0 if column else best.coverage, best.score + COLUMN * column, e))
    return found


def _best(found: Sequence[_Told], least: float) -> Evidence | None:
    """The best of the cells that say enough of the question's words."""
    enough = [f for f in found if f[0] >= least]
    if not enough and least <= SAID:
        enough = _standing_out(found)
    return max(enough, key=lambda f: f[1])[2] if enough else None


def _standing_out(found: Sequence[_Told]) -> list[_Told]:
    """The cell that says clearly more of the question than any other of the form; none where two are near."""
    ranked = sorted(found, key=lambda f: -f[0])[:2]
    apart = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else 0.0) if ranked else 0.0
    return ranked[:1] if apart >= APART and ranked[0][0] >= FEW else []


def _spans(pool: Sequence[Evidence]) -> list[Span]:
    """Cells as spans, headed by what tells them from the rest of their row or form."""
    found: list[Span] = []
    for e in pool:
        above = 2 + (len(e.path) > 1 and names_body(e.path[0]))  # its table, its unit, its item
        spans = [of_figure(e)] if e.value is not None else of_cells([e])
        found += [replace(s, headings=s.headings[above:]) for s in spans]
    return found

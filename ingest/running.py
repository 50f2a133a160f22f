"""The lines of a page less what runs through the document at its edges: page numbers, heads and feet.

Left in, they would cut sentences that run over a page's end, and name the tables that follow them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.lines import Line
from ingest.text import key

if TYPE_CHECKING:  # the PDF reader is slow to import, and answering needs only these values
    from ingest.pdf import RawPage

HEAD, FOOT = 0.09, 0.9  # shares of the page's height above and below which such lines stand
NUMBER_HEAD = 0.06  # the same for numbers, which are cells of a table soon after
PAGES = 4  # fewer pages than this have no running lines
SHARE = 0.5  # share of the pages that bear one: titles of tables return on fewer


def body_lines(pages: Sequence[RawPage]) -> dict[int, list[Line]]:
    """Page number → the page's lines without page numbers and without running heads and feet."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_masked(line) for line in page.lines if _at_edge(line, page)})
    least = max(PAGES, SHARE * len(pages))
    running = {text for text, count in seen.items() if count >= least}
    return {
        page.number: [
            line
            for line in page.lines
            if not _is_page_number(line, page) and not (_at_edge(line, page) and _masked(line) in running)
        ]
        for page in pages
    }


def _at_edge(line: Line, page: RawPage) -> bool:
    return line.bbox[1] > FOOT * page.height or line.bbox[3] < HEAD * page.height


def _masked(line: Line) -> str:
    """A line's letters with its numbers alike: a head may count the pages (第3页 共28页)."""
    return re.sub(r"\d+", "0", key(line.text))


def _is_page_number(line: Line, page: RawPage) -> bool:
    at_edge = line.bbox[1] > FOOT * page.height or line.bbox[3] < NUMBER_HEAD * page.height
    return at_edge and bool(re.fullmatch(r"[-—–\s第]*\d{1,3}[-—–\s页/共\d]*", line.text))

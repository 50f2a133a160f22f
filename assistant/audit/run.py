"""A document's audit: every check in its order, over its tables, forms and prose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from assistant.audit.across import check_across
from assistant.audit.checks import AuditReport, Check
from assistant.audit.columns import check_columns
from assistant.audit.forms import check_forms, forms, rates_in_rows
from assistant.audit.prose import check_prose
from assistant.audit.sheet import Block, blocks
from assistant.audit.sums import check_balance, check_rows
from ingest.document import Document, Fact


def audit(document: Document) -> AuditReport:
    """Check a document's arithmetic against itself. Only its facts, tables and statements are read."""
    lists = blocks(document.tables, document.facts)
    every = forms(document.tables, document.facts)
    found: list[Check] = [
        *check_rows(lists),
        *check_columns(lists),
        *check_balance(lists),
        *check_across(lists),
        *_rates(document, lists),
        *check_forms(every, lists),
        *check_prose(document, lists, every),
    ]
    return AuditReport(document.file_name, tuple(dict.fromkeys(found)))


def _rates(document: Document, lists: Sequence[Block]) -> list[Check]:
    """Rates printed in list tables, row by row."""
    found: list[Check] = []
    names = {b.table.index: b.name for b in lists}
    rows: dict[tuple[int, str, tuple[str, ...], int, float], list[Fact]] = defaultdict(list)
    for fact in document.facts:
        if fact.table in names:
            rows[fact.table, fact.panel or "", fact.row_path, fact.place.page, fact.place.bbox[1]].append(
                fact
            )
    for key, facts in rows.items():
        found += rates_in_rows([facts], names[key[0]])
    return found

"""Audits of documents that the store holds, and the warnings that answers carry from them.

A document's failures are found once, when it is read in or first asked about, and kept beside the
store's copy of the PDF under the content's hash and the rules' digest: neither ever changes its meaning.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from weakref import WeakKeyDictionary

from pydantic import TypeAdapter

from assistant.audit.checks import AuditReport, Check
from assistant.audit.figures import Figure
from assistant.audit.run import audit
from ingest.document import BBox, Document, Place
from vectorstore.records import DocumentRecord
from vectorstore.store import Store

PROSE = "prose"  # the rule that holds sentences against tables
log = logging.getLogger(__name__)
_ALL = 1_000_000  # more facts or sentences than any document has

_CHECKS = TypeAdapter(tuple[Check, ...])
_failures: WeakKeyDictionary[Store, dict[str, tuple[Check, ...]]] = WeakKeyDictionary()


def audit_held(store: Store, doc_id: int) -> AuditReport:
    """The audit of one stored document. Raises `UnknownDocument` when it is gone."""
    return audit(document_of(store, store.document(doc_id)))


def failures_held(store: Store, doc_id: int, *, anew: bool = False) -> tuple[Check, ...]:
    """The failed checks of a stored document, found once for each open store; `anew` once more.

    A document that was read again may say what its first reading missed.
    """
    sha256 = store.document(doc_id).sha256
    kept = _failures.setdefault(store, {})
    if sha256 not in kept or anew:
        path = store.settings.files / f"{sha256}.{_rules_digest()}.json"
        found = None if anew else _read(path)
        if found is None:
            found = audit_held(store, doc_id).failures
            _keep(path, found)
        kept[sha256] = found
    return kept[sha256]


def _read(path: Path) -> tuple[Check, ...] | None:
    """What was kept; None when nothing was yet, or by a program that said it differently."""
    try:
        return _CHECKS.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def _keep(path: Path, failures: tuple[Check, ...]) -> None:
    """Write failures down for the next process; a folder that cannot be written costs only time."""
    try:
        path.write_bytes(_CHECKS.dump_json(failures))
    except OSError:
        log.debug("cannot keep the audit at %s", path, exc_info=True)


@cache
def _rules_digest() -> str:
    content = (files("assistant.audit") / "rules.yaml").read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def warnings_for(
    store: Store, doc_id: int, places: Sequence[Place], values: Sequence[Decimal] = ()
) -> list[str]:
    """A sentence for each failed check that touches one of `places` of a stored document.

    A sentence of prose has the place of its whole paragraph: with `values` (numbers as printed), only
    checks in which one of them takes part are named. Several checks that fail over one and the same
    printed figure give one sentence.
    """
    said: dict[tuple[object, ...], str] = {}
    for check in failures_held(store, doc_id):
        if not any(_touch(place, other) for place in places for other in check.places):
            continue
        if values and not any(f.value in values for f in _figures(check)):
            continue
        found = check.found
        same = (found.value, found.unit, found.places) if found else (check.message,)
        said.setdefault(same, f"原文数字前后不一致：{check.message}")
    return list(said.values())


def printed_otherwise(store: Store, doc_id: int, places: Sequence[Place], value: Decimal) -> Figure | None:
    """The table cell that a sentence's amount, told from `places`, was found to disagree with."""
    for check in failures_held(store, doc_id):
        found, cell = check.found, check.expected
        if check.rule != PROSE or found is None or cell is None or cell.parts or found.value != value:
            continue
        if any(_touch(place, other) for place in places for other in found.places):
            return cell
    return None


def _figures(check: Check) -> list[Figure]:
    waiting = [f for f in (check.found, check.expected) if f]
    found: list[Figure] = []
    while waiting:
        figure = waiting.pop()
        found.append(figure)
        waiting += figure.parts
    return found


def _touch(a: Place, b: Place) -> bool:
    return a.page == b.page and _overlap(a.bbox, b.bbox)


def _overlap(a: BBox, b: BBox) -> bool:
    """Whether boxes share area; those that only share an edge, as neighbouring cells do, do not."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide > 1 and high > 1


def document_of(store: Store, record: DocumentRecord) -> Document:
    """What an audit reads of a document, from the store."""
    ids = (record.id,)
    statements = sorted(store.statements(ids, limit=_ALL), key=lambda hit: hit[0].id)
    return Document(
        file_name=record.file_name,
        sha256=record.sha256,
        title=record.title,
        body=record.body,
        short_names=record.short_names,
        year=record.year,
        kind=record.kind,
        scope=record.scope,
        pages=(),
        tables=tuple(store.tables(record.id)),
        facts=tuple(hit.fact for hit in store.facts(ids, limit=_ALL)),
        statements=tuple(hit.statement for hit, _ in statements),
    )

"""Reports for a terminal and for programs: counts by rule, then each failure with its figures."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from assistant.audit.checks import AuditReport, Check, Status
from assistant.audit.figures import Figure
from assistant.audit.rules import rules


def show_report(out: Console, report: AuditReport) -> None:
    """A document's counts by rule, then one paragraph for each failure."""
    failed = len(report.failures)
    out.print(
        f"{report.document}：核对 {report.checked} 处，相符 {report.holds} 处，不符 {failed} 处；"
        f"另有 {report.unchecked} 处无法核对",
        style="bold",
    )
    if report.checks:
        out.print(_counts(report))
    for check in report.failures:
        line = Text("✗ ", "red") + Text(f"{rules().titles[check.rule]}｜", "dim") + Text(check.message)
        out.print(Padding(line, (0, 0, 0, 2), expand=False))
    out.print()


def _counts(report: AuditReport) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("核对的关系", "相符", "不符", "无法核对"):
        grid.add_column(Text(header), justify="left" if header == "核对的关系" else "right")
    for rule, title in rules().titles.items():
        own = [c.status for c in report.checks if c.rule == rule]
        if own:
            counts = [own.count(s) for s in (Status.HOLDS, Status.FAILS, Status.UNCHECKED)]
            grid.add_row(title, *(str(n) if n else "" for n in counts))
    return grid


def as_object(report: AuditReport) -> dict[str, Any]:
    """The report as plain values for JSON; checks that hold are only counted."""
    return {
        "document": report.document,
        "checked": report.checked,
        "holds": report.holds,
        "fails": len(report.failures),
        "unchecked": report.unchecked,
        "failures": [_check(c) for c in report.failures],
        "not_checkable": [_check(c) for c in report.of(Status.UNCHECKED)],
    }


def _check(check: Check) -> dict[str, Any]:
    difference = check.difference
    return {
        "rule": check.rule,
        "title": rules().titles[check.rule],
        "subject": check.subject,
        "message": check.message,
        "expected": _figure(check.expected),
        "found": _figure(check.found),
        "difference": None if difference is None else f"{difference.normalize():f}",
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "label": figure.label,
        "value": f"{figure.value:f}",
        "unit": figure.unit,
        "places": [{"page": p.page, "bbox": list(p.bbox)} for p in figure.places],
    }

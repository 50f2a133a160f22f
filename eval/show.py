"""Shows a report on a terminal: tables by type and by document, then what failed.

Kept apart from the counting, so that the numbers can be read and drawn elsewhere.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from eval.report import Rate, Report, Summary


def print_report(report: Report, console: Console) -> None:
    """Show the report as tables by type and by document, then the failures, for a terminal."""
    for heading, groups in (("题型", report.by_type), ("文件", report.by_document)):
        table = Table(
            "", "题数", "答对", "答错", "拒答", "答对且页码对", "引用命中", "引用准确", "首句即答", "数字有据"
        )
        table.title = f"按{heading}"
        for name, summary in groups.items():
            table.add_row(name, *_cells(summary))
        table.add_section()
        table.add_row("合计", *_cells(report.overall))
        console.print(table)
    refusal = _percent_with_interval(report.overall.refusal_right)
    latency = report.latency_ms
    console.print(f"该拒答的拒答率 {refusal}；用时 p50 {latency.p50:.0f} ms，p95 {latency.p95:.0f} ms")
    for heading, failures in (("未答对", report.failures), ("页码不对", report.wrong_pages)):
        for failure in failures:
            console.print(
                f"[{heading}] {failure.id} {failure.type} {failure.question}", markup=False, style="bold"
            )
            console.print(f"  答（{failure.outcome}）：{failure.answer}", markup=False)
            console.print(f"  应：{failure.gold}  缺 {'、'.join(failure.missing) or '无'}", markup=False)
            cited = "；".join(f"{c.document} 第{c.page}页" for c in failure.citations)
            expected = "；".join(f"{d} 第{p}页" for d, pages in failure.gold_pages.items() for p in pages)
            console.print(f"  引 {cited or '无'}  应引 {expected}", markup=False)


def _cells(summary: Summary) -> list[str]:
    precision = summary.citation_precision
    return [
        str(summary.questions),
        _percent_with_interval(summary.right),
        _percent(summary.wrong.value),
        _percent(summary.refused.value),
        _percent_with_interval(summary.right_and_cited),
        _percent(summary.cited_gold_page.value),
        _percent(precision),
        _percent(summary.leads.value),
        _percent(summary.grounded.value),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _percent_with_interval(rate: Rate) -> str:
    if rate.low is None or rate.high is None:
        return "–"
    return f"{_percent(rate.value)} [{100 * rate.low:.0f}–{100 * rate.high:.0f}]"

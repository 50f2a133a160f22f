"""Shows a report on a terminal: the rates, tables by type and by document, and what changed.

Kept short: the questions themselves are listed only where asked for, since the report's page shows
them better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.labels import OPINIONS, chance, fault_name, interval, opinions, percent, type_name
from eval.report import Asked, Change, Comparison, Judged, Rate, Report, Retrieval, Summary

_LISTED, _LINE = 10, 90


def show_report(out: Console, report: Report, *, failures: bool = False) -> None:
    """The whole report; with `failures` every question that wants a look."""
    _show_headline(out, report)
    _show_groups(out, "题型", report.by_type, report.overall, type_name)
    if len(report.by_document) > 1:
        _show_groups(out, "文件", report.by_document, report.overall, str)
    if report.systems:
        _show_systems(out, report)
    if searches := {s.label: s.retrieval for s in report.lineup if s.retrieval}:
        _show_searches(out, searches)
    if judged := {s.label: s.judged for s in report.lineup if s.judged}:
        _show_judged(out, judged)
    if report.comparison:
        _show_comparison(out, report.comparison)
    faulty = [asked for asked in report.questions if asked.faults]
    if failures:
        for asked in faulty:
            _show_question(out, asked)
    elif faulty:
        out.print(f"{len(faulty)} 题要看：加 --failures 逐题列出，或用 --report 写成网页。")


def _show_headline(out: Console, report: Report) -> None:
    run, overall, latency = report.run, report.overall, report.latency_ms
    scope = "限定在各题的文件里问" if run.scoped else "不限定文件"
    out.print(f"{run.dataset}：{overall.questions} 题，{scope}；提交 {run.commit or '未知'}", style="bold")
    for name, rate in (
        ("答对", overall.right),
        ("答错", overall.wrong),
        ("该答而拒答", overall.refused),
        ("没有而拒答", overall.refusal_right),
        ("引到正确的页", overall.cited_gold_page),
        ("数字有据", overall.grounded),
        ("首句即答", overall.leads),
    ):
        if rate.of:
            out.print(f"  {name} {_counted(rate)}")
    out.print(f"  每题用时 p50 {latency.p50:.0f} 毫秒，p95 {latency.p95:.0f} 毫秒")
    if run.missing:
        out.print(f"注意：没有这些 PDF：{'、'.join(run.missing)}，关于它们的题答不了。", style="yellow")


def _show_groups(
    out: Console,
    heading: str,
    groups: Mapping[str, Summary],
    overall: Summary,
    label: Callable[[str], str],
) -> None:
    table = _table(heading, "题数", "答对", "答错", "拒答", "答对率", "95% 区间", "引对页")
    rows = [(label(name), summary) for name, summary in groups.items()]
    for name, summary in [*rows, ("合计", overall)]:
        counts = (summary.questions, summary.right.hits, summary.wrong.hits, summary.refused.hits)
        rates = (
            percent(summary.right.value),
            interval(summary.right),
            percent(summary.cited_gold_page.value),
        )
        table.add_row(Text(name), *map(str, counts), *rates, end_section=name == rows[-1][0])
    out.print(table)


def _show_systems(out: Console, report: Report) -> None:
    table = _table("做法", "答对", "95% 区间", "答错", "拒答", "引对页", "首句即答", "p50 毫秒")
    for system in report.lineup:
        summary = system.summary
        rates = [percent(summary.right.value), interval(summary.right)]
        telling = (summary.wrong, summary.refused, summary.cited_gold_page, summary.leads)
        rates += [percent(rate.value) for rate in telling]
        table.add_row(Text(system.label), *rates, f"{system.latency_ms.p50:.0f}")
    out.print(table)


def _show_searches(out: Console, searches: Mapping[str, Retrieval]) -> None:
    depths = list(next(iter(searches.values())).hit_at)
    table = _table("检索", *(f"前 {k}" for k in depths), "MRR")
    for name, retrieval in searches.items():
        rates = [percent(retrieval.hit_at[k].value) for k in depths]
        table.add_row(Text(name), *rates, f"{retrieval.mrr or 0:.3f}")
    out.print(table)


def _show_judged(out: Console, opinions_of: Mapping[str, Judged]) -> None:
    table = _table("模型评判", *OPINIONS.values(), "未能评判")
    for name, judged in opinions_of.items():
        shares = [percent(share) for share in opinions(judged)]
        table.add_row(Text(name), *shares, f"{judged.unjudged}/{judged.asked}")
    out.print(table)


def _show_comparison(out: Console, comparison: Comparison) -> None:
    shift, earlier = comparison.overall, comparison.earlier
    out.print(
        f"与 {earlier.date:%Y-%m-%d %H:%M} 提交 {earlier.commit or '未知'} 相比（{shift.after.of} 题相同）："
        f"答对 {shift.before.hits} → {shift.after.hits}，变好 {shift.better} 题，变坏 {shift.broken} 题"
        f"（{chance(shift.p)}）",
        style="bold",
    )
    if not comparison.same_dataset:
        out.print("注意：两次的题目文件不同，标准答案可能改过。", style="yellow")
    moved = {n: s for n, s in comparison.by_type.items() if s.better or s.broken}
    if moved:
        table = _table("题型", "题数", "以前", "现在", "变好", "变坏")
        for name, shift in moved.items():
            counts = (shift.after.of, shift.before.hits, shift.after.hits, shift.better, shift.broken)
            table.add_row(type_name(name), *map(str, counts))
        out.print(table)
    for heading, changes in (("变坏", comparison.broken), ("变好", comparison.better)):
        _show_changes(out, heading, changes)


def _show_changes(out: Console, heading: str, changes: Sequence[Change]) -> None:
    for change in changes[:_LISTED]:
        out.print(f"[{heading}] {change.id} {change.question}", style="bold")
        if change.same_answer:
            out.print("  回答没有变，是评分规则或标准答案变了。")
            continue
        out.print(f"  以前（{fault_name(change.before)}）：{_short(change.answer_before)}")
        out.print(f"  现在（{fault_name(change.after)}）：{_short(change.answer_after)}")
    if len(changes) > _LISTED:
        out.print(f"[{heading}] 另有 {len(changes) - _LISTED} 题，见报告。")


def _show_question(out: Console, asked: Asked) -> None:
    faults = "、".join(map(fault_name, asked.faults))
    out.print(f"[{faults}] {asked.id} {type_name(asked.type)}：{asked.question}", style="bold")
    if asked.history:
        out.print(f"  此前问：{'；'.join(asked.history)}")
    out.print(f"  答：{asked.answer}")
    out.print(f"  应：{asked.gold}")
    if asked.missing:
        out.print(f"  缺：{'、'.join(asked.missing)}")
    if asked.ungrounded:
        out.print(f"  没有依据：{'、'.join(asked.ungrounded)}")
    cited = "；".join(dict.fromkeys(f"{c.document} 第{c.page}页" for c in asked.citations))
    expected = "；".join(f"{d} 第{'、'.join(map(str, pages))}页" for d, pages in asked.gold_pages.items())
    out.print(f"  引：{cited or '无'}  应引：{expected or '无'}")


def _short(answer: str) -> str:
    line = " ".join(answer.split())
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def _counted(rate: Rate) -> str:
    return f"{rate.hits}/{rate.of}（{percent(rate.value)}，95% 区间 {interval(rate)}）"


def _table(first: str, *columns: str) -> Table:
    table = Table(first, box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), justify="right", no_wrap=True)
    return table

"""The command that measures the answers against questions whose answers are known."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.program import Data, Debug, command, data_given, open_store


@command("eval", "用带标准答案的题目衡量回答：答对多少、引没引到、数字有没有依据。")
def evaluate(
    dataset: Annotated[Path, typer.Argument(metavar="题目文件", help="每行一题的 JSON Lines 文件")],
    report: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="把报告（report.html、report.json、答案）写进这个文件夹"),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="FILE", help="与以前的报告比较：report.json，或它所在的文件夹")
    ] = None,
    doc: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="只要关于这份文件的题（文件名或其一段），可写多次"),
    ] = None,
    doc_out: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="不要关于这份文件的题，可写多次")
    ] = None,
    unscoped: Annotated[
        bool, typer.Option("--unscoped", help="不把问题限定在题目写明的文件里，在收录的全部文件里问")
    ] = False,
    answers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="给已有的答案文件打分（ask --batch 的输出），不再提问")
    ] = None,
    pdfs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="到这个文件夹的 PDF 里核对数字，默认用资料库里的副本")
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="同时衡量几种简单做法：教程式 RAG、只用向量、只用关键词等")
    ] = False,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="同时衡量去掉某一部分之后的回答，看各部分值多少")
    ] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="另请配置的语言模型评判（BUDGET_QA_LLM），没有配置就略过")
    ] = False,
    failures: Annotated[bool, typer.Option("--failures", help="在终端逐题列出没有答对的")] = False,
    data: Data = None,
    debug: Debug = False,
) -> None:
    """Measure, show the rates, and write the report where asked."""
    from assistant import terminal
    from eval.beside import Beside
    from eval.measure import Plan, measure
    from eval.show import show_report

    beside = Beside(baselines, ablations, judge)
    plan = Plan(dataset, doc or (), doc_out or (), answers, pdfs, report, compare, not unscoped, beside)
    needs_store = answers is None or bool(beside) or (pdfs is None and data_given())
    with open_store() if needs_store else nullcontext() as store:
        measured = measure(plan, store, terminal.console(stderr=True))
    screen = terminal.console()
    show_report(screen, measured, failures=failures)
    if report:
        screen.print(f"报告：{report / 'report.html'}")

"""Measures table reading against hand transcriptions: ``python -m eval.bench_tables --pdfs DIR``.

One run reads every transcribed page with this project's reader and with the peers installed, and
writes one Markdown report: cells side by side, facts (which no peer offers), time for a page, and
everything in which reader and transcription differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from eval.table_metrics import PARTS, CellScore, FactScore, score_facts, score_tables
from eval.table_readers import Peer, Timer, our_grids, parse_timed, peers
from eval.throughput import Throughput, measure
from eval.transcription import ExpectedFact, PrintedTable, TranscribedPage, load_transcriptions
from ingest.document import Document, Fact, Table
from ingest.errors import BudgetQAError
from ingest.pipeline import read_document
from ingest.text import key
from samples import FOLDER

OURS = "budget-qa"
FLOOR = "pdfplumber parse"
TRANSCRIPTIONS = Path(__file__).parent.parent / "tests" / "transcriptions"
PART_NAMES = {
    "kind": "表类",
    "panel": "收/支",
    "code": "编码",
    "row_path": "行路径",
    "column_path": "列路径",
    "measure": "口径",
    "unit": "单位",
    "value": "数值",
    "missing": "未读出",
}

app = typer.Typer(add_completion=False, help="用手工誊录的页面衡量表格读取。")


@dataclass
class PageResult:
    """What one page came to: cells by reader, facts and heads of our reader."""

    page: TranscribedPage
    cells: dict[str, CellScore] = field(default_factory=dict)
    facts: FactScore = field(default_factory=FactScore)
    heads: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """The results of a run."""

    pages: list[PageResult] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)

    def cells(self, reader: str) -> CellScore:
        """A reader's cells over all pages."""
        return sum((p.cells[reader] for p in self.pages), CellScore())

    def facts(self) -> FactScore:
        """Our reader's facts over all pages."""
        total = FactScore()
        for page in self.pages:
            total.add(page.facts)
        return total


def run_bench(pages: Sequence[TranscribedPage], folder: Path, others: Sequence[Peer]) -> Bench:
    """Read every transcribed page whose PDF is in the folder, with every reader."""
    bench = Bench(timers={OURS: Timer(), FLOOR: Timer(), **{p.name: p.timer for p in others}})
    for name in dict.fromkeys(p.document for p in pages):
        path = folder / name
        if not path.exists():
            bench.left_out.append(name)
            continue
        count = parse_timed(path, bench.timers[FLOOR])
        with bench.timers[OURS].over(count):
            document = read_document(path)
        own = [p for p in pages if p.document == name]
        results = [score_page(page, document) for page in own]
        for peer in others:
            with peer.timer.over(len(own)):
                grids = peer.read(path, [p.page for p in own])
            for result in results:
                result.cells[peer.name] = score_tables(result.page.tables, grids[result.page.page])
        bench.pages += results
    return bench


def score_page(page: TranscribedPage, document: Document) -> PageResult:
    """Cells, facts and table heads of one page as our reader gives them."""
    expected = [fact for table in page.tables for fact in table.facts()]
    found = [
        (document.tables[fact.table].kind, fact)
        for fact in document.facts
        if fact.place.page == page.page and fact.text
    ]
    grids = our_grids(document, page.page, [bool(t.header) for t in page.tables])
    on_page = [t for t in document.tables if t.pages[0] <= page.page <= t.pages[1]]
    return PageResult(
        page,
        {OURS: score_tables(page.tables, grids)},
        score_facts(expected, found),
        [fault for table in page.tables for fault in head_faults(table, on_page)],
    )


def head_faults(expected: PrintedTable, tables: Sequence[Table]) -> list[str]:
    """What is wrong in a table's title, number, kind, unit and note; empty when all is right."""
    table = next((t for t in tables if key(t.title) == key(expected.title)), None)
    if table is None:
        return [f"没有题为“{expected.title}”的表"]
    pairs = {
        "表号": (expected.number, table.number),
        "表类": (expected.kind, table.kind),
        "单位": (expected.unit, table.unit),
    }
    if expected.note:
        pairs["注"] = (key(expected.note), key(table.note or ""))
    return [f"{expected.title}：{name}应为 {a}，读成 {b}" for name, (a, b) in pairs.items() if a != b]


def write_report(bench: Bench, speed: Throughput) -> str:
    """The Markdown report of a run."""
    lines = [f"誊录 {len(bench.pages)} 页，{len({p.page.document for p in bench.pages})} 份文件。", ""]
    if bench.left_out:
        lines += [f"没有给出 PDF、未计入：{'、'.join(bench.left_out)}", ""]
    lines += [
        f"整份文件、两个进程一起读（不做向量）：{speed.pages} 页，{speed.ours:.1f} 页/秒；"
        f"同一次运行中 pdfplumber 只解析：{speed.floor:.1f} 页/秒。",
        "",
    ]
    lines += _cell_table(bench) + _fact_table(bench) + _page_table(bench) + _differences(bench)
    return "\n".join(lines) + "\n"


def _cell_table(bench: Bench) -> list[str]:
    lines = [
        "## 单元格（文字及所在的行、列）",
        "",
        "| 读取器 | 准确率 | 召回率 | F1 | 秒/页 |",
        "|---|---|---|---|---|",
    ]
    for name in (n for n in bench.timers if n != FLOOR):
        score, timer = bench.cells(name), bench.timers[name]
        lines.append(
            f"| {name} | {score.precision:.4f} | {score.recall:.4f} | {score.f1:.4f} | {timer.per_page:.3f} |"
        )
    floor = bench.timers[FLOOR]
    lines.append(f"| 仅用 pdfplumber 解析，不取表 | | | | {floor.per_page:.3f} |")
    total = bench.cells(OURS)
    return [*lines, "", f"印出的非空单元格共 {total.printed} 个。", ""]


def _fact_table(bench: Bench) -> list[str]:
    total = bench.facts()
    heads = sum(len(p.page.tables) for p in bench.pages)
    faulty = sum(len(p.heads) for p in bench.pages)
    parts = "，".join(f"{PART_NAMES[p]} {total.wrong_parts[p]}" for p in (*PARTS, "missing"))
    figures = CellScore(total.figures_right, total.figures)
    return [
        "## 事实（表类、收/支、行的编码与路径、列路径、口径、单位、数值全对才算对）",
        "",
        "| | 全对 | 应有 | 比例 |",
        "|---|---|---|---|",
        f"| 全部事实 | {total.right} | {total.expected} | {total.accuracy:.4f} |",
        f"| 其中有数值的 | {total.figures_right} | {total.figures} | {figures.recall:.4f} |",
        "",
        f"差在何处（一条可计多处）：{parts}。页上没有而读出的数：{len(total.invented)} 个。",
        f"{heads} 张表的题名、表号、表类、单位、注：{faulty} 处不符。",
        "",
    ]


def _page_table(bench: Bench) -> list[str]:
    readers = [n for n in bench.timers if n != FLOOR]
    lines = [
        "## 逐页",
        "",
        "| 文件 | 页 | " + " | ".join(f"{n} F1" for n in readers) + " | 事实 |",
        "|---|---|" + "---|" * len(readers) + "---|",
    ]
    for result in bench.pages:
        cells = " | ".join(f"{result.cells[n].f1:.4f}" for n in readers)
        facts = f"{result.facts.right}/{result.facts.expected}"
        lines.append(f"| {Path(result.page.document).stem} | {result.page.page} | {cells} | {facts} |")
    return [*lines, ""]


def _differences(bench: Bench) -> list[str]:
    lines = ["## 不一致之处", ""]
    for result in bench.pages:
        found = [f"- {fault}" for fault in result.heads]
        for difference in result.facts.differences:
            parts = "、".join(PART_NAMES[p] for p in difference.parts)
            found.append(
                f"- {parts}：誊录 {_describe(difference.expected)}；读成 {_describe(difference.found)}"
            )
        found += [f"- 页上没有：{_describe(fact)}" for fact in result.facts.invented]
        if found:
            lines += [f"### {Path(result.page.document).stem} 第 {result.page.page} 页", "", *found, ""]
    return lines if len(lines) > 2 else [*lines, "没有。", ""]


def _describe(fact: Fact | ExpectedFact | None) -> str:
    """One fact on one line: row › column = text (value, unit, measure, code, panel)."""
    if fact is None:
        return "（无）"
    text = fact.text if len(fact.text) <= 30 else fact.text[:30] + "…"
    rest = "，".join(str(v) for v in (fact.value, fact.unit, fact.measure, fact.code, fact.panel))
    return f"`{'›'.join(fact.row_path)} ∣ {'›'.join(fact.column_path)} = {text}`（{rest}）"


@app.command()
def main(
    pdfs: Annotated[Path, typer.Option(help="放有所誊录 PDF 的文件夹（默认只用随项目附带的样例）")] = FOLDER,
    transcriptions: Annotated[Path, typer.Option(help="誊录文件夹")] = TRANSCRIPTIONS,
    out: Annotated[Path, typer.Option(help="报告写入的文件")] = Path("out/bench-tables.md"),
    peer: Annotated[bool, typer.Option(help="同时运行已安装的其他读取器")] = True,
) -> None:
    """Read the transcribed pages with every reader and write the report."""
    console = Console(stderr=True)
    try:
        bench = run_bench(load_transcriptions(transcriptions), pdfs, peers() if peer else [])
    except BudgetQAError as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    if not bench.pages:
        console.print(f"{pdfs} 里没有誊录过的 PDF，请用 --pdfs 指定放有它们的文件夹。")
        raise typer.Exit(1)
    speed = measure([pdfs / name for name in dict.fromkeys(p.page.document for p in bench.pages)])
    out.parent.mkdir(parents=True, exist_ok=True)
    report = write_report(bench, speed)
    out.write_text(report, "utf-8")
    Console().print(report.split("## 逐页")[0], markup=False)
    console.print(f"报告已写入 {out}")


if __name__ == "__main__":
    app()

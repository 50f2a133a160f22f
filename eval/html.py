"""Writes a report as one page for the browser, with pictures of the cited pages beside it.

The page needs no network and no script to be read: style, charts and script stand inside it, and
whatever comes from questions, answers and PDFs is escaped by the template engine.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval.labels import FAULTS, OPINIONS, chance, fault_name, interval, opinions, p_value, percent, type_name
from eval.pictures import Pictures
from eval.report import Asked, Report

PAGE_FILE = "report.html"
_EDGES = (0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000)
"""Edges of the latency histogram in milliseconds; whatever is longer counts into the last bar."""


@dataclass(frozen=True)
class Bar:
    """One bar of the latency histogram: the times above the bar before it, up to `upto` milliseconds."""

    upto: int
    count: int


def write_page(
    report: Report,
    folder: Path,
    pdfs: Mapping[str, Path],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write ``report.html`` and the pictures it links to into `folder`; returns the page's path.

    Pages are drawn from `pdfs` (file name → PDF); a page that cannot be drawn is named without a
    picture. `progress` hears how many questions' pages are drawn, and of how many.
    """
    faulty = [asked for asked in report.questions if asked.faults]
    with Pictures(folder, pdfs) as pictures:
        for done, asked in enumerate(faulty, start=1):
            pictures.draw(asked)
            progress(done, len(faulty))
        file = folder / PAGE_FILE
        file.write_text(render(report, faulty, pictures), encoding="utf-8")
    return file


def render(report: Report, faulty: Sequence[Asked], pictures: Pictures) -> str:
    """The page's HTML; `faulty` are the questions that it shows one by one."""
    environment = Environment(
        loader=PackageLoader("eval", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "interval": interval,
        "chance": chance,
        "p_value": p_value,
        "type_name": type_name,
        "fault_name": fault_name,
        "opinions": opinions,
    }
    environment.globals["label"] = {"type": type_name, "document": str}
    script = environment.get_template("report.js").render()
    return environment.get_template("report.html").render(
        report=report,
        faulty=sorted(faulty, key=lambda asked: list(FAULTS).index(asked.faults[0])),
        faults=[fault for fault in FAULTS if any(fault in asked.faults for asked in faulty)],
        systems=report.lineup if report.systems else [],
        depths=sorted({k for s in report.lineup if s.retrieval for k in s.retrieval.hit_at}),
        judged=[(s.label, s.judged) for s in report.lineup if s.judged],
        opinions=OPINIONS,
        bars=latency_bars([asked.elapsed_ms for asked in report.questions]),
        pictures=pictures,
        script=script,
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def latency_bars(elapsed: Sequence[float]) -> list[Bar]:
    """The histogram of the times over steps of 1, 2, 5; empty bars at both ends are left out."""
    last = len(_EDGES) - 2
    bars = [
        Bar(
            high,
            sum(
                low < time <= high or (n == last and time > high) or (n == 0 and time <= low)
                for time in elapsed
            ),
        )
        for n, (low, high) in enumerate(pairwise(_EDGES))
    ]
    held = [n for n, bar in enumerate(bars) if bar.count]
    return bars[held[0] : held[-1] + 1] if held else []

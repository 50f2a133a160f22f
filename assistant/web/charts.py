"""An answer's amounts → a chart, where looking beats reading.

Parts and rankings are bars, longest first; the same item over years is columns. Fewer than three
sizes are read faster than looked at, so they get none. Every figure drawn is also in the answer's
table of figures, which is what a screen reader reads.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import plotly.graph_objects as go

from assistant.answer import Answer
from assistant.exports import figure_rows, number
from assistant.money import MONEY, common_unit, convert, show

LEAST, MOST = 3, 20
_YEAR = re.compile(r"(20\d\d)年?度?")
_COLOUR = "#4a80c4"  # seen well on white and on the dark page
_FONT = "system-ui, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
_LABEL = 12  # characters in a line of a bar's name
_CENT = Decimal("0.01")


class _Bar(NamedTuple):
    label: str
    value: Decimal
    printed: str


def chart(answer: Answer) -> go.Figure | None:
    """The chart of an answer's printed amounts; None where it would show nothing that the text does not."""
    unit, bars = _bars(answer)
    bars = _without_whole(bars)
    if unit is None or not LEAST <= len(bars) <= MOST or len({bar.value for bar in bars}) < LEAST:
        return None
    if len({bar.label for bar in bars}) < len(bars):
        return None
    years = _years(bars)
    if years:
        return _columns([bar._replace(label=f"{year}年") for year, bar in sorted(years.items())], unit)
    return _ranked(sorted(bars, key=lambda bar: bar.value), unit)


def _bars(answer: Answer) -> tuple[str | None, list[_Bar]]:
    """The printed amounts in one unit: the largest printed, and 万元 for large amounts in 元."""
    found = []
    for figure, _ in figure_rows(answer):
        value = number(figure)
        if value is not None and not figure.derived and figure.unit in MONEY:
            found.append((figure, value))
    unit = common_unit([figure.unit for figure, _ in found])
    if unit == "元" and max(abs(value) for _, value in found) >= 100_000:
        unit = "万元"
    if unit is None:
        return None, []
    return unit, [
        _Bar(figure.label, convert(value, figure.unit, unit), show(value, figure.unit))
        for figure, value in found
    ]


def _without_whole(bars: Sequence[_Bar]) -> list[_Bar]:
    """Less the total of the others: beside its parts it would only make them look small."""
    total = sum((bar.value for bar in bars), Decimal(0))
    return [bar for bar in bars if len(bars) <= LEAST or abs(total - 2 * bar.value) > _CENT * len(bars)]


def _years(bars: Sequence[_Bar]) -> dict[str, _Bar]:
    """The bars by year, where they are one item in different years; else nothing."""
    found = {match[1]: bar for bar in bars if (match := _YEAR.search(bar.label))}
    items = {_YEAR.sub("", bar.label) for bar in bars} - {""}
    return found if len(found) == len(bars) and len(items) <= 1 else {}


def _ranked(bars: Sequence[_Bar], unit: str) -> go.Figure:
    drawn = go.Bar(
        x=[float(bar.value) for bar in bars],
        y=[_wrapped(bar.label) for bar in bars],
        orientation="h",
        **_common(bars),
    )
    lines = sum(len(bar.label) > _LABEL for bar in bars)
    amounts = {"title": {"text": f"金额（{unit}）"}}
    return _figure(drawn, 64 + 32 * len(bars) + 8 * lines, xaxis=amounts, yaxis={"showgrid": False})


def _columns(bars: Sequence[_Bar], unit: str) -> go.Figure:
    drawn = go.Bar(x=[bar.label for bar in bars], y=[float(bar.value) for bar in bars], **_common(bars))
    amounts = {"title": {"text": f"金额（{unit}）"}, "rangemode": "tozero"}
    return _figure(drawn, 300, xaxis={"type": "category", "showgrid": False}, yaxis=amounts)


def _common(bars: Sequence[_Bar]) -> dict[str, object]:
    return {
        "text": [show(bar.value.quantize(_CENT), None) for bar in bars],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [[_safe(bar.label), bar.printed] for bar in bars],
        "hovertemplate": "%{customdata[0]}：%{customdata[1]}<extra></extra>",
        "marker": {"color": _COLOUR},
    }


def _figure(drawn: go.Bar, height: int, **axes: Mapping[str, object]) -> go.Figure:
    figure = go.Figure(drawn)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 64, "t": 16, "b": 8},
        font={"family": _FONT, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode=False,
        bargap=0.35,
        separators=".,",
        **axes,
    )
    # Without zooming by touch, so that a finger on the chart still scrolls the page.
    figure.update_xaxes(automargin=True, fixedrange=True, gridcolor="rgba(128,140,160,.25)", tickformat=",")
    figure.update_yaxes(automargin=True, fixedrange=True, gridcolor="rgba(128,140,160,.25)", tickformat=",")
    return figure


def _wrapped(label: str) -> str:
    """A bar's name in lines of about equal length."""
    lines = -(-len(label) // _LABEL)
    return "<br>".join(_safe(line) for line in textwrap.wrap(label, -(-len(label) // lines) or 1)[:3])


def _safe(text: str) -> str:
    """Plotly reads some markup in its texts: what a PDF says is no markup."""
    return html.escape(text, quote=False)

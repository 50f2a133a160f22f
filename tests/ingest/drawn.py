"""Small PDFs drawn for tests: texts and rules at given places, without any library.

The font is the predefined Chinese one that needs no file; coordinates are points from the top left,
as everywhere in the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

WIDTH, HEIGHT, SIZE, ROW = 842, 595, 9.0, 20.0
FONT = (  # objects 3 to 5 of every file
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    "/DescendantFonts [4 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /Ascent 880 /Descent -120 /CapHeight 880 "
    "/ItalicAngle 0 /StemV 93 /FontBBox [-25 -254 1000 880] >>",
)


def width_of(text: str, size: float = SIZE) -> float:
    """How wide the font sets a text: Latin letters half as wide as Chinese ones."""
    return sum(size / 2 if c.isascii() else size for c in text)


@dataclass
class Sheet:
    """One page: what is drawn on it, in PDF operators."""

    drawn: list[str] = field(default_factory=list)

    def text(self, x: float, top: float, text: str, size: float = SIZE) -> None:
        """Set a text with its left edge at x."""
        code = text.encode("utf-16-be").hex()
        self.drawn.append(f"BT /F {size} Tf {x} {HEIGHT - top - 0.88 * size} Td <{code}> Tj ET")

    def centred(self, top: float, text: str, size: float = 14.0) -> None:
        """Set a title in the middle of the page."""
        self.text((WIDTH - width_of(text, size)) / 2, top, text, size)

    def rule(self, x0: float, top: float, x1: float, bottom: float) -> None:
        """Draw a straight line."""
        self.drawn.append(f"0.6 w {x0} {HEIGHT - top} m {x1} {HEIGHT - bottom} l S")

    def table(
        self, x: float, top: float, widths: Sequence[float], rows: Sequence[Sequence[str]], rules: str
    ) -> float:
        """Draw a table; its bottom is returned. ``<`` and ``^`` are covered from the left and from above.

        `rules` names those drawn: ``all``, ``level`` (under every row), ``three`` (above and below the
        header's one row and under the table), or ``open`` (all but the right border). Figures stand at
        the right, ``·text`` at the left, other texts in the middle.
        """
        xs = [x + sum(widths[:n]) for n in range(len(widths) + 1)]
        count = len(rows)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if text in ("<", "^"):
                    continue
                wide = next((n for n in range(1, len(row) - c) if row[c + n] != "<"), len(row) - c)
                tall = next((n for n in range(1, count - r) if rows[r + n][c] != "^"), count - r)
                box = (xs[c], top + r * ROW, xs[c + wide], top + (r + tall) * ROW)
                self._cell(text, box)
                if rules in ("all", "open"):
                    self._border(box, right=rules == "all" or c + wide < len(row))
        levels = range(count + 1) if rules == "level" else (0, 1, count) if rules == "three" else ()
        for r in levels:
            self.rule(xs[0], top + r * ROW, xs[-1], top + r * ROW)
        return top + count * ROW

    def _cell(self, text: str, box: tuple[float, float, float, float]) -> None:
        x0, top, x1, bottom = box
        lines = text.strip("·").split("\n")
        for n, line in enumerate(lines):
            place = (x0 + x1 - width_of(line)) / 2
            if text.startswith("·"):
                place = x0 + 3
            elif line[-1:].isdigit() and "." in line:
                place = x1 - 3 - width_of(line)
            self.text(place, (top + bottom) / 2 + (n - len(lines) / 2) * SIZE, line)

    def _border(self, box: tuple[float, float, float, float], right: bool) -> None:
        x0, top, x1, bottom = box
        self.rule(x0, top, x1, top)
        self.rule(x0, bottom, x1, bottom)
        self.rule(x0, top, x0, bottom)
        if right:
            self.rule(x1, top, x1, bottom)


def save(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write the pages as a PDF file."""
    numbers = [6 + 2 * n for n in range(len(sheets))]
    kids = " ".join(f"{n} 0 R" for n in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(sheets)} /Kids [{kids}] >>",
        *FONT,
    ]
    for number, sheet in zip(numbers, sheets, strict=True):
        content = "\n".join(sheet.drawn)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources << /Font << /F 3 0 R >> >> /Contents {number + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    body, places = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{place:010d} 00000 n \n" for place in places)
    body += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    path.write_bytes(body.encode("latin-1"))
    return path

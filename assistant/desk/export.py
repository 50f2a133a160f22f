"""A case's reply → a Word document: the letter, its sources, and an appendix with what they print.

The page follows the layout of official letters (GB/T 9704: A4, 仿宋 三号, two letters of indent).
Every font is set for Chinese text too (``w:eastAsia``); without that Word falls back to its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistant.answer import Citation
from assistant.desk.case import Case, State, clean

NOTICE = "参考答复，须经人工审核"
_BODY, _HEADING, _LATIN = "仿宋", "黑体", "Times New Roman"
_RED = RGBColor(0xC0, 0x00, 0x00)
_NUMBERED = re.compile(r"^[一二三四五六七八九十]+、")
_SIGNATURE_LETTERS = 30  # what closes a letter (office, date) stands in short lines of its own
_SOURCES = ("编号", "文件", "页", "所在表格或标题", "原文")
_SOURCE_WIDTHS = (12, 38, 10, 38, 58)  # millimetres
_FIGURES = ("项目", "结果", "算式", "依据")
_FIGURE_WIDTHS = (42, 28, 68, 18)

Row = Sequence[str]


def to_docx(case: Case) -> bytes:
    """The document. Until the reply is reviewed every page says that it is a reference only."""
    made = docx.Document()
    _set_up(made)
    if case.state is State.DRAFT:
        _head(made, NOTICE)
    _number_pages(made)
    _letter(made, clean(case.reply.text))
    if case.reply.cited:
        _sources(made, case.reply.cited)
        _appendix(made, case)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def file_name(case: Case) -> str:
    """The name to save it under; it holds nothing of the letter."""
    return f"答复-{case.id}{'（参考）' if case.state is State.DRAFT else ''}.docx"


def _set_up(made: Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = made.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal, _BODY, 16)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    for level, size in ((1, 16), (2, 14)):
        heading = made.styles[f"Heading {level}"]
        assert isinstance(heading, ParagraphStyle)
        _set_font(heading, _HEADING, size)
        heading.font.color.rgb, heading.font.bold = RGBColor(0, 0, 0), False
        heading.paragraph_format.space_before = Pt(12)
    properties = made.core_properties
    properties.author, properties.comments, properties.title = "", "", "来信答复"


def _set_font(style: ParagraphStyle, name: str, size: float) -> None:
    style.font.name, style.font.size = _LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win
    fonts.set(qn("w:eastAsia"), name)


def _head(made: Document, said: str) -> None:
    paragraph = made.sections[0].header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(said)
    run.font.size, run.font.color.rgb = Pt(12), _RED


def _number_pages(made: Document) -> None:
    paragraph = made.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ").font.size = Pt(12)
    run = paragraph.add_run()
    run.font.size = Pt(12)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
    paragraph.add_run(" —").font.size = Pt(12)


def _letter(made: Document, text: str) -> None:
    """The letter's lines: the salutation flush left, questions as headings, the signature at the right."""
    *blocks, last = re.split(r"\n\s*\n", text)
    signature = last.split("\n")
    if not blocks or any(len(line) > _SIGNATURE_LETTERS or line.endswith("。") for line in signature):
        blocks, signature = [*blocks, last], []
    lines = [line.strip() for block in blocks for line in block.split("\n") if line.strip()]
    for at, line in enumerate(lines):
        if at == 0 and line.endswith((":", "：")):
            made.add_paragraph(line)
        elif _NUMBERED.match(line):
            _indented(made.add_paragraph(style="Heading 1"), line)
        else:
            _indented(made.add_paragraph(), line)
    for at, line in enumerate(signature):
        paragraph = made.add_paragraph(line.strip())
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(32)
        paragraph.paragraph_format.space_before = Pt(28 if at == 0 else 0)


def _indented(paragraph: Paragraph, line: str) -> None:
    paragraph.add_run(line)
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), "640")  # for readers that do not count letters


def _sources(made: Document, cited: Sequence[Citation]) -> None:
    made.add_heading("资料来源", 2)
    for source in cited:
        title = f"，{source.title}" if source.title else ""
        line = made.add_paragraph(clean(f"[{source.n}] 《{source.document}》第{source.page}页{title}"))
        line.runs[0].font.size = Pt(12)
        line.paragraph_format.line_spacing = Pt(20)


def _appendix(made: Document, case: Case) -> None:
    made.add_heading("附件：答复所依据的原文", 1).paragraph_format.page_break_before = True
    if case.reviewed_at:
        _small(made, f"审核：{case.reviewed_by}　{local(case.reviewed_at)}")
    rows = [(f"[{s.n}]", s.document, str(s.page), s.title, s.quote) for s in case.reply.cited]
    _table(made, _SOURCES, _SOURCE_WIDTHS, rows)
    if reckoned := case.reply.reckoned:
        made.add_heading("计算过程", 2)
        figures = [
            (f.label, f"{f.value}{f.unit}", f.formula or "", "".join(f"[{n}]" for n in f.citations))
            for f in reckoned
        ]
        _table(made, _FIGURES, _FIGURE_WIDTHS, figures)


def _table(made: Document, header: Sequence[str], widths: Sequence[int], rows: Sequence[Row]) -> None:
    table: Table = made.add_table(len(rows) + 1, len(header), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for row, texts in zip(table.rows, (header, *rows), strict=True):
        for cell, width, text in zip(row.cells, widths, texts, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.add_run(clean(text)).font.size = Pt(10.5)
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    first = table.rows[0]
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on every page
    for cell in first.cells:
        cell.paragraphs[0].runs[0].font.bold = True


def _small(made: Document, text: str) -> None:
    made.add_paragraph().add_run(clean(text)).font.size = Pt(12)


def local(at: datetime) -> str:
    """A moment as the clock on this machine shows it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"

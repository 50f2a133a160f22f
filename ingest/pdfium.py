"""pdfium for a program of several threads: one of them at a time may enter it.

Two at once spoil its memory, and the process ends, there or later somewhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pypdfium2 import PdfDocument

TURN = threading.RLock()  # held by whoever is in pdfium


@contextmanager
def opened(pdf: Path) -> Iterator[PdfDocument]:
    """The document, closed at the end; other threads wait until then.

    Raises `pypdfium2.PdfiumError` or `FileNotFoundError` when it cannot be opened.
    """
    with TURN, PdfDocument(pdf) as document:
        yield document

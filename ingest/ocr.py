"""Pictures of text lines → text, with each character's place and the reader's confidence.

The only module that knows RapidOCR. Its Chinese models come with the package; they are named here
by their files, so that nothing is ever fetched, and loaded once for each process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

from ingest.deskew import Grey
from ingest.document import BBox

if TYPE_CHECKING:
    from rapidocr import RapidOCR

THREADS = 1  # of one session; several lines and several files are read at a time
_HEIGHT = 48  # pixels; what the recognition model was trained on
_WIDEST = 4000


@dataclass(frozen=True)
class Reading:
    """What one line says.

    `middles` are its letters' middles as shares of the line's width, `sure` how sure each letter is.
    """

    text: str
    confidence: float
    middles: tuple[float, ...]
    sure: tuple[float, ...] = ()


@cache
def _engine() -> RapidOCR:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": 0.0,
            "Global.use_cls": False,
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "Det.limit_type": "max",  # a strip of a page must not be blown up
            "Det.limit_side_len": 2400,
            "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
            "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
            "EngineConfig.onnxruntime.intra_op_num_threads": min(THREADS, os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def read_line(line: Grey) -> Reading:
    """The text of a picture of one upright line."""
    height, width = line.shape
    wide = min(max(round(width * _HEIGHT / height), _HEIGHT // 2), _WIDEST)
    scaled = cv2.resize(line, (wide, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    colour = cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR)
    result: Any = _engine()(colour, use_det=False, use_rec=True, return_word_box=True)
    text: str = result.txts[0] if result.txts else ""
    if not text.strip():
        return Reading("", 0.0, ())
    info = result.word_results[0]
    columns = [column for word in info.word_cols for column in word]
    letters = "".join(text.split())
    if len(columns) != len(letters):  # never seen; evenly spread is near enough for a citation
        columns = [(n + 0.5) * info.line_txt_len / len(letters) for n in range(len(letters))]
    middles = tuple(min((column + 0.5) / info.line_txt_len, 1.0) for column in columns)
    sure = tuple(c for letter, c in zip(text, info.confs, strict=False) if not letter.isspace())
    return Reading(text.strip(), float(result.scores[0]), middles, sure)


def find_lines(grey: Grey) -> list[BBox]:
    """Boxes (pixels) of the text lines in a picture of a whole page or of a part of one."""
    result: Any = _engine()(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), use_det=True, use_rec=False)
    if result.boxes is None:
        return []
    return [(*box.min(axis=0).tolist(), *box.max(axis=0).tolist()) for box in result.boxes]

"""The one normaliser and the one number parser.

Budget PDFs print the same word in many ways: full-width digits, letters spaced out for
justification, soft line breaks inside words. `normalise` gives the form that search, linking and
comparison use; the printed form is kept beside it for quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

CACHED = 65536  # texts whose normal form is remembered: names recur by the hundred

_CJK = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}“”‘’…—·])\s+|\s+(?=[{_CJK}“”‘’…—·])")
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_BRACKETS = str.maketrans(
    {"「": "“", "」": "”", "『": "“", "』": "”", "〝": "“", "〞": "”", "﹣": "-", "−": "-", "－": "-"}
)
# Radicals that some producers write for the whole letter; NFKC leaves them as they are, or makes ⼾ a 戶.
_RADICALS = str.maketrans(
    "⼾⺟⺠⻁⻄⻅⻆⻉⻋⻒⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "户母民虎西见角贝车镸长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
_SAME_LETTER: dict[int, int | str] = {**_BRACKETS, **_RADICALS}
_NUMBER = re.compile(r"^[¥￥]?\s*([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(%?)$")
_LATIN_GAP = re.compile(r"(?<=[0-9A-Za-z.,%])\s+(?=[0-9A-Za-z])")


@lru_cache(CACHED)
def normalise(text: str) -> str:
    """Width-folded (NFKC) text, spaces at CJK characters dropped, other runs of space made one."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_SAME_LETTER))
    text = _SPACES.sub(" ", text).strip()
    return _SPACE_AT_CJK.sub("", text)


@lru_cache(CACHED)
def key(text: str) -> str:
    """`normalise` without any space, quote mark or bracket variant: for equality of names."""
    text = normalise(text)
    return re.sub(r"[\s“”\"'‘’《》]", "", text)


def parse_number(text: str) -> Decimal | None:
    """The decimal a cell prints, or None for text, blanks, ``/`` and ``—``.

    Thousand separators, a leading sign, ``¥`` and a trailing ``%`` are understood; ``%`` leaves
    the printed figure as it is (``87.8%`` → 87.8), since the unit is carried beside it.
    Parentheses are not taken for a minus: budget tables print negatives with a sign.
    """
    match = _NUMBER.match(normalise(text).replace(" ", ""))
    if not match:
        return None
    sign, whole, fraction, _ = match.groups()
    try:
        return Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}")
    except InvalidOperation:
        return None


def without_body(label: str, names: Iterable[str]) -> str:
    """A label without the body's own names and the year, which all that a document prints shares.

    >>> without_body("江岸区科经局2024年度政府采购金额", ["江岸区科经局"])
    '政府采购金额'
    """
    for name in sorted(names, key=len, reverse=True):
        label = label.replace(name, "")
    return re.sub(r"^(截[至止])?(20\d\d年(度|末|初)?)?(本?(部门|单位))?", "", label).strip("的· ")

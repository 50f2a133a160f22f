"""Whether a text names one of the sort of body that a question asks for (哪几家银行, 哪家施工单位).

Documents tell of banks, contractors and agencies mostly by their sort alone (承储企业, 代理银行), which does
not say which they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.question import lexicon_file
from vectorstore.tokens import words

_LETTERS = "\u4e00-\u9fff()（）·"


@dataclass(frozen=True)
class Sort:
    """A sort of body that a question asks the name of. `start`, `end`: where the words stand that ask."""

    name: str
    ends: re.Pattern[str]
    plain: re.Pattern[str]  # words before the end of a name that say no more than the sort or the question
    start: int
    end: int

    def named_in(self, text: str) -> bool:
        """Whether a text names a body of the sort."""
        before = re.compile(f"(?:{_rules()['before']})$")
        for run in self.ends.findall(text):
            rest = self.plain.sub("", run)
            if re.search(r"[\u4e00-\u9fff]{2}$", rest) and not before.search(rest):
                return True
        return False


def sort_asked(text: str) -> Sort | None:
    """The sort of body that a question asks the name of, if any."""
    for name, asked, ends in _sorts():
        found = asked.search(text)
        if found is not None:
            told = [re.escape(w) for w in words(text) if len(w) > 1]
            plain = "|".join([_rules()["trades"], *told])
            return Sort(name, ends, re.compile(f"(?:{plain}|[()（）·])+$"), *found.span())
    return None


def _rules() -> dict[str, Any]:
    return lexicon_file("sorts")


@cache
def _sorts() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Each sort: what it is called, how a question asks for one, how the names of its bodies end."""
    return tuple(
        (
            str(sort["name"]),
            re.compile("|".join(p.replace("SORT", f"(?:{sort['asked']})") for p in _rules()["asking"])),
            re.compile(f"([{_LETTERS}]*?)(?:{sort['ends']})"),
        )
        for sort in _rules()["sorts"]
    )

"""What a question for reasons takes for granted of a plan: that more, or less, was spent than planned.

Where the figures that are printed beside the reason say otherwise, they are told first, and the reason after
them, which is then one for the opposite.
"""

from __future__ import annotations

import re

from assistant.draft import Draft, heading
from assistant.evidence import Evidence
from assistant.finder import Finder
from assistant.pairs import Pair, how_far, item_of, pair_of, pairs_of, tell_done
from assistant.question import phrases

_WRONG = {"up": "没有超支", "down": "不是没有花完"}


def correct_plan(finder: Finder, reason: Evidence, draft: Draft) -> None:
    """Say first that what was spent and planned is not as the question has it, with both figures; nothing
    where it is, or where no figures stand beside the reason."""
    way = _claimed(finder)
    pairs = [p for p in pairs_of(finder, reason) if p.planned] if way else []
    if way and pairs and not any(_holds(way, pair) for pair in pairs):
        pair = next((p for p in pairs if p.from_start), pairs[0])
        draft.say(f"{_WRONG[way]}，{tell_done(draft, pair)}。")


def answer_as_planned(finder: Finder) -> Draft | None:
    """Plan and result of an item that was not spent as the question has it, where no reason is told."""
    way = _claimed(finder)
    pair = pair_of(finder, lambda p: p.planned) if way else None
    if way is None or pair is None or _holds(way, pair):
        return None
    draft = Draft()
    draft.say(f"{_WRONG[way]}。{heading(pair.now.document, None)}：{item_of(pair)}{tell_done(draft, pair)}。")
    return draft


def _claimed(finder: Finder) -> str | None:
    """Whether a question has it that more (up) or less (down) was spent than planned."""
    text, words = finder.asked.question.text, phrases()["premises"]["plan"]
    ways = [way for way in ("up", "down") if re.search(words[way], text)]
    return ways[0] if len(ways) == 1 else None


def _holds(way: str, pair: Pair) -> bool:
    assert pair.before is not None
    size, _ = how_far(pair.now, pair.before)
    return size > 0 if way == "up" else size < 0

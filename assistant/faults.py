"""What an evaluation found wrong (挑出了哪些毛病): the points listed under 存在的问题.

Reports on projects list them after a lead-in (评价发现的主要问题：一是…；二是…) or under a heading of their
own; neither says again which project they are of, which what stands around them does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.draft import Draft, clip, heading, trim
from assistant.finder import Finder
from assistant.question import phrases
from assistant.terms import Term
from ingest.text import key, normalise
from vectorstore.records import PassageHit
from vectorstore.search import Ranking

LOOKED = 8  # passages that are looked through
AROUND = 2  # passages before one that may say what it is of
HALF = 0.5  # of the question's items that must be said there


def answer_faults(finder: Finder) -> Draft | None:
    """The faults that the documents tell of what the question names, or those of them that it asks about;
    None where it asks for no faults, or none are listed."""
    asked, words = finder.asked, phrases()["faults"]
    if not re.search(words["asked"], asked.question.text):
        return None
    query = f"{asked.linked.probe} {words['query']}"
    found = finder.store.search(asked.ids, query, LOOKED, {Ranking.WORDS}, said=asked.linked.names)
    listed = [(_share(finder, hit), hit, points) for hit in found if (points := _points(hit))]
    share, hit, points = max(listed, key=lambda one: one[0], default=(0.0, None, []))
    if hit is None or share < HALF:
        return None
    document = finder.document(hit.doc_id)
    draft = Draft()
    title = " > ".join(hit.passage.heading_path[-2:])
    at = draft.cite_place(document, hit.passage.places[0], title, "；".join(points), "text")
    told = "；".join(trim(point) for point in _asked_of(points, hit, asked.linked.terms))
    draft.say(f"{heading(document, None)}：存在的问题：{clip(told)}[{at}]。")
    return draft


def _points(hit: PassageHit) -> list[str]:
    """The faults that a passage lists; empty where it lists none."""
    words = phrases()["faults"]
    text = normalise(hit.passage.text)
    led = re.search(words["led"], text.replace("\n", ""))
    if led is not None:
        return [p for p in re.split(r"(?=[一二三四五六七八九]是)|[;；]", led["points"]) if p.strip("。;； ")]
    headed = hit.passage.heading_path and re.search(words["heading"], hit.passage.heading_path[-1])
    lines = [n for n in text.split("\n") if n.strip()]
    return lines if headed and hit.passage.table is None else []


def _share(finder: Finder, hit: PassageHit) -> float:
    """How much of what the question names is said in a passage, over it or shortly before it."""
    near = [hit, *(h for h in finder.store.beside([hit], AROUND) if h.id <= hit.id)]
    said = key("|".join([*hit.passage.heading_path, *(h.passage.text for h in near)]))
    terms = [t for t in finder.asked.linked.terms if t.role in ("item", "word")]
    terms = [t for t in terms if t.role == "item"] or terms
    whole = sum(t.weight for t in terms)
    named = (t for t in terms if any(n in said for n in (key(t.surface), *t.names[:3])))
    return sum(t.weight for t in named) / whole if whole else 0.0


def _asked_of(points: Sequence[str], hit: PassageHit, terms: Sequence[Term]) -> Sequence[str]:
    """The points that hold a word of the question said nowhere else (档案方面); all where none does."""
    rest = key("|".join([*hit.passage.heading_path, hit.passage.text]))
    for point in points:
        rest = rest.replace(key(point), "")
    for word in (key(t.surface) for t in terms if t.role == "word"):
        own = [p for p in points if word in key(p)]
        if len(own) == 1 < len(points) and word not in rest:
            return own
    return points

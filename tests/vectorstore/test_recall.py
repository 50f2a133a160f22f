"""What a question looks up is remembered while it lasts, and no longer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import insert, select

from vectorstore import Settings, schema
from vectorstore.database import Database
from vectorstore.recall import one_question, recalled

AT_ONCE = 24  # more than a pool of connections keeps by default


class Shelf:
    """A look-up that counts how often it is done, over documents that may change."""

    def __init__(self) -> None:
        self.held = ["2024年预算"]
        self.looked_up = 0

    @recalled
    def find(self, ids: list[int], *, limit: int = 5) -> list[str]:
        self.looked_up += 1
        return self.held[:limit]


def test_one_question_looks_up_once_and_the_next_one_sees_what_has_changed() -> None:
    shelf = Shelf()
    with one_question():
        shelf.find([1]).append("of the caller alone")
        assert shelf.find([1]) == ["2024年预算"] and shelf.looked_up == 1
        shelf.find([2])
        shelf.find([1], limit=9)
        assert shelf.looked_up == 3
    shelf.held.append("2025年预算")
    with one_question():
        assert shelf.find([1]) == ["2024年预算", "2025年预算"]
    assert shelf.find([1]) == shelf.find([1]) and shelf.looked_up == 6


def test_two_stores_are_two() -> None:
    first, second = Shelf(), Shelf()
    second.held = []
    with one_question():
        assert first.find([1]) and not second.find([1])


def test_a_question_sees_one_state_of_the_catalog(tmp_path: Path) -> None:
    database, said = Database(Settings.load(data=tmp_path)), schema.meta
    held = select(said.c.value).where(said.c.key == "said")

    def look(*, now: bool = False) -> str | None:
        with database.read(now=now) as connection:
            return connection.scalar(held)

    with one_question():
        assert look() is None
        with database.write() as connection:
            connection.execute(insert(said).values(key="said", value="later"))
        assert (look(), look(now=True)) == (None, "later")
    assert look() == "later"
    database.close()


def test_many_questions_at_once_do_not_wait_for_each_others_connections(tmp_path: Path) -> None:
    database, all_there = Database(Settings.load(data=tmp_path)), threading.Barrier(AT_ONCE, timeout=20)

    def ask(_: int) -> int:
        with one_question(), database.read():
            all_there.wait()
            with database.read(now=True) as connection:
                return connection.scalar(select(1)) or 0

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(ask, range(AT_ONCE))) == [1] * AT_ONCE
    database.close()

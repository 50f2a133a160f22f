"""What a question looks up is remembered while it lasts, and no longer."""

from vectorstore.recall import one_question, recalled


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

"""Choices: named by a key, even over their options, apart from one another."""

from __future__ import annotations

from collections import Counter

from zoo.fuzz.choices import Choices


def test_the_same_key_gives_the_same_choices() -> None:
    """Another key, or a part of it, gives others."""

    def numbers(c: Choices) -> list[int]:
        return [c.between(0, 999) for _ in range(100)]

    assert numbers(Choices(1, "a")) == numbers(Choices(1, "a"))
    assert numbers(Choices(1).part("a")) == numbers(Choices(1, "a"))
    assert len({tuple(numbers(Choices(*key))) for key in ((1, "a"), (1, "b"), (2, "a"), (1,))}) == 4


def test_every_option_comes_as_often_as_it_should() -> None:
    """Both ends of a range come, and a chance is met in its share (five deviations are allowed)."""
    c = Choices("even")
    counts = Counter(c.between(3, 5) for _ in range(3000))
    assert set(counts) == {3, 4, 5}
    assert all(abs(count - 1000) < 5 * 26 for count in counts.values())
    assert abs(sum(c.chance(0.2) for _ in range(3000)) - 600) < 5 * 22


def test_an_order_has_every_option_once() -> None:
    """And every order comes."""
    c = Choices("order")
    orders = {c.order(range(3)) for _ in range(200)}
    assert len(orders) == 6
    assert all(sorted(order) == [0, 1, 2] for order in orders)

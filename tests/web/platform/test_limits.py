"""Limits on tries: a moving window for each who tries, and nothing kept of who has gone."""

from __future__ import annotations

from limits import parse

from zhiban.web.limits import Window


class Hand:
    """A clock moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_in_any_minute_and_not_one_more() -> None:
    clock = Hand()
    window = Window(parse("3/minute"), clock)
    assert [window.hit(b"a") for _ in range(4)] == [True, True, True, False]
    assert window.wait(b"a") == 60
    clock.now += 59.5
    assert not window.hit(b"a")
    assert window.wait(b"a") == 0.5
    clock.now += 0.5  # the first three are a minute old; the refused ones were not counted
    assert window.has_room(b"a")
    assert [window.hit(b"a") for _ in range(4)] == [True, True, True, False]


def test_the_window_moves_with_each_try() -> None:
    clock = Hand()
    window = Window(parse("2/minute"), clock)
    assert window.hit(b"a")
    clock.now += 40
    assert window.hit(b"a")
    clock.now += 20
    assert window.hit(b"a")  # the try of a minute ago counts no more, that of 20 s ago does
    assert not window.hit(b"a")
    assert window.wait(b"a") == 40


def test_one_does_not_count_for_another() -> None:
    window = Window(parse("1/hour"), Hand())
    assert window.hit(b"a")
    assert window.hit(b"b")
    assert not window.hit(b"a")


def test_nothing_is_kept_of_those_who_tried_long_ago() -> None:
    clock = Hand()
    window = Window(parse("5/minute"), clock)
    for number in range(1000):
        window.hit(b"%d" % number)
    clock.now += 61
    window.hit(b"late")
    assert list(window._tries) == [b"late"]

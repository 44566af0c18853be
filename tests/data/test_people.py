"""People refuse to be what they cannot be."""

from __future__ import annotations

from datetime import date

import pytest

from zhiban.data.categories import Category
from zhiban.data.people import Firm, Lawyer, Preference
from zhiban.data.wording import Refused


def test_every_fault_of_a_lawyer_is_named_at_once() -> None:
    with pytest.raises(Refused) as caught:
        Lawyer("L1", "", "F1", "d", date(2020, 1, 1), licence="lost", weight=0, capacity=-1)
    fields = [error.field for error in caught.value.errors]
    assert fields == [f"lawyer L1.{name}" for name in ("name", "licence", "weight", "capacity")]


@pytest.mark.parametrize("code", ["123", "91330000-00000000X", "9133000000000000000"])
def test_a_credit_code_has_eighteen_letters_or_digits(code: str) -> None:
    with pytest.raises(Refused, match="18"):
        Firm("F1", "某所", "d", credit_code=code)


def test_a_wish_names_a_real_weekday_and_half() -> None:
    with pytest.raises(Refused) as caught:
        Preference("L1", weekday=7, half="noon")
    assert len(caught.value.errors) == 2


def test_a_category_cannot_take_the_code_of_the_online_skill() -> None:
    with pytest.raises(Refused):
        Category("online", "在线", "Online")

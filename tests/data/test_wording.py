"""Messages in two languages, and refusals that name their fields."""

from __future__ import annotations

import pytest

from zhiban.data.wording import Faults, FieldError, Refused, Text, counted


def test_a_text_speaks_english_only_when_asked_to() -> None:
    text = Text("值班", "duty")
    assert [text.in_(lang) for lang in ("zh", "en", "en-GB", "fr", "")] == [
        "值班",
        "duty",
        "duty",
        "值班",
        "值班",
    ]


def test_a_refusal_says_all_fields_at_once_in_both_languages() -> None:
    refused = Refused([FieldError("a", Text("甲", "A")), FieldError("b", Text("乙", "B"))])
    assert refused.text == Text("a：甲；b：乙", "a: A; b: B")
    assert "甲" in str(refused)
    assert "B" in str(refused)


def test_faults_refuse_only_when_something_was_noted() -> None:
    faults = Faults("lawyer L1.")
    faults.unless(True, "name", "好", "good")
    faults.refuse()
    faults.unless(False, "name", "缺", "missing")
    with pytest.raises(Refused) as caught:
        faults.refuse()
    assert [error.field for error in caught.value.errors] == ["lawyer L1.name"]


def test_an_english_noun_follows_its_number() -> None:
    assert [counted(n, "duty", "duties") for n in (0, 1, 2)] == ["0 duties", "1 duty", "2 duties"]

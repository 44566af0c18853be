"""Articles of known laws are found in a text by name and number, and the text stays whole."""

from __future__ import annotations

import pytest

from zhiban.queue.citations import pieces


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("依据《民法典》第一千零七十九条，", [("民法典", 1079)]),
        ("《中华人民共和国民法典》第577条", [("民法典", 577)]),
        (
            "《劳动合同法》第八十二条和《民法典》第五百七十七条。",
            [("劳动合同法", 82), ("民法典", 577)],
        ),
        ("《刑法》第二百三十四条之一", [("刑法", 234)]),
        ("《没有这部法》第一条", []),
        ("《民法典》第〇条", []),
        ("民法典第一条", []),  # without the marks it is not a citation
        ("", []),
    ],
)
def test_cited_articles_stand_apart_and_the_pieces_make_the_text_again(
    text: str, cited: list[tuple[str, int]]
) -> None:
    found = pieces(text)
    assert [(one.law, one.article) for one in found if one.law] == cited
    assert "".join(one.text for one in found) == text

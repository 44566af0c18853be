"""Every message of the pages has its English, and every code its names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from zhiban.queue.asking import GREEN_LANE
from zhiban.queue.event import Kind
from zhiban.queue.question import State
from zhiban.queue.timers import CLOCKS
from zhiban.web import words
from zhiban.web.names import NAMES

WEB = Path(words.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages() -> Iterator[tuple[str, object]]:
    """Every message of the templates and of the pages' code, with the file it stands in."""
    jinja = {"extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols"}
    plain: Any = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for file in sorted((WEB / "templates").rglob("*.html")):
        with file.open("rb") as source:
            found = extract("jinja2.ext:babel_extract", source, plain, options=jinja)
            yield from ((file.name, message) for _, message, _, _ in found)
    for file in sorted((WEB / "pages").rglob("*.py")):
        with file.open("rb") as source:
            found = extract("python", source, {"translate": (2,)})
            yield from ((file.name, message) for _, message, _, _ in found)


def catalogue() -> dict[object, object]:
    """The English of each message, over the catalogues of all desks."""
    found: dict[object, object] = {}
    for source in sorted((WEB / "locale/en/LC_MESSAGES").glob("*.po")):
        with source.open("rb") as file:
            for entry in read_po(file, locale="en"):
                if entry.id:
                    twice = f"{source.name}: {entry.id} has another English elsewhere"
                    assert found.setdefault(entry.id, entry.string) == entry.string, twice
    return found


def test_no_message_lacks_its_english_and_none_is_left_over() -> None:
    english, used = catalogue(), {message: file for file, message in messages()}
    assert {message: file for message, file in used.items() if message not in english} == {}
    assert english.keys() - used.keys() == set()


def test_no_english_is_empty_or_chinese_or_loses_a_value() -> None:
    for message, english in catalogue().items():
        said = message if isinstance(message, tuple) else (message,)
        given = english if isinstance(english, tuple) else (english,)
        values = set(re.findall(r"%\((\w+)\)s", str(said[0])))
        for text in given:
            assert text, message
            assert not CHINESE.search(str(text)), (message, text)
            assert set(re.findall(r"%\((\w+)\)s", str(text))) == values, message


def test_every_text_of_a_template_is_marked_for_translation() -> None:
    for file in sorted((WEB / "templates").glob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"\{[{%].*?[%}]\}", "", text, flags=re.DOTALL)
        assert not CHINESE.search(text), (file.name, CHINESE.search(text))


@pytest.mark.parametrize("table", sorted(NAMES))
def test_every_name_has_both_languages(table: str) -> None:
    for code, text in NAMES[table].items():
        assert CHINESE.search(text.zh), (table, code)
        assert text.en, (table, code)
        assert not CHINESE.search(text.en), (table, code)


def test_every_code_that_the_pages_show_has_a_name() -> None:
    for state in State:
        assert state.value in NAMES["state"]
        assert state.value in NAMES["desk_state"]
    for kind in Kind:
        assert kind.value in NAMES["event"]
    assert set(CLOCKS) <= NAMES["clock"].keys()
    assert GREEN_LANE.keys() == NAMES["green"].keys()


def test_the_switch_turns_the_language_and_comes_back_to_the_page(site: Any) -> None:
    browser = site.browser()
    page = browser.send("/language", {"lang": "en", "next": "/ask"})
    assert str(page.url).endswith("/ask")
    assert '<html lang="en"' in page.text
    assert "Next: check" in page.text
    elsewhere = browser.send("/language", {"lang": "zh", "next": "//evil.example"})
    assert str(elsewhere.url).rstrip("/").endswith("testserver")


def test_large_type_is_kept_until_it_is_switched_back(site: Any) -> None:
    browser = site.browser()
    assert 'class=" large"' in browser.send("/type", {"next": "/"}).text
    assert 'class=" large"' in browser.get("/ask").text
    assert 'class=" large"' not in browser.send("/type", {"next": "/"}).text

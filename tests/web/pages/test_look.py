"""What the look promises that can be reckoned: contrast, nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from zhiban.web import words

WEB = Path(words.__file__).parent
# A file to be taken away has no server to ask for its style; it is never shown as a page.
ALONE = {"print_alone.html"}
TOKENS = (WEB / "static/tokens.css").read_text("utf-8")


def scheme(which: str) -> dict[str, str]:
    """The colours of the light or of the dark scheme."""
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light if which == "light" else dark))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("which", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "sheet", 7),
        ("ink-2", "paper", 7),
        ("ink-2", "sheet", 7),
        ("ink-2", "accent-soft", 4.5),
        ("ink-3", "paper", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "sheet", 4.5),
        ("on-accent", "accent", 4.5),
        ("amber", "paper", 4.5),
        ("amber", "amber-soft", 4.5),
        ("red", "paper", 4.5),
        ("red", "sheet", 4.5),
        ("red", "red-soft", 4.5),
        ("ink", "amber-soft", 7),
        ("line-2", "paper", 3),
        ("red-mark", "paper", 3),
        ("amber-mark", "paper", 3),
    ],
)
def test_inks_stand_out_from_their_papers(which: str, ink: str, paper: str, least: float) -> None:
    colours = scheme(which)
    assert contrast(colours[ink], colours[paper]) >= least


def test_no_template_holds_script_or_style_in_line_or_names_another_host() -> None:
    for file in sorted((WEB / "templates").glob("*.html")):
        text = file.read_text("utf-8")
        if file.name in ALONE:
            continue
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", text), file.name
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file.name
        assert not re.search(r"""(src|href|action)=["']?(https?:)?//""", text), file.name


def test_no_style_sheet_or_script_reaches_for_another_host() -> None:
    for file in sorted((WEB / "static").iterdir()):
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"@import|url\((?!['\"]?data:)|https?://", text), file.name


def test_every_form_of_every_template_carries_the_token() -> None:
    for file in sorted((WEB / "templates").glob("*.html")):
        for form in re.findall(
            r"<form[^>]*method=\"post\".*?</form>", file.read_text("utf-8"), re.DOTALL
        ):
            assert "csrf()" in form, file.name


def test_the_first_page_weighs_no_more_than_sixty_kilobytes(site: Any) -> None:
    browser = site.browser()
    page = browser.get("/")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    weight = len(page.content) + sum(len(browser.get(file).content) for file in files)
    assert weight <= 60_000


@pytest.mark.parametrize("path", ["/", "/ask", "/find", "/about", "/login", "/nothing-here"])
def test_every_page_names_its_language_has_one_heading_and_labels_its_fields(
    site: Any, path: str
) -> None:
    page = site.browser().get(path).text
    assert page.startswith("<!doctype html>")
    assert '<html lang="zh-CN"' in page
    assert len(re.findall(r"<h1\b", page)) == 1
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = re.findall(
        r'<(?:input type="(?:text|tel|password)"|textarea|select)[^>]* id="([^"]+)"', page
    )
    assert set(fields) <= labelled


@pytest.mark.parametrize("status", [404])
def test_an_address_without_a_page_answers_in_the_same_look(site: Any, status: int) -> None:
    page = site.browser().get("/nothing-here")
    assert page.status_code == status
    assert "没有找到" in page.text
    assert "12348" in page.text

"""What the API gives of the library."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class LibraryEntryOut(BaseModel):
    """A reviewed question with its answer."""

    id: int
    category: str
    category_name: str
    title: str
    question: str
    answer: str
    reviewed: datetime


class LibraryOut(BaseModel):
    """One page of what was found; `more` where only the closest are listed."""

    total: int
    more: bool
    page: int
    entries: list[LibraryEntryOut]


class SuggestionOut(BaseModel):
    """A category with how sure we are, from 0 to 1."""

    category: str
    name: str
    confidence: float


class SuggestionsOut(BaseModel):
    """The most probable categories of a text, the most probable first."""

    suggestions: list[SuggestionOut]


class TextIn(BaseModel):
    """A text of which a category is to be suggested."""

    text: str

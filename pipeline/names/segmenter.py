"""Han text cut into words as the rules of one knowledge know them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from pipeline.rules.knowledge import Knowledge
from pipeline.text.words import cutting_with, new_segmenter, teach


def cutting_by(knowledge: Knowledge) -> AbstractContextManager[None]:
    """Cut Han text with the segmenter of a knowledge: what its rules teach, no other hears."""
    return cutting_with(knowledge.once(_segmenter))


def _segmenter(knowledge: Knowledge) -> Any:
    """Return a segmenter that keeps whole every word that the deal rules give a meaning."""
    segmenter = new_segmenter()
    with cutting_with(segmenter):
        teach((word for language in knowledge.languages.values() for word in language.words), "v")
    return segmenter

"""Makes one text of many spellings: Simplified, half-width, without web noise; every character keeps its place.

`Normalized.offsets` leads any range back to the original; `fold` writes a name the same way, without offsets.
"""

from __future__ import annotations

from functools import cache

from pipeline.models import Document, Normalized
from pipeline.normalize.language import cites_chinese, detect, language_in, language_of, languages_of
from pipeline.normalize.noise import signs
from pipeline.normalize.repair import repair
from pipeline.normalize.usual_forms import usual_forms
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.languages import simplifies
from pipeline.text.conversion import converted, simplify

__all__ = ["detect", "fold", "language_in", "normalize"]


def normalize(document: Document, knowledge: Knowledge | None = None) -> Normalized:
    """Return the document with the text that the rules read and the way back from it; without knowledge, by ours."""
    knowledge = knowledge or shipped()
    language = language_of(document, knowledge)
    text, offsets = repair(document.text, document.blocks)
    return Normalized(
        document=document,
        text=simplify(text) if simplifies(language, knowledge) or cites_chinese(text, language, knowledge) else text,
        offsets=offsets,
        language=language,
        languages=languages_of(document, language, knowledge),
    )


def fold(text: str) -> str:
    """Return a name as it stands in a normalized text."""
    return text if _foldable().isdisjoint(text) else simplify(repair(text)[0])


@cache
def _foldable() -> frozenset[str]:
    """Return the characters without which folding changes nothing: at the start it is asked of thousands of names."""
    return signs() | usual_forms().keys() | converted()

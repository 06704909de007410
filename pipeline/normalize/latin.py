"""Tells languages in Latin script apart: by small words and letters, which are data, else by statistics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.rules.knowledge import Knowledge
from pipeline.rules.languages import languages

UNKNOWN = "und"
WORD = re.compile(r"[A-Za-zªºÀ-ÖØ-öø-ɏ]+")
SURE = 20  # words from which on a language's list must hold a share of them
LEAST_SHARE = 0.15  # the ten languages reach 0.3 to 0.5 on news, Swedish and Polish 0.1 of any of them
LEAST_WORD = 4  # letters: below, `$ 15 cad` is a code and no word


def latin_language(text: str, knowledge: Knowledge) -> str:
    """Return the language of a text in Latin script, `und` where it has no word that tells."""
    found = evidence(text, knowledge)
    words = WORD.findall(text)
    (best, most), *others = sorted(found.items(), key=lambda item: -item[1]) or [(UNKNOWN, 0.0)]
    if len(words) >= SURE and _known_words(words, best, knowledge) < LEAST_SHARE * len(words):
        return UNKNOWN
    if most and not (others and others[0][1] == most):
        return best
    return _guess(text, knowledge) if any(len(word) >= LEAST_WORD for word in words) else UNKNOWN


def _known_words(words: Sequence[str], code: str, knowledge: Knowledge) -> int:
    known = languages(knowledge)[code].words if code in languages(knowledge) else frozenset()
    return sum(word.lower() in known for word in words)


def evidence(text: str, knowledge: Knowledge) -> dict[str, float]:
    """Return how much speaks for each language in Latin script: a word that many share counts for little."""
    weights = knowledge.once(_weights)
    found: dict[str, float] = {}
    lower = text.lower()
    pieces = WORD.findall(lower)
    if not text.isascii():
        pieces += [letter for letter in lower if letter > "\x7f"]
    for piece in pieces:
        for code, weight in weights.get(piece, ()):
            found[code] = found.get(code, 0.0) + weight
    return found


def _weights(knowledge: Knowledge) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return for each word and letter the languages that it speaks for."""
    owners: dict[str, list[str]] = {}
    for code, language in languages(knowledge).items():
        for piece in {*language.words, *language.letters}:
            owners.setdefault(piece, []).append(code)
    return {piece: tuple((code, 1 / len(codes)) for code in codes) for piece, codes in owners.items()}


def _guess(text: str, knowledge: Knowledge) -> str:
    """Return what a statistical identifier says, which takes a second to load and so is asked last."""
    import py3langid

    latin = {code for code, language in languages(knowledge).items() if language.script == "Latin"}
    return next(str(code) for code, _ in py3langid.rank(text) if code in latin)

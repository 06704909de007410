"""Organisations that a trained spaCy pipeline of the user's finds, where one is installed and named."""

from __future__ import annotations

from collections.abc import Sequence

import spacy
from spacy.language import Language as Nlp

from pipeline.rules.loading import RuleError

ORGANISATION = frozenset({"ORG", "ORGANIZATION", "COMPANY"})


class Trained:
    """A trained pipeline, loaded once and asked only about sentences with a cue."""

    def __init__(self, nlp: Nlp, name: str) -> None:
        if "ner" not in nlp.pipe_names:
            raise RuleError(f"{name}: this spaCy pipeline has no entity recognizer (ner)")
        self.nlp = nlp

    @classmethod
    def load(cls, name: str) -> Trained:
        """Return the installed pipeline of this name or folder."""
        try:
            nlp = spacy.load(name)
        except OSError as error:
            raise RuleError(f"no spaCy pipeline '{name}' is installed: {error}") from error
        return cls(nlp, name)

    def find(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return where organisations stand in the sentences."""
        docs = self.nlp.pipe(text[start:end] for start, end in sentences)
        return [
            (start + entity.start_char, start + entity.end_char)
            for (start, _), doc in zip(sentences, docs, strict=True)
            for entity in doc.ents
            if entity.label_ in ORGANISATION
        ]

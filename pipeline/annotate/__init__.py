"""Marks what deals are made of in a normalized text, as spaCy components of one pipeline.

`pipeline.marks.of(doc)` gives all that is marked; `doc.spans` shows `companies`, `amounts`, `stakes`, `quantities`,
`rounds`, `dates` and `cues`, and `doc.ents` the sure companies and the amounts, both where the document's own text says
them. Only sentences that hold a cue are looked at closely. `pipeline.factories` gives the components their names.
"""

from __future__ import annotations

from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import marks
from pipeline.models import Normalized


def annotate(normalized: Normalized, nlp: Language, *, disable: Iterable[str] = ()) -> Doc:
    """Return the spaCy document of a normalized text with everything marked: its tokens are the original text.

    Components that `disable` names do not run.
    """
    doc = nlp.make_doc(normalized.document.text)
    doc.user_data[marks.KEY] = marks.Marks(normalized=normalized)
    return nlp(doc, disable=list(disable))

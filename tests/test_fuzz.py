"""A few hundred broken inputs of each kind; `python -m tests.fuzz` reads thousands."""

from __future__ import annotations

import pytest

from tests.fuzz import KINDS, check, check_values, documents, fuzz, seeds


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_input_is_a_document_or_one_error(kind: str) -> None:
    outcomes = fuzz(kind, 60)
    assert outcomes["documents"] > 4  # most broken JSON is none


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_of_a_sound_input_stands_where_it_says(kind: str) -> None:
    from pipeline.extraction import extract

    found = [document for data in seeds(kind) for document in documents(kind, data)]
    values = 0
    for document in found:
        check(document)
        extraction = extract(document)
        check_values(extraction, document.text)
        values += len(extraction.deals)
    assert values

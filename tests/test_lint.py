"""`deals rules check` finds words that count twice or that nothing can match, in ours and in a user's own rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.proof import shapes
from pipeline.proof.lint import Finding, lint
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings
from tests.reference import rule_shapes


def own(folder: Path, place: str, text: str) -> Knowledge:
    """Return our knowledge with one file of a user's own laid over it."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return Knowledge.load(Settings(root=folder, languages=folder))


def of_ones_own(knowledge: Knowledge) -> list[Finding]:
    """Return what is wrong with the user's own file."""
    return [found for found in lint(knowledge) if found.where.startswith(str(knowledge.settings.root))]


def test_nothing_is_wrong_with_our_own_words() -> None:
    assert not [f"{found.where}: {found.message}" for found in lint(shipped())]


def test_the_shape_of_every_rule_file_is_known() -> None:
    told = {f"languages/*/{name}": shape for name, shape in shapes.LANGUAGES.items()}
    told |= {f"tables/{name}": shape for name, shape in shapes.TABLES.items()}
    assert told == {place: shape for place, shape in rule_shapes().items() if "tables/companies" not in place}


CASES = [
    ("zh/syntax.toml", 'links = ["旗下", "名下", "旗下"]', "links", "'旗下' stands 2 times"),
    ("fr/language.toml", "words = ['le', 'la', 'le']", "words", "'le' stands 2 times"),
    ("zh/parties.toml", 'persons = ["董事長"]', "persons", "write '董事长'"),
    ("zh/syntax.toml", '[markers.after]\n"給" = "to"', "markers.after", "write '给'"),
    ("zh/deals.toml", '[money]\nother = ["ＡＢ费"]', "money.other", "write 'AB费'"),
    ("en/syntax.toml", '[words]\nfirm_nouns = ["Fund"]', "words.firm_nouns", "write 'fund'"),
    (
        "en/syntax.toml",
        '[words]\ngovernors = ["pondered"]\nverbs = ["pondered"]',
        "words.verbs",
        "'pondered' is in words.governors",
    ),
]


@pytest.mark.parametrize(("place", "text", "entry", "message"), CASES, ids=[case[3] for case in CASES])
def test_a_word_that_does_nothing_is_named_with_its_file_and_the_mend(
    tmp_path: Path, place: str, text: str, entry: str, message: str
) -> None:
    (found,) = of_ones_own(own(tmp_path, place, text))
    assert found.where == f"{tmp_path / place}: {entry}"
    assert message in found.message


def test_pages_are_read_before_they_are_simplified_so_their_words_are_in_both_scripts(tmp_path: Path) -> None:
    assert not of_ones_own(own(tmp_path, "zh/speakers.toml", 'not_a_speaker = ["導播"]'))


def test_an_unknown_key_is_found_though_no_document_asks_for_the_file(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"stakes\.toml: .*`befor`.*drop it, or mend its name"):
        list(lint(own(tmp_path, "nl/stakes.toml", 'befor = ["x"]')))


def test_a_marker_of_an_unknown_slot_is_refused_with_the_slot_that_was_meant(tmp_path: Path) -> None:
    knowledge = own(tmp_path, "en/syntax.toml", '[markers.after]\n"towards" = "towrad"')
    with pytest.raises(RuleError, match=r"syntax\.toml: markers\.after: 'towards' opens 'towrad'.*write toward"):
        _ = knowledge.languages


def test_a_frame_with_an_unknown_slot_is_refused(tmp_path: Path) -> None:
    knowledge = own(tmp_path, "en/deals.toml", "[[frame]]\nid = 'acquire'\npayer = ['subjct']")
    with pytest.raises(RuleError, match=r"deals\.toml: frame 'acquire': .*'subjct'.*mend its name"):
        _ = knowledge.languages

"""The spaCy pipeline that annotates: tokens, spans, gates, saving and loading, what a user adds to it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from pipeline.annotate import GROUPS, annotate, build
from pipeline.annotate.tokenizer import ScriptTokenizer
from pipeline.deals import find_deals
from pipeline.extraction import default
from pipeline.models import Deal, Document
from pipeline.normalize import fold, normalize
from pipeline.rules.knowledge import shipped
from pipeline.rules.loading import RuleError

SENTENCES = [
    "英伟达宣布向OpenAI投资1000亿美元。",
    "輝達將對OpenAI投資最多1000億美元,分批撥款。",
    "深圳地铁集团从恒大手中受让万科14.07%股份,总价292亿元。",
    "Microsoft agreed to acquire Activision Blizzard for $68.7 billion.",
    "Berkshire Hathaway raised its stake in Occidental Petroleum to 28% in March 2024.",
    "Meta从英伟达购买35万块H100芯片。",
    "天气很好,没有新闻。",
    "The weather was fine.",
]
BETWEEN = ["\n", " ", "\t", "“", "(", "😀", "ﬁ", "é", "\u3000", "…"]
TOKENIZER = ScriptTokenizer(spacy.blank("xx").vocab)
NEWS = st.lists(st.sampled_from([*SENTENCES, *BETWEEN]), max_size=8).map("".join)


def marked(text: str, nlp: Language | None = None) -> Doc:
    """Return a text annotated by the pipeline in use, or by another one."""
    return annotate(normalize(Document(id="test", text=text)), nlp or default().nlp)


def deals(text: str, nlp: Language) -> tuple[Deal, ...]:
    """Return the deals that a pipeline leads to."""
    return find_deals(marked(text, nlp))


# Tokens and spans


@given(text=st.one_of(st.text(max_size=80), NEWS))
def test_the_tokens_of_a_text_make_up_the_text(text: str) -> None:
    doc = TOKENIZER(text)
    assert doc.text == text
    assert [token.idx for token in doc] == sorted(token.idx for token in doc)


@settings(deadline=None)  # the first text builds the pipeline
@given(text=NEWS)
def test_every_noun_points_at_its_characters_and_its_span_holds_them(text: str) -> None:
    doc = marked(text)
    for group in GROUPS:
        nouns, spans = doc.user_data[group], doc.spans[group]
        assert len(nouns) == len(spans)
        for noun, span in zip(nouns, spans, strict=True):
            assert doc.text[noun.start : noun.end] == noun.text
            assert span.start_char <= noun.start < noun.end <= span.end_char


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_found_begins_and_ends_between_two_tokens(text: str) -> None:
    doc = marked(text)
    for group in GROUPS:
        for noun, span in zip(doc.user_data[group], doc.spans[group], strict=True):
            assert (span.start_char, span.end_char) == (noun.start, noun.end), group


# Gates


class Counting:
    """A matcher that counts how often it is asked."""

    def __init__(self, matcher: Any) -> None:
        self.matcher = matcher
        self.asked = 0

    def __call__(self, sentence: Any) -> Any:
        self.asked += 1
        return self.matcher(sentence)


def patterns(path: Path, *entries: dict[str, Any]) -> Path:
    """Return a file of patterns."""
    path.write_text("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries), "utf-8")
    return path


def test_the_matcher_sees_only_the_sentences_that_hold_a_word_of_a_pattern(tmp_path: Path) -> None:
    verb = {"label": "en.acquire", "pattern": [{"LOWER": {"IN": ["snaffle", "snaffled"]}}, {"LOWER": "up"}]}
    nlp = build(shipped(), fold, patterns=patterns(tmp_path / "own.jsonl", verb))
    own = nlp.get_pipe("deals_cues").patterns
    own.matcher = matcher = Counting(own.matcher)
    marked("Nothing here.\nNeither here, nor there.\n" * 50, nlp)
    assert matcher.asked == 0
    marked("Nothing here.\nMicrosoft snaffled up Slack for $2 billion.\nNothing here.\n", nlp)
    assert matcher.asked == 1


def test_names_by_shape_are_looked_for_only_where_a_word_may_tell_a_deal() -> None:
    doc = marked("云岭科技的总部在嘉兴。云岭科技收购东港股份。")
    assert {span.start_char for span in doc.spans["companies"]} == {11, 17}


def test_a_text_without_a_cue_has_no_sentence_to_read() -> None:
    assert marked("天气很好,没有新闻。The weather was fine.").user_data["sentences"] == []


# Saved and loaded


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the pipeline saved, a verb of the user's in it."""
    folder = tmp_path_factory.mktemp("nlp")
    verb = {"label": "en.acquire", "pattern": [{"LOWER": "snaffled"}]}
    build(shipped(), fold, patterns=patterns(folder / "own.jsonl", verb)).to_disk(folder / "saved")
    return folder / "saved"


def test_a_pipeline_saved_and_loaded_finds_the_same_deals(saved: Path) -> None:
    loaded = spacy.load(saved)
    for text in SENTENCES:
        assert deals(text, loaded) == deals(text, default().nlp)
    assert [deal.rule for deal in deals("Microsoft snaffled Slack for $2 billion.", loaded)] == ["en.acquire"]


def test_a_saved_pipeline_loads_in_an_interpreter_that_imported_nothing_of_ours(saved: Path) -> None:
    code = (
        "import sys, spacy\n"
        "nlp = spacy.load(sys.argv[1])\n"
        "doc = nlp(sys.argv[2])\n"
        "print(*(span.text for name in ('companies', 'amounts', 'cues') for span in doc.spans[name]), sep='|')\n"
        "print(*(f'{deal.rule} {deal.kind}' for deal in doc.user_data['deals']))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, saved, SENTENCES[0]], capture_output=True, text=True, cwd=saved.parent
    )
    told = ["英伟达|OpenAI|1000亿美元|投资", "zh.invest investment"]
    assert (done.stdout.splitlines(), done.returncode) == (told, 0), done.stderr


# A user's own patterns


def test_a_pattern_adds_a_verb_to_a_frame(tmp_path: Path) -> None:
    text = "Microsoft snaffled Slack for $2 billion."
    assert deals(text, default().nlp) == ()
    verb = {"label": "en.acquire", "pattern": [{"LOWER": "snaffled"}], "id": "mine"}
    [deal] = deals(text, build(shipped(), fold, patterns=patterns(tmp_path / "own.jsonl", verb)))
    assert (deal.rule, deal.names("payer"), deal.names("target")) == ("en.acquire", ("Microsoft",), ("Slack",))


def test_a_phrase_adds_a_chinese_verb_in_both_scripts(tmp_path: Path) -> None:
    own = patterns(tmp_path / "own.jsonl", {"label": "zh.acquire", "pattern": "鲸吞"})
    nlp = build(shipped(), fold, patterns=own)
    for text in ("微软以20亿美元鲸吞动视暴雪。", "微軟以20億美元鯨吞動視暴雪。"):
        [deal] = deals(text, nlp)
        assert (deal.names("payer"), deal.names("target")) == (("Microsoft",), ("Activision Blizzard",))


def test_a_pattern_adds_a_company_and_takes_one_away(tmp_path: Path) -> None:
    text = "Microsoft bought the famous quux of berlin for $2 billion. Microsoft bought Slack for $3 billion."
    company = {"label": "COMPANY", "pattern": [{"LOWER": "quux"}, {"LOWER": "of"}, {"LOWER": "berlin"}]}
    other = {"label": "NOT_COMPANY", "pattern": "Slack"}
    nlp = build(shipped(), fold, patterns=patterns(tmp_path / "own.jsonl", company, other))
    assert [deal.names("target") for deal in deals(text, default().nlp)] == [("Slack",)]
    assert [deal.names("target") for deal in deals(text, nlp)] == [("quux of berlin",)]


BAD = {
    "no JSON": ("{", "own.jsonl:3: "),
    "no object": ('["en.acquire", "snaffle"]', "own.jsonl:3: "),
    "an unknown rule": ('{"label": "en.aquire", "pattern": "x"}', "own.jsonl:3: no rule is named 'en.aquire'"),
    "an unknown key": ('{"label": "COMPANY", "patern": "x"}', "own.jsonl:3: a pattern has the keys label and pattern"),
    "no plain word": ('{"label": "COMPANY", "pattern": [{"IS_TITLE": true}]}', "own.jsonl:3: a pattern needs at least"),
    "an unknown attribute": ('{"label": "COMPANY", "pattern": [{"LOWER": "a", "LOWR": "b"}]}', "own.jsonl:3: "),
    "a pattern that is a number": ('{"label": "COMPANY", "pattern": 5}', "own.jsonl:3: "),
    "tokens that are words": ('{"label": "COMPANY", "pattern": ["a", "b"]}', "own.jsonl:3: "),
}


@pytest.mark.parametrize(("line", "message"), BAD.values(), ids=BAD)
def test_a_line_that_cannot_be_used_is_named_by_file_and_number(line: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"label": "COMPANY", "pattern": "Quux"}\n\n' + line + "\n", "utf-8")
    with pytest.raises(RuleError) as raised:
        build(shipped(), fold, patterns=own)
    assert message in str(raised.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"missing\.jsonl"):
        build(shipped(), fold, patterns=tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"label": "COMPANY", "pattern": "Soci\xe9t\xe9"}\n')
    with pytest.raises(RuleError, match=r"latin\.jsonl"):
        build(shipped(), fold, patterns=tmp_path / "latin.jsonl")


# A trained pipeline of the user's

TAUGHT = [
    ("zorblax industries sold a mill", (0, 18)),
    ("a mill was sold by zorblax industries", (19, 37)),
    ("we met zorblax industries in may", (7, 25)),
    ("zorblax industries bought a farm", (0, 18)),
    ("the weather was fine in may", None),
    ("we sold a farm and bought a mill", None),
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a tiny trained pipeline, which knows one organisation that nothing of ours can know: it is written small."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    ner.add_label("ORG")
    rows = [
        Example.from_dict(nlp.make_doc(text), {"entities": [(*span, "ORG")] if span else []}) for text, span in TAUGHT
    ]
    spacy.util.fix_random_seed(1)
    optimizer = nlp.initialize(lambda: rows)
    for _ in range(30):
        nlp.update(rows, sgd=optimizer)
    folder = tmp_path_factory.mktemp("trained") / "tiny"
    nlp.to_disk(folder)
    return folder


def test_the_organisations_of_a_trained_pipeline_join_the_candidates(trained: Path) -> None:
    text = "Microsoft bought zorblax industries for $2 billion."
    assert deals(text, default().nlp) == ()
    [deal] = deals(text, build(shipped(), fold, trained=str(trained)))
    assert (deal.names("payer"), deal.names("target")) == (("Microsoft",), ("zorblax industries",))


def test_a_trained_pipeline_that_is_not_there_or_names_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no spaCy pipeline 'no_such_pipeline' is installed"):
        build(shipped(), fold, trained="no_such_pipeline")
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(RuleError, match="has no entity recognizer"):
        build(shipped(), fold, trained=str(tmp_path / "blank"))

"""The spaCy pipeline that annotates: tokens, spans, gates, saving and loading, what a user adds to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import catalogue
import msgspec
import numpy
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.vocab import Vocab

from pipeline import marks, models
from pipeline.annotate import annotate
from pipeline.annotate.components import CompanyComponent, CueComponent
from pipeline.annotate.spans import GROUPS
from pipeline.annotate.tokenizer import ScriptTokenizer
from pipeline.extraction import default, extract
from pipeline.factories import COMPONENTS, build, component
from pipeline.models import Deal, Document
from pipeline.normalize import normalize
from pipeline.proof.examples import examples
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings

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


def marked(text: str) -> Doc:
    """Return a text annotated by the pipeline in use, as `extract` has it."""
    return annotate(normalize(Document(id="test", text=text)), default().nlp)


def deals(text: str, nlp: Language) -> tuple[Deal, ...]:
    """Return the deals that a pipeline tells of a bare text, as any user of spaCy asks for them."""
    found: tuple[Deal, ...] = nlp(text)._.deals
    return found


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
    assert doc.text == text
    found = marks.of(doc)
    for group in GROUPS:
        nouns, spans = getattr(found, group), doc.spans[group]
        assert len(nouns) == len(spans)
        for noun, span in zip(nouns, spans, strict=True):
            start, end = found.normalized.offsets.original(noun.start, noun.end)
            assert found.text[noun.start : noun.end] == noun.text
            assert span.start_char <= start < end <= span.end_char


@pytest.mark.parametrize("text", SENTENCES)
def test_what_is_found_begins_and_ends_between_two_tokens(text: str) -> None:
    doc = marked(text)
    for group in GROUPS:
        for noun, span in zip(getattr(marks.of(doc), group), doc.spans[group], strict=True):
            assert (span.start_char, span.end_char) == (noun.start, noun.end), group


def test_sure_companies_and_amounts_are_entities_as_the_text_writes_them() -> None:
    doc = default().nlp("輝達將對OpenAI投資最多１０００億美元。")
    assert [(entity.text, entity.label_) for entity in doc.ents] == [
        ("輝達", "ORG"),
        ("OpenAI", "ORG"),
        ("最多１０００億美元", "MONEY"),
    ]


def test_the_sentences_of_a_document_are_those_that_deals_are_told_in() -> None:
    sentences = ["天气很好。", "OpenAI was quiet.", "英伟达投资了OpenAI。"]
    doc = default().nlp(" ".join(sentences))
    assert [sentence.text.strip() for sentence in doc.sents] == sentences


def test_the_entities_of_another_component_stay() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PRODUCT", "pattern": "Slack"}])
    for name in COMPONENTS:
        nlp.add_pipe(name)
    doc = nlp("Microsoft bought Slack for $2 billion.")
    assert [(entity.text, entity.label_) for entity in doc.ents] == [
        ("Microsoft", "ORG"),
        ("Slack", "PRODUCT"),
        ("$2 billion", "MONEY"),
    ]


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
    nlp = build(shipped(), patterns=patterns(tmp_path / "own.jsonl", verb))
    own = component(nlp, "deals_cues", CueComponent).own
    own.matcher = matcher = Counting(own.matcher)
    nlp("Nothing here.\nNeither here, nor there.\n" * 50)
    assert matcher.asked == 0
    nlp("Nothing here.\nMicrosoft snaffled up Slack for $2 billion.\nNothing here.\n")
    assert matcher.asked == 1


def test_names_by_shape_are_looked_for_only_where_a_word_may_tell_a_deal() -> None:
    doc = marked("云岭科技的总部在嘉兴。云岭科技收购东港股份。")
    assert {span.start_char for span in doc.spans["companies"]} == {11, 17}


def test_a_text_without_a_cue_has_no_sentence_to_read() -> None:
    assert marked("天气很好,没有新闻。The weather was fine.")._.deal_sentences == ()


# By every way that spaCy has, the same deals as `extract` gives

TEXTS = list(dict.fromkeys(each.text for each in examples() if each.topic == "deals"))
EVERY_WAY = pytest.mark.xdist_group("spacy")  # one process reads the examples once for all of them


@pytest.fixture(scope="module")
def documents() -> list[Doc]:
    """Give every example as the pipeline in use annotates it, in one stream."""
    return list(default().nlp.pipe(TEXTS))


@pytest.fixture(scope="module")
def extracted() -> list[tuple[Deal, ...]]:
    """Give the deals of every example by `extract`."""
    found = [extract(text).deals for text in TEXTS]
    assert sum(map(bool, found)) > len(TEXTS) / 2
    return found


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the pipeline saved, a verb of the user's in it."""
    folder = tmp_path_factory.mktemp("nlp")
    verb = {"label": "en.acquire", "pattern": [{"LOWER": "snaffled"}]}
    build(shipped(), patterns=patterns(folder / "own.jsonl", verb)).to_disk(folder / "saved")
    return folder / "saved"


def in_a_pipeline_of(code: str) -> Language:
    """Return a blank pipeline of a language with our components added by their names."""
    nlp = spacy.blank(code)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def from_its_bytes() -> Language:
    """Return a pipeline made of what another one's `to_bytes` gives."""
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "deals.ScriptTokenizer.v1"}}})
    for name in COMPONENTS:
        nlp.add_pipe(name)
    component(nlp, "deals_companies", CompanyComponent).initialize(companies=[])  # what bytes do not bring is not there
    return nlp.from_bytes(default().nlp.to_bytes())


PIPELINES = {
    "saved and loaded": spacy.load,
    "from bytes": lambda saved: from_its_bytes(),
    "components added to a blank xx": lambda saved: in_a_pipeline_of("xx"),
    "components added to a blank en": lambda saved: in_a_pipeline_of("en"),
}
DOCUMENTS = {
    "in one stream": lambda docs, vocab: docs,
    "each to bytes and back": lambda docs, vocab: (Doc(vocab).from_bytes(doc.to_bytes()) for doc in docs),
    "all in a DocBin": lambda docs, vocab: (
        DocBin().from_bytes(DocBin(store_user_data=True, docs=docs).to_bytes()).get_docs(vocab)
    ),
}


@EVERY_WAY
@pytest.mark.parametrize("way", PIPELINES.values(), ids=PIPELINES)
def test_a_pipeline_tells_the_same_deals(
    way: Callable[[Path], Language], saved: Path, extracted: list[tuple[Deal, ...]]
) -> None:
    assert [doc._.deals for doc in way(saved).pipe(TEXTS)] == extracted


@pytest.fixture
def _our_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have ours alone looked through, which each value that is packed does with those of all that is installed."""
    monkeypatch.setattr(catalogue, "AVAILABLE_ENTRY_POINTS", distribution("deal-pipeline").entry_points)


@EVERY_WAY
@pytest.mark.usefixtures("_our_entry_points")
@pytest.mark.parametrize("way", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_keeps_its_deals(
    way: Callable[[Iterable[Doc], Vocab], Iterable[Doc]], documents: list[Doc], extracted: list[tuple[Deal, ...]]
) -> None:
    assert [doc._.deals for doc in way(documents, default().nlp.vocab)] == extracted


@EVERY_WAY
def test_a_saved_pipeline_tells_the_same_in_processes_that_inherit_nothing(
    saved: Path, extracted: list[tuple[Deal, ...]]
) -> None:
    script = saved.parent / "spawned.py"
    script.write_text(
        "import json, multiprocessing, sys, spacy\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    nlp = spacy.load(sys.argv[1])\n"
        "    found = nlp.pipe(json.load(sys.stdin), n_process=2)\n"
        "    print(json.dumps([repr(doc._.deals) for doc in found]))\n",
        "utf-8",
    )
    asked = [sys.executable, "-I", script, saved]
    done = subprocess.run(asked, input=json.dumps(TEXTS), capture_output=True, text=True, cwd=saved.parent)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == list(map(repr, extracted))


def test_a_saved_pipeline_keeps_the_patterns_of_its_user(saved: Path) -> None:
    [deal] = deals("Microsoft snaffled Slack for $2 billion.", spacy.load(saved))
    assert deal.rule == "en.acquire"


def test_all_that_is_marked_survives_bytes() -> None:
    for text in SENTENCES:
        doc = marked(text)
        assert marks.of(Doc(doc.vocab).from_bytes(doc.to_bytes())) == marks.of(doc)


def test_other_things_in_a_document_survive_bytes_beside_the_marks() -> None:
    doc = marked(SENTENCES[0])
    doc.user_data["vector"] = numpy.arange(3)
    doc.user_data["row"] = {"id": 7}
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert again.user_data["vector"].tolist() == [0, 1, 2]
    assert again.user_data["row"] == {"id": 7}


# Components as spaCy's own are


def test_one_component_alone_works_in_a_pipeline_of_any_language() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("deals_cues")
    assert [cue.text for cue in nlp("Microsoft bought Slack.")._.deal_cues] == ["bought"]


def test_an_order_that_cannot_work_is_told_before_and_when_it_runs() -> None:
    nlp = spacy.blank("en")
    for name in reversed(COMPONENTS):
        nlp.add_pipe(name)
    assert "doc._.deal_sentences" in nlp.analyze_pipes()["problems"]["deals_companies"]
    with pytest.raises(ValueError, match="deals_cues must stand first"):
        nlp("Microsoft bought Slack.")
    assert not any(default().nlp.analyze_pipes()["problems"].values())


def test_rules_read_first_in_a_memory_zone_outlive_it() -> None:
    nlp = in_a_pipeline_of("xx")
    text = "Microsoft took a 10% stake in Slack."  # by a token pattern, whose words the vocabulary must not forget
    with nlp.memory_zone():
        inside = deals(text, nlp)
    assert inside == deals(text, nlp) == extract(text).deals != ()


def test_companies_of_ones_own_stand_in_place_of_the_tables(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[company.quux]\nname = 'quux of berlin'\nen = ['quux of berlin']\n", "utf-8")
    nlp = spacy.blank("xx")
    nlp.add_pipe("deals_cues")
    nlp.add_pipe("deals_companies", config={"companies": {"@misc": "deals.Companies.v1", "path": str(own)}})
    doc = nlp("英伟达收购了quux of berlin。")
    assert [org.text for org in doc._.deal_companies if org.company_id] == ["quux of berlin"]


def test_rules_of_ones_own_are_named_by_a_saved_pipeline(tmp_path: Path) -> None:
    text = "Microsoft snaffled Slack for $2 billion."
    (tmp_path / "own" / "en").mkdir(parents=True)
    frame = "[[frame]]\nid = 'acquire'\ncues = ['snaffled']\n"
    (tmp_path / "own" / "en" / "deals.toml").write_text(frame, "utf-8")
    build(Knowledge.load(Settings(root=tmp_path, languages=tmp_path / "own"))).to_disk(tmp_path / "saved")
    assert deals(text, default().nlp) == ()
    assert [deal.rule for deal in deals(text, spacy.load(tmp_path / "saved"))] == ["en.acquire"]


def test_the_day_of_publication_may_be_told_to_a_document() -> None:
    nlp = default().nlp
    doc = nlp.make_doc("Microsoft bought Slack yesterday.")
    doc._.deals_published = "2025-10-08"
    assert [date.value for date in nlp(doc)._.deal_dates] == ["2025-10-07"]


def test_making_a_pipeline_of_ones_own_imports_no_stage_of_ours() -> None:
    code = (
        "import spacy, sys; spacy.blank('en'); print(*(name for name in sys.modules if name.startswith('pipeline.')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "pipeline.factories" in loaded, done.stderr
    assert not loaded & {f"pipeline.{stage}" for stage in ("annotate", "deals", "normalize", "resolve", "extraction")}


# Each sentence is read by the rules of its own language

CHINESE = "昨天两地股市小幅上涨,多数投资者仍在等待年报。\n{}\n分析师没有进一步的评论。"
ENGLISH = (
    "Shares were little changed on Monday, and most of the investors waited for the results.\n{}\nNo one said more."
)
GERMAN = (
    "Der Konzern hat seine Zahlen vorgelegt, und die Anleger sind mit ihnen zufrieden.\n{}\nMehr war nicht bekannt."
)
ALONE = [
    "Berkshire Hathaway raised its stake in Occidental Petroleum to 28% in March 2024.",
    "Microsoft bought 49% of OpenAI for $13 billion in May 2023.",
    "Meta ordered 350,000 chips from Nvidia.",
]


def told(text: str) -> list[Any]:
    """Return what the deals of a text are, wherever in it they stand."""
    fields = ("rule", "kind", "status", "amount", "stake", "quantity", "date")
    return [
        [*(_value(getattr(deal, name)) for name in fields), deal.names("payer"), deal.names("target")]
        for deal in extract(text).deals
    ]


def _value(field: Any) -> Any:
    """Return a field of a deal without its place in the text."""
    return msgspec.structs.replace(field, start=0, end=0) if isinstance(field, models.Span) else field


@pytest.mark.parametrize("sentence", ALONE)
@pytest.mark.parametrize("frame", [CHINESE, CHINESE.replace("{}\n", "报告写道:“{}”")], ids=["a line", "a quotation"])
def test_an_english_sentence_in_a_chinese_article_reads_as_it_does_alone(frame: str, sentence: str) -> None:
    assert told(sentence)
    assert told(frame.format(sentence)) == told(sentence)


@pytest.mark.parametrize("frame", [ENGLISH, GERMAN], ids=["English", "German"])
@pytest.mark.parametrize(
    "sentence",
    [
        "深圳地铁集团在2023年5月从恒大手中受让万科14.07%股份,总价292亿元。",
        "騰訊以20億美元收購搜狗49%股權。",
        "Meta从英伟达购买35万块H100芯片。",
    ],
)
def test_a_chinese_sentence_in_another_article_reads_as_it_does_alone(frame: str, sentence: str) -> None:
    assert told(sentence)
    assert told(frame.format(sentence)) == told(sentence)


def test_a_billion_in_an_english_quote_is_no_german_billion() -> None:
    quote = "“We are happy to say that the company will invest $9.3 billion in the plant.”"
    own = "Das Werk kostet 1,5 Billionen Euro."
    found = extract(GERMAN.format(f"{quote}\n{own}")).amounts
    assert [(f"{amount.value:f}", amount.currency) for amount in found] == [
        ("9300000000", "USD"),
        ("1500000000000", "EUR"),
    ]


def test_a_sentence_with_a_foreign_name_keeps_its_language() -> None:
    found = marks.of(marked("Tencent (騰訊) agreed to buy 49% of Sogou. 阿里巴巴 Cloud 以20亿元收购了 Lazada 的股份。"))
    assert [sentence.language for sentence in found.sentences] == ["en", "zh-Hans"]


# A user's own patterns


def test_a_pattern_adds_a_verb_to_a_frame(tmp_path: Path) -> None:
    text = "Microsoft snaffled Slack for $2 billion."
    assert deals(text, default().nlp) == ()
    verb = {"label": "en.acquire", "pattern": [{"LOWER": "snaffled"}], "id": "mine"}
    [deal] = deals(text, build(shipped(), patterns=patterns(tmp_path / "own.jsonl", verb)))
    assert (deal.rule, deal.names("payer"), deal.names("target")) == ("en.acquire", ("Microsoft",), ("Slack",))


def test_a_phrase_adds_a_chinese_verb_in_both_scripts(tmp_path: Path) -> None:
    own = patterns(tmp_path / "own.jsonl", {"label": "zh.acquire", "pattern": "鲸吞"})
    nlp = build(shipped(), patterns=own)
    for text in ("微软以20亿美元鲸吞动视暴雪。", "微軟以20億美元鯨吞動視暴雪。"):
        [deal] = deals(text, nlp)
        assert (deal.names("payer"), deal.names("target")) == (("Microsoft",), ("Activision Blizzard",))


def test_a_pattern_adds_a_company_and_takes_one_away(tmp_path: Path) -> None:
    text = "Microsoft bought the famous quux of berlin for $2 billion. Microsoft bought Slack for $3 billion."
    company = {"label": "COMPANY", "pattern": [{"LOWER": "quux"}, {"LOWER": "of"}, {"LOWER": "berlin"}]}
    other = {"label": "NOT_COMPANY", "pattern": "Slack"}
    nlp = build(shipped(), patterns=patterns(tmp_path / "own.jsonl", company, other))
    assert [deal.names("target") for deal in deals(text, default().nlp)] == [("Slack",)]
    assert [deal.names("target") for deal in deals(text, nlp)] == [("quux of berlin",)]


def test_a_pattern_without_a_plain_word_is_tried_on_every_sentence(tmp_path: Path) -> None:
    verb = {"label": "en.acquire", "pattern": [{"LOWER": {"REGEX": "^snaffl(e|ed|es)$"}}]}
    [deal] = deals(
        "Nothing here. Microsoft snaffled Slack.", build(shipped(), patterns=patterns(tmp_path / "own.jsonl", verb))
    )
    assert (deal.rule, deal.names("target")) == ("en.acquire", ("Slack",))


BAD = {
    "no JSON": ("{", "own.jsonl:3: "),
    "no object": ('["en.acquire", "snaffle"]', "own.jsonl:3: "),
    "an unknown rule": ('{"label": "en.aquire", "pattern": "x"}', "own.jsonl:3: no rule is named 'en.aquire'"),
    "an unknown key": ('{"label": "COMPANY", "patern": "x"}', "own.jsonl:3: a pattern has the keys label and pattern"),
    "an unknown attribute": ('{"label": "COMPANY", "pattern": [{"LOWER": "a", "LOWR": "b"}]}', "own.jsonl:3: "),
    "a pattern that is a number": ('{"label": "COMPANY", "pattern": 5}', "own.jsonl:3: "),
    "tokens that are words": ('{"label": "COMPANY", "pattern": ["a", "b"]}', "own.jsonl:3: "),
}


@pytest.mark.parametrize(("line", "message"), BAD.values(), ids=BAD)
def test_a_line_that_cannot_be_used_is_named_by_file_and_number(line: str, message: str, tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"label": "COMPANY", "pattern": "Quux"}\n\n' + line + "\n", "utf-8")
    with pytest.raises(RuleError) as raised:
        build(shipped(), patterns=own)
    assert message in str(raised.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"missing\.jsonl"):
        build(shipped(), patterns=tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"label": "COMPANY", "pattern": "Soci\xe9t\xe9"}\n')
    with pytest.raises(RuleError, match=r"latin\.jsonl"):
        build(shipped(), patterns=tmp_path / "latin.jsonl")


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
    text = "Microsoft bought zorblax industries."
    assert deals(text, default().nlp) == ()
    [deal] = deals(text, build(shipped(), trained=str(trained)))
    assert (deal.names("payer"), deal.names("target")) == (("Microsoft",), ("zorblax industries",))


def test_a_trained_pipeline_that_is_not_there_or_names_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no spaCy pipeline 'no_such_pipeline' is installed"):
        build(shipped(), trained="no_such_pipeline")
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(RuleError, match="has no entity recognizer"):
        build(shipped(), trained=str(tmp_path / "blank"))

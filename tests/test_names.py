"""The index of company names: edges, case, evidence, and text it must survive."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Company
from pipeline.names.evidence import Evidence, NameRules, load_name_rules, name_rules
from pipeline.names.index import NameIndex
from pipeline.normalize import fold
from pipeline.rules.knowledge import shipped
from pipeline.rules.loading import RuleError

INDEX = NameIndex.build(shipped().companies, fold)
RULES = NameRules(
    reach=8,
    firm=Evidence(before=("收购",), after=("公司", "said"), around=("股价",)),
    joints=("、", "和", " and "),
    capital=("Shell",),
    word={"金山": Evidence(after=("软件",)), "甲骨文": Evidence(unless=("出土",))},
    runs_on={"银行": ("业",)},
    not_a_company={"高通胀": "high inflation"},
)


def company(name: str, *names: str, context: tuple[str, ...] = ()) -> Company:
    return Company(id=name, name=name, names=names, context=context)


def found(text: str, *some: Company) -> list[str]:
    """Return the pieces of the text that the index of these companies finds."""
    return [text[hit.start : hit.end] for hit in NameIndex.build(some, fold, [RULES]).find(text)]


def test_names_are_found_in_reading_order_with_their_places() -> None:
    text = "甲骨文与OpenAI签约,英伟达供货"
    hits = [(hit.start, hit.end, hit.company.id if hit.company else None) for hit in INDEX.find(text)]
    assert hits == [(0, 3, "oracle"), (4, 10, "openai"), (13, 16, "nvidia")]


def test_the_longest_name_from_the_left_counts() -> None:
    assert found("京东方向京东供货", company("京东"), company("京东方")) == ["京东方", "京东"]


@pytest.mark.parametrize("text", ["OpenAIs", "myOpenAI", "OpenAI5", "éOpenAI"])
def test_a_latin_name_is_not_found_in_a_longer_word(text: str) -> None:
    assert found(text, company("OpenAI")) == []


@pytest.mark.parametrize("text", ["与OpenAI与", "(OpenAI)", "OpenAI's", "AMD-OpenAI", "OpenAI,"])
def test_a_latin_name_is_found_beside_han_and_punctuation(text: str) -> None:
    assert found(text, company("OpenAI")) == ["OpenAI"]


@pytest.mark.parametrize("text", ["Nvidia", "NVIDIA", "nvidia"])
def test_a_distinct_name_is_found_in_any_case(text: str) -> None:
    assert found(text, company("NVIDIA")) == [text]


def test_a_short_latin_name_counts_only_as_written() -> None:
    assert found("AMD amd Amd", company("AMD")) == ["AMD"]


def test_a_name_that_is_a_word_when_small_needs_its_capital() -> None:
    assert found("Shell and SHELL and shell", company("Shell")) == ["Shell", "SHELL"]


@pytest.mark.parametrize("text", ["CoreWeave", "Core Weave", "Coreweave", "COREWEAVE", "coreweave"])
def test_a_name_is_found_with_its_parts_joined_or_apart(text: str) -> None:
    assert found(text, company("CoreWeave")) == [text]


@pytest.mark.parametrize("text", ["JPMorgan", "JP Morgan", "JP-Morgan"])
def test_a_hyphen_a_space_or_nothing_between_parts_is_the_same_name(text: str) -> None:
    assert found(text, company("JP-Morgan")) == [text]


def test_parts_apart_are_a_name_only_with_their_capitals() -> None:
    assert found("black rock, Black Rock", company("BlackRock")) == ["Black Rock"]


def test_traditional_names_are_found_in_folded_text() -> None:
    text = fold("輝達與聯發科")
    assert found(text, company("NVIDIA", "輝達"), company("MediaTek", "聯發科")) == [fold("輝達"), fold("聯發科")]


@pytest.mark.parametrize("text", ["https://openai.com/nvidia", "www.openai.org/x", "press@openai.com", "openai.com"])
def test_an_address_names_nobody(text: str) -> None:
    assert found(text, company("OpenAI"), company("NVIDIA")) == []


def test_a_persons_name_is_not_the_firms() -> None:
    assert found("迈克尔·戴尔", company("戴尔")) == []
    assert found("· 戴尔", company("戴尔")) == ["戴尔"]


def test_a_name_cut_out_of_a_longer_word_is_none() -> None:
    assert found("上海信托与海信", company("海信")) == ["海信"]


def test_a_name_that_runs_on_is_another_word() -> None:
    assert found("中国银行业与中国银行", company("中国银行")) == ["中国银行"]


def test_a_trap_takes_the_name_it_holds() -> None:
    assert found("高通胀时高通涨价", company("高通")) == ["高通"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("他爱吃苹果", []),
        ("收购苹果", ["苹果"]),
        ("苹果公司", ["苹果"]),
        ("苹果昨天的股价", ["苹果"]),
        ("苹果好吃。股价", []),
        ("谷歌、苹果", ["谷歌", "苹果"]),
        ("苹果和谷歌", ["苹果", "谷歌"]),
        ("苹果电脑很贵,苹果很小", ["苹果电脑", "苹果"]),
    ],
)
def test_a_name_that_is_a_word_too_needs_evidence(text: str, names: list[str]) -> None:
    apple = company("Apple", "苹果", "苹果电脑", context=("苹果",))
    assert found(text, apple, company("Google", "谷歌")) == names


def test_a_word_with_evidence_of_its_own_takes_no_other() -> None:
    kingsoft = company("Kingsoft", "金山", context=("金山",))
    assert found("收购金山", kingsoft) == []
    assert found("金山软件园", kingsoft) == ["金山"]


def test_a_veto_leaves_a_name_that_needs_no_evidence() -> None:
    oracle = company("Oracle", "甲骨文")
    assert found("出土的甲骨文", oracle) == []
    assert found("甲骨文签约", oracle) == ["甲骨文"]


def test_a_capital_after_a_small_word_is_evidence_where_the_rules_say_so() -> None:
    rules = NameRules(reach=8, firm=Evidence(mid_sentence=True))
    index = NameIndex.build([company("Meta", context=("Meta",))], fold, [rules])
    assert [hit.start for hit in index.find("Meta is a prefix. They fined Meta. A meta level.")] == [29]


def test_firms_that_share_a_name_are_all_given_and_none_chosen() -> None:
    (hit,) = NameIndex.build([company("Delta Air", "Delta"), company("Delta Power", "Delta")], fold, []).find("Delta")
    assert [each.id for each in hit.companies] == ["Delta Air", "Delta Power"]
    assert hit.company is None


def test_a_name_of_invisible_characters_finds_nothing() -> None:
    assert found("英伟达", company("\u200b"), company("英伟达", " \ufeff")) == ["英伟达"]


@given(st.text(alphabet="英伟达OpenAI苹果公司、。İ· .abc\n甲骨文", max_size=60))
def test_any_text_gives_names_in_order_that_do_not_overlap(text: str) -> None:
    hits = INDEX.find(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(left.end <= right.start for left, right in pairwise(hits))


def test_a_character_that_grows_in_lower_case_moves_no_place() -> None:
    text = "İİİ OpenAI"
    assert [text[hit.start : hit.end] for hit in INDEX.find(text)] == ["OpenAI"]


def test_no_company_of_the_tables_is_hidden_by_a_trap() -> None:
    traps = {trap for rules in name_rules(shipped()) for trap in rules.not_a_company}
    names = {fold(name) for each in shipped().companies for name in (each.name, *each.names)}
    assert {fold(trap) for trap in traps} & names == set()


def test_every_name_that_the_rules_speak_of_is_one_of_the_tables() -> None:
    names = {fold(name).lower() for each in shipped().companies for name in (each.name, *each.names)}
    spoken_of = {fold(name).lower() for rules in name_rules(shipped()) for name in (*rules.word, *rules.capital)}
    assert spoken_of - names == set()


def test_every_name_that_may_run_on_ends_a_name_of_the_tables() -> None:
    names = [fold(name).lower() for each in shipped().companies for name in (each.name, *each.names)]
    ends = {fold(end).lower() for rules in name_rules(shipped()) for end in rules.runs_on}
    assert {end for end in ends if not any(name.endswith(end) for name in names)} == set()


def test_every_trap_holds_a_name_of_the_tables() -> None:
    names = sorted({fold(name).lower() for each in shipped().companies for name in (each.name, *each.names)}, key=len)
    traps = {fold(trap).lower() for rules in name_rules(shipped()) for trap in rules.not_a_company}
    assert {trap for trap in traps if not any(name in trap for name in names)} == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reach = 8\ncolour = 1", "colour"),
        ("reach = 'far'", "reach"),
        ("reach = 8\n[firm]\nafter = ['CEO']", "firm: 'CEO' is held against small letters"),
        ("reach = 8\n[word.'苹果']\nunless = ['']", "word.苹果: '' is held against small letters"),
        ("[word.Navy]\nlike = 'Army'", "word.Navy: 'Army' has no evidence to share"),
        ("reach = 8\n[not_a_company]\n'苹果树' = ''", "not_a_company '苹果树' has no meaning"),
    ],
)
def test_name_rules_that_cannot_be_used_say_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleError, match=re.escape(message)) as error:
        load_name_rules(path)
    assert str(path) in str(error.value)

"""The times a text tells, the day each means, and the day an article was published."""

from __future__ import annotations

from datetime import date as Day
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotate.values.dates import find_dates
from pipeline.proof.examples import Example, examples
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import OURS, Settings
from pipeline.times.date_grammar import date_grammar
from pipeline.times.date_rules import DateRules, Vocabulary
from pipeline.times.days import days
from pipeline.times.published import published_date

HOSTILE = [
    "1" * 20_000,
    "2019年" * 4_000,
    "年" * 20_000,
    "一" * 20_000,
    "in " * 7_000,
    "2019-" * 4_000,
    " 9 月" * 5_000,
]


@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en", "de", "ja"])
@given(text=st.text(alphabet="0129年月日季度上下半周一二十至-/., last March2019Q早3第廿", max_size=60))
def test_a_date_is_the_characters_it_points_at(language: str, text: str) -> None:
    for date in find_dates(text, language, "2025-10-08"):
        assert text[date.start : date.end] == date.text


TOLD = [example for example in examples() if example.topic == "dates"]
LETTERS = "0123456789年月日季度前后上下周大民國平成元一十百两Q FYH.,/-’İıſK²٣〇"


@given(example=st.sampled_from(TOLD), data=st.data())
@settings(max_examples=300)
def test_no_text_near_an_example_is_lost(example: Example, data: st.DataObject) -> None:
    text = example.text
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + data.draw(st.text(LETTERS, max_size=3)) + text[end:]
    published = data.draw(st.sampled_from(["2025-10-08", "2024-02-29", "2025", None]))
    for date in find_dates(text, example.language, published):
        assert text[date.start : date.end] == date.text
        assert date.value is None or days(date.value), (text, date)


@given(day=st.dates(min_value=Day(1900, 1, 1), max_value=Day(2099, 12, 31)))
def test_a_whole_date_reads_back_however_it_is_written(day: Day) -> None:
    written = {
        "zh": "{0.year}年{0.month}月{0.day}日",
        "en": "{0:%B} {0.day}, {0.year}",
        "ja": "{0.year}年{0.month}月{0.day}日",
    }
    for language, form in written.items():
        assert [date.value for date in find_dates(form.format(day), language)] == [str(day)]


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("de", "Am 4. November 2019, gestern und im Jahr 2018", ["2019-11-04", "2025-10-07", "2018"]),
        ("de", "Die Allianz kauft mit Freude am Dienstag", ["2025-10-07"]),
        ("fr", "le 1er mars 2019, puis le 5 mars", ["2019-03-01", "2025-03-05"]),
        ("es", "el 4 de noviembre de 2019", ["2019-11-04"]),
        ("pt", "em 4 de novembro de 2019", ["2019-11-04"]),
        ("it", "il 4 novembre 2019, ieri", ["2019-11-04", "2025-10-07"]),
        ("nl", "op 4 november 2019", ["2019-11-04"]),
        ("ja", "昨日、2019年11月4日に発表", ["2025-10-07", "2019-11-04"]),
        ("ja", "平成31年4月1日に買収、令和元年度、令和元年5月", ["2019-04-01", "2019", "2019-05"]),
        ("ko", "2019년 11월 4일 지난달", ["2019-11-04", "2025-09"]),
        ("tr", "15 NİSAN 2025, 5 Kasım 2024, 6 KASIM 2024", ["2025-04-15", "2024-11-05", "2024-11-06"]),
        ("az", "5 İyn 2025", ["2025-06-05"]),
        ("tl", "4 Enero 2019", ["2019-01-04"]),
    ],
)
def test_a_language_without_rules_of_its_own_is_read_with_the_words_of_the_table(
    language: str, text: str, values: list[str]
) -> None:
    assert [date.value for date in find_dates(text, language, "2025-10-08")] == values


def test_every_language_of_the_table_is_read_in_its_own_words_small_and_capital() -> None:
    table = shipped().table("date_words.toml", dict[str, Vocabulary])
    told = {code: table[code] for code in table.keys() - shipped().rules("dates.toml", DateRules).keys()}
    assert len(told) > 150
    for language, words in told.items():
        for month, number in words.get("month", {}).items():
            small = f"4 {month} 2019"
            for text in {small, small.upper()} if len(small.upper()) == len(small) else {small}:
                values = [date.value for date in find_dates(text, language)]
                assert values == [f"2019-{number:02}-04"], (language, text)


@pytest.mark.parametrize(
    ("language", "value"),
    [("en", "2025"), ("en-CA", "2025"), ("en-US", "2025-10-07"), ("en-gb", "2025-07-10"), ("en-Latn-AU", "2025-07-10")],
)
def test_the_region_decides_which_of_two_small_numbers_is_the_day(language: str, value: str) -> None:
    assert [date.value for date in find_dates("on 10/7/2025", language)] == [value]


def test_a_copy_of_our_rules_tells_each_date_once(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "dates.toml").write_bytes((OURS / "languages" / "zh" / "dates.toml").read_bytes())
    known = Knowledge.load(Settings(languages=tmp_path))
    assert [date.value for date in find_dates("2024年9月", "zh", None, known)] == ["2024-09"]


def test_a_pattern_that_lets_in_no_number_tells_no_date(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    rules = "start = '[a-z]'\n[slots.day]\npattern = '[a-z]+'\n[[rules]]\npattern = '{day}'"
    (tmp_path / "xx" / "dates.toml").write_text(rules, "utf-8")
    known = Knowledge.load(Settings(languages=tmp_path))
    assert find_dates("seven", "xx", "2025-10-08", known) == []


def test_a_letter_that_only_a_pattern_knows_is_read() -> None:
    assert [date.value for date in find_dates("Aprıl 5, 2025 and AUGUſT 6, 2025", "en")] == ["2025-04-05", "2025-08-06"]


@pytest.mark.parametrize(("language", "text"), [("en", "the 1980s to 1990s"), ("zh", "80年代至90年代")])
def test_decades_are_a_span_of_time_too(language: str, text: str) -> None:
    assert [date.value for date in find_dates(text, language)] == ["198X/199X"]


def test_a_language_without_any_words_is_no_error() -> None:
    assert date_grammar("xx") is None


def test_an_unknown_language_has_no_dates() -> None:
    assert find_dates("2019年", "und", "2025-10-08") == []


@pytest.mark.parametrize("published", [None, "", "2025", "nonsense", "2025-13-40", "0000-00-00", "2025-02-31"])
def test_a_broken_day_of_publication_leaves_days_unresolved(published: str | None) -> None:
    assert [date.value for date in find_dates("昨日公告", "zh", published)] == [None]


def test_a_folder_with_dates_is_a_language(tmp_path: Path) -> None:
    folder = tmp_path / "eo"
    folder.mkdir()
    rules = """
        start = '[hv]'
        [slots.days]
        words = { 'hieraŭ' = -1 }
        [[rules]]
        pattern = '{days}'
    """
    (folder / "dates.toml").write_text(rules, "utf-8")
    known = Knowledge.load(Settings(languages=tmp_path))
    assert [date.value for date in find_dates("Ĝi venis hieraŭ", "eo", "2025-10-08", known)] == ["2025-10-07"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("start = 'x'\n[slots.dy]\nwords = { a = 1 }\n[[rules]]\npattern = '{dy}'", "slot 'dy' needs `fills`"),
        ("start = 'x'\n[slots.day]\n[[rules]]\npattern = '{day}'", "slot 'day' needs `words` or a `pattern`"),
        (
            "start = 'x'\n[slots.day]\npattern = '1'\n[[rules]]\npattern = '{dya}'",
            "'{dya}' is neither a slot nor a part",
        ),
        ("start = 'x'\n[slots.day]\npattern = '1'\n[[rules]]\npattern = '{day}('", "mend the pattern"),
        ("start = 'x'\n[slots.day]\npattern = '1'\n[[rules]]\npatern = '{day}'", "patern"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_name(rules: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "dates.toml").write_text(rules, "utf-8")
    known = Knowledge.load(Settings(languages=tmp_path))
    with pytest.raises(RuleError, match=r"dates\.toml") as refused:
        date_grammar("xx", known)
    assert message in str(refused.value)


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_in_hostile_repetition_a_date_is_the_characters_it_points_at(language: str, text: str) -> None:
    for date in find_dates(text, language, "2025-10-08"):
        assert text[date.start : date.end] == date.text


PAGE = """<div><span>发布时间:2026年11月18日 10:20</span></div>
<p>2026年3月5日,公司在上海宣布了一项与供应商签订的长期采购协议,金额没有披露,双方预计在明年内完成首批交付。</p>"""


def test_a_guessed_new_year_is_mended_from_the_byline() -> None:
    assert published_date("2026-01-01", html=PAGE) == "2026-11-18"


def test_a_guessed_new_year_is_mended_from_markup_and_address() -> None:
    assert (
        published_date("2026-01-01", html='<meta property="article:published_time" content="2026-02-03T08:00">')
        == "2026-02-03"
    )
    assert published_date("2026-01-01", url="https://news.example/2026/11/18/deal.html") == "2026-11-18"


def test_a_true_new_year_stays() -> None:
    assert published_date("2026-01-01T09:00", text="要闻\n2026年1月1日\n正文") == "2026-01-01"


def test_a_new_year_that_nothing_confirms_is_only_a_year() -> None:
    assert published_date("2026-01-01", text="正文没有日期") == "2026"


def test_any_other_day_stays_and_none_is_looked_for() -> None:
    assert published_date("2026-05-06", html=PAGE) == "2026-05-06"
    assert published_date(None, html=PAGE) == "2026-11-18"
    assert published_date(None) is None

"""Amounts: what each field means, and what holds for any text. The sentences themselves are beside the rules."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotate.money.amount_rules import amount_rules
from pipeline.annotate.money.amounts import document_currency, find_amounts, find_bare_amounts
from pipeline.annotate.numbers.number_rules import NumberRules, number_data
from pipeline.annotate.numbers.spelling import spell_all
from pipeline.models import Amount
from pipeline.normalize import fold
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings

RULES = amount_rules(shipped())
NUMBERS = number_data(shipped()).languages
HAN_LIKE = ("zh", "ja")
LATIN = ["en", "de", "fr", "es", "pt", "it", "nl"]


def only(text: str, language: str, knowledge: Knowledge | None = None) -> Amount:
    """Return the one amount of a text."""
    (amount,) = find_amounts(text, language, knowledge)
    return amount


def test_an_exact_amount_has_a_value_and_no_bounds() -> None:
    amount = only("微软以262亿美元收购领英", "zh-Hans")
    assert (amount.value, amount.low, amount.high) == (Decimal(26_200_000_000), None, None)


def test_up_to_bounds_the_amount_from_above_and_belongs_to_its_text() -> None:
    amount = only("拟投资高达1000亿美元", "zh-Hans")
    assert (amount.value, amount.low, amount.high) == (Decimal(10**11), None, Decimal(10**11))
    assert amount.text == "高达1000亿美元"


def test_at_least_bounds_the_amount_from_below() -> None:
    amount = only("It will pay at least $4bn.", "en")
    assert (amount.value, amount.low, amount.high, amount.text) == (4 * 10**9, 4 * 10**9, None, "at least $4bn")


def test_a_range_has_both_bounds_and_the_middle_as_its_best_figure() -> None:
    amount = only("3亿至5亿元", "zh-Hans")
    assert (amount.value, amount.low, amount.high) == (4 * 10**8, 3 * 10**8, 5 * 10**8)


def test_an_order_of_magnitude_has_no_single_figure() -> None:
    amount = only("数百亿美元", "zh-Hans")
    assert (amount.value, amount.low, amount.high) == (None, Decimal(10**10), Decimal(99_900_000_000))


def test_a_figure_is_exact_to_the_last_digit() -> None:
    assert only("217,048,720.10元", "zh-Hans").value == Decimal("217048720.1")
    assert str(only("1.10万亿美元", "zh-Hans").value) == "1100000000000"


def test_a_smaller_unit_alone_keeps_its_own_count_and_names_no_currency() -> None:
    amount = only("The shares fell 35 cents.", "en")
    assert (amount.value, amount.currency) == (Decimal(35), None)


@pytest.mark.parametrize(
    ("text", "language", "currency", "inferred"),
    [
        ("US$5 million", "en", "USD", False),
        ("$5 million", "en", "USD", True),
        ("$5 million", "en-CA", "CAD", True),
        ("5 million dollars", "en-NZ", "NZD", True),
        ("$5 million", "es-MX", "MXN", True),
        ("5亿元", "zh-Hant-TW", "TWD", True),
        ("5亿元", "zh-Hant-HK", "HKD", True),
        ("5亿元", "zh-Hans-CN", "CNY", True),
        ("5亿人民币", "zh-Hant-TW", "CNY", False),
        ("¥500", "ja", "JPY", True),
        ("¥500", "zh-Hans", "CNY", True),
        ("500 pesos", "es", None, False),
    ],
)
def test_a_shared_word_means_the_currency_of_its_region(
    text: str, language: str, currency: str | None, inferred: bool
) -> None:
    amount = only(text, language)
    assert (amount.currency, amount.currency_inferred) == (currency, inferred)


def test_a_shared_word_means_what_the_document_names() -> None:
    taipei = "台积电核准新台币3兆元,另投入500亿元。"
    assert [amount.currency for amount in find_amounts(taipei, "zh-Hans")] == ["TWD", "TWD"]
    manila = "It borrowed 90 million Philippine pesos and repaid 20 million pesos."
    assert [amount.currency for amount in find_amounts(manila, "en")] == ["PHP", "PHP"]


def test_the_document_counts_in_the_currency_it_names_most() -> None:
    amounts = find_amounts("先付20亿美元,再付30亿美元,税费1亿元", "zh-Hans")
    assert document_currency(amounts, "zh-Hans") == "USD"
    assert document_currency([], "zh-Hans") is None


def test_of_two_currencies_named_as_often_the_regions_own_is_the_documents() -> None:
    amounts = find_amounts("HK$5 million and US$5 million", "en-HK")
    assert document_currency(amounts, "en-HK") == "HKD"


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("甲骨文支付1000亿给芯片厂", "zh-Hans", [("1000亿", 10**11)]),
        ("注入5000亿的资金", "zh-Hans", [("5000亿", 5 * 10**11)]),
        ("支付1000億给它", "zh-Hant", [("1000億", 10**11)]),
        ("以超过11.04亿,买下它", "zh-Hans", [("超过11.04亿", 1_104_000_000)]),
        ("He paid 1.2 billion for the club", "en", [("1.2 billion", 1_200_000_000)]),
        ("拥有7亿用户和500万块芯片", "zh-Hans", []),
        ("发行1.6亿股,员工3万人", "zh-Hans", []),
        ("占地30万平方米,第100万台下线", "zh-Hans", []),
        ("It has 700 million weekly users", "en", []),
        ("以1000亿美元买下", "zh-Hans", []),
        ("2024年12月", "zh-Hans", []),
    ],
)
def test_a_figure_without_a_currency_is_money_unless_things_are_counted(
    text: str, language: str, found: list[tuple[str, int]]
) -> None:
    amounts = find_bare_amounts(text, 0, len(text), language)
    assert [(amount.text, amount.value) for amount in amounts] == found
    assert all(amount.currency is None for amount in amounts)


def test_bare_amounts_are_looked_for_inside_the_range_only() -> None:
    text = "先付100亿。再付200亿。"
    (amount,) = find_bare_amounts(text, 7, len(text), "zh-Hans")
    assert (text[amount.start : amount.end], amount.text, amount.value) == ("200亿", "200亿", 2 * 10**10)


@pytest.mark.parametrize("raw", ["斥資２，５００萬美元", "斥資2，500萬美元", "斥资2,500万美元"])
def test_traditional_and_full_width_text_reads_as_simplified_does(raw: str) -> None:
    amount = only(fold(raw), "zh")
    assert (amount.value, amount.currency, amount.text) == (25_000_000, "USD", fold(raw)[2:])


@pytest.mark.parametrize("language", [*LATIN, "und", "pl"])
@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("dos millones y medio de dólares", 2_500_000, "USD"),
        ("um bilhão de reais", 10**9, "BRL"),
        ("3,5 Milliarden Euro", 3_500_000_000, "EUR"),
        ("deux milliards d'euros", 2 * 10**9, "EUR"),
        ("2,5 miliardi di euro", 2_500_000_000, "EUR"),
        ("2,5 miljard euro", 2_500_000_000, "EUR"),
        ("GBP 12.5 million", 12_500_000, "GBP"),
    ],
)
def test_a_text_taken_for_its_neighbours_language_is_still_read(
    text: str, value: int, currency: str, language: str
) -> None:
    amount = only(text, language)
    assert (amount.value, amount.currency) == (value, currency)


@pytest.mark.parametrize("language", RULES)
def test_every_word_for_a_currency_names_it(language: str) -> None:
    wrong = []
    for code, words in RULES[language].money.currencies.items():
        for word in spell_all(words):
            text = f"100{word}" if language in HAN_LIKE else f"100 {word}"
            found = [(amount.text, amount.value, amount.currency) for amount in find_amounts(text, language)]
            if found != [(text, 100, code)]:
                wrong.append((text, code, found))
    assert not wrong


@pytest.mark.parametrize(
    "code", [code for code, currency in shipped().currencies.currency.items() if currency.digits is not None]
)
def test_every_code_is_read_behind_and_before_a_figure(code: str) -> None:
    behind, before = only(f"paid 1,500 {code} now", "en"), only(f"paid {code} 1,500 now", "en")
    assert (behind.value, behind.currency) == (before.value, before.currency) == (1500, code)


def grouped(figure: Decimal, rules: NumberRules) -> str:
    """Return a figure as the language writes it."""
    written = f"{figure:,f}"
    return written if rules.decimal == "." else written.translate(str.maketrans(",.", ".,"))


@st.composite
def told_amounts(draw: st.DrawFn) -> tuple[str, str, Decimal, str]:
    """Return a language, an amount told in its style, and the value and currency it must read as."""
    language = draw(st.sampled_from(sorted(RULES)))
    rules, money = NUMBERS[language], RULES[language].money
    figure = draw(st.decimals(min_value=1, max_value=999, places=draw(st.sampled_from([0, 1, 2]))))
    code = draw(st.sampled_from(sorted(money.currencies)))
    word = draw(st.sampled_from(sorted(spell_all(money.currencies[code]))))
    gap = "" if language in HAN_LIKE else " "
    scales = {Decimal(key): words for table in (rules.scales, rules.plurals) for key, words in table.items()}
    scale = draw(st.sampled_from([None, *sorted(key for key in scales if key >= 1000)]))
    if scale is None:
        return language, f"{grouped(figure, rules)}{gap}{word}", figure, code
    name = draw(st.sampled_from(sorted(spell_all(scales[scale]))))
    of = f"{rules.of[0]} " if rules.of and scale >= 10**6 else ""
    return language, f"{grouped(figure, rules)}{gap}{name}{gap}{of}{word}", figure * scale, code


@settings(max_examples=400, deadline=None)
@given(told_amounts(), st.sampled_from(["", "( ", "x: "]))
def test_an_amount_told_in_a_languages_style_reads_back(told: tuple[str, str, Decimal, str], before: str) -> None:
    language, text, value, code = told
    amount = only(before + text, language)
    assert (amount.value, amount.currency, amount.text) == (value, code, text)


PIECES = st.sampled_from(
    ["$", "US$", "€", "MUSD", "1", "2,5", "1.000", "9999999999999999", "亿", "億", "万", "兆", "元", "美元", "人民币",
     "한", "원", "천", "円", "数", "约", "至", "million", "dollars", "cents", "and", "to", "five", "up to ", "İ", "😀",
     " ", "\n", "-", "(", ")", ","]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=60), st.sampled_from([*RULES, "und"]))
def test_spans_are_exact_ordered_and_apart_in_any_text(text: str, language: str) -> None:
    amounts = find_amounts(text, language)
    assert all(text[amount.start : amount.end] == amount.text for amount in amounts)
    assert all(one.end <= two.start for one, two in itertools.pairwise(amounts))


DANISH = {
    "numbers": """
decimal = ","
[numbers]
1 = ["en", "et"]
2 = ["to"]
[scales]
1_000_000 = ["million", "mio"]
1_000_000_000 = ["milliard", "mia"]
[plurals]
1_000_000 = ["millioner"]
1_000_000_000 = ["milliarder"]
[qualifiers]
up-to = ["op til"]
[ranges]
to = ["til", "-"]
""",
    "amounts": """
[money.families]
crown = ["krone(r|)"]
[money.currencies]
DKK = ["dansk(e|) krone(r|)"]
""",
}


def with_language(folder: Path, rules: dict[str, str]) -> Knowledge:
    """Return our rules with one more language."""
    (folder / "da").mkdir()
    for name, text in rules.items():
        (folder / "da" / f"{name}.toml").write_text(text, "utf-8")
    return Knowledge.load(Settings(languages=folder))


def test_a_language_is_added_by_adding_a_folder(tmp_path: Path) -> None:
    known = with_language(tmp_path, DANISH)
    amount = only("Novo køber den for op til 2,5 milliarder kroner", "da-DK", known)
    assert (amount.value, amount.currency, amount.qualifier) == (2_500_000_000, "DKK", "up-to")
    assert only("to millioner danske kroner", "da", known).value == 2_000_000


@pytest.mark.parametrize(
    ("name", "line", "replaced", "message"),
    [
        ("amounts", "DKK =", "DKR =", "currency 'DKR' is not in tables/currencies.toml"),
        ("amounts", "crown =", "kroner =", "family 'kroner' is not in tables/currencies.toml"),
        ("amounts", "crown = [", "crown = ['dansk krone', ", "'dansk krone' is given to crown and to DKK"),
        ("numbers", "[scales]\n1_000_000", "[scales]\na_million", "'a_million' is no figure"),
        ("numbers", "decimal =", "desimal =", "desimal"),
        ("numbers", 'decimal = ","', 'decimal = ";"', "decimal"),
    ],
)
def test_wrong_rules_are_refused_with_their_file_and_entry(
    tmp_path: Path, name: str, line: str, replaced: str, message: str
) -> None:
    known = with_language(tmp_path, DANISH | {name: DANISH[name].replace(line, replaced)})
    with pytest.raises(RuleError) as error:
        find_amounts("2 kroner", "da", known)
    assert message in str(error.value) and f"{name}.toml" in str(error.value)


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("It paid Rp 4,5 triliun for the bank.", "en", "Rp 4,5 triliun"),
        ("für rund 7 Mrd. Euro, also TRY 40 milyar", "de", "TRY 40 milyar"),
        ("Le prix est de 2,5 billion d'euros", "fr", "2,5 billion d'euros"),
        ("They paid $7.5\n\nANNUAL REPORT 31\n\nbillion for it.", "en", "$7.5"),
    ],
)
def test_a_sum_whose_scale_is_unsure_has_no_value_rather_than_a_wrong_one(text: str, language: str, told: str) -> None:
    amount = find_amounts(text, language)[-1]
    assert (amount.text, amount.value, amount.low, amount.high) == (told, None, None, None)


def test_a_scale_cut_at_its_lines_end_is_read_whole() -> None:
    assert [amount.value for amount in find_amounts("$7.5 bil-\nlion, then 2 mil-\nlion euros", "en")] == [
        Decimal(7_500_000_000),
        Decimal(2_000_000),
    ]


def test_a_sum_told_again_in_brackets_is_one_amount() -> None:
    assert [amount.text for amount in find_amounts("Two Million Euros (€2,000,000) and €3m (€4m)", "en")] == [
        "Two Million Euros",
        "€3m",
        "€4m",
    ]

"""Telling languages: by script, by words that are data, and only then by statistics."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import current
from pipeline.models import Block, Document
from pipeline.normalize import detect, normalize
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import RuleError
from pipeline.settings import Settings

SENTENCES = {
    "zh-Hans": [
        "联想2014年从谷歌手中买下摩托罗拉移动。", "交易额29亿美元", "OpenAI、Oracle、CoreWeave 的交易", "收购",
        "小米と华为是两家公司,小米的创始人是雷军,华为的创始人是任正非,两家公司都做手机。",
    ],
    "zh-Hant": ["聯想2014年從谷歌手中買下摩托羅拉移動。", "總額達29億美元", "台灣大哥大與台灣之星合併", "啓動說明"],
    "zh-Hant-TW": ["聯準會升息後,晶片與軟體業者的營收下滑。"],
    "zh-Hant-HK": ["本港上市公司以十億港元沽售數碼業務。"],
    "ja": ["ソニーはバンジーを36億ドルで買収した。", "任天堂、米社を買収へ", "1,280円", "総額3億円", "キヤノン"],
    "ko": ["네이버가 포시마크를 12억 달러에 인수했다.", "50억 원", "SK hynix가 인텔 낸드 사업부를 샀다"],
    "en": ["Salesforce bought Slack for $27.7 billion.", "a 10 percent stake", "Adobe buys Figma"],
    "de": ["Siemens verkauft die Sparte für 3,5 Milliarden Euro.", "rund 50 Millionen Euro", "Übernahme abgeschlossen"],
    "fr": ["Thales rachète Gemalto pour 4,8 milliards d'euros.", "près de deux millions", "Une société française"],
    "es": ["Telefónica vendió el negocio por 1.000 millones de euros.", "unos dos mil millones", "la compañía"],
    "pt": ["A Embraer não vendeu a sua divisão à Boeing.", "cerca de dois bilhões de reais", "ações da empresa"],
    "it": ["Luxottica e Essilor hanno concluso la fusione.", "quasi due miliardi di euro", "le azioni della società"],
    "nl": ["Philips verkoopt de divisie voor 3,7 miljard euro.", "ongeveer twee miljoen", "de aandelen van Philips"],
    "und": ["", " \n", "12.5", "$ 15", "😀", "€100", "«…»", "Яндекс купил Uber за миллиард долларов", "บริษัท"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_a_language_is_told_from_a_sentence_or_a_few_words(language: str, text: str) -> None:
    assert detect(text) == language


def test_a_text_in_a_language_nobody_described_is_of_none() -> None:
    swedish = (
        "Bolaget köper konkurrenten för fem miljarder kronor, enligt ett pressmeddelande på måndagen som även säger att"
    )
    assert detect(f"{swedish} styrelsen står bakom budet och att affären väntas bli klar under nästa kvartal.") == "und"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_tag(text: str) -> None:
    assert detect(text)


MIXED = [
    ("zh", "聯想買下摩托羅拉移動", "zh-Hant"),
    ("zh-Hans", "聯想買下摩托羅拉移動", "zh-Hant"),
    ("zh-Hant-HK", "聯想買下摩托羅拉移動", "zh-Hant-HK"),
    ("zh-Hant-TW", "联想买下摩托罗拉移动", "zh-Hans"),
    ("en", "联想买下摩托罗拉移动", "zh-Hans"),
    ("en-AU", "Lenovo bought Motorola Mobility from Google.", "en-AU"),
    ("en", "Die Bank hat den Anteil an dem Unternehmen nicht verkauft, sondern für die Kunden gehalten.", "de"),
    ("sv", "Bolaget köper konkurrenten", "sv"),
    ("en", "$ 15", "en"),
    (None, "$ 15", "und"),
]


@pytest.mark.parametrize(("declared", "text", "language"), MIXED)
def test_a_declared_language_stands_unless_the_text_plainly_is_in_another(
    declared: str | None, text: str, language: str
) -> None:
    assert normalize(Document(id="d", text=text, language=declared)).language == language


def languages_of(*parts: str, language: str | None = None) -> tuple[str, ...]:
    """Return the language of each of these parts of one document."""
    blocks, at = [], 0
    for part in parts:
        blocks.append(Block(kind="paragraph", start=at, end=at + len(part)))
        at += len(part) + 1
    return normalize(Document(id="d", text="\n".join(parts), blocks=tuple(blocks), language=language)).languages


def test_each_block_has_its_own_language() -> None:
    assert languages_of(
        "聯想在2014年從谷歌手中買下了摩托羅拉移動,總額是二十九億美元,其中六億六千萬是現金,七億五千萬是股票。" * 3,
        "This is what the company said about the deal in a statement to the press.",
        "レノボは2014年にモトローラ・モビリティを買収した。",
        "Motorola Mobility",
        "2014",
    ) == ("zh-Hant", "en", "ja", "zh-Hant", "zh-Hant")
    assert languages_of(
        "Lenovo said that it had bought the phone maker from Google for about three billion dollars.",
        "联想买下了摩托罗拉移动。",
        "Das Unternehmen hat die Sparte von dem Konzern für rund drei Milliarden Dollar übernommen.",
        "A deal (联想) was made, and it was the largest that the company had ever agreed to.",
    ) == ("en", "zh-Hans", "de", "en")


def test_scripts_are_told_without_loading_a_model() -> None:
    code = (
        "import sys; from pipeline.normalize import detect; detect('联想买下摩托罗拉'); detect('the deal is off');"
        "print([name for name in ('py3langid', 'numpy', 'spacy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_language_is_added_by_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "sv"
    folder.mkdir()
    (folder / "language.toml").write_text(
        "script = 'Latin'\nwords = ['och', 'att', 'för', 'miljarder', 'köper']\n", "utf-8"
    )
    known = Knowledge.load(Settings(languages=tmp_path))
    assert detect("Bolaget köper konkurrenten för fem miljarder", known) == "sv"


def test_a_mistake_in_a_language_file_names_file_and_key(tmp_path: Path) -> None:
    folder = tmp_path / "sv"
    folder.mkdir()
    (folder / "language.toml").write_text("script = 'Runes'\n", "utf-8")
    known = Knowledge.load(Settings(languages=tmp_path))
    with pytest.raises(RuleError, match=r"sv.language\.toml.*script"):
        detect("Bolaget köper konkurrenten", known)


QUOTED = """Toyota Motor confirmed the plan on Tuesday.

The statement in Tokyo read: 「トヨタ自動車は、豊田自動織機に対するTOBを実施すると決めた」.

Separately, Nvidia agreed to put $5 billion into Intel."""

DIGEST = """오늘의 AI 뉴스

- Anthropic, 시리즈 F에서 130억 달러 투자 유치. ICONIQ가 주도했다.
- OpenAI가 Statsig를 11억 달러에 인수한다고 밝혔다.
- Nvidia agreed to put $5 billion into Intel, the companies said."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (QUOTED, [("acquisition", "Toyota", "Toyota Industries"), ("investment", "NVIDIA", "Intel")]),
        (
            DIGEST,
            [
                ("investment", "ICONIQ", "Anthropic"),
                ("acquisition", "OpenAI", "Statsig"),
                ("investment", "NVIDIA", "Intel"),
            ],
        ),
    ],
    ids=["a quotation in another language", "a digest with names in Latin letters"],
)
def test_every_sentence_of_a_mixed_document_is_read_in_its_own_language(
    text: str, told: list[tuple[str, str, str]]
) -> None:
    deals = current()(text).deals
    assert [(deal.kind, *(party.name for party in deal.parties)) for deal in deals] == told

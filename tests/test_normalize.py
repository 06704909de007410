"""Normalizing: one spelling for the rules to read, and from every character of it the way back to the original."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.models import Amount, Block, Document, Offsets, Span
from pipeline.normalize import fold, normalize
from pipeline.normalize.repair import repair
from pipeline.normalize.usual_forms import in_usual_forms, usual_forms
from pipeline.rules.knowledge import shipped
from pipeline.rules.languages import languages
from pipeline.text.conversion import simplify


def normal(text: str, **known: object) -> str:
    """Return the normalized text of a document."""
    return normalize(Document(id="d", text=text, **known)).text  # type: ignore[arg-type]


REPAIRED = {
    "traditional": ("聯發科與臺積電簽約", "联发科与台积电签约"),
    "pinyin": ("記者發(fā)現(xiàn)這筆創(chuàng)新的交易", "记者发现这笔创新的交易"),
    "pinyin in wide brackets": ("這個網（wǎng）站", "这个网站"),
    "pinyin with umlaut": ("旅(lǚ)行與女(nǚ)士", "旅行与女士"),
    "pinyin with script g and a": ("聯合創(chuànɡ)始，發展(zhǎn)", "联合创始,发展"),
    "pinyin with loose marks": ("發(fa\u0304)現", "发现"),
    "pinyin without a tone among others": ("他們(men)創(chuàng)業(yè)", "他们创业"),
    "full width": ("ＡＭＤ以４９０億美元（全股票）買下賽靈思％", "AMD以490亿美元(全股票)买下赛灵思%"),
    "spaces": ("AMD\u00a0和\u3000賽靈思\u2009", "AMD 和 赛灵思 "),
    "invisible": ("英\u200b特\ufeff爾\u00ad與\u2060高塔", "英特尔与高塔"),
    "accents": ("Nestle\u0301 und Mu\u0308nchen", "Nestlé und München"),
    "kana": ("ｿﾌﾄﾊﾞﾝｸ", "ソフトバンク"),
    "jamo": ("\u1112\u1161\u11ab국", "한국"),
    "ligatures": ("ﬁnance at ㈱東芝, 6 ㎓", "finance at (株)东芝, 6 GHz"),
    "styled letters": ("𝗡𝘃𝗶𝗱𝗶𝗮投资", "Nvidia投资"),
    "compatibility ideographs": ("\uf90a融與\uf9c4井", "金融与龙井"),
    "entities": ("AT&amp;T pays&nbsp;&#36;85 &lt;bn&gt;", "AT&T pays $85 <bn>"),
    "tags": ("<b>AMD</b>買下<span class='x'>賽靈思</span><br/>了", "AMD买下赛灵思了"),
    "link": ("[高通](https://q.example/a_(b))買下![圖](x)Nuvia", "高通买下![图](x)Nuvia"),
    "picture": ("![](https://q.example/p.png)高通", "高通"),
    "bold": ("**高通**買下", "高通买下"),
    "code": ("`OAuth`授權與`CPU`", "OAuth授权与CPU"),
    "escape": (r"pays \$1.4 bn for \*Nuvia\*", "pays $1.4 bn for *Nuvia*"),
    "hyphens and dots": ("non\u2011cash, 路易\u2027威登, \u22125", "non-cash, 路易·威登, -5"),
    "line ends": ("高通\r\n買下\rNuvia", "高通\n买下\nNuvia"),
}


@pytest.mark.parametrize(("text", "repaired"), REPAIRED.values(), ids=REPAIRED)
def test_noise_and_forms_are_repaired(text: str, repaired: str) -> None:
    assert fold(text) == repaired


KEPT = [
    "微信(WeChat)与小米(mi)的合作(an)",
    "他说(héllo)不", "他们(men)的café", "重庆(chóngqìng)的工厂",
    "①100亿元②20亿元", "占地10²米，涨½", "50~60亿", "2·5", "「合同」『补充』、。…—",
    "f(x)与g(y)", "a[0](b)", "*ST海润与**", "C:\\dir", "1 < 2 && 3 > 2", "R&D & AT&T; B&nosuch;",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_noise_is_kept(text: str) -> None:
    assert fold(text).replace(",", "，") == text


def test_a_span_of_repaired_text_quotes_the_original() -> None:
    text = "據悉，發(fā)現(xiàn)網(wǎng)路公司以３０億美元買下AT&amp;T的部門"
    normalized = normalize(Document(id="d", text=text))
    start = normalized.text.index("30亿美元")
    amount = Amount(start=start, end=start + 5, text="30亿美元")
    assert normalized.original(amount).text == "３０億美元"
    start = normalized.text.index("AT&T")
    assert normalized.original(Span(start=start, end=start + 4, text="AT&T")).text == "AT&amp;T"
    start = normalized.text.index("发现网路")
    assert (
        normalized.original(Span(start=start, end=start + 4, text="发现网路")).text
        == "發(fā)現(xiàn)網(wǎng)路"[: -0 or None]
    )


def test_nothing_to_repair_costs_no_offsets() -> None:
    assert normalize(Document(id="d", text="聯發科買下晨星，對價１１５０億")).offsets == Offsets()


def test_blocks_are_found_again_in_the_normalized_text() -> None:
    text = "創(chuàng)始人\n陳:發(fā)現\n路人"
    blocks = (
        Block(kind="paragraph", start=0, end=11),
        Block(kind="speech", start=14, end=20, speaker="陳"),
        Block(kind="paragraph", start=21, end=23),
    )
    normalized = normalize(Document(id="d", text=text, blocks=blocks))
    assert [normalized.text[b.start : b.end] for b in normalized.blocks()] == ["创始人", "发现", "路人"]
    assert normalized.blocks()[1].speaker == "陳"


def test_a_paragraph_cut_at_a_margin_is_mended_within_its_block_only() -> None:
    text = "高通以十四\n億美元買下\r\nNuvia of\n  California\n完"
    blocks = (
        Block(kind="paragraph", start=0, end=len(text) - 2),
        Block(kind="paragraph", start=len(text) - 1, end=len(text)),
    )
    assert normal(text, blocks=blocks) == "高通以十四亿美元买下 Nuvia of California\n完"
    assert normal(text) == "高通以十四\n亿美元买下\nNuvia of\n  California\n完"


def test_only_languages_that_say_so_are_simplified() -> None:
    assert normal("東芝は半導体メモリ事業を2兆円で売却した。") == "東芝は半導体メモリ事業を2兆円で売却した。"
    assert normal("東芝以兩兆日圓出售記憶體事業。") == "东芝以两兆日圆出售记忆体事业。"
    assert {code for code, language in languages(shipped()).items() if language.simplify} == {"zh"}


# --- for any text ----------------------------------------------------------------------------------------------------

NOISY = st.lists(
    st.sampled_from(
        ["發(fā)", "現(xiàn)", "（wǎng）", "網", "\u200b", "e\u0301", "ﬁ", "㈱", "&amp;", "&nbsp;", "**", "**", "**b**",
         "[a](https://x.y/z)", "![", "](/)", "\\$", "\r\n", "\r", "<b>", "</b>", "ｶﾞ", "Ａ", "，", "億", "乾坤", "乾燥",
         "\ud800", "😀", "\u3000", "a", " ", "(", ")", "\u1112\u1161\u11ab", "]", "[", "\\", "&", "1", "。"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
ANY = st.text(max_size=60) | NOISY
relaxed = settings(deadline=None)  # the first example loads the dictionaries


@relaxed
@given(ANY)
@example("e\u0301" * 30 + "\u0301" * 12)
def test_every_character_leads_back_to_what_it_was_made_of(text: str) -> None:
    repaired, offsets = repair(text)
    for at, character in enumerate(repaired):
        start, end = offsets.original(at, at + 1)
        made_of = text[start:end]
        assert made_of, (at, character)
        assert character in repair(made_of)[0], (made_of, character)


DROPPED = re.compile(
    r"""(?:[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]  # invisible
    | \r | \\ | \*\* | </?\w[^<>]*>
    | [(（][ ]?(?:[^\W\d]|[\u0300-\u030c]){1,8}[ ]?[)）]  # a reading
    | !?\[ | \]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)  # both ends of a link
    )*""",
    re.VERBOSE,
)


@relaxed
@given(ANY)
def test_the_way_back_goes_forward_and_passes_over_noise_only(text: str) -> None:
    repaired, offsets = repair(text)
    last = (0, 0)
    for place in [*(offsets.original(at, at + 1) for at in range(len(repaired))), (len(text), len(text))]:
        if place == last:  # several characters stand for one: (株) for ㈱
            continue
        assert place[0] >= last[1]
        assert DROPPED.fullmatch(text, last[1], place[0]), text[last[1] : place[0]]
        last = place


ALONE = st.text(alphabet="億东A，％㈱ﬁ㎓\u200b\ufeff\u00a0𝗡ｦ一.", max_size=30)
"""Characters whose form hangs on no neighbour, so that any piece can be repaired by itself."""


@relaxed
@given(ALONE, st.data())
def test_a_span_is_the_repair_of_the_original_it_leads_back_to(text: str, data: st.DataObject) -> None:
    repaired, offsets = repair(text)
    start = data.draw(st.integers(0, len(repaired)))
    end = data.draw(st.integers(start, len(repaired)))
    first, last = offsets.original(start, end)
    whole = offsets.normalized(first, last)  # wider where the span cuts through what one character became
    assert repair(text[first:last])[0] == (repaired[slice(*whole)] if start < end else "")


@relaxed
@given(ANY, st.data())
def test_every_span_quotes_the_original(text: str, data: st.DataObject) -> None:
    normalized = normalize(Document(id="d", text=text))
    start = data.draw(st.integers(0, len(normalized.text)))
    end = data.draw(st.integers(start, len(normalized.text)))
    span = normalized.original(Span(start=start, end=end, text=normalized.text[start:end]))
    assert 0 <= span.start <= span.end <= len(text)
    assert span.text == text[span.start : span.end]
    assert (span.start == span.end) == (start == end)


@relaxed
@given(ANY, st.data())
def test_there_and_back_is_the_same_place(text: str, data: st.DataObject) -> None:
    repaired, offsets = repair(text)
    start = data.draw(st.integers(0, len(repaired)))
    end = data.draw(st.integers(start, len(repaired)))
    first, last = offsets.normalized(*offsets.original(start, end))
    assert first <= start
    assert last >= end or start == end


@relaxed
@given(ANY)
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)
    assert len(in_usual_forms(text)) == len(text)


def test_no_usual_form_has_another_form() -> None:
    forms = usual_forms()
    assert len(forms) > 1000
    assert not forms.keys() & set(forms.values())


@relaxed
@given(ANY)
def test_a_name_folds_as_it_does_within_a_text(text: str) -> None:
    assert fold(text) == simplify(normalize(Document(id="d", text=text)).text)


UNITS = ["[", "[a](", "中(fā", "&", "<a ", "*", "\\", "e\u0301", "\u0301", "(", "![](", "\r", "&amp;", "<b", "發(fā)"]
"""What a search without bounds would go over again and again, repeated."""


@pytest.mark.parametrize("unit", UNITS)
def test_every_character_of_an_endless_repetition_has_a_place_in_the_original(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    normalized = normalize(Document(id="d", text=text))
    last = normalized.offsets.original(max(0, len(normalized.text) - 1), len(normalized.text))
    assert 0 <= last[0] <= last[1] <= len(text)


def test_characters_that_stand_apart_are_words_and_keep_their_places() -> None:
    for text, read in (
        ("S e l k i r k   w i l l   b u y   A l d o u s .", "Selkirk will buy Aldous."),
        ("今 天 , 远 洋 以 9 亿 元 收 购 了 北 门", "今天,远洋以9亿元收购了北门"),
        ("1 2 3 4 5 6 7 8 9 A", "1 2 3 4 5 6 7 8 9 A"),
        ("plan B is a C or D, I say", "plan B is a C or D, I say"),
    ):
        normalized = normalize(Document(id="d", text=text))
        assert normalized.text == read
        at = read.find(read[-3:])
        start, end = normalized.offsets.original(at, len(read))
        assert text[start:end].replace(" ", "") == read[at:].replace(" ", "")

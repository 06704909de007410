"""Laid-out text: lines cut at a margin make the paragraphs that their author wrote, and lists stay lists."""

from __future__ import annotations

import textwrap
from email.message import EmailMessage

import pytest

from pipeline.models import Capture, Document
from pipeline.normalize import normalize
from pipeline.read import ReadError, read

FIRST = (
    "The harbour group Morrow Lines said on Tuesday that it has signed an agreement to acquire the tug operator "
    "Selkirk Towage for about $4.2 billion in cash, subject to the consent of both boards."
)
SECOND = "In a second step, Morrow Lines will invest $300 million in a new yard that Selkirk Towage began last spring."
HAN = "星港船务周二宣布,已与远洋拖轮签订协议,将以约42亿元现金收购其全部股权,交易仍须获得双方董事会批准。"
HAN_SECOND = "此外,星港船务还将出资3亿元建造新的船厂,预计两年之内完工并交付首批拖轮。"


def said(text: str | bytes, place: str = "note.txt") -> list[str]:
    """Return the normalized text of each block of a file."""
    normalized = normalize(_read(text, place))
    return [normalized.text[block.start : block.end] for block in normalized.blocks()]


def _read(text: str | bytes, place: str = "note.txt") -> Document:
    data = text.encode() if isinstance(text, str) else text
    return read(Capture(id="one", source="shelf", data=data, place=place))


def cut(text: str, width: int, first: str = "", later: str = "") -> str:
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=later)


def cut_han(text: str, columns: int) -> str:
    """Return Han cut at a margin: two columns each, no word kept whole, no line beginning with a comma."""
    rows, row, used = [], "", 0
    for character in text:
        wide = 1 + (ord(character) > 0x2E80)
        if used + wide > columns and character not in ",。":
            rows.append(row)
            row, used = "", 0
        row, used = row + character, used + wide
    return "\n".join([*rows, row])


LAID_OUT = {
    "indents": "\n".join(cut(part, 65, "    ") for part in (FIRST, SECOND)),
    "an empty line": "\n\n".join(cut(part, 65) for part in (FIRST, SECOND)),
    "nothing between": "\n".join(cut(part, 65) for part in (FIRST, SECOND)),
    "narrow": "\n\n".join(cut(part, 32) for part in (FIRST, SECOND)),
    "double spacing": "\n\n".join("\n\n".join(cut(part, 65).split("\n")) for part in (FIRST, SECOND)),
    "a quoted mail": "\n>\n".join(cut(part, 65, "> ", "> ") for part in (FIRST, SECOND)),
    "spaces that flow": "\n\n".join(cut(part, 65).replace("\n", " \n") for part in (FIRST, SECOND)),
    "returns": "\r\n\r\n".join(cut(part, 65).replace("\n", "\r\n") for part in (FIRST, SECOND)),
    "a dateline gone": f"{FIRST[:30]}\n{cut(FIRST[31:], 65)}\n{cut(SECOND, 65, '    ')}",
}


@pytest.mark.parametrize("text", LAID_OUT.values(), ids=LAID_OUT)
def test_lines_cut_at_a_margin_make_their_paragraphs(text: str) -> None:
    assert said(text) == [FIRST, SECOND]


def test_a_hanging_bullet_is_one_paragraph() -> None:
    text = "\n".join(cut(part, 60, "- ", "  ") for part in (FIRST, SECOND))
    assert said(text) == [f"- {FIRST}", f"- {SECOND}"]


@pytest.mark.parametrize("columns", [20, 34, 70])
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["nothing", "an empty line"])
def test_han_cut_at_a_margin_is_joined_without_a_space(columns: int, between: str) -> None:
    found = said(cut_han(HAN, columns) + between + cut_han(HAN_SECOND, columns))
    assert "".join(found) == HAN + HAN_SECOND
    assert all(block.endswith("。") for block in found)


@pytest.mark.parametrize("foot", ["\n\n- 3 -\n\f\n", "\n\n<PAGE>  4\n\n", "\n\f\n"])
def test_a_paragraph_goes_on_over_the_end_of_a_page(foot: str) -> None:
    rows = cut(FIRST, 65).split("\n")
    assert said(foot.join(["\n".join(rows[:2]), "\n".join(rows[2:])]) + "\n\n" + SECOND) == [FIRST, SECOND]


@pytest.mark.parametrize("foot", ["\n\n- {} -\n\f", "\n\f", "\n\n<PAGE>  {}\n"])
@pytest.mark.parametrize("below", ["\n", "\n\n"])
def test_a_head_that_runs_on_from_page_to_page_parts_no_sentence(foot: str, below: str) -> None:
    rows = cut(FIRST, 65).split("\n")
    others = cut(SECOND, 65).split("\n")
    ends = [f"{foot.format(page)}MORROW LINES INC.     Report   page {page}{below}" for page in (3, 4)]
    pages = ["\n".join(rows[:2]), "\n".join([*rows[2:], "", *others[:1]]), "\n".join(others[1:])]
    text = pages[0] + ends[0] + pages[1] + ends[1] + pages[2]
    assert said(text) == [FIRST, SECOND]


LISTS = {
    "headlines": "Morrow Lines buys Selkirk for $4 billion\nNorthgate sells its ferry arm to Aldous\n"
    "Tern Bank lends Corvane Steel $2 billion\nHalden Foods takes over Bright Bakeries",
    "headlines in Han": "星港船务以42亿元收购远洋拖轮全部股权\n"
    "北门集团向奥德公司出售旗下渡轮业务\n燕鸥银行向科凡钢铁提供20亿元的贷款",
    "a verse": "The tide came in at half past four\nAnd carried off the harbour door\nIt left a bell upon the sand\n"
    "And no one there to understand",
    "a table": "Company           Price          Year\nSelkirk           4.2 billion    2021\n"
    "Aldous            1.9 billion    2020",
    "sentences": "Morrow bought Selkirk Towage in May.\nIt had bought Aldous a year before.\n"
    "Both were paid for in cash, it said.",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_lines_of_one_length_that_were_not_cut_stay_apart(text: str) -> None:
    assert len(_read(text).blocks) == text.count("\n") + 1


def test_a_heading_above_a_paragraph_stays_its_title() -> None:
    document = _read(f"Morrow Lines grows\n{cut(FIRST, 65)}")
    assert document.title == "Morrow Lines grows"
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"]


def test_a_find_across_a_cut_is_a_range_of_the_original() -> None:
    normalized = normalize(_read(LAID_OUT["a quoted mail"]))
    at = normalized.text.index(SECOND)
    start, end = normalized.offsets.original(at, at + len(SECOND))
    assert normalized.document.text[start:end] == cut(SECOND, 65, "> ", "> ").removeprefix("> ")


HYPHENS = {
    "the harbour firm paid $4.2 bil-\nlion for it.": "the harbour firm paid $4.2 billion for it.",
    "for the yard of the Toronto-\nbased tug firm.": "for the yard of the Toronto-based tug firm.",
    "a long-term lease, and one more long-\nterm lease.": "a long-term lease, and one more long-term lease.",
    "Selkirk was sold. It was Sel-\nkirk that paid.": "Selkirk was sold. It was Selkirk that paid.",
}


@pytest.mark.parametrize(("text", "whole"), HYPHENS.items())
def test_a_hyphen_at_the_margin_goes_where_it_only_cut_a_word(text: str, whole: str) -> None:
    assert said(text) == [whole]


def test_a_number_of_han_cut_at_a_margin_stays_whole() -> None:
    text = "星港船务周二宣布与远洋拖轮签订协议将以约4\n2亿元现金收购其全部股权并接管其三座船坞。"
    assert said(text) == [text.replace("\n", "")]


@pytest.mark.parametrize("space", ["  ", "\u00a0 ", "   "])
def test_a_line_filled_with_spaces_reads_as_with_one(space: str) -> None:
    assert said(f"Morrow Lines has entered into a{space}definitive agreement.") == [
        "Morrow Lines has entered into a definitive agreement."
    ]


# --- Markdown --------------------------------------------------------------------------------------------------------


def test_a_line_end_in_markdown_is_a_space_whatever_the_widths() -> None:
    note = (
        "# Harbours\n\nMorrow Lines agreed to buy\nSelkirk for\n$4 billion.\n\n"
        "> It is\n> dear.\n\n- Tern\n  Bank\n- Aldous"
    )
    whole = "Morrow Lines agreed to buy Selkirk for $4 billion."
    assert said(note, "note.md") == ["Harbours", whole, "It is dear.", "Tern Bank", "Aldous"]


def test_a_line_end_in_markdown_that_is_written_as_more_parts() -> None:
    note = "Quay 1  \nQuay 2\\\nQuay 3\n\n| Selkirk | 4.2 |\n| Aldous | 1.9 |"
    assert len(_read(note, "note.md").blocks) == 5


# --- mail ------------------------------------------------------------------------------------------------------------


def mail(text: str, **how: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "交易周报"
    message["Date"] = "Tue, 07 Oct 2025 08:00:00 +0000"
    message.set_content(text, **how)  # type: ignore[arg-type]
    return message


@pytest.mark.parametrize("how", [{"cte": "quoted-printable"}, {"cte": "base64"}, {"cte": "8bit", "charset": "gb18030"}])
@pytest.mark.parametrize("place", ["letter.eml", "letter"])
def test_a_mail_is_read_as_what_it_says(how: dict[str, str], place: str) -> None:
    message = mail(f"{HAN}\n", **how)
    message.add_alternative("<p>Another text.</p>", subtype="html")
    document = _read(message.as_bytes(), place)
    assert (document.text.strip(), document.title, document.published) == (HAN, "交易周报", "2025-10-07")


def test_a_saved_page_is_read_as_its_page() -> None:
    page = EmailMessage()
    page["Subject"] = "saved"
    page.set_content(f"<html><head><title>Harbours</title></head><body><p>{FIRST}</p></body></html>", subtype="html")
    page.make_related()
    document = _read(page.as_bytes(), "page.mht")
    assert FIRST in document.text
    assert document.title == "Harbours"


def test_a_mailbox_and_a_mail_without_a_text_are_refused_by_name() -> None:
    one = b"From a@example.com Tue Oct  7 08:00:00 2025\n" + mail(FIRST).as_bytes() + b"\n"
    with pytest.raises(ReadError, match="mailbox"):
        _read(one * 2)
    message = EmailMessage()
    message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream")
    with pytest.raises(ReadError, match="without a text"):
        _read(message.as_bytes(), "letter.eml")


@pytest.mark.parametrize(
    ("data", "name"), [(rb"{\rtf1\ansi Morrow}", "RTF"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip")]
)
def test_other_containers_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(ReadError, match=name):
        _read(data)

"""A notebook shows through displaCy what was read: the marks in the text as written, and the deals as arrows."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from spacy import displacy

from pipeline.extraction import extract
from pipeline.models import Document, Extraction
from pipeline.wording.notebook import arrows, marks

TEXT = "據報導，輝達將對OpenAI投資最多1000億美元。<b>甲骨文</b>以400億美元向輝達採購晶片。"


@pytest.fixture(scope="module")
def read() -> Extraction:
    """Give what is read out of a text in Traditional Chinese with markup in it and in its title."""
    return extract(Document(id="a", text=TEXT, title="<script>alert(1)</script>"))


def test_every_value_is_marked_in_the_text_as_written(read: Extraction):
    shown = marks(read)
    told = {(TEXT[each["start"] : each["end"]], each["label"]) for each in shown["ents"]}
    assert {("輝達", "PAYER"), ("OpenAI", "PAYEE"), ("最多1000億美元", "AMOUNT"), ("甲骨文", "PAYER")} <= told
    ends = [(each["start"], each["end"]) for each in shown["ents"]]
    assert all(first[1] <= second[0] for first, second in pairwise(ends))


def test_displacy_renders_them_and_no_markup_of_the_text_acts(read: Extraction):
    page = displacy.render(marks(read), style="ent", manual=True, jupyter=False)
    assert page.count("<mark") == len(marks(read)["ents"])
    assert "PAYEE" in page
    assert "<script" not in page
    assert "<b>" not in page


def test_the_deals_are_arrows_from_who_pays_to_who_gets_it(read: Extraction):
    found = arrows(read)
    assert len(found) == len(read.deals) >= 2
    page = displacy.render(found, style="dep", manual=True, jupyter=False)
    assert page.count("<svg") == len(found)
    assert re.search(r"NVIDIA.*OpenAI.*investment", page, re.DOTALL)
    assert [word["tag"] for word in found[0]["words"]] == ["payer", "payee"]


def test_a_text_without_deals_has_no_arrows():
    assert arrows(extract("Nothing.")) == []
    assert marks(extract("Nothing."))["ents"] == []

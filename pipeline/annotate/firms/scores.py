"""How sure a possible name is a firm's: what its shape and its place in the text say adds up to points."""

from __future__ import annotations

import re

from pipeline.annotate.firms.han_rules import HanVocabulary, either
from pipeline.rules.frames import Strength
from pipeline.text.compiled import compiled

SURE_AT = 3  # points from which a name stands on its own; from the zh examples, as are all points here
BY_SHAPE = {"form": 3, "proper": 1, "weak": 0}
BEFORE = 12  # characters looked at before a name
CODE = re.compile(
    r"\s{0,2}[(\[](?:[^()\[\]\s]{0,10}[:,]\s?)?(?:(?:SZ|SH|HK|BJ|sz|sh|hk)[.:]?)?(?:(?!(?:19|20)\d\d[)\]])\d{4,6}|\d{3,6}(?=[.-]))"
    r"(?:[.-][A-Za-z]{1,3})?\b[^()\[\]]{0,12}[)\]]"
    r"|\s?\d{6}(?:\.(?:SZ|SH|BJ))\b"
    r"|\s{0,2}\((?:[^()\s]{0,12}[:,]\s?)?[A-Z]{1,5}(?:\.[A-Z]{1,2}|-[A-Z]{2})\)"
    r"|\s{0,2}\((?:NYSE|NASDAQ|Nasdaq|TPEx|TWSE|HKEX|SEHK|LON|TYO)\s?:\s?[A-Z\d.]{1,6}\)"
)
"""A stock's code or ticker behind a name: (600000), (2330), (BB.N), (MSFT-US)."""
GLOSS = re.compile(r"\s?\(([A-Z][A-Za-zÀ-ɏ\d&.'’ -]{1,40}|[a-z]{1,2}[A-Z][A-Za-z\d]{1,20})(?:[,;:][^()]{0,20})?\)")
"""A name in Latin letters in brackets behind a Han one: (Nvidia)."""
QUOTES = {"“": "”", "「": "」", '"': '"', "『": "』", "‘": "’"}
OPENING = ("", "【", "。", ";", "\n", "]", "】", "!")
PERSON = (2, 3)  # characters of a person's name


class Scores:
    """The points that the text around a name gives it, by the lists of one language."""

    def __init__(self, vocabulary: HanVocabulary) -> None:
        data = vocabulary.data
        self.vocabulary = vocabulary
        self.announces = compiled(rf"\s?(?:{either(data.announces)})")
        self.heads = compiled(rf":\s?(?:{either(data.heads)})")
        self.described = tuple(data.kinds_before)
        self.acts = compiled(rf"\s?(?:{either(data.acts)})")
        self.stake = compiled(rf"\s?(?:{either(data.owning)})?\d[\d.,]{{0,12}}%")
        self.acted_on = tuple(data.acted_on)
        self.bought = tuple(data.bought)
        self.joins = tuple(data.joins)
        self.lies_in = tuple(data.lies_in)
        self.flags = tuple(data.flags)
        self.agrees = compiled(rf"\s?(?:{either(data.agrees)})")
        self.says = compiled(rf"\s?(?:{either(data.says)})")
        self.products = compiled(rf"\s?(?:{either(data.products_after)})")
        self.titles = tuple(data.titles)
        self.honours = compiled(rf"\s?(?:{either(data.honours)})")
        self.media = compiled(rf"\s?(?:{either(data.reports)})")

    def points(self, text: str, start: int, end: int, shape: int) -> int:
        """Return the points of a name: those of its shape and those of its neighbours."""
        before = text[max(0, start - BEFORE) : start].rstrip(' “「『"‘')
        if self._is_person(text, before, start, end):
            return min(shape, SURE_AT - 1)
        if before.endswith(self.lies_in):
            return 0  # 甲位于|青浦新城|的厂房
        points = shape + self._behind(text, start, end, shape)
        if self.is_flagged(text, start):
            points += SURE_AT
        partner = before.endswith(self.joins) and self.agrees.match(text, end)
        if before.endswith(self.described) or (partner and not self.may_be_person(text, start, end)):
            points += 2
        elif before.endswith(self.acted_on):
            points += 1
        if start and end < len(text) and QUOTES.get(text[start - 1]) == text[end]:
            points += 1
        return points

    def is_flagged(self, text: str, start: int) -> bool:
        """Return whether what an exchange puts before a name stands there: *ST."""
        return text.endswith(self.flags, 0, start)

    def is_described(self, text: str, start: int, end: int) -> bool:
        """Return whether what stands around a name leaves only a firm, though it is a place: 镜头厂腾龙(Tamron)."""
        described = self.vocabulary.maker_end.search(text, max(0, start - BEFORE), start)
        return described is not None and bool(CODE.match(text, end) or GLOSS.match(text, end))

    def _is_person(self, text: str, before: str, start: int, end: int) -> bool:
        if before.endswith(self.titles) or text.startswith(self.titles, start) or self.honours.match(text, end):
            return True
        latin = text[start].isascii() and " " not in text[start:end]
        return latin and self.says.match(text, end) is not None

    def _behind(self, text: str, start: int, end: int, shape: int) -> int:
        """Return the points that what follows a name gives it, or takes."""
        if CODE.match(text, end):
            return SURE_AT
        gloss = GLOSS.match(text, end)
        if gloss:
            return 1 if gloss.group(1).isupper() else 2
        bought = text[max(0, start - BEFORE) : start].rstrip().endswith(self.bought)
        if (self.products.match(text, end) and not bought) or self.media.match(text, end):
            return -SURE_AT
        opens = self._opens(text, start, end)
        if self.announces.match(text, end) and (shape or opens):
            return SURE_AT
        if opens and self.heads.match(text, end):
            return SURE_AT
        vocabulary = self.vocabulary
        if vocabulary.announced.match(text, end) or vocabulary.related.match(text, end):
            return 1 if self.may_be_person(text, start, end) else 2
        return 1 if self.acts.match(text, end) or self.stake.match(text, end) else 0

    def _opens(self, text: str, start: int, end: int) -> bool:
        """Return whether a name long enough opens a heading: 甲乙股份:拟收购."""
        return end - start > 2 and text[max(0, start - 1) : start] in OPENING

    def may_be_person(self, text: str, start: int, end: int) -> bool:
        """Return whether a name is as long as a person's and begins with a family's."""
        return end - start in PERSON and text[start] in self.vocabulary.data.surnames


def strength(points: int, shape: Strength) -> Strength:
    """Return what the points make of a name of this shape."""
    if points >= SURE_AT:
        return "form"
    return "proper" if shape != "weak" and points > 0 else "weak"

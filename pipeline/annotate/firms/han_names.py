"""Names of firms that no table knows, by their shape in Han text: words, forms, stock codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.annotate.firms.called_names import CalledNames
from pipeline.annotate.firms.han_latin import BARE, latin_name, latin_runs
from pipeline.annotate.firms.han_rules import HanVocabulary
from pipeline.annotate.firms.registered import Row, registered_runs
from pipeline.annotate.firms.scores import BY_SHAPE, CODE, Scores, strength
from pipeline.rules.frames import Strength
from pipeline.text import scripts
from pipeline.text.words import HAN, Word, words

# The segmenter's tags of words that may stand in a name, and of proper nouns.
NAME_TAGS = frozenset((
    "n", "nr", "nrt", "nrfg", "ns", "nt", "nz", "ng", "nw", "j", "eng", "b", "a", "ad", "an", "ag", "z", "l", "i", "g",
    "s", "vn", "tg", "k", "zg", "nrj",
))  # fmt: skip
PROPER_TAGS = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz", "nw", "j", "eng"))
PLACE = re.compile(rf"\(([{scripts.HAN}]{{2,4}})\)")
SHORT_NAME = 4  # characters: two of the brand, two of the trade
MAX_NAME = 40  # characters: the longest registered names of the zh examples have 38


class Name(NamedTuple):
    """A possible firm: `form` where its shape says so; else only its place in the sentence can tell, and `proper`
    says that it holds a word no dictionary knows or a proper noun."""

    start: int
    end: int
    strength: Strength


class HanNames:
    """Finds names of firms in Han text by the lists of one language."""

    def __init__(self, vocabulary: HanVocabulary) -> None:
        self.vocabulary = vocabulary
        self.data = vocabulary.data
        self.scores = Scores(vocabulary)
        self.called = CalledNames(vocabulary)
        self.national = tuple(self.data.national)

    def find(self, text: str, sentence: Sequence[Word], known: Sequence[tuple[int, int]]) -> list[Name]:
        """Return the possible firms among the words of a sentence, outside the known spans."""
        found: list[Name] = []
        chunk: list[Word] = []
        row = list(_outside(sentence, known))
        registered = registered_runs(row, self.vocabulary)
        latin = self._latin(text, row, frozenset(registered))
        for index, word in enumerate(row):
            if index in latin:
                self._close(found, chunk, text)
                name = latin[index]
                if name and (not found or found[-1].end <= name.start):
                    found.append(name)
            elif index in registered:
                self._close(found, chunk, text)
                span = registered[index]
                if span:
                    found.append(Name(span[0], self.with_place(text, span[1]), "form"))
            elif word is None or not self._continues(row, index, chunk):
                self._close(found, chunk, text)
            else:
                if chunk and chunk[-1].end != word.start:
                    self._close(found, chunk, text)
                chunk.append(word)
        self._close(found, chunk, text)
        return self._with_called(text, found, sentence, known)

    def _with_called(
        self, text: str, found: list[Name], sentence: Sequence[Word], known: Sequence[tuple[int, int]]
    ) -> list[Name]:
        """Return the names with those that only their neighbours tell, in place of the weaker ones they overlap."""
        if not sentence:
            return found
        called = self.called.find(text, sentence[0].start, sentence[-1].end, known)
        sure = [name for name in found if name.strength == "form"]
        fresh = [(s, e) for s, e in called if not any(name.start < e and s < name.end for name in sure)]
        kept = [name for name in found if not any(name.start < e and s < name.end for s, e in fresh)]
        return sorted([*kept, *(Name(s, e, "form") for s, e in fresh)])

    def _latin(self, text: str, row: Row, taken: frozenset[int]) -> dict[int, Name | None]:
        """Return the words of each run of Latin ones by index; the last word's carries the name, if it holds one."""
        found: dict[int, Name | None] = {}
        for first, last in latin_runs(row, taken, self.vocabulary.latin_legal):
            found.update(dict.fromkeys(range(first, last + 1)))
            run = [word for word in row[first : last + 1] if word]
            name = latin_name(text, run, self.vocabulary)
            if name is None or _goes_on(row, first) or _is_aside(text, name[0], name[1]):
                continue
            start, end, shape = name
            points = self.scores.points(text, start, end, shape)
            if points > (shape if shape <= BARE else 0):
                found[last] = Name(start, end, strength(points, "proper"))
        return found

    def with_place(self, text: str, end: int) -> int:
        """Return where a name ends with the place in brackets that belongs to it: 甲乙(中国), 甲乙(香港)有限公司."""
        for form in self.data.bracketed:
            if text.startswith(form, end):
                return end + len(form)
        bracket = PLACE.match(text, end)
        if not bracket or not (bracket.group(1) in self.data.groups or _is_place(bracket.group(1))):
            return end
        legal = self.vocabulary.legal_start.match(text, bracket.end())
        return legal.end() if legal else bracket.end()

    def _continues(self, row: Row, index: int, chunk: Sequence[Word]) -> bool:
        """Return whether a word may belong to the name that is being read."""
        word = row[index]
        assert word
        figure = row[index - 1] if index and not chunk else None
        if figure and figure.text.endswith("%") and word.text in self.vocabulary.shares:
            return False  # 5%股份|甲乙(600000)
        if self._is_odd_part(row, index, chunk) or (self._is_no_verb(row, index) and self._may_belong(word, chunk)):
            return True
        return word.text == " " and bool(chunk) and chunk[-1].tag == "eng"

    def _is_no_verb(self, row: Row, index: int) -> bool:
        """Return whether a word that may be a verb is part of a name here: 甲乙投资, not 投资丙丁."""
        word, vocabulary = row[index], self.vocabulary
        assert word
        if word.text not in vocabulary.breaks:
            return True
        if word.text not in vocabulary.inside:
            return False
        following = row[index + 1] if index + 1 < len(row) else None
        if self._is_received(row, index):  # 向甲乙投资: the verb of the marker
            return following is not None and following.text in (vocabulary.registered | vocabulary.breaks)
        if following is None:
            return index + 1 >= len(row)
        return self.ends_name(following) or self._acts(row, index + 1)

    def _acts(self, row: Row, index: int) -> bool:
        """Return whether a firm's own doing stands at a place, so that the name ends before it: 甲投资|正向."""
        word = row[index]
        after = row[index + 1] if index + 1 < len(row) else None
        if word is None or (index > 1 and (verb := row[index - 1]) and verb.text in self.data.together):
            return False
        if word.text in self.vocabulary.doing:
            return True
        counts = after is None or after.tag[0] == "m" or word.text[0] in self.data.measures
        return word.tag == "d" and not counts

    def ends_name(self, following: Word) -> bool:
        """Return whether a name may end before a word."""
        text, tag, vocabulary = following.text, following.tag[0], self.vocabulary
        if text.endswith("%"):
            return True
        if text in self.data.directions:
            return False
        if tag == "d":
            return text[0] in self.data.adverbs
        return tag in "xpc" or text in vocabulary.breaks or text in vocabulary.inside or text[0] in self.data.follows

    def _is_received(self, row: Row, index: int) -> bool:
        """Return whether 向 or 对 stands before the name that ends here."""
        while index > 0:
            index -= 1
            word = row[index]
            if word is None or word.tag[0] == "x":
                before = row[index - 1] if word is None and index else None
                return before is not None and before.text in self.data.receives
            if word.text in self.data.receives:
                return True
            if word.tag[0] in "pcdu":
                return False
        return False

    def _is_odd_part(self, row: Row, index: int, chunk: Sequence[Word]) -> bool:
        """Return whether a function word can only be part of a name here: 甲和 before 的, 十一 before 科技."""
        word, following = row[index], row[index + 1] if index + 1 < len(row) else None
        assert word
        text, tag, vocabulary = word.text, word.tag[0], self.vocabulary
        if text == self.data.joints[0] and chunk:
            if following and following.text in vocabulary.inside and len(chunk) == 1 and len(chunk[0].text) == 1:
                return True
            if following is None:
                return index + 1 >= len(row)  # not before a known firm: 甲乙和丙
            return following.tag[0] in "xum" or following.text in vocabulary.stop
        if text in vocabulary.soft and (self._leads_to_form(row, index) or self._in_brand(row, index, chunk)):
            return True
        if text in self.data.counters_inside and not chunk:
            before = row[index - 1] if index else None
            return following is not None and (before is None or before.tag[0] not in "mr")  # 台|冠|科技, no number's
        if following is None:
            return False
        if len(text) == 1 and chunk and following.text == "(" and _is_code(row[index + 1 : index + 4]):
            return True  # 永|大|(1507)
        if tag == "v" and len(text) > 1 and chunk and text not in vocabulary.stop and text not in vocabulary.breaks:
            after = row[index + 2] if index + 2 < len(row) else None
            if following.text in vocabulary.inside and after and after.text in self.data.legal:
                return True  # 甲乙|拆解|服务|公司
            coined = all(len(each.text) == 1 for each in chunk) and len(chunk) == 2
            if coined and following.text[0] in self.data.after_joined:
                return True  # 光|禾|感知|与
        if tag in "tdav" and len(text) > 1 and text not in vocabulary.stop and text not in vocabulary.breaks:
            return following.text in vocabulary.trades
        if tag == "m" and vocabulary.numeral.fullmatch(text):
            return following.text in vocabulary.inside and following.text not in vocabulary.descriptors
        if tag == "m" and len(text) == 2 and text[0] in self.data.numerals and not chunk:
            return following.text in vocabulary.trades  # 三元|控股
        return False

    def _in_brand(self, row: Row, index: int, chunk: Sequence[Word]) -> bool:
        """Return whether a character stands between a place and one other: 江西|百|圣."""
        following = row[index + 1] if index + 1 < len(row) else None
        if following is None or len(chunk) != 1 or chunk[0].tag != "ns" or len(chunk[0].text) < 2:
            return False
        return len(following.text) == 1 and bool(HAN.match(following.text)) and following.text not in self.data.function

    def _leads_to_form(self, row: Row, index: int) -> bool:
        """Return whether a character stands with one other before a trade or a form: 圣元 + 环保, 国新 + 资本."""
        window = row[max(0, index - 1) : index + 3]
        at = 1 if index else 0
        if any(word is None for word in window[at + 1 : at + 2]):
            return False
        single = [word is not None and len(word.text) == 1 and bool(HAN.match(word.text)) for word in window]
        forms = self.data.trades
        after = [word.text if word else "" for word in window[at + 1 :]]
        hard = frozenset(self.data.function) - self.vocabulary.soft
        if after and after[0] in forms:
            before = window[0] if at else None
            return before is not None and single[0] and before.text not in hard
        return len(after) > 1 and after[1] in forms and single[at + 1] and after[0] not in hard

    def _may_belong(self, word: Word, chunk: Sequence[Word]) -> bool:
        text, tag, vocabulary = word.text, word.tag, self.vocabulary
        if tag == "eng":
            return text not in vocabulary.acronyms
        if text in vocabulary.stop:
            return text in vocabulary.descriptors or bool(chunk and text in vocabulary.trades)
        if text in vocabulary.inside or text == "·":
            return True
        if len(text) == 1:
            return bool(HAN.match(text)) and text not in self.data.function
        return tag in NAME_TAGS

    def _close(self, found: list[Name], chunk: list[Word], text: str) -> None:
        """Add the names of a chunk of words to those found, and empty it."""
        while chunk and chunk[-1].text == " ":
            chunk.pop()
        if chunk:
            for start, end in self._split(text, chunk[0].start, chunk[-1].end):
                inner = [word for word in chunk if word.start >= start and word.end <= end]
                strength = self._strength(text, start, end, inner)
                if strength:
                    told = text.startswith(self.data.bracketed, end)
                    found.append(Name(start, self.with_place(text, end), "form" if told else strength))
        chunk.clear()

    def _split(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges between descriptors: 影视巨头|甲乙兄弟; a legal form closes a range."""
        at = start
        if seat := self.vocabulary.seat.match(text, start, end):
            end = seat.end(1)  # 甲大学|资讯系乙教授
        for match in self.vocabulary.splitter.finditer(text, start, end):
            legal = match.group(1)
            if legal and match.start() == at and legal not in self.vocabulary.issuer:
                begins = legal not in self.vocabulary.descriptors and not legal.endswith(self.data.kinds)
                at = at if begins else match.end()
                continue
            if match.start() == at and text.endswith(self.national, at, end) and _is_place(match.group()):
                continue  # 新加坡|交易所, 美国|中西部电网
            if match.start() > at:
                yield at, match.end() if legal else match.start()
            at = match.end()
        if at < end:
            yield at, end

    def _strength(self, text: str, start: int, end: int, inner: Sequence[Word]) -> Strength | None:
        """Return how sure a range is a firm's name; None where it is none."""
        name, vocabulary = text[start:end], self.vocabulary
        if not 2 <= len(name) <= MAX_NAME or name in vocabulary.stop or name in vocabulary.inside:
            return None
        if (
            (self._is_place(inner) and not self._is_firm_of_place(text, start, end, inner))
            or name.startswith(self.data.not_first)
            or (start and text[start - 1] in self.vocabulary.counts and not text[start - 2 : start - 1].isalpha())
        ):
            return None  # a place, one of several (另一家…), or what a number counts
        if name.endswith(self.data.relations):
            return None  # 阿根廷子公司
        if (name.endswith(self.data.not_last) or vocabulary.kind.fullmatch(name)) and not CODE.match(text, end):
            return None
        proper = any(word.tag in PROPER_TAGS for word in inner) or sum(len(word.text) == 1 for word in inner) > 1
        shape = self._shape(name, inner, proper)
        latin_follows = text[end : end + 1].isascii() and text[end : end + 1].isalpha()
        if shape != "form" and latin_follows and vocabulary.maker_end.search(name):
            return None  # 线束厂|Prettl
        points = self.scores.points(text, start, end, BY_SHAPE[shape])
        return strength(points, shape)

    def _is_place(self, inner: Sequence[Word]) -> bool:
        """Return whether all words are places; single characters behind one are a brand: 西藏|德|锦."""
        single = sum(len(word.text) == 1 for word in inner)
        if 1 < single < len(inner) and len(inner[0].text) > 1:
            return False
        return all(word.tag == "ns" and word.text not in self.vocabulary.inside for word in inner)

    def _is_firm_of_place(self, text: str, start: int, end: int, inner: Sequence[Word]) -> bool:
        """Return whether what is around places leaves only a firm: shares of 上海迪拜."""
        owned = len(inner) > 1 and self.vocabulary.held.match(text, end) is not None
        return owned or self.scores.is_flagged(text, start) or self.scores.is_described(text, start, end)

    def _shape(self, name: str, inner: Sequence[Word], proper: bool) -> Strength:
        """Return what a name is by its own form."""
        vocabulary = self.vocabulary
        form = vocabulary.form_end.search(name)
        if form is None or form.start() < 2 or name[: form.start()] in vocabulary.inside:
            return "proper" if proper else "weak"
        if any(word in form.group() for word in self.data.limited):
            return "form"
        if inner[-1].text in self.data.plain_trades and not _is_brand(inner, vocabulary):
            return "proper" if len(name) == SHORT_NAME else "weak"
        if inner[0].text.endswith(self.data.districts) and inner[0].tag == "ns":
            return "proper" if inner[-1].text in vocabulary.registered else "weak"  # 甲省海上风电
        group = len(name) == SHORT_NAME and form.group() in self.data.groups and inner[0].text not in self.data.goods
        return "form" if proper or group else "proper"


def _is_brand(inner: Sequence[Word], vocabulary: HanVocabulary) -> bool:
    """Return whether a name holds more than places and what dictionaries know: 甲乙 in 甲乙数据, not in 海洋数据."""
    brand = [word for word in inner if word.text not in vocabulary.inside]
    if sum(len(word.text) == 1 for word in brand) > 1:
        return True
    return any(word.tag in PROPER_TAGS and word.tag not in ("ns", "j") for word in brand)


def _is_code(row: Row) -> bool:
    """Return whether words are a stock's code alone in brackets: (1507)."""
    code = row[1] if len(row) > 2 else None
    closed = row[2] if code else None
    return code is not None and closed is not None and closed.text == ")" and CODE.match(f"({code.text})") is not None


def _is_aside(text: str, start: int, end: int) -> bool:
    """Return whether a name stands in a bracket of its own behind another, in a title or in code."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return before in "《`" if before and before in "《`" else before == "(" and after in "),;-:."


def _goes_on(row: Row, first: int) -> bool:
    """Return whether a known name stands right before the word at `first`, so that this only goes on after it."""
    before = row[max(0, first - 2) : first]
    if not before:
        return False
    if before[-1] is None:
        return True
    return before[-1].text == " " and len(before) == 2 and before[0] is None


def _is_place(text: str) -> bool:
    return all(word.tag == "ns" for word in words(text, 0, len(text)))


def _outside(found: Iterable[Word], known: Sequence[tuple[int, int]]) -> Iterator[Word | None]:
    """Yield the words outside the known spans, None where a known span stands."""
    spans = iter(known)
    span = next(spans, None)
    for word in found:
        while span and span[1] <= word.start:
            span = next(spans, None)
        if span and word.start < span[1] and word.end > span[0]:
            yield from _around(word, span)
        else:
            yield word


def _around(word: Word, span: tuple[int, int]) -> Iterator[Word | None]:
    """Yield what a known span leaves of a word that it overlaps, and None for the span."""
    start, end = span
    if word.start < start and word.tag != "eng":
        yield Word(word.start, start, word.text[: start - word.start], word.tag)
    yield None
    if word.start >= start and word.end > end:
        yield Word(end, word.end, word.text[end - word.start :], "n")

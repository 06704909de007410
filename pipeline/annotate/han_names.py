"""Names of firms that no table knows, by their shape in Han text: words, forms, stock codes, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pipeline import rules
from pipeline.frames import Parties
from pipeline.words import HAN, Word, teach, words

Strength = Literal["form", "proper", "weak"]
NAME_TAGS = frozenset(
    [
        "n",
        "nr",
        "nrt",
        "nrfg",
        "ns",
        "nt",
        "nz",
        "ng",
        "nw",
        "j",
        "eng",
        "b",
        "a",
        "ad",
        "an",
        "ag",
        "z",
        "l",
        "i",
        "g",
        "s",
        "vn",
        "tg",
        "k",
        "zg",
        "ng",
        "nrj",
    ]
)
PROPER_TAGS = frozenset(["nr", "nrt", "nrfg", "ns", "nt", "nz", "nw", "j", "eng"])
CODE = re.compile(
    r"\s{0,2}[(\[](?:[^()\[\]\s]{0,10}[::,]\s?)?(?:(?:SZ|SH|HK|BJ|sz|sh|hk)[.:]?)?\d{4,6}(?:\.[A-Za-z]{1,3})?\b[^()\[\]]{0,12}[)\]]"
    r"|\s?\d{6}(?:\.(?:SZ|SH|BJ))\b"
)
QUOTED = re.compile(r'[“"\'‘「『]([^“”"\'‘’「」『』()]{2,30})[”"\'’」』]')
PLACE = re.compile("[(（]([\u4e00-\u9fff]{2,4})[)）]")
NUMERAL = re.compile("[一二三四五六七八九十零〇]{2,3}|[三六]")
MAX_NAME = 40  # characters: the longest registered names of the examples have 38


class HanNameRules(rules.Rules, frozen=True, kw_only=True):
    """The shape of `han_names.toml`: see the comments there."""

    legal: tuple[str, ...]
    trades: tuple[str, ...]
    descriptors: tuple[str, ...]
    stop: tuple[str, ...]
    inside: tuple[str, ...]
    acronyms: tuple[str, ...]
    defines: tuple[str, ...]
    extends: tuple[str, ...]
    function: str
    not_first: tuple[str, ...]


class Name(NamedTuple):
    """A possible firm: `form` where its shape says so; else only its place in the sentence can tell, and `proper`
    says that it holds a word no dictionary knows or a proper noun."""

    start: int
    end: int
    strength: Strength


class HanNames:
    """Finds names of firms in Han text by the lists of one `han_names.toml`."""

    def __init__(self, data: HanNameRules, parties: Parties) -> None:
        self.data = data
        self.issuer = parties.issuer
        self.stop = frozenset(data.stop) | frozenset(parties.persons) | frozenset(data.descriptors)
        self.inside = frozenset(data.inside) | frozenset(data.trades) | frozenset(data.legal)
        self.trades = frozenset(data.trades) - frozenset(("服务", "管理", "技术", "设备", "发展", "中心"))
        self.words: frozenset[str] = frozenset()
        self.acronyms = frozenset(data.acronyms)
        self.descriptors = frozenset(data.descriptors)
        self.extends = frozenset(data.extends)
        self.registered = frozenset(word for word in data.legal if len(word) > 2 and word not in data.descriptors)
        teach([*data.legal, *data.trades, *data.descriptors, *data.stop, *parties.persons], "n")
        related = [
            *parties.persons,
            *(
                word
                for word in data.descriptors
                if word.endswith(("股东", "子公司", "控制人", "行动人", "股权", "下属"))
            ),
        ]
        self.related = re.compile(f"(?:之|的|旗下)?(?:{_alternatives(_longest_first(related))})")
        self.announced = re.compile(f"(?:{_alternatives(_longest_first(parties.announce))})")
        self.forms = _longest_first([*data.legal, *data.trades])
        self.form_end = re.compile(f"(?:{_alternatives(self.forms)})$")
        self.legal_end = re.compile(f"(?:{_alternatives(_longest_first(data.legal))})$")
        splitting = [
            word for word in data.descriptors if not word.endswith("公司") or word in parties.issuer or len(word) > 3
        ]
        self.legal_start = re.compile(_alternatives(_longest_first(data.legal)))
        self.splitter = re.compile(
            f"({_alternatives(_longest_first(data.legal))})|({_alternatives(_longest_first(splitting))})"
        )

    @classmethod
    def load(cls, path: Path) -> HanNames:
        """Return the finder of one rule file."""
        return cls(rules.load(path, HanNameRules), rules.load(path.with_name("parties.toml"), Parties))

    def find(
        self, text: str, start: int, end: int, known: Sequence[tuple[int, int]], breaks: frozenset[str]
    ) -> list[Name]:
        """Return the possible firms in `text[start:end]` outside the known spans; `breaks` never belong to a name."""
        self.words = breaks
        found: list[Name] = []
        chunk: list[Word] = []
        row = list(_outside(words(text, start, end), known))
        legal = self._legal_runs(row, breaks)
        for index, word in enumerate(row):
            if index in legal:
                self._close(found, chunk, text)
                ranged = legal[index]
                if ranged:
                    first, last = ranged
                    found.append(Name(first, self.with_place(text, last), "form"))
            elif word is not None and (
                self._odd_part(row, index, chunk)
                or (self._goes_on(row, index, breaks) and self._may_belong(word, chunk))
            ):
                if chunk and chunk[-1].end != word.start:
                    self._close(found, chunk, text)
                chunk.append(word)
            elif word is not None and word.text == " " and chunk and chunk[-1].tag == "eng":
                chunk.append(word)
            else:
                self._close(found, chunk, text)
        self._close(found, chunk, text)
        return found

    def _legal_runs(self, row: list[Word | None], breaks: frozenset[str]) -> dict[int, tuple[int, int] | None]:
        """Return the words of registered names, which reach left to the next mark, marker or verb; the last word's
        index carries the name's range."""
        runs: dict[int, tuple[int, int] | None] = {}
        for index, word in enumerate(row):
            if word is None or word.text not in self.registered:
                continue
            first = index
            while first > 0 and first - 1 not in runs and index - first < MAX_NAME // 2:
                before = row[first - 1]
                if (
                    before
                    and before.text in ("和", "同")
                    and first > 1
                    and (joined := row[first - 2])
                    and self._is_half(joined)
                ):
                    first -= 2  # 盛和网络: half a word before 和 is no firm of its own
                    continue
                if first > 3 and _in_brackets(row[first - 3 : first]):
                    first -= 3
                    continue
                if before is None or not (
                    self._in_registered(before, breaks) or self._behind_place(row, first - 1, breaks)
                ):
                    break
                first -= 1
            while first < index and row[first].text in self.descriptors:  # type: ignore[union-attr]
                first += 1
            if first == index or row[first] is None:
                continue
            begin = row[first]
            assert begin
            if word.end - begin.start > len(word.text) + 1:
                runs.update(dict.fromkeys(range(first, index)))
                runs[index] = (begin.start, word.end)
        return runs

    def _in_registered(self, word: Word, breaks: frozenset[str]) -> bool:
        """Return whether a word left of a legal form still belongs to the registered name."""
        text, tag = word.text, word.tag
        if text in self.inside or text == "·" or tag == "eng":
            return True
        if (
            text in breaks
            or tag[0] in "xpcurdt"
            or (tag[0] == "v" and text in self.data.function)
            or (tag[0] == "m" and text[0].isdigit())
        ):
            return False
        if text in self.descriptors:
            return text in ("企业", "平台", "品牌", "机构")
        return len(text) == 1 or tag[0] != "v"

    def _is_half(self, word: Word) -> bool:
        return len(word.text) == 1 and HAN.match(word.text) is not None and word.text not in self.data.function

    def _behind_place(self, row: list[Word | None], index: int, breaks: frozenset[str]) -> bool:
        """Return whether a verb is the trade of a registered name, for a place stands before it: 浙江省疏浚工程."""
        word, before = row[index], row[index - 1] if index else None
        return bool(word and before and word.tag == "v" and word.text not in breaks and before.tag in ("ns", "nz"))

    def _goes_on(self, row: list[Word | None], index: int, breaks: frozenset[str]) -> bool:
        """Return whether a word that may be a verb is part of a name here: 甲乙投资, not 投资丙丁."""
        word = row[index]
        assert word
        if word.text not in breaks:
            return True
        if word.text not in self.inside:
            return False
        following = row[index + 1] if index + 1 < len(row) else None
        if self._is_marked(row, index):  # 向甲乙投资: the verb of the marker
            return following is not None and following.text in self.registered
        if following is None:
            return index + 1 >= len(row)
        if following.text.endswith("%"):
            return True
        if following.text in ("给", "于", "到", "至"):
            return False
        if following.tag[0] == "d":
            return following.text[0] in "拟将已曾均再也还共"
        return (
            following.tag[0] in "xpc"
            or following.text in breaks
            or following.text in self.inside
            or following.text[0] in "所的拟将已"
        )

    def _is_marked(self, row: list[Word | None], index: int) -> bool:
        """Return whether 向 or 对 stands before the name that ends here."""
        while index > 0:
            index -= 1
            word = row[index]
            if word is None or word.tag[0] == "x":
                before = row[index - 1] if word is None and index else None
                return before is not None and before.text in ("向", "对")
            if word.text in ("向", "对"):
                return True
            if word.tag[0] in "pcdu":
                return False
        return False

    def _odd_part(self, row: list[Word | None], index: int, chunk: list[Word]) -> bool:
        """Return whether a function word can only be part of a name here: 甲和 before 的, 十一 before 科技."""
        word, following = row[index], row[index + 1] if index + 1 < len(row) else None
        assert word
        if word.text == "和" and chunk:
            if following and following.text in self.inside and len(chunk) == 1 and len(chunk[0].text) == 1:
                return True
            return following is None or following.tag[0] in "xum" or following.text in self.stop
        if word.tag[0] in "tda" and len(word.text) > 1 and word.text not in self.stop and word.text not in self.words:
            return following is not None and following.text in self.trades
        if word.tag[0] == "m" and NUMERAL.fullmatch(word.text):
            return following is not None and following.text in self.inside and following.text not in self.descriptors
        return False

    def _may_belong(self, word: Word, chunk: Sequence[Word]) -> bool:
        text, tag = word.text, word.tag
        if tag == "eng":
            return text not in self.acronyms
        if text in self.stop:
            return text in self.descriptors or bool(chunk and text in self.trades)
        if text in self.inside or text == "·":
            return True
        if len(text) == 1:
            return bool(HAN.match(text)) and text not in self.data.function
        return tag in NAME_TAGS

    def _close(self, found: list[Name], chunk: list[Word], text: str) -> None:
        while chunk and chunk[-1].text == " ":
            chunk.pop()
        if chunk:
            for start, end in self._split(text, chunk[0].start, chunk[-1].end):
                inner = [word for word in chunk if word.start >= start and word.end <= end]
                strength = self._strength(text, start, end, inner)
                if strength:
                    found.append(Name(start, self.with_place(text, end), strength))
        chunk.clear()

    def with_place(self, text: str, end: int) -> int:
        """Return where a name ends with the place in brackets that belongs to it: 甲乙(中国), 甲乙(香港)有限公司."""
        if text.startswith("(有限合伙)", end):
            return end + len("(有限合伙)")
        bracket = PLACE.match(text, end)
        if not bracket or not (bracket.group(1) in ("集团", "控股") or _is_place(bracket.group(1))):
            return end
        legal = self.legal_start.match(text, bracket.end())
        return legal.end() if legal else bracket.end()

    def _split(self, text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Yield the ranges between descriptors: 影视巨头|甲乙兄弟; a legal form closes a range."""
        at = start
        for match in self.splitter.finditer(text, start, end):
            if match.group(1):
                if match.start() == at and match.group(1) in self.issuer:
                    at = match.end()
                elif match.start() > at:
                    yield at, match.end()
                    at = match.end()
            else:
                if match.start() > at:
                    yield at, match.start()
                at = match.end()
        if at < end:
            yield at, end

    def _strength(self, text: str, start: int, end: int, inner: list[Word]) -> Strength | None:
        name = text[start:end]
        if not 2 <= len(name) <= MAX_NAME or name in self.stop or name in self.inside:
            return None
        if all(word.tag == "ns" and word.text not in self.inside for word in inner) or name.startswith(
            self.data.not_first
        ):
            return None  # a place, or one of several: 另一家…
        proper = any(word.tag in PROPER_TAGS for word in inner) or sum(len(word.text) == 1 for word in inner) > 1
        code = CODE.match(text, end)
        if code or (proper and (self.announced.match(text, end) or self.related.match(text, end))):
            return "form"
        form = self.form_end.search(name)
        if form and (form.start() < 2 or name[: form.start()] in self.inside):
            form = None
        if form and (proper or "有限" in form.group()):
            return "form"
        return "proper" if proper or form else "weak"


def _is_place(text: str) -> bool:
    return all(word.tag == "ns" for word in words(text, 0, len(text)))


def _in_brackets(row: Sequence[Word | None]) -> bool:
    """Return whether three words are a place or the like in brackets, as inside a registered name: 甲乙(北京)科技."""
    first, inner, last = row
    return bool(
        first
        and inner
        and last
        and first.text in "(("
        and last.text in "))"
        and (inner.tag == "ns" or inner.text in ("集团", "控股"))
    )


def _outside(found: list[Word], known: Sequence[tuple[int, int]]) -> Iterable[Word | None]:
    """Yield the words outside the known spans, None where a known span stands."""
    spans = iter(known)
    span = next(spans, None)
    for word in found:
        while span and span[1] <= word.start:
            span = next(spans, None)
        if span and word.start < span[1] and word.end > span[0]:
            if word.start < span[0] and word.tag == "eng":
                yield None
            elif word.start < span[0]:
                yield Word(word.start, span[0], word.text[: span[0] - word.start], word.tag)
                yield None
            else:
                yield None
                if word.end > span[1]:
                    yield Word(span[1], word.end, word.text[span[1] - word.start :], "n")
        else:
            yield word


def _longest_first(items: Iterable[str]) -> list[str]:
    return sorted(items, key=len, reverse=True)


def _alternatives(items: Iterable[str]) -> str:
    return "|".join(re.escape(item) for item in items)


def definition(text: str, end: int, defines: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the range of the alias that a bracket right after a name defines: 甲乙公司(以下简称“甲乙”)."""
    if end >= len(text) or text[end] not in "(（[":
        return None
    close = text.find(")" if text[end] == "(" else "）" if text[end] == "（" else "]", end, end + 60)
    if close < 0:
        return None
    inner = text[end + 1 : close]
    quoted = QUOTED.search(inner)
    if quoted:
        return end + 1 + quoted.start(1), end + 1 + quoted.end(1)
    for word in _longest_first(defines):
        at = inner.find(word)
        if 0 <= at <= 8:
            begin = end + 1 + at + len(word)
            while begin < close and text[begin] in ':: 为“"':
                begin += 1
            stop = min((p for p in (text.find(c, begin, close) for c in ",;,;") if p > 0), default=close)
            if 2 <= stop - begin <= 20:
                return begin, stop
    return None

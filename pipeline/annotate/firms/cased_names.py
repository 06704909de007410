"""Names of firms that no table knows, where words stand apart and case markers are glued to them.

Neither a capital nor a dictionary tells a name there. A word that carries a case marker, or stands right before a word
of a deal, is taken for a name unless a list knows it for a noun, a place or a verb; what stands before it and how it
ends say how far the name goes and how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from pipeline.names.case_markers import CaseMarkers, Marker
from pipeline.rules.frames import DealLanguage, Frame, Org, Strength
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.text.alternation import alternation
from pipeline.text.compiled import compiled
from pipeline.text.scripts import is_hangul

TOKEN = re.compile(r"\([^\W\d_]\)\w+|[^\W_](?:(?:[\w&+-]|\.(?!\.))*\w)?")
GLOSS = re.compile(r"\s?\([^()]{1,40}\)")
QUOTED = re.compile(r"[‘'“\"]([^‘’“”'\"]{2,24})[’'”\"]")
CLOSED = tuple("’'”\")%％㎡")
LISTS = re.compile(r"\s?[·,/]\s?")
HEADING = " \n[(<‘“'\""
FIGURE = re.compile(r" \d")
HEADED = (",", "…")
OF_FIRMS = ("subject", "topic", "with")
"""Slots that a place is in only where it is a firm's branch."""
PLACED = ("to", "in")
LONGEST = 3  # words of a name
SHORT = 2  # syllables: of most common nouns


class CasedNameRules(Rules, frozen=True, kw_only=True):
    """The shape of `cased_names.toml`: see the comments there."""

    legal: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    stop_ends: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    bare_before: tuple[str, ...] = ()


class MarkedWord(NamedTuple):
    """A word of the sentence: its noun ends at `stem`, and the marker's slot is empty where it has none."""

    start: int
    stem: int
    end: int
    slot: str
    gloss: bool = False

    def said(self, text: str) -> str:
        """Return the noun."""
        return text[self.start : self.stem]


class CasedNames:
    """Finds the names of one language."""

    def __init__(self, rules: CasedNameRules, language: DealLanguage) -> None:
        self.rules = rules
        self.markers = CaseMarkers(language.syntax.cases)
        self.stop = frozenset((*rules.stop, *rules.acronyms, *language.syntax.words.unit_nouns))
        self.not_last = (*rules.stop_ends, *language.syntax.equity)
        self.places = frozenset(rules.places)
        acts = [cue for cue, frames in language.cues.items() if any(_acts_on(frame) for frame in frames)]
        words = (*language.syntax.equity, *language.syntax.words.unit_nouns, *acts, *rules.bare_before)
        self.bare_before = tuple(f" {word}" for word in words)
        self.share = compiled(rf" \d[\d.]{{0,6}}\s?%\w? {alternation(language.syntax.equity)}")
        self.numbered = compiled(rf"\d{{1,2}}(?:{alternation(rules.ordinals)})?")
        self.cues = tuple(language.cues)
        self.adverbs = frozenset(language.syntax.words.adverbs)

    def find(self, text: str, start: int, end: int, known: Sequence[Org]) -> list[Org]:
        """Return the firms of a sentence that are not known already, in reading order."""
        tokens = list(self._tokens(text, start, end, known))
        found: list[Org] = []
        for quote in QUOTED.finditer(text, start, end):
            org = self._quoted(text, quote, tokens)
            if org and not _overlaps(org, known):
                found.append(org)
        for index, token in enumerate(tokens):
            if token.slot == "known" or not self._may_close(text, tokens, index, start):
                continue
            org = self._name(text, tokens, index, start)
            if org and not _overlaps(org, [*known, *found]):
                found.append(org)
        return sorted(found)

    def whole(self, text: str, known: Iterable[Org]) -> list[Org]:
        """Return the known firms that are words of their own: with a marker behind them, or nothing."""
        return [
            self._branch(text, org)
            for org in map(partial(self._numbered, text), known)
            if self._ends(text, org) or self.markers.behind(text, org.end, org.text[-1])
        ]

    def _numbered(self, text: str, org: Org) -> Org:
        """Return a known firm with the figure that goes on its name and carries a marker: 비전펀드|2에서."""
        figure = self.numbered.match(text, org.end)
        if figure is None or not self.markers.behind(text, figure.end(), figure.group()[-1]):
            return org
        return org._replace(end=figure.end(), text=text[org.start : figure.end()])

    def _ends(self, text: str, org: Org) -> bool:
        """Return whether no word goes on behind a known name: 포스코|ICT."""
        following = text[org.end : org.end + 1] or " "
        return not (is_hangul(following) or (is_hangul(org.text[-1]) and following.isascii() and following.isalpha()))

    def _branch(self, text: str, org: Org) -> Org:
        """Return the firm of its own that a country behind a known name makes of it, by the marker that it carries."""
        match = TOKEN.match(text, org.end + 1) if text.startswith(" ", org.end) else None
        noun, marker = self.markers.split(match.group()) if match else ("", None)
        if match is None or marker is None or marker.slot not in OF_FIRMS or noun not in self.places:
            return org
        said = text[org.start : match.start() + len(noun)]
        return Org(org.start, org.start + len(said), said, said, None, "form")

    def _tokens(self, text: str, start: int, end: int, known: Sequence[Org]) -> Iterator[MarkedWord]:
        """Yield the words of a sentence, with the markers they carry."""
        spans = [(org.start, org.end) for org in known]
        taken = start
        for match in TOKEN.finditer(text, start, end):
            first, last = match.span()
            if first < taken:
                continue  # in brackets behind a name, or the marker behind them
            before = text[first - 1 : first]  # a quotation mark, a bracket, a percent sign
            glued = self.markers.behind(text, first, ")") if before in CLOSED else None
            if glued and glued.end == last:
                continue
            if any(first < stop and begin < last for begin, stop in spans):
                yield MarkedWord(first, last, last, "known")
                continue
            word = match.group()
            gloss = GLOSS.match(text, last, end)
            if gloss and (gloss.end() == end or text[gloss.end()] != "("):
                behind = self.markers.behind(text, gloss.end(), word[-1])
                behind = behind or self.markers.behind(text, gloss.end(), ")")
                taken = behind.end if behind else gloss.end()
                yield MarkedWord(
                    first, last, behind.end if behind else gloss.end(), behind.slot if behind else "", True
                )
                continue
            spaced = self.markers.behind(text, last, word[-1])  # 주도로, 와 함께
            noun, marker = (word, spaced) if spaced and spaced.end > last else self._split(word)
            yield MarkedWord(first, first + len(noun), last, marker.slot if marker else "")

    def _split(self, word: str) -> tuple[str, Marker | None]:
        """Return a word's noun and its marker; a name may end like one."""
        if word in self.stop or word.endswith(self.rules.ends):
            return word, None
        return self.markers.split(word)

    def _may_close(self, text: str, tokens: Sequence[MarkedWord], index: int, start: int) -> bool:
        """Return whether a name may end with a word: a case marker, a gloss, a word of a deal, a list or a headline."""
        token = tokens[index]
        if text[token.start].isdigit():
            return False
        if token.slot or token.gloss or FIGURE.match(text, token.end):
            return True
        if token.said(text) in self.adverbs:
            return False
        behind = next((each for each in tokens[index + 1 :] if each.said(text) not in self.adverbs), None)
        last = next((each.end for each in reversed(tokens[: index + 1 if behind is None else tokens.index(behind)])), 0)
        if text.startswith(self.bare_before, last):
            return True
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        between = text[token.end : following.start] if following else ""
        return LISTS.fullmatch(between) is not None

    def _name(self, text: str, tokens: Sequence[MarkedWord], index: int, start: int) -> Org | None:
        """Return the name that ends with a word, None where it is none."""
        token = tokens[index]
        first = index
        while first > 0 and index - first + 1 < LONGEST and self._goes_back(text, tokens, first, index):
            first -= 1
        state = token.said(text) in self.rules.state
        while first < index - state and self._leads(tokens[first].said(text)):
            first += 1
        begin = tokens[first].start
        said = text[begin : token.stem]
        headed = self._heads(text, tokens, index, start)
        if not (headed and self._outgrows(said)) and not self._is_name(text, said, token, alone=first == index):
            return None
        if text.startswith(self.rules.titles, token.stem) or any(
            text.startswith(f" {title}", token.stem) for title in self.rules.titles
        ):
            return None
        strength = self._strength(text, tokens, first, index, said)
        listed = text[:begin].rstrip().endswith(HEADED)  # 甲, 乙 120억원에 인수
        figure = FIGURE.match(text, token.end) and not self.share.match(text, token.end)  # 甲|8% 지분
        bare = not (token.slot or token.gloss) and figure and not listed
        short = len(said) <= SHORT and not headed
        if strength == "proper" and first and token.slot in PLACED and self._is_region(tokens[first - 1].said(text)):
            return None
        if strength == "proper" and (short or (first == index and (token.slot == "in" or bare))):
            return None
        return Org(begin, token.stem, said, said, None, strength)

    def _heads(self, text: str, tokens: Sequence[MarkedWord], index: int, start: int) -> bool:
        """Return whether a word is whom a headline is about: alone at its head, a comma behind, no other subject."""
        token = tokens[index]
        if index or token.slot or text[start : token.start].strip(HEADING) or not text.startswith(", ", token.end):
            return False
        return not any(each.slot in ("subject", "topic") for each in tokens)

    def _outgrows(self, said: str) -> bool:
        """Return whether a word is a noun with what may be a firm's own name before it: 두리|전자부품."""
        noun = max((end for end in self.not_last if said.endswith(end)), key=len, default="")
        return bool(noun) and len(said) - len(noun) > SHORT and " " not in said

    def _goes_back(self, text: str, tokens: Sequence[MarkedWord], first: int, index: int) -> bool:
        """Return whether the word before belongs to the name: nothing but a space between, and no noun of the lists."""
        before, token = tokens[first - 1], tokens[first]
        if text[before.end : token.start] != " " or before.slot or before.gloss:
            return False
        said, head = before.said(text), tokens[index].said(text)
        if said in self.rules.legal or (head in self.rules.state and said in self.places and first == index):
            return True
        if said[0].isdigit() or self._is_kind(said) or said in self.places or said in self.stop:
            return False
        if self.markers.verb(said) or said.endswith(self.not_last) or said in self.cues:
            return False
        if not is_hangul(said[0]):
            return said[0].isupper() and said not in self.rules.acronyms
        if head.endswith((*self.rules.second, *self.rules.ends)) or head in self.rules.acronyms:
            return True
        if index - first:
            return False
        opens = first - 1 == 0 or text[tokens[first - 2].end : before.start] != " "
        led = first > 1 and (self._is_kind(tokens[first - 2].said(text)) or bool(tokens[first - 2].slot))
        return opens or led

    def _leads(self, said: str) -> bool:
        """Return whether a word before a name says only what the firm is or where."""
        return self._is_kind(said) or said in self.places or self._is_region(said)

    def _is_region(self, said: str) -> bool:
        """Return whether a word names a region, so that a place stands right behind it: 오하이오주|로즈타운에."""
        return len(said) > SHORT and said.endswith(self.rules.regions)

    def _is_kind(self, said: str) -> bool:
        return said.endswith(self.rules.kinds)

    def _is_name(self, text: str, said: str, token: MarkedWord, *, alone: bool) -> bool:
        last = said.rpartition(" ")[2]
        if len(said) < 2 or said[0].isdigit() or said in self.stop or said in self.places:
            return False
        if said.startswith(self.rules.not_first):
            return False
        if last in self.cues or any(said.startswith(cue) for cue in self.cues if len(cue) > 1):
            return False
        if not is_hangul(said[0]):
            noun = is_hangul(last[0]) and last.endswith(self.not_last) and not last.endswith(self.rules.ends)
            noun = noun or self._is_compound(last)
            return said[0].isupper() and not noun and (not alone or said not in self.rules.acronyms)
        if last.endswith(self.rules.ends) and last not in self.stop and not self._is_longer_noun(last):
            return True
        if alone and self._is_kind(said):
            return False
        whole = text[token.start : token.end]
        if not alone and (token.gloss or last in self.rules.second or last in self.rules.state):
            return True  # 甲乙|그룹, 甲乙|AI(Gapeul AI)
        if last in self.stop or (last.endswith(self.not_last) and not self._is_trade_of_house(last)):
            return False
        return not self.markers.verb(whole) and not self.markers.verb(last)

    def _is_trade_of_house(self, last: str) -> bool:
        """Return whether a word is a house or a country with a trade behind it: 두산|로봇, 한국|전력기술."""
        least = 2 * SHORT + last.startswith(self.rules.places)  # 한국산업 may be any
        return last.startswith(self.rules.opens) and last.endswith(self.rules.trades) and len(last) >= least

    def _is_compound(self, last: str) -> bool:
        """Return whether letters that name no firm and a noun of the lists make one word: GPU|서버, LNG|선."""
        letters = next((last[:at] for at, letter in enumerate(last) if is_hangul(letter)), last)
        rest = last[len(letters) :]
        return letters in self.rules.acronyms and (rest in self.stop or rest in self.rules.stop_ends)

    def _is_longer_noun(self, last: str) -> bool:
        """Return whether a noun ends a word that is longer than the end of a name: 소프트|웨어."""
        nouns = max((len(end) for end in self.not_last if last.endswith(end)), default=0)
        return nouns > max(len(end) for end in self.rules.ends if last.endswith(end))

    def _strength(self, text: str, tokens: Sequence[MarkedWord], first: int, index: int, said: str) -> Strength:
        """Return how sure a name is: its own end, a kind of firm before it or a gloss behind it make it sure."""
        before = tokens[first - 1] if first else None
        led = before is not None and self._is_kind(before.said(text)) and text[before.end : tokens[first].start] == " "
        ends = (*self.rules.ends, *self.rules.legal, *self.rules.state)
        formed = said.endswith(ends) or said.startswith(self.rules.legal) or self._is_trade_of_house(said)
        latin = not is_hangul(said[0])
        return "form" if led or formed or latin or tokens[index].gloss else "proper"

    def _quoted(self, text: str, quote: re.Match[str], tokens: Sequence[MarkedWord]) -> Org | None:
        """Return the firm that quotation marks hold: behind a kind of firm, or with a marker of one who acts."""
        said = quote.group(1)
        first, last = quote.span(1)
        before = [token for token in tokens if token.end < first]
        led = bool(before) and self._is_kind(before[-1].said(text)) and text[before[-1].end : first].strip() in "‘'“\""
        marker = self.markers.behind(text, quote.end(), said[-1])
        told = text.startswith(self.bare_before, quote.end()) or FIGURE.match(text, quote.end() + 1)
        if not (led or told or (marker and marker.slot in ("subject", "topic", "to", "from"))):
            return None
        if said.count(" ") > LONGEST or said in self.stop or said in self.places:
            return None
        if not led and said.endswith(self.not_last):
            return None
        if self.markers.verb(said) or said[0].isdigit() or (not led and self._is_kind(said)):
            return None
        return Org(first, last, said, said, None, "form" if led else "proper")


def cased_names(knowledge: Knowledge) -> dict[str, CasedNames]:
    """Return what finds the names of each language that has a `cased_names.toml`, by code."""
    rules = knowledge.rules("cased_names.toml", CasedNameRules)
    return {code: CasedNames(own, knowledge.languages[code]) for code, own in rules.items()}


def _acts_on(frame: Frame) -> bool:
    """Return whether a party may stand without a marker right before the cue: 甲 인수, but not what is supplied."""
    return any("object" in (*frame.slots(role), *frame.slots("partner")) for role in frame.needs)


def _overlaps(org: Org, others: Iterable[Org]) -> bool:
    return any(org.start < other.end and other.start < org.end for other in others)

"""The words of one language that tell deals, compiled once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from pipeline.deals.case_marks import CaseMarks
from pipeline.models import Status
from pipeline.names.case_markers import CaseMarkers
from pipeline.rules.frames import DealLanguage, Frame, StatusCues
from pipeline.rules.syntax import Syntax
from pipeline.text.alternation import alternation, any_of
from pipeline.text.compiled import compiled
from pipeline.text.letters import fold_letters, is_latin
from pipeline.text.words import HAN

PieceKind = Literal[
    "org", "maybe", "cue", "amount", "stake", "quantity", "date", "round", "before", "after", "both", "break", "stop",
    "and", "holder", "link", "of", "pronoun", "issuer", "person", "passive", "relative", "through", "open", "close",
    "word", "case",
]  # fmt: skip
WordKind = Literal["governor", "adverb", "verb", "other"]
HeadKind = Literal["equity", "unit", "firm", "person", "goods", "matter", "paper", "noun"]
COMPOUND_END = 4  # letters at least of a noun at the end of a compound: Milliarden|kredit
Meaning = tuple[PieceKind, Any]  # a function word's kind, and the slot a marker opens


class Piece(NamedTuple):
    """One meaningful stretch of a sentence; `value` is the noun, the cue or the slot it opens."""

    start: int
    end: int
    kind: PieceKind
    text: str
    value: Any = None


class Grammars(Mapping[str, "Grammar"]):
    """The grammar of each language, made when a text first needs it: a text is of one or two, and most are never."""

    def __init__(
        self,
        languages: Mapping[str, DealLanguage],
        sellers: Mapping[str, frozenset[str]],
        recognized: Collection[str],
    ) -> None:
        self._languages = languages
        self._sellers = sellers
        self._recognized = recognized
        self._made: dict[str, Grammar] = {}

    def __getitem__(self, code: str) -> Grammar:
        if code not in self._made:
            recognized = code in self._recognized
            self._made[code] = Grammar(self._languages[code], self._sellers, recognized=recognized)
        return self._made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)


class Grammar:
    """The function words and patterns of one language."""

    def __init__(self, language: DealLanguage, sellers: Mapping[str, frozenset[str]], *, recognized: bool) -> None:
        syntax, deals = language.syntax, language.deals
        self.language = language
        self.recognized = recognized
        """Whether anything says how to know its text."""
        self.syntax = syntax
        self.sellers = sellers
        self.markers = CaseMarkers(syntax.cases)
        self.bystanders = language.parties.bystanders
        self.not_actor = (*language.parties.persons, *syntax.not_actor)
        self.meanings = _meanings(language)
        self.function_word = any_of(self.meanings)
        self.han = any(HAN.search(cue) for cue in language.cues)
        """Whether its cues are written in Han characters."""
        self.equity = any_of(syntax.equity)
        self.controlling = any_of(syntax.controlling)
        self.place_part = re.compile(rf"[\u4e00-\u9fff]{{2,3}}(?:{any_of(syntax.place_ends).pattern})")
        ends = alternation(syntax.titles) if syntax.titles else r"(?!)"
        self.titles = compiled(rf"[“\"《「『][^“”\"《》「」『』]{{4,80}}?{ends}[”\"》」』]")
        links = syntax.side_links
        self.sides = {"buyer": _side(syntax.buyers, links), "seller": _side(syntax.sellers, links)}
        self.says = any_of(syntax.says)
        self.pair = any_of(syntax.pairs)
        self.this_act = any_of(syntax.this_act)
        self.together = any_of(syntax.together)
        self.together_words = frozenset(syntax.together)
        self.others = _others(syntax)
        self.list_end = _list_end(syntax)
        self.counted = compiled(rf"\d{{1,4}}{alternation(syntax.others.counters)}")
        self.part = _part(syntax)
        self.object_end = compiled(rf"\s?(?:$|{alternation(syntax.object_ends)})")
        self.business = compiled(rf"\s?{alternation(syntax.businesses)}", re.IGNORECASE)
        self.part_ends = syntax.businesses if syntax.markers_lead else ()
        """Ends of words that make what stands right behind a firm a part of it."""
        self.elided = compiled(alternation(syntax.elisions), re.IGNORECASE)
        self.row = compiled(rf"(?:{alternation(syntax.rows)}|\s)*")
        self.respectively = any_of(syntax.respectively)
        self.unit_price = any_of(deals.money.unit)
        self.money = {name: any_of(getattr(deals.money, name)) for name in ("total", "price", "valuation", "other")}
        self.valuation_behind = any_of(deals.money.valuation_behind)
        self.object_pronouns = frozenset(syntax.object_pronouns)
        self.taken_up = any_of(deals.money.taken_up)
        self.told_later = compiled(rf"(?:{any_of(deals.money.later).pattern})\s*$", re.IGNORECASE)
        self.assets = {kind: any_of(words) for kind, words in deals.assets.items()}
        self.any_goods = any_of(
            word for kind, words in deals.assets.items() if kind not in ("equity", "debt") for word in words
        )
        told = {status: deals.status.get(status, StatusCues()) for status in get_args(Status)}
        self.status = {status: (any_of(cues.clause), any_of(cues.sentence)) for status, cues in told.items()}
        self.negation = _negation(syntax.negations)
        chain = {name: getattr(deals.chain, name) for name in deals.chain.__struct_fields__}
        self.chain = {name: _ending(words) if name == "past" else any_of(words) for name, words in chain.items()}
        self.dated_past = bool(deals.chain.not_past)
        """Whether a date alone puts a verb without forms into the past."""
        self.lasting = compiled(rf"(?:{any_of(syntax.lasting).pattern})\s?$")
        self.lasting_behind = any_of(syntax.lasting_behind)
        self.time_passed = compiled(rf"{alternation(syntax.time_passed)}\s*$")
        self.other_fields = any_of(deals.other_fields)
        self.verb_marks = any_of(syntax.verb_marks)
        self.cases = CaseMarks.of_syntax(syntax)
        classes = syntax.words
        self.classes = classes
        self.indefinite = compiled(rf"(?:{any_of(classes.indefinites).pattern})", re.IGNORECASE)
        self._of_frames: dict[tuple[str, str], re.Pattern[str]] = {}
        self.adverb_ends = classes.adverb_endings
        self.papers = frozenset(classes.paper_nouns)
        self.determiners = frozenset(classes.determiners)
        self.genitives = frozenset(classes.genitives)
        self.tails = frozenset(classes.tails)
        self.last_joints = frozenset(classes.last_joints)
        self.first_joints = classes.first_joints
        self.time_ends = frozenset(syntax.time_ends)
        self.naming = frozenset(classes.naming)
        self.definite = any_of(classes.definites)
        self.governors = frozenset(classes.governors)
        self.adverbs = frozenset(classes.adverbs)
        self.verbs = frozenset(classes.verbs)
        self.nouns = frozenset(classes.nouns)
        self.bodies = frozenset(classes.bodies)
        self.times = frozenset(classes.time_nouns)
        self.attributes = frozenset(classes.attributes)
        self.possessives = frozenset(classes.possessives)
        self.groups = frozenset(classes.group_nouns)

        self.auxiliaries = frozenset(syntax.auxiliaries)
        self.auxiliary = any_of(syntax.auxiliaries)
        self.verb_last = frozenset(syntax.verb_last)
        self.marks = frozenset(syntax.verb_marks)
        self.inner_marks = syntax.inner_marks
        self.subjects, self.objects = frozenset(syntax.subject_relatives), frozenset(syntax.object_relatives)
        self.joint = any_of(word for word in syntax.coordinators if word.isalpha())
        self.time_begins = any_of(syntax.time_begins)
        goods = [w for kind, ws in deals.assets.items() if kind not in ("equity", "debt") for w in ws]
        self.heads: tuple[tuple[HeadKind, frozenset[str]], ...] = (
            ("person", frozenset(classes.person_nouns)),
            ("equity", frozenset(syntax.equity)),
            ("unit", frozenset(classes.unit_nouns)),
            ("firm", frozenset(classes.firm_nouns)),
            ("matter", frozenset(classes.matter_nouns)),
            ("paper", frozenset(classes.paper_nouns)),
            ("goods", frozenset(word.lower() for word in goods)),
        )
        self.ranks: dict[str, int] = {}
        """The class of each noun by its place in `heads`; the first that holds it counts."""
        for rank, (_, nouns) in enumerate(self.heads):
            for noun in nouns:
                self.ranks.setdefault(noun, rank)
        self.longest = max(map(len, self.ranks), default=0)

    @property
    def marks_cases(self) -> bool:
        """Return whether a party is marked behind its name and the verb stands last."""
        return bool(self.cases or self.syntax.cases)

    def slot_before(self, marker: Piece) -> str:
        """Return the slot that a marker opens before a verb."""
        return str(marker.value[0] if marker.kind == "both" else marker.value)

    def slot_after(self, marker: Piece | None) -> str:
        """Return the slot that a marker opens behind a verb or a noun."""
        if marker is None:
            return ""
        return str(marker.value[1] if marker.kind == "both" else marker.value)

    def slot_behind(self, text: str, end: int) -> str:
        """Return the slot that the case marker behind a name opens, empty where none stands there."""
        return self.marked_behind(text, end)[2]

    def marked_behind(self, text: str, end: int) -> tuple[int, int, str]:
        """Return where the case marker behind a name stands, with its slot: an empty range where none does."""
        if self.cases:
            found = self.cases.marker.match(text, self.aside_end(text, end))
            return (*found.span(), self.cases.slots[found.group()]) if found else (end, end, "")
        marker = self.markers.behind(text, end, text[end - 1]) if self.syntax.cases else None
        return (end, marker.end, marker.slot) if marker else (end, end, "")

    def aside_end(self, text: str, end: int) -> int:
        """Return where what is said aside behind a name ends: its code, its seat."""
        aside = self.cases.aside.match(text, end) if self.cases else None
        return aside.end() if aside else end

    def joined(self, text: str, start: int, end: int) -> bool:
        """Return whether what stands between two names joins them."""
        between = text[start:end]
        if self.cases:
            return self.cases.joint.fullmatch(between) is not None
        said = between.strip()
        return said in self.syntax.cases.joints or said in self.syntax.coordinators

    def not_actor_in(self, said: str) -> bool:
        """Return whether a noun phrase speaks of what a firm has, not of the firm: its share price."""
        return said.endswith(self.not_actor)

    @property
    def plain_order(self) -> bool:
        """Return whether a noun's place alone tells its part: no cases, no verb at the end, attributes before it."""
        syntax = self.syntax
        return not (syntax.comma_ends_clause or syntax.cases or syntax.head_first or self.auxiliaries)

    def of_frame(self, frame: Frame, words: Literal["unless", "signs", "turns", "keeps", "beside"]) -> re.Pattern[str]:
        """Return a pattern for a list of words of a frame."""
        key = (frame.id, words)
        if key not in self._of_frames:
            self._of_frames[key] = any_of(getattr(frame, words))
        return self._of_frames[key]

    def word_kind(self, piece: Piece) -> WordKind | None:
        """Return what a word is as a phrase of its own, None where it belongs to a noun phrase."""
        said, tag, classes = piece.text.lower(), piece.value, self.classes
        if self.syntax.cases and tag in ("verb", "tail"):
            return "verb" if tag == "verb" else "other"
        if said in self.naming or said in self.nouns:
            return None
        if said in self.governors:
            return "governor"
        if is_latin(said[0]) and self.negation.fullmatch(said):
            return "adverb"
        if said in self.adverbs or (
            is_latin(said[0]) and said.endswith(classes.adverb_endings) and classes.adverb_endings
        ):
            return "adverb"
        if said in self.verbs or (tag in classes.verb_tags and len(said) > 1 and self.head_of(said) is None):
            return "verb"
        if tag in classes.adverb_tags:
            return "adverb"
        if tag in classes.other_tags:
            return "other"
        return None

    def is_noun(self, said: str, *, proper: bool) -> bool:
        """Return whether what was thought a name is a noun of a list, or ends in one and holds nothing proper."""
        kind = self.head_of(said)
        return any(said in nouns for _, nouns in self.heads) or kind not in ((None, "firm") if proper else (None,))

    def looks_a_verb(self, said: str) -> bool:
        """Return whether a word right behind a name that no list holds has the end of a verb."""
        return said.islower() and said.endswith(self.classes.verb_endings) and self.head_of(said) is None

    def is_function_word(self, said: str) -> bool:
        """Return whether a word is no noun that could stand in the genitive."""
        return said in self.determiners or said in self.adverbs

    def carries(self, said: str) -> bool:
        """Return whether a cue is also a verb that passes its subject on: closed, agreed."""
        return said.lower() in self.governors

    def head_of(self, said: str) -> HeadKind | None:
        """Return the class of a noun, None where no list holds it; nouns of scripts without spaces by their end."""
        known = [rank] if (rank := self.ranks.get(said)) is not None else []
        if not said.isascii() and not all(map(is_latin, said.replace("-", ""))):
            known += self._ends(said, 2)
        if not known and self.classes.compounds:
            known = self._ends(said, COMPOUND_END)
        return self.heads[min(known)][0] if known else None

    def _ends(self, said: str, least: int) -> list[int]:
        """Return the classes of the nouns with which a word ends, of so many letters at least."""
        ends = (said[-length:] for length in range(least, min(len(said), self.longest) + 1))
        return [self.ranks[end] for end in ends if end in self.ranks]

    def head_kind(self, head: Piece, segment: Sequence[Piece]) -> HeadKind:
        """Return what kind of noun heads a phrase."""
        if head.kind == "person":
            return "person"
        said = head.text.lower()
        if head.kind == "word" and len(segment) > 1 and segment[-2].kind == "word":
            if self.counted.fullmatch(said):
                said = segment[-2].text.lower()  # 스타트업 7곳
            joined = segment[-2].text.lower() + said
            return self.head_of(joined) or self.head_of(said) or "noun"
        return self.head_of(said) or "noun"

    def time_clause(self, text: str, start: int, end: int) -> bool:
        """Return whether a clause tells when: its subject may follow it."""
        said = text[start:end].strip(" ,")
        return said.endswith(self.syntax.time_ends) or self.time_begins.match(said) is not None


def _meanings(language: DealLanguage) -> dict[str, Meaning]:
    """Return what each function word is, its letters folded; a marker's other meanings yield to it."""
    syntax, parties = language.syntax, language.parties
    before, after = syntax.markers.before, syntax.markers.after
    found: dict[str, Meaning] = {fold_letters(word): ("after", slot) for word, slot in after.items()}
    for word, slot in before.items():
        found[fold_letters(word)] = ("both", (slot, after[word])) if word in after else ("before", slot)
    tables: list[tuple[PieceKind, Sequence[str]]] = [
        ("of", syntax.of), ("pronoun", syntax.pronouns), ("issuer", parties.issuer), ("person", parties.persons),
        ("passive", syntax.passives), ("relative", syntax.relatives), ("through", syntax.through),
        ("link", syntax.links), ("holder", syntax.holders), ("break", syntax.clause_breaks),
        ("stop", syntax.sentence_breaks), ("and", syntax.coordinators), ("open", "(["), ("close", ")]"),
    ]  # fmt: skip
    for kind, words in tables:
        for word in words:
            found.setdefault(fold_letters(word), (kind, None))
    for opener in syntax.link_openers:
        for word in syntax.links:
            found.setdefault(fold_letters(opener + word), ("link", None))
    return found


def _negation(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for what denies a verb; a contraction is spelled once, by its end: didn't, won’t; n'|a."""
    words = list(words)
    whole = [word for word in words if "'" not in word]
    elided = [rf"\b{re.escape(word[:-1])}['’]" for word in words if word.endswith("'")]
    ends = [re.escape(word).replace("'", "['’]") for word in words if "'" in word and not word.endswith("'")]
    return compiled("|".join([*(rf"\b[a-z]+{end}\b" for end in ends), *elided, any_of(whole).pattern]), re.IGNORECASE)


def _ending(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for a word with one of the ends given: -ed."""
    return compiled(rf"(?<![a-z])[a-z]*{alternation(forms)}\b" if forms else r"(?!)", re.IGNORECASE)


def _side(nouns: Iterable[str], links: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for a noun that names a side and the word that links the firm to it."""
    return compiled(rf"(?:{any_of(nouns).pattern}) ?(?:{any_of(links).pattern})")


def _list_end(syntax: Syntax) -> re.Pattern[str] | None:
    """Return what ends a list of marked names with those that it leaves unnamed: 등 국내 투자사들."""
    if not (syntax.cases and syntax.words.tails):
        return None
    nouns = alternation((*syntax.words.firm_nouns, *syntax.others.nouns))
    counted = r"(?:\d+\w{1,2}\s)?(?:[^\W\d_]+\s){0,4}?"
    return compiled(rf"\s?{alternation(syntax.words.tails)}\s{counted}[^\W\d_]{{0,4}}?{nouns}")


def _others(syntax: Syntax) -> re.Pattern[str]:
    """Return a pattern for those whom a list of names leaves unnamed: 等3名自然人股东."""
    joiners, counters, nouns = (
        alternation(each) for each in (syntax.others.joiners, syntax.others.counters, syntax.others.nouns)
    )
    return compiled(rf"(?:{joiners})*\d{{0,4}}(?:{counters})(?:{nouns}){{1,2}}")


def _part(syntax: Syntax) -> re.Pattern[str]:
    """Return a pattern for the part of a firm that is bought, right behind its name: 合计51%, 全部."""
    return compiled(rf"\s?{alternation(syntax.before_parts)}?\s?(?:\d[\d.]{{0,8}}\s?%|{alternation(syntax.parts)})")

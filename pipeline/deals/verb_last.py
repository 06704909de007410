"""Who stands where around a cue in a language that marks its nouns behind them and puts the verb last.

A clause is read up to its verb: each noun phrase has the slot of its marker, and a verb on the way takes its own
phrases with it. Behind a verb that describes a noun stands that noun: 甲が買収した|乙.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.grammar import Piece
from pipeline.deals.left_unsaid import act_beside, take_both, take_left_out
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Arguments, Sentence, unit
from pipeline.rules.frames import SURE, Thing

FIELD = 3  # syllables of what a part of a firm may do
QUOTED = re.compile(r"[‘“「『][^‘’“”「」『』\n]{2,80}[’”」』]")
ACTORS = ("subject", "topic")
OWNED = (*ACTORS, "to", "in")
"""Slots of a round or a contract, whose owner then is the one it is of."""


def read_verb_last(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue."""
    phrases = sentence.phrases_around(cue)
    at = next(i for i, phrase in enumerate(phrases) if phrase.kind == "cue" and phrase.start == cue.start)
    reading = _Reading(sentence, cue, phrases, at)
    reading.read()
    return reading.found


class _Reading:
    """The reading of one cue."""

    def __init__(self, sentence: Sentence, cue: Piece, phrases: Sequence[Phrase], at: int) -> None:
        self.sentence, self.cue, self.phrases, self.at = sentence, cue, phrases, at
        self.markers = sentence.grammar.markers
        self.found = Arguments((sentence.start, sentence.end))
        quotes = [quote.span() for quote in QUOTED.finditer(sentence.text, sentence.start, sentence.end)]
        self.quotes = [(first, last) for first, last in quotes if not first <= cue.start < last]

    def read(self) -> None:
        """Fill the slots."""
        opened = self._open()
        bare = self._bare()
        self._window(opened, bare)
        for phrase in opened:
            self._place(phrase, str(phrase.marker.value) if phrase.marker else "topic")
        if bare is not None:
            self._place(bare, "object")
            if bare.owner and bare.head == "name":
                self._put("subject", bare.owner)
        self._take_head()
        self._take_spoken_of()
        self._take_topic()
        self._leave_taken_up(opened)
        act_beside(self.found)
        take_both(self.sentence, self.cue, self.found)
        if not any(_slot(each) in ACTORS and each.marker and not each.names for each in opened):
            take_left_out(self.sentence, self.cue, self.found)
        self.found.paper = self._paper(opened)

    def _open(self) -> list[Phrase]:
        """Return the marked noun phrases that no verb before the cue has taken."""
        opened: list[Phrase] = []
        claimed: list[Phrase] = []
        linked: list[Phrase] = []
        for index in range(self.at):
            phrase = self.phrases[index]
            kind = self._verb(index)
            if kind:
                opened, claimed = self._without_taken(opened, claimed, kind, index)
                if kind == "linking":
                    linked = [each for each in opened if _slot(each) == "subject"]
            elif _parts_headline(phrase):
                opened = [each for each in opened if each.marker is None]
            elif phrase.kind == "np" and (
                phrase.marker is not None
                or (self._is_headline_topic(index) and not any(_slot(each) in ACTORS for each in opened))
            ):
                if _slot(phrase) in ACTORS:
                    # one who acted before a verb that links does so no more where another follows: 甲가 …했고 乙는
                    opened, claimed = [each for each in opened if each not in claimed and each not in linked], []
                opened.append(phrase)
        return opened

    def _verb(self, index: int) -> str:
        """Return how a phrase before the cue is a verb: a field of `Cases`, or not at all."""
        phrase = self.phrases[index]
        if self._quoted(phrase):
            return ""  # 甲와 함께 ‘안전한 식자재 공급’을 위한
        if phrase.kind == "verb":
            return self.markers.verb(phrase.text)
        following = self.phrases[index + 1] if index + 1 < len(self.phrases) else None
        if phrase.kind == "cue" and following and following.kind == "other" and following.start == phrase.end:
            whole = phrase.text.rpartition(" ")[2] + following.text  # 투자를 받|았으며
            return self.markers.tail(following.text) or self.markers.verb(whole)
        return ""

    def _quoted(self, phrase: Phrase) -> bool:
        """Return whether a phrase stands in quotation marks that do not hold the cue."""
        return any(first <= phrase.start and phrase.end <= last for first, last in self.quotes)

    def _without_taken(
        self, opened: list[Phrase], claimed: list[Phrase], kind: str, index: int
    ) -> tuple[list[Phrase], list[Phrase]]:
        """Return the open phrases without those that a verb takes, and those that it takes if another one acts."""
        if kind == "carrying":
            return opened, claimed
        if kind == "light":
            return [each for each in opened if each.end < self.phrases[index - 1].start], claimed
        if kind == "final" and self._closes(index):
            return [each for each in opened if each.marker is None], []
        if kind != "attributive":
            beside = ("with", "along") if any(frame.partner for frame in self.cue.value.frames) else ()
            kept = [
                each for each in opened if _slot(each) in ACTORS or (_slot(each) in beside and not self._quoted(each))
            ]
            return kept, claimed
        acting = max((i for i, each in enumerate(opened) if _slot(each) == "subject"), default=None)
        if acting is not None and any(_slot(each) == "topic" for each in opened[:acting]):
            return opened[:acting], claimed
        kept = [each for each in opened if _slot(each) in (*ACTORS, "with", "along", "from", "by")]
        if index + 2 >= self.at and self.phrases[self.at - 1].kind != "np":  # 甲에 공급하는|계약
            kept = [each for each in opened if _slot(each) != "object"]
        return kept, claimed if acting is None else [*claimed, *opened[acting:]]

    def _closes(self, index: int) -> bool:
        """Return whether a verb ends all that is said before: no one is quoted."""
        following = self.phrases[index + 1] if index + 1 < len(self.phrases) else None
        return following is not None and following.kind == "break"

    def _is_headline_topic(self, index: int) -> bool:
        """Return whether a bare name opens a headline: A, B와 협약."""
        phrase = self.phrases[index]
        following = self.phrases[index + 1] if index + 1 < len(self.phrases) else None
        return bool(
            phrase.head == "name"
            and following
            and following.kind in ("comma", "break")
            and following.start < self.at_start
        )

    @property
    def at_start(self) -> int:
        """Return where the cue begins."""
        return self.phrases[self.at].start

    def _bare(self) -> Phrase | None:
        """Return the noun phrase without a marker right before the cue, values aside: A의 B 인수."""
        index = self.at - 1
        while index >= 0 and self.phrases[index].kind in ("value", "adverb"):
            index -= 1
        phrase = self.phrases[index] if index >= 0 else None
        if phrase is None or phrase.kind != "np" or phrase.marker is not None:
            return None
        return phrase if phrase.names or phrase.owner else None

    def _window(self, opened: Sequence[Phrase], bare: Phrase | None) -> None:
        """Set the range of the clause: from behind the verb before, to the end of the cue's own words."""
        start = self.sentence.start
        for index in range(self.at):
            if self._verb(index) in ("linking", "final"):
                start = self.phrases[index].end
        breaks = (i for i in range(self.at + 1, len(self.phrases)) if self.phrases[i].kind in ("comma", "break"))
        mark = next(breaks, None)
        end = self.phrases[mark].start if mark is not None else self.sentence.end
        if mark is not None and _parts_headline(self.phrases[mark]):  # a headline's sum: 인수…65억달러
            end = next((p.end for p in self.phrases[mark + 1 : mark + 3] if p.kind == "value"), end)
        first = min([start, *(each.start for each in opened)], default=start)
        self.found.window = (start, max(end, self.phrases[self.at].end))
        self.found.reach = (first if start == self.sentence.start else start, end)

    def _place(self, phrase: Phrase, slot: str) -> None:
        """Put a noun phrase into its slot."""
        firms = phrase.names or phrase.owner
        if phrase.head == "person":
            body = phrase.text.lower().endswith(tuple(self.sentence.grammar.bodies))
            if body and slot in ACTORS and firms:
                self._put("subject", firms[:1])
            return
        if slot == "object":
            self._object(phrase)
            return
        if slot in ACTORS and phrase.head == "equity" and firms:
            self._put("shares", firms)
            self.found.thing = "equity"
            return
        if phrase.head == "paper" and phrase.owner and slot in OWNED and not phrase.names:
            self._put("of", phrase.owner)  # 甲의|시리즈B 라운드에
            return
        if slot == "to" and phrase.head in ("equity", "unit", "paper", "goods", "noun") and not phrase.names:
            if phrase.head in ("unit", "goods", "noun"):
                self._put("for", firms)  # 甲の|工場に
            return
        if slot in ACTORS and not phrase.names and phrase.head not in ("firm", "unit", "issuer", "paper", "matter"):
            return
        self._put(slot, firms)
        if slot == "toward" and phrase.names and self.found.thing == "none":
            self.found.thing = "firm"
        if not firms and phrase.head == "firm":
            self.found.unnamed = True

    def _object(self, phrase: Phrase) -> None:
        thing = _thing(phrase)
        self.found.thing = thing if self.found.thing == "none" else self.found.thing
        self.found.after_object = phrase.start
        if phrase.names:
            self._put("object", phrase.names)
            if phrase.owner:
                self._put("holder", phrase.owner)
        elif phrase.owner and phrase.head == "equity":
            self._put("object", phrase.owner)
        elif phrase.owner and phrase.head == "unit" and _is_firm(phrase.owner[0]):
            said = self.sentence.text[phrase.owner[0].end : phrase.end]
            of = next((mark for mark in self.sentence.grammar.syntax.genitives if said.startswith(mark)), "")
            said = said[len(of) :]
            self.found.slots["object"] = [unit(phrase.end - len(said.lstrip()), said.strip())]
            self._put("holder", phrase.owner)
        elif phrase.head == "unit":
            self.found.slots["object"] = [unit(phrase.start, phrase.text)]
        elif phrase.owner and phrase.head == "goods":
            self._put("object", phrase.owner)
            self._put("holder", phrase.owner)
        elif phrase.owner:
            self._put("object owner", phrase.owner)
        elif phrase.head == "firm":
            self.found.unnamed = True

    def _put(self, slot: str, firms: Sequence[Piece]) -> None:
        group = self.sentence.resolved([piece for piece in firms if piece.kind != "pronoun"])
        if group:
            before = self.found.slots.get(slot, []) if slot == "by" else []  # 甲가 리드하고 乙가 참여한
            self.found.slots[slot] = [*before, *group]

    def _take_head(self) -> None:
        """Take the noun that the cue describes: the payee of 유치한 A, the target of B가 인수한 A."""
        following = self.phrases[self.at + 1] if self.at + 1 < len(self.phrases) else None
        if following is None:
            return
        index = self.at + 2
        if following.kind != "other" or following.start != self.phrases[self.at].end:
            if self.markers.tail(self.phrases[self.at].text) != "attributive":
                return
            index = self.at + 1  # the cue is the whole form: 매각된
        elif self.markers.tail(following.text) == "linking":
            index = len(self.phrases) if "topic" in self.found.slots else self._next_verb(index)
        elif self.markers.tail(following.text) != "attributive":
            return
        while index < len(self.phrases) and self.phrases[index].kind in ("value", "adverb"):
            index += 1
        head = self.phrases[index] if index < len(self.phrases) else None
        if head is None or head.kind != "np":
            return
        firms = head.names if head.head == "name" else head.owner[:1]  # 인수한 乙의|매출
        slots = self.found.slots
        if not firms:
            return
        if "subject" not in slots or ({"from", "to"} & slots.keys() and "object" not in slots and self._is_whole()):
            if self.cue.value.takes_object and not {"object", "to", "from"} & slots.keys():  # 인수한|乙
                self._put("object", firms)
                self.found.thing = "firm"
                return
            self._put("subject", firms)
            slots.pop("topic", None)
        elif "object" not in slots:
            self._put("object", firms)
            slots.setdefault("to", slots["object"])
            self.found.thing = "firm"

    def _next_verb(self, index: int) -> int:
        """Return where the next verb of a chain ends, if it describes a noun and no name stands before it."""
        for place in range(index, len(self.phrases)):
            phrase = self.phrases[place]
            if phrase.kind in ("comma", "break") or phrase.names:
                return len(self.phrases)
            if kind := self._verb(place):
                return place + 1 if kind in ("attributive", "carrying") else len(self.phrases)
        return len(self.phrases)

    def _is_whole(self) -> bool:
        """Return whether a cue holds its object: 투자를 유치."""
        return " " in self.phrases[self.at].text

    def _take_spoken_of(self) -> None:
        """Make the topic what another acts on, where the cue holds its object or says what the topic is.

        甲는 乙가 경영권을 인수했다; 甲는 乙가 인수한 기업이다.
        """
        slots = self.found.slots
        if not self.cue.value.takes_object or "object" in slots or not {"subject", "topic"} <= slots.keys():
            return
        if self._is_whole() or self._is_predicate():
            slots["object"] = slots.pop("topic")
            self.found.thing = "firm"

    def _is_predicate(self) -> bool:
        """Return whether the cue describes a noun that ends its clause as a verb does: 인수한 기업이다."""
        following = self.phrases[self.at + 1 : self.at + 2]
        if not following or self.markers.tail(following[0].text) != "attributive":
            return False
        for phrase in self.phrases[self.at + 2 :]:
            if phrase.kind == "verb":
                return True
            if phrase.kind != "np" or phrase.marker is not None or phrase.names:
                return False
        return False

    def _leave_taken_up(self, opened: Sequence[Phrase]) -> None:
        """Leave out a word for the firm told before that is acted on where nobody named acts: it may be he who does."""
        if {"subject", "by"} & self.found.slots.keys():
            return
        for phrase in opened:
            if phrase.head == "issuer" and _slot(phrase) not in ACTORS:
                self.found.slots.pop(_slot(phrase), None)

    def _take_topic(self) -> None:
        """Make the topic the one who acts where no other noun does."""
        slots = self.found.slots
        if "subject" not in slots and "topic" in slots:
            slots["subject"] = slots.pop("topic")

    def _paper(self, opened: Sequence[Phrase]) -> str:
        """Return the words right before the cue that say what is signed."""
        start = max([self.sentence.start, *(p.end for p in self.phrases[: self.at] if p.kind in ("comma", "break"))])
        return self.sentence.text[start : self.phrases[self.at].end]


def _is_firm(owner: Piece) -> bool:
    """Return whether what stands before a part of a firm is a firm, and not what the part does: 수처리|사업부."""
    return owner.kind != "org" or owner.value.strength in SURE or len(owner.text) > FIELD


def _parts_headline(phrase: Phrase) -> bool:
    """Return whether dots part what a headline tells: 甲, 乙 인수…65억달러."""
    return phrase.kind == "break" and not phrase.text.strip("….")


def _slot(phrase: Phrase) -> str:
    return str(phrase.marker.value) if phrase.marker else "topic"


def _thing(phrase: Phrase) -> Thing:
    if phrase.head == "equity" or any(value.kind == "stake" for value in phrase.values):
        return "equity"
    if phrase.head == "goods":
        return "goods"
    return "firm" if phrase.head in ("name", "issuer", "unit", "firm") else "none"

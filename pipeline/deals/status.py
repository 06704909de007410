"""How sure a deal is: rumored, intended, announced, completed, withdrawn, denied or hypothetical.

A chain of verbs tells it, read from the outside in: who says so, the modal, the act, its aspect. A word counts where it
governs the cue: between the subject and the cue, in the verb above it, or as what became of the act behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Arguments, Sentence
from pipeline.deals.status_behind import Readings, readings_behind
from pipeline.deals.status_last import readings_last
from pipeline.models import Span, Status
from pipeline.rules.frames import Cue, Frame

MASKED = ("org", "date", "amount", "stake")  # no word of a name or of a date says how sure a deal is: May 6, Will & Co
QUESTION = re.compile(r"[?？]\s*[”\"』」]?\s*$")
AFTER = 12  # characters before the words that reach the cue in which after or following stands
MODAL = 12  # characters before a word that hold its modal: will be completed
Range = tuple[int, int]
Match = re.Match[str] | None


def status(
    sentence: Sentence, cue: Cue, frame: Frame, arguments: Arguments, others: Sequence[int] = ()
) -> tuple[Status, Span | None]:
    """Return the status of the deal a cue tells, and the word that says so; `others` are where other cues stand."""
    grammar = sentence.grammar
    if grammar.cases:
        readings = readings_behind(sentence, cue, frame, others)
    elif grammar.syntax.cases:
        readings = readings_last(sentence, cue, frame, others)
    else:
        others = tuple(other for other in others if not _governs(sentence, other))
        readings = Chain(sentence, cue, frame, arguments, others).readings()
    for told, match in readings:
        if match:
            start, end = match.span()
            return told, Span(start=start, end=end, text=sentence.text[start:end])
    return frame.told, None


def _governs(sentence: Sentence, at: int) -> bool:
    """Return whether a cue is a word of the chain itself: agreed, announced, closed, ended."""
    grammar = sentence.grammar
    governing: tuple[Status, ...] = ("announced", "completed", "intended", "withdrawn")
    patterns = (grammar.chain["says"], *(grammar.status[name][0] for name in governing))
    return any(pattern.match(sentence.text, at) for pattern in patterns)


@dataclass(frozen=True)
class Chain:
    """The words that govern one cue."""

    sentence: Sentence
    cue: Cue
    frame: Frame
    arguments: Arguments
    others: tuple[int, ...]

    @cached_property
    def said(self) -> str:
        """Return the text with names, dates and figures blanked, at the same offsets."""
        text = self.sentence.text[: self.sentence.end]
        for piece in self.sentence.pieces:
            if piece.kind in MASKED:
                text = text[: piece.start] + " " * (piece.end - piece.start) + text[piece.end :]
        return text

    @cached_property
    def near(self) -> Range:
        """Return the range of the words that reach the cue: its adverbs, and the verbs that pass on their subject."""
        phrases = self.sentence.phrases_around(self._piece)
        start = self.cue.start
        for phrase in sorted((each for each in phrases if each.end <= start), key=lambda each: -each.start):
            if not self._passes(phrase):
                break
            start = phrase.start
        return start, self.cue.start

    @cached_property
    def clause(self) -> Range:
        """Return the range from the subject, else from the clause's start, to the cue's end, without another act."""
        start = self.arguments.window[0]
        if not self.sentence.grammar.syntax.comma_ends_clause:
            subject = self.arguments.slots.get("subject", [])
            bracketed = self.sentence.grammar.auxiliaries  # the finite verb may stand before its subject
            ends = [each.end for each in subject if each.end <= self.cue.start and not bracketed]
            acts = [other for other in self.others if other < self.near[0]]
            start = max([start, *ends, *acts])
        end = self.cue.end
        while following := self.sentence.grammar.auxiliary.match(self.said, end + 1):
            end = following.end()
        return min(start, self.near[0], self._opened), end

    @property
    def _opened(self) -> int:
        """Return where the finite half of a verb bracket begins that the cue closes, else the cue's start."""
        phrases = self.sentence.phrases_around(self._piece)
        at = next((i for i, each in enumerate(phrases) if each.kind == "cue" and each.start == self.cue.start), 0)
        before = self.cue.start
        while self.sentence.grammar.auxiliaries and at and phrases[at - 1].kind in ("adverb", "governor"):
            at -= 1
            before = min(before, phrases[at].start)
        return before

    @cached_property
    def above(self) -> Range:
        """Return the range of the clause that governs the cue's own: empty where another act stands in it."""
        start, text = self.clause[0], self.said
        begin = self.sentence.start
        if self.sentence.grammar.syntax.comma_ends_clause:
            until = max(begin, start - 1)
            begin = max(begin, *(text.rfind(mark, begin, until) + 1 for mark in ",:，："))
        acts = [other for other in self.others if begin <= other < start]
        return (start, start) if acts else (begin, start)

    @cached_property
    def behind(self) -> tuple[int, int, int]:
        """Return where the text behind the cue begins, names the next firm behind its clause, comes to another act."""
        first, last = self.cue.end, self.arguments.window[1]
        until = min((other for other in self.others if other >= first), default=self.sentence.end)
        pieces = self.sentence.pieces
        names = [piece.start for piece in pieces if piece.kind in ("org", "issuer") and piece.start >= last]
        return first, min([*names, until]), until

    def supposed(self) -> Match:
        """Return the word that makes the deal an example, a condition or a question."""
        near, far = self.sentence.grammar.status["hypothetical"]
        found = far.search(self.said, self.sentence.start, self.sentence.end) or self._last(near, *self.above)
        found = found or self._last(near, *self.clause)
        if found or not (question := QUESTION.search(self.said, self.cue.end, self.sentence.end)):
            return found
        chain = self.sentence.grammar.chain
        leads = self.sentence.grammar.syntax.markers_lead
        if leads and self.arguments.window[1] < question.start():
            return None  # 甲收购乙,你知道吗?
        presupposed = chain["asks"].search(self.said, self.sentence.start, self.cue.start)
        return None if presupposed or self.is_past or self.done_behind() else question

    def negated(self) -> Match:
        """Return the negation that reaches the cue, or the word of the verb above that denies the whole."""
        negation = self._last(self.sentence.grammar.negation, *self.near)
        if negation and not (self.not_yet() or self._only(negation)):
            return negation
        if self.sentence.grammar.auxiliaries and not self._is_noun:
            behind = self._last(self.sentence.grammar.negation, self.cue.end, self.arguments.reach[1])
            if behind and not self._only(behind):
                return behind  # a finite verb is denied behind it
        denial = self.sentence.grammar.status["denied"][0]
        found = self._last(denial, *self.clause) or self._last(denial, *self.above)
        leads = self.sentence.grammar.syntax.markers_lead
        return found or (denial.search(self.said, self.cue.end, self.behind[2]) if leads else None)

    def not_yet(self) -> Match:
        """Return the word that says the act is still to come: 尚未, has yet to."""
        return self._last(self.sentence.grammar.chain["not_yet"], *self.near)

    def ended(self) -> Match:
        """Return the word that says the deal came to nothing, before the cue or behind its clause."""
        pattern = self.sentence.grammar.status["withdrawn"][0]
        first, _, until = self.behind
        found = self._last(pattern, *self.clause) or self._last(pattern, *self.above)
        last = until if self.sentence.grammar.syntax.comma_ends_clause or self._is_noun else first
        return found or pattern.search(self.said, first, last)

    def rumored(self) -> Match:
        """Return the word that says the deal is talk."""
        near, far = self.sentence.grammar.status["rumored"]
        if self.sentence.grammar.syntax.markers_lead and self.is_past:
            return self._last(near, *self.near)  # 据悉,甲已收购乙
        found = far.search(self.said, self.sentence.start, self.sentence.end)
        if found or (found := self._last(near, *(self.near if self._is_noun else self.clause))):
            return found
        found = self._last(near, *self.above)
        figures = (piece for piece in self.sentence.pieces if piece.kind == "amount")
        of_figure = found and any(found.end() <= figure.start < self.above[1] for figure in figures)
        return None if of_figure else found  # 据称耗资30亿美元,…: said of the sum

    def done_behind(self) -> Match:
        """Return the word behind the cue that says the act is done: 收购了, the takeover was completed."""
        chain, (first, names, _) = self.sentence.grammar.chain, self.behind
        if self.plan:
            return None
        if self.frame.past_is_done and (mark := chain["done_mark"].match(self.said, first)):
            return mark
        if (told := self._modifies()) and not (self.plan or self.future):
            return told
        if not (self._is_noun or self.sentence.grammar.syntax.comma_ends_clause):
            return None
        last = max(names, self.arguments.window[1]) if self.sentence.grammar.syntax.comma_ends_clause else names
        done = self.sentence.grammar.status["completed"][0].finditer(self.said, first, last)
        return next((found for found in done if not self._is_to_come(found, first)), None)

    def _is_to_come(self, done: re.Match[str], first: int) -> bool:
        """Return whether what is said to be done is not yet: will be completed, 交割后, 预计年内完成."""
        grammar = self.sentence.grammar
        before = (self.said, max(first, done.start() - MODAL), done.start())
        if grammar.chain["futures"].search(*before):
            return True
        if not grammar.syntax.markers_lead:
            return False
        after = self.said.startswith(grammar.syntax.time_ends, done.end())
        return after or grammar.status["intended"][0].search(*before) is not None

    def _modifies(self) -> Match:
        """Return the mark of a clause that only says which firm is meant, or when: 被甲收购的|乙, 收购乙后|,甲."""
        grammar, (start, end) = self.sentence.grammar, self.arguments.window
        attribute = grammar.syntax.attribute
        if not grammar.syntax.markers_lead or not self.frame.past_is_done:
            return None
        if attribute and self.said.startswith(attribute, self.cue.end):
            phrases = self.sentence.phrases_around(self._piece)
            following = next((each for each in phrases if each.start >= self.cue.end), None)
            named = following is not None and following.head == "name" and following.start <= self.cue.end + 1
            return re.compile(re.escape(attribute)).match(self.said, self.cue.end) if named else None
        return grammar.time_passed.search(self.said, max(start, self.cue.end), end)

    def readings(self) -> Readings:
        """Yield each status with the word that says so, the one that goes before the others first."""
        yield "hypothetical", self.supposed()
        yield "denied", self.negated()
        yield "intended", self.not_yet()
        yield "withdrawn", self.ended()
        yield "rumored", self.rumored()
        yield "completed", self.done_behind()
        yield from self.governed()

    def governed(self) -> list[tuple[Status, Match]]:
        """Return what the modal, the verb above and the aspect say, outermost first."""
        grammar = self.sentence.grammar
        announced, done = (grammar.status[name][0] for name in ("announced", "completed"))
        future = self.future
        says = self._last(grammar.chain["says"], *self.above) or self._last(grammar.chain["says"], *self.clause)
        agreed = self._last(announced, *self.clause) or self._last(announced, *self.above)
        finished = self._last(done, *self.clause)
        return [
            ("intended", self.plan),
            ("announced", agreed),
            ("rumored", self._heard if future and not says else None),
            ("announced", says if future else None),
            ("intended", future),
            ("completed", finished or (None if future else self.is_past)),
        ]

    @property
    def _heard(self) -> Match:
        """Return who is said to tell what another will do: 外媒报道甲将收购乙."""
        hearsay = self.sentence.grammar.chain["hearsay"]
        return self._last(hearsay, *self.clause) or self._last(hearsay, *self.above)

    @cached_property
    def plan(self) -> Match:
        """Return the word that makes the act a plan; one that a word of agreement follows is none."""
        grammar = self.sentence.grammar
        pattern = grammar.status["intended"][0]
        planned = self._last(pattern, *self.clause)
        if planned and planned.start() > self.cue.start and planned.end() == self.cue.end:
            planned = self._last(pattern, self.clause[0], self.cue.start)  # the noun of the cue: 合作|计划
        if planned is None and self.arguments.elided and grammar.syntax.markers_lead:
            planned = self._planned_before()
        if planned is None:
            return None
        return None if grammar.status["announced"][0].search(self.said, planned.end(), self.cue.start) else planned

    def _planned_before(self) -> Match:
        """Return the plan of the clause before that reaches this one: 拟将5%转让给甲,将4%转让给乙; 拟以现金,收购乙."""
        grammar, start = self.sentence.grammar, self.clause[0]
        until = max(self.sentence.start, start - 1)
        begin = max(self.sentence.start, *(self.said.rfind(mark, self.sentence.start, until) + 1 for mark in ",:，："))
        planned = self._last(grammar.status["intended"][0], begin, until)
        if planned is None:
            return None
        phrases = [each for each in self.sentence.phrases_around(self._piece) if planned.end() <= each.start < until]
        acts = [each for each in phrases if each.kind == "cue" and each.piece and self.frame in each.piece.value.frames]
        other = any(each.kind in ("verb", "cue") for each in phrases)
        opens = phrases and phrases[0].kind == "marker" and phrases[0].start == planned.end()
        return planned if acts or opens or not other else None

    @cached_property
    def future(self) -> Match:
        """Return the word that puts the act into the future: will, 将, or to right before the verb."""
        chain = self.sentence.grammar.chain
        form = self._past_form
        if form and not chain["to_come"].search(self.said, *self.near):
            return None  # pleased to announce it has bought
        if found := self._last(chain["futures"], *self.near) or (
            self._own_verb and self._last(chain["futures"], *self.clause)
        ):
            return found if found.start() != self.arguments.object_marker else None
        return None if self._is_noun or self._own_verb else self._last(chain["infinitives"], *self.near)

    @cached_property
    def is_past(self) -> Match:
        """Return the word that puts the act into the past: the cue's own form, 已, 曾, last year's."""
        chain = self.sentence.grammar.chain
        still_to_come = chain["to_come"].search(self.said, *self.near)  # será comprada
        if self._past_form and self.frame.past_is_done and not still_to_come:
            return self._past_form
        if behind := chain["after"].search(self.said, max(self.sentence.start, self.near[0] - AFTER), self.near[0]):
            return behind
        if self.sentence.grammar.syntax.markers_lead and not self.frame.past_is_done:
            return None
        start, end = self.clause
        if self.sentence.grammar.syntax.markers_lead:  # 甲上月宣布收购乙: what is past is the saying
            says = self._last(chain["says"], start, self.cue.start)
            start = says.end() if says else start
        return chain["done_before"].search(self.sentence.text, start, end) or self._dated(start)  # in dates too

    def _dated(self, start: int) -> Match:
        """Return the date before the act that puts it into the past: 2021年,甲收购乙; 甲8月增持乙."""
        grammar = self.sentence.grammar
        if not grammar.dated_past:
            return None
        opened = (
            start
            - len(self.said[self.sentence.start : start])
            + len(self.said[self.sentence.start : start].rstrip(",， "))
        )
        dates = [
            piece for piece in self.sentence.pieces if piece.kind == "date" and opened <= piece.end <= self.cue.start
        ]
        text = self.sentence.text
        past = [each for each in dates if not grammar.chain["not_past"].search(text, each.start, each.end + 1)]
        return re.compile(re.escape(past[0].text)).match(text, past[0].start) if past else None

    @property
    def _past_form(self) -> Match:
        if self._is_noun:
            return None
        return self.sentence.grammar.chain["past"].search(self.said, self.cue.start, self.cue.end)

    @cached_property
    def _own_verb(self) -> bool:
        """Return whether another verb of the clause carries the act as its purpose: paid 5 billion to buy."""
        phrases = self.sentence.phrases_around(self._piece)
        before = [each for each in phrases if each.end <= self.near[0] and each.start >= self.clause[0]]
        return bool(before) and before[-1].kind in ("verb", "cue")

    @property
    def _is_noun(self) -> bool:
        return self.cue.text.lower() in self.cue.nouns and self.cue.text.lower() not in self.frame.cues

    @property
    def _piece(self) -> Piece:
        return Piece(self.cue.start, self.cue.end, "cue", self.cue.text, self.cue)

    def _passes(self, phrase: Phrase) -> bool:
        """Return whether a phrase between subject and cue lets the words before it reach the cue."""
        if phrase.kind in ("adverb", "governor", "value", "marker", "other"):
            return True
        if phrase.kind == "np":
            return phrase.marker is not None or (phrase.head in ("paper", "noun") and not phrase.names)
        spoken = phrase.text.lower()
        grammar = self.sentence.grammar
        return bool(grammar.negation.search(spoken)) or any(near.search(spoken) for near, _ in grammar.status.values())

    def _only(self, negation: re.Match[str]) -> bool:
        """Return whether a negation is one of another word: not only, 不仅."""
        return self.sentence.grammar.chain["not_only"].match(self.said, negation.start()) is not None

    def _last(self, pattern: re.Pattern[str], start: int, end: int) -> Match:
        """Return the last match in a range; none where it is the mark of the object."""
        found = None
        for match in pattern.finditer(self.said, start, end):
            if match.start() != self.arguments.object_marker:
                found = match
        return found

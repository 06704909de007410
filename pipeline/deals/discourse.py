"""One document being read: its sentences in order, and what earlier ones said that later ones leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.deals.annotated import Annotated
from pipeline.deals.arguments import read_arguments
from pipeline.deals.attempt_values import tells_alone, valued
from pipeline.deals.candidates import Candidate, shared_out
from pipeline.deals.competition import OPENING, compete, once
from pipeline.deals.document_state import DocumentState
from pipeline.deals.filling import Attempt, attempt
from pipeline.deals.grammar import Grammar, Piece, PieceKind
from pipeline.deals.later_price import price_of_deal, price_paid
from pipeline.deals.one_sided import held_back
from pipeline.deals.own_sums import with_own_sums
from pipeline.deals.scene import woven
from pipeline.deals.sentence import Sentence
from pipeline.deals.sentence_pieces import cut
from pipeline.deals.telling_cues import telling
from pipeline.models import Amount
from pipeline.rules.frames import SURE, Cue, Org
from pipeline.text.words import HAN

VALUE_PIECES: tuple[tuple[str, PieceKind], ...] = (
    ("amounts", "amount"),
    ("bare", "amount"),
    ("stakes", "stake"),
    ("quantities", "quantity"),
    ("rounds", "round"),
    ("dates", "date"),
)


class SentenceDeals(NamedTuple):
    """What a sentence tells: the frames tried, the candidates that won, and those that are held back."""

    sentence: Sentence
    attempts: list[Attempt]
    kept: list[Candidate]
    held: Sequence[Candidate] = ()


class Report:
    """The reading of one document, sentence by sentence."""

    def __init__(self, annotated: Annotated, grammars: Mapping[str, Grammar], announce: re.Pattern[str]) -> None:
        self.annotated = annotated
        self.text = annotated.text
        self.grammars = grammars
        self.state = DocumentState(annotated, grammars, announce)

    def told(self) -> list[SentenceDeals]:
        """Return what each sentence with a cue tells, a deal told over several sentences once."""
        every: list[SentenceDeals] = []
        read = 0
        for start, end, language in self.annotated.sentences:
            self.state.note_between(read, start)
            read = end
            self.state.note_heading(start)
            sentence = self._sentence(start, end, language)
            if sentence:
                told = self._read(sentence)
                readings = [each.arguments for each in told.kept] or [each.arguments for each in told.attempts]
                self.state.note_actor(readings, end)
                every.append(told)
        kept = woven([(told.sentence, told.kept) for told in every])
        for own, told, following in zip(kept, every, [*every, None][1:], strict=True):
            self._price_later(own, told.sentence, following)
        return [_without_held(told, own) for told, own in zip(every, kept, strict=True)]

    def _price_later(self, own: list[Candidate], sentence: Sentence, following: SentenceDeals | None) -> None:
        """Give the last deal of a sentence the price that a sentence behind it tells."""
        if not own or own[-1].amount or own[-1].valuation:
            return
        amount = price_of_deal(self.annotated, sentence)
        if amount is None and following is not None and not following.kept:
            behind = following.sentence
            amount = price_paid(self.annotated, own[-1], sentence.end, behind, following.attempts)
        if amount:
            first = own[-1].evidence[0] if own[-1].evidence else sentence.start
            own[-1] = replace(own[-1], amount=amount, evidence=(first, amount.end))

    def _sentence(self, start: int, end: int, language: str) -> Sentence | None:
        """Return a sentence in pieces; None where no cue in it can tell a deal."""
        cues: list[Cue] = self.annotated.inside("cues", start, end)
        grammar = self._grammar(cues, start, end, language)
        if grammar is None:
            return None
        amounts = self.annotated.inside("amounts", start, end)
        orgs = [org for org in self.state.firms(start, end, grammar) if not _is_currency(org, amounts)]
        self.state.note_firms(orgs, grammar)
        cues = telling(self.text, cues, orgs, grammar)
        if not cues or grammar.other_fields.search(self.text, start, end) or self._is_boilerplate(cues[0].start):
            return None
        pieces = cut(self.text, start, end, self._marked(cues, orgs, start, end, grammar), grammar)
        topic, pair = self.state.before(start, grammar)
        speaker = self.state.speaker(start, end, grammar)
        return Sentence(self.text, start, end, pieces, grammar, self.state.issuer, topic, pair, speaker)

    def _grammar(self, cues: Sequence[Cue], start: int, end: int, language: str) -> Grammar | None:
        """Return the grammar of the sentence: of its language, else of the language of cues in its script."""
        primary = language.split("-")[0]
        if any(cue.language == primary for cue in cues):
            return self.grammars[primary]
        han = bool(HAN.search(self.text, start, end))
        codes = sorted({cue.language for cue in cues if bool(HAN.search(cue.text)) == han})
        if primary in self.grammars and self.grammars[primary].han == han:
            # a language that tells deals tells them in its own words; one whose text nothing knows may stand anywhere
            codes = [code for code in codes if not self.grammars[code].recognized]
        return self.grammars[codes[0]] if codes else None

    def _marked(self, cues: Sequence[Cue], orgs: Sequence[Org], start: int, end: int, grammar: Grammar) -> list[Piece]:
        """Return what annotate marked in a sentence, as pieces."""
        orgs = [org for org in orgs if org.strength in SURE or not any(_covers(cue, org) for cue in cues)]
        han = not grammar.syntax.cases and HAN.search(
            self.text, start, end
        )  # in Latin letters a capital tells a name, in Han nothing does
        marked = [Piece(c.start, c.end, "cue", c.text, c) for c in cues]
        marked += [
            Piece(
                o.start,
                max(o.end, o.until),
                "org" if o.strength in SURE or not han else "maybe",
                o.text,
                self.state.by_its_name(o, grammar),
            )
            for o in orgs
        ]
        for group, kind in VALUE_PIECES:
            marked += [Piece(v.start, v.end, kind, v.text, v) for v in self.annotated.inside(group, start, end)]
        return [_before_names(piece, orgs) for piece in marked]

    def _read(self, sentence: Sentence) -> SentenceDeals:
        """Return what a sentence tells: each cue's best frame, and of those that tell the same the surest."""
        cues = [piece for piece in sentence.pieces if piece.kind == "cue"]
        tried = [_attempts(sentence, cue) for cue in cues]
        # an amount beyond a verb that tells a deal of its own belongs to that one
        values = self.annotated.values(sentence.start, sentence.end)
        rivals = [
            (c.start, c.end)
            for c, own in zip(cues, tried, strict=True)
            if any(
                tells_alone(each, [] if sentence.grammar.syntax.comma_ends_clause else values.amounts) for each in own
            )
        ]
        attempts: list[Attempt] = []
        candidates: list[Candidate] = []
        for cue, own in zip(cues, tried, strict=True):
            barriers = [rival for rival in rivals if rival[0] != cue.start]
            with_values = [valued(each, sentence, values, barriers) for each in own]
            attempts += with_values
            fitting = [
                filled
                for each in with_values
                if each.candidate
                and (filled := self.state.scene.fill(each.candidate, sentence) or _may_join(each.candidate))
            ]
            buyers = [each.candidate for each in with_values if each.candidate and each.frame.buys_sold]
            loose = [each.candidate for each in attempts if each.candidate]
            if buyers and (bought := self.state.scene.bought(buyers[0], loose, sentence)):
                sold = {org.name for _, org in bought.parties}
                candidates = [c for c in candidates if c.names("payer") or {o.name for _, o in c.parties} - sold]
                candidates.append(bought)
            elif fitting:
                best = max(fitting, key=_rank)
                for each in shared_out(best, self.text, values, sentence.grammar):
                    candidates += with_own_sums(each, sentence, values.amounts)
        opened = {name for c in candidates if c.kind in OPENING and c.evidence is None for name in c.names("payee")}
        if opened:  # the sentence opens a round of its own, or goes on with the one before: リードは甲、|乙も参加
            candidates = [c for c in candidates if c.evidence is None or opened & set(c.names("payee"))]
        loose = [each.candidate for each in attempts if each.candidate and each.candidate.loose]
        kept = compete(once(candidates), self._in_comment, loose)
        self.state.scene.note(kept, sentence, loose)
        return SentenceDeals(sentence, attempts, kept)

    def _is_boilerplate(self, at: int) -> bool:
        block = self.annotated.block(self.annotated.normalized.offsets.original(at, at + 1)[0])
        return block is not None and block.kind == "boilerplate"

    def _in_comment(self, candidate: Candidate) -> bool:
        offsets = self.annotated.normalized.offsets
        block = self.annotated.block(offsets.original(candidate.cue.start, candidate.cue.end)[0])
        return block is not None and block.kind == "comment"


def _without_held(told: SentenceDeals, own: list[Candidate]) -> SentenceDeals:
    """Return what a sentence tells of its own candidates, those that are not safe apart."""
    held = held_back(own, told.sentence)
    return told._replace(kept=[candidate for candidate in own if candidate not in held], held=held)


def _attempts(sentence: Sentence, cue: Piece) -> list[Attempt]:
    """Return what comes of each frame of a cue, before any value is looked at."""
    arguments = read_arguments(sentence, cue)
    return [attempt(sentence, cue, frame, arguments) for frame in cue.value.frames]


def _may_join(candidate: Candidate) -> Candidate | None:
    """Return who joins a round, though it tells too little: the same sentence may say who raises it."""
    return candidate if candidate.frame.joins and candidate.names("payer") else None


def _rank(candidate: Candidate) -> tuple[bool, bool, int, float, int]:
    roles = len({role for role, _ in candidate.parties})
    return candidate.complete, not candidate.loose, roles, candidate.confidence, len(candidate.parties)


def _is_currency(org: Org, amounts: Sequence[Amount]) -> bool:
    """Return whether what was thought a name is what a sum is counted in: 泰铢|24亿元."""
    return any(amount.start <= org.start and org.end <= amount.end for amount in amounts)


def _covers(cue: Cue, org: Org) -> bool:
    """Return whether a cue holds a word that was only thought a name: Funders | include."""
    return cue.start <= org.start and org.end <= cue.end and org.text != cue.text


def _before_names(piece: Piece, orgs: Sequence[Org]) -> Piece:
    """Return a quantity without the firm whose goods it counts: 100架 of 100架空客A320客机."""
    if piece.kind != "quantity":
        return piece
    end = min((org.start for org in orgs if piece.start < org.start < piece.end), default=piece.end)
    return piece._replace(end=end)

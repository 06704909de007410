"""One document being read: its sentences in order, and what earlier ones said that later ones leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.deals import money
from pipeline.deals.annotated import Annotated
from pipeline.deals.arguments import read_arguments
from pipeline.deals.candidates import Candidate, Values, shared_out
from pipeline.deals.competition import compete, once
from pipeline.deals.filling import Attempt, attempt
from pipeline.deals.grammar import Grammar, Piece, PieceKind
from pipeline.deals.scene import OPENING, Scene, woven
from pipeline.deals.sentence import QUOTES, Sentence
from pipeline.deals.sentence_pieces import cut
from pipeline.deals.told_before import REACH, told_before
from pipeline.models import Amount, Date, Stake
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
MINORITY = 50  # percent: below it a frame may tell another kind of deal
ANNOUNCES = 14  # characters behind a firm in which it announces, from the zh and en examples
VERBAL = ("by", "source", "from", "holder")  # slots whose markers may hold a cue: 甲|が主導する
BRACKET = re.compile(r"\s?\([^()]{0,30}\)")
STOCK_CODE = re.compile(r"\d{6}|\d{5}\.HK")
SAID = re.compile(rf"[{QUOTES}],?\s(?=\w)|,[{QUOTES}]\s(?=\w)")
"""The end of a quote, behind which stands who said it."""
QUOTE = 240  # characters before a quote that goes on in which its speaker is told
TITLE = 90  # characters of a name and a title between said and the firm; from the es examples
CLAUSE_END = re.compile(r"[,、。;]|[.!?]\s")


class SentenceDeals(NamedTuple):
    """What a sentence tells: the frames tried, and the candidates that won."""

    sentence: Sentence
    attempts: list[Attempt]
    kept: list[Candidate]


class Report:
    """The reading of one document, sentence by sentence."""

    def __init__(self, annotated: Annotated, grammars: Mapping[str, Grammar], announce: re.Pattern[str]) -> None:
        self.annotated = annotated
        self.text = annotated.text
        self.grammars = grammars
        self.announce = announce
        self.issuer: Org | None = None
        self.first: Org | None = None
        """The first firm named, whom the text is about where none announces."""
        self.topic: Org | None = None
        self.topic_until = -1
        self.heading: int | None = None
        """The number of the heading that the last sentence stood under."""
        self.scene = Scene()

    def told(self) -> list[SentenceDeals]:
        """Return what each sentence with a cue tells, a deal told over several sentences once."""
        every: list[SentenceDeals] = []
        read = 0
        for start, end, language in self.annotated.sentences:
            self._note_between(read, start)
            read = end
            self._note_heading(start)
            sentence = self._sentence(start, end, language)
            if sentence:
                told = self._read(sentence)
                self._note_topic(told)
                every.append(told)
        kept = woven([(told.sentence, told.kept) for told in every])
        for own, told in zip(kept, every, strict=True):
            self._price_later(own, told.sentence)
        return [told._replace(kept=own) for told, own in zip(every, kept, strict=True)]

    def _price_later(self, own: list[Candidate], sentence: Sentence) -> None:
        """Give the last deal of a sentence the price that the next sentence tells."""
        if not own or own[-1].amount or own[-1].valuation:
            return
        rest = self.text[sentence.end : sentence.end + money.LATER]
        start = sentence.end + len(rest) - len(rest.lstrip())
        amounts = self.annotated.values(start, start + 2 * money.LATER).amounts
        amount = money.told_later(self.text, start, amounts, sentence.grammar)
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
        orgs = [
            org
            for org in self.annotated.inside("orgs", start, end)
            if self._can_deal(org, grammar) and not _is_currency(org, amounts)
        ]
        self._note_issuer(orgs, grammar)
        cues = self._telling(cues, orgs, grammar)
        if not cues or grammar.other_fields.search(self.text, start, end) or self._is_boilerplate(cues[0].start):
            return None
        pieces = cut(self.text, start, end, self._marked(cues, orgs, start, end, grammar), grammar)
        topic = self.topic if self.topic_until == start else self._headed()
        speaker = self._speaker(start, end, grammar)
        if not grammar.marks_cases:
            return Sentence(self.text, start, end, pieces, grammar, self.issuer, topic, speaker=speaker)
        before = told_before(self.text, start, self._named_before(start, grammar), grammar)
        return Sentence(
            self.text, start, end, pieces, grammar, self.issuer, before.topic or topic, before.pair, speaker
        )

    def _named_before(self, start: int, grammar: Grammar) -> list[Org]:
        """Return the firms named right before a sentence, in its paragraph or the one before."""
        first = max(0, start - REACH)
        return [org for org in self.annotated.inside("orgs", first, start) if self._can_deal(org, grammar)]

    def _speaker(self, start: int, end: int, grammar: Grammar) -> Org | None:
        """Return the firm of who is quoted: told behind the quote, or before it where the quote goes on."""
        goes_on = self.text[start : start + 1] in QUOTES
        said = SAID.finditer(self.text, max(0, start - QUOTE) if goes_on else start, end)
        told = [each for each in said if _says(self.text, each, grammar)]
        if not told:
            return None
        orgs = self.annotated.inside("orgs", told[-1].end(), told[-1].end() + TITLE)
        return next((org for org in orgs if self._can_deal(org, grammar)), None)

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

    def _note_heading(self, start: int) -> None:
        """Close the open round where a heading that names a firm begins another matter."""
        above, before = self._headed(), self.heading
        self.heading = self.annotated.heading_above(start)
        firm = self._headed()
        if (firm or above) and before != self.heading:
            self.scene = Scene()
        if firm:
            self.scene.open_under(firm)

    def _headed(self) -> Org | None:
        """Return the firm that the heading above names and that acts where what stands below names nobody."""
        return None if self.heading is None else self.annotated.named_headings.get(self.heading)

    def _can_deal(self, org: Org, grammar: Grammar) -> bool:
        """Return whether a firm can be a party: no stock exchange, no newspaper, no 甲这类, no EU-funded."""
        describes = org.strength not in SURE and org.text.rpartition("-")[2].islower() and "-" in org.text
        bystander = org.text.endswith(grammar.bystanders) or self.text.startswith(grammar.syntax.likes, org.end)
        return not (bystander or describes)

    def _telling(self, cues: Sequence[Cue], orgs: Sequence[Org], grammar: Grammar) -> list[Cue]:
        """Return the cues that can tell a deal: not those of another language, in a name, or that only mark another."""
        sure = [org for org in orgs if org.strength in SURE]
        own = [
            cue
            for cue in _behind_names(cues, sure, grammar)
            if cue.language == grammar.language.code
            and not self._denies(cue, grammar)
            and not any(org.start <= cue.start and cue.end <= org.end for org in sure)
        ]
        marked = [grammar.marked_behind(self.text, org.end) for org in orgs] if grammar.marks_cases else []
        inside = [
            (first, last)
            for first, last, slot in marked
            if slot in VERBAL and not CLAUSE_END.match(self.text[last : last + 2] or "。")
        ]
        own = [cue for cue in own if not any(first <= cue.start and cue.end <= last for first, last in inside)]
        following = [*own[1:], None]
        return [cue for cue, after in zip(own, following, strict=False) if not _marks(cue, after, orgs, grammar)]

    def _denies(self, cue: Cue, grammar: Grammar) -> bool:
        """Return whether a cue is the beginning of a contraction: won | 't."""
        negation = grammar.negation.match(self.text, cue.start)
        return negation is not None and negation.end() > cue.end

    def _marked(self, cues: Sequence[Cue], orgs: Sequence[Org], start: int, end: int, grammar: Grammar) -> list[Piece]:
        """Return what annotate marked in a sentence, as pieces."""
        orgs = [org for org in orgs if org.strength in SURE or not any(_covers(cue, org) for cue in cues)]
        han = not grammar.syntax.cases and HAN.search(
            self.text, start, end
        )  # in Latin letters a capital tells a name, in Han nothing does
        marked = [Piece(c.start, c.end, "cue", c.text, c) for c in cues]
        marked += [
            Piece(o.start, max(o.end, o.until), "org" if o.strength in SURE or not han else "maybe", o.text, o)
            for o in orgs
        ]
        for group, kind in VALUE_PIECES:
            marked += [Piece(v.start, v.end, kind, v.text, v) for v in self.annotated.inside(group, start, end)]
        return [_before_names(piece, orgs) for piece in marked]

    def _note_issuer(self, orgs: Sequence[Org], grammar: Grammar) -> None:
        """Remember the firm that a report is about: X(600000)公告."""
        sure = [org for org in orgs if org.strength in SURE]
        announcing = next(filter(self._announces, sure), None)
        if announcing:
            self.issuer = announcing
        elif self.issuer is None and grammar.language.parties.first_is_issuer and sure:
            self.first = self.first or sure[0]
            if grammar.syntax.markers_lead:
                self.issuer = sure[0]

    def _note_between(self, start: int, end: int) -> None:
        """Remember whom the sentences that tell no deal are about."""
        primary = self.grammars.get(self.annotated.normalized.language.split("-")[0])
        if primary is None or start >= end:
            return
        orgs = [org for org in self.annotated.inside("orgs", start, end) if self._can_deal(org, primary)]
        if primary.syntax.markers_lead:
            self.issuer = next((org for org in orgs if org.strength in SURE and self._announces(org)), self.issuer)
        elif start == 0 and self.first is None:
            self.first = next(iter(orgs), None)
            self.issuer = self.issuer or self.first

    def _announces(self, org: Org) -> bool:
        rest = self.text[org.end : org.end + 40]
        bracket = BRACKET.match(rest)
        if bracket and STOCK_CODE.search(bracket.group()):
            return True
        tail = rest[bracket.end() if bracket else 0 :][:ANNOUNCES]
        return self.announce.search(CLAUSE_END.split(tail, maxsplit=1)[0]) is not None

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
                _tells_alone(each, [] if sentence.grammar.syntax.comma_ends_clause else values.amounts) for each in own
            )
        ]
        attempts: list[Attempt] = []
        candidates: list[Candidate] = []
        for cue, own in zip(cues, tried, strict=True):
            barriers = [rival for rival in rivals if rival[0] != cue.start]
            valued = [_valued(each, sentence, values, barriers) for each in own]
            attempts += valued
            fitting = [
                filled
                for each in valued
                if each.candidate and (filled := self.scene.fill(each.candidate, sentence) or _may_join(each.candidate))
            ]
            if fitting:
                best = max(fitting, key=_rank)
                candidates += shared_out(best, self.text, values, sentence.grammar)
        if any(each.names("payee") and each.evidence is None for each in candidates if each.kind in OPENING):
            candidates = [each for each in candidates if each.evidence is None]  # the sentence opens a round of its own
        loose = [each.candidate for each in attempts if each.candidate and each.candidate.loose]
        kept = compete(once(candidates), self._in_comment, loose)
        self.scene.note(kept, sentence)
        return SentenceDeals(sentence, attempts, kept)

    def _is_boilerplate(self, at: int) -> bool:
        block = self.annotated.block(self.annotated.normalized.offsets.original(at, at + 1)[0])
        return block is not None and block.kind == "boilerplate"

    def _in_comment(self, candidate: Candidate) -> bool:
        offsets = self.annotated.normalized.offsets
        block = self.annotated.block(offsets.original(candidate.cue.start, candidate.cue.end)[0])
        return block is not None and block.kind == "comment"

    def _note_topic(self, told: SentenceDeals) -> None:
        """Keep whom the text is about, and who acted for what stands behind a semicolon: 甲增持了乙;减持了丙."""
        self.issuer = self.issuer or self.first
        readings = [each.arguments for each in told.kept] or [each.arguments for each in told.attempts]
        subject = readings[-1].slots.get("subject") if readings else None
        end = told.sentence.end
        if subject and self.text[end - 1 : end] == ";":
            self.topic, self.topic_until = subject[-1].value, end


def _says(text: str, quote: re.Match[str], grammar: Grammar) -> bool:
    """Return whether a word for speaking stands right behind the end of a quote."""
    return grammar.chain["says"].match(text, quote.end()) is not None


def _attempts(sentence: Sentence, cue: Piece) -> list[Attempt]:
    """Return what comes of each frame of a cue, before any value is looked at."""
    arguments = read_arguments(sentence, cue)
    return [attempt(sentence, cue, frame, arguments) for frame in cue.value.frames]


def _tells_alone(tried: Attempt, amounts: Sequence[Amount]) -> bool:
    """Return whether a cue tells a deal of its own: both sides, or what its frame needs and a sum of its own."""
    if tried.candidate is None:
        return False
    if tried.frame.vague and tried.cue.text.lower() in tried.frame.nouns:
        return False  # what is signed is no deal beside the signing
    if tried.candidate.complete and tried.frame.money == "optional":
        return True
    behind = range(tried.cue.end, tried.arguments.reach[1])
    return tried.frame.money != "optional" and any(amount.start in behind for amount in amounts)


def _valued(tried: Attempt, sentence: Sentence, values: Values, barriers: Sequence[tuple[int, int]]) -> Attempt:
    """Return an attempt with the values that belong to its candidate; with none where it lacks the figure it needs."""
    if tried.candidate is None:
        return tried
    cue, frame, clause = tried.cue, tried.frame, tried.arguments.window
    amount, valuation = money.choose(
        sentence, values.amounts, (cue.start, cue.end), clause, barriers, lent=frame.kind == "loan"
    )
    quantity = money.nearest(values.quantities, cue.end, clause)
    figure = amount or (quantity if frame.money == "figure" else None)
    if frame.money != "optional" and figure is None:
        return tried._replace(verdict="no amount", candidate=None)
    stake = money.nearest(values.stakes, cue.end, clause)
    candidate = replace(
        tried.candidate,
        kind=frame.minority if frame.minority and _is_part(tried, stake, sentence) else frame.kind,
        amount=amount,
        valuation=valuation,
        stake=stake,
        quantity=quantity,
        round=money.nearest(values.rounds, cue.end, clause),
        date=_date(tried, sentence, values.dates),
    )
    if candidate.loose:
        candidate = replace(candidate, loose=not _enough(candidate))
    return tried._replace(candidate=candidate)


def _date(tried: Attempt, sentence: Sentence, dates: Sequence[Date]) -> Date | None:
    """Return the date among the phrases of a cue, else the last one that the sentence tells before it."""
    cue, (first, last), text = tried.cue, tried.arguments.reach, sentence.text
    told = [
        date
        for date in dates
        if text.count("(", cue.end, date.start) <= text.count(")", cue.end, date.start)
        and not sentence.grammar.lasting.search(text, sentence.start, date.start)
        and not sentence.grammar.lasting_behind.match(text, date.end)
    ]
    own = money.nearest(told, cue.end, (cue.start if first < 0 else first, last))
    return own or money.nearest(told, sentence.end, (sentence.start, cue.end))


def _is_part(tried: Attempt, stake: Stake | None, sentence: Sentence) -> bool:
    """Return whether shares that change hands give no control: a small stake, or some shares without a percentage."""
    if stake:
        return stake.percent < MINORITY
    grammar, arguments = sentence.grammar, tried.arguments
    if arguments.thing != "equity" or not grammar.syntax.controlling:
        return False
    verb_last = grammar.cases or grammar.syntax.cases
    start = arguments.window[0] if verb_last else tried.cue.start
    return grammar.controlling.search(sentence.text, start, max(arguments.reach[1], tried.cue.end)) is None


def _may_join(candidate: Candidate) -> Candidate | None:
    """Return who joins a round, though it tells too little: the same sentence may say who raises it."""
    return candidate if candidate.frame.joins and candidate.names("payer") else None


def _enough(candidate: Candidate) -> bool:
    """Return whether a deal with one named side tells what its frame asks for beside it."""
    first, last = candidate.arguments.reach
    figures = (candidate.amount, candidate.stake, candidate.quantity)
    have = {
        "figure": any(figure and first <= figure.start < last for figure in figures),
        "round": candidate.round and first <= candidate.round.start < last,
        "target": candidate.names("target"),
        "unnamed": candidate.arguments.unnamed,
        "unit": candidate.arguments.unit,
        "beside": candidate.arguments.beside,
        "definite": candidate.arguments.known,
        "thing": candidate.arguments.thing in ("goods", "equity"),
        "nothing": True,
    }
    return any(have[each] for each in candidate.frame.alone_with)


def _rank(candidate: Candidate) -> tuple[bool, bool, float, int]:
    return candidate.complete, not candidate.loose, candidate.confidence, len(candidate.parties)


def _marks(cue: Cue, following: Cue | None, orgs: Sequence[Org], grammar: Grammar) -> bool:
    """Return whether a cue only marks who does what the next cue tells: 获得甲领投."""
    syntax = grammar.syntax
    if following is None or cue.text not in syntax.markers.before or following.start - cue.end > syntax.marker_reach:
        return False
    return any(cue.end <= org.start and org.end <= following.start for org in orgs)


def _behind_names(cues: Sequence[Cue], orgs: Sequence[Org], grammar: Grammar) -> Iterator[Cue]:
    """Yield the cues; of one that begins inside a name, the cue that the rest of it is: 雪松控股|收购."""
    for cue in cues:
        until = next((org.end for org in orgs if org.start < cue.start < org.end < cue.end), cue.start)
        rest = cue.text[until - cue.start :]
        if until == cue.start:
            yield cue
        elif frames := grammar.language.cues.get(rest.lower()):
            yield Cue(until, cue.end, rest, cue.language, tuple(frames))


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

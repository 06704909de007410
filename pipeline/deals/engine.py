"""The frame matcher: for every cue, the frame whose slots the sentence fills best."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from spacy.tokens import Doc

from pipeline import frames
from pipeline.deals.arguments import Arguments, Group, Reader
from pipeline.deals.candidates import Candidate, Values, joined, shared_out
from pipeline.deals.money import Money
from pipeline.deals.pieces import Grammar, Piece
from pipeline.deals.status import status
from pipeline.frames import SURE, Cue, Frame, Org
from pipeline.models import (
    Block,
    Deal,
    Normalized,
    Party,
    Role,
    Span,
    deal_id,
)  # fmt: skip
from pipeline.words import HAN, words

ROLES: tuple[Role, ...] = ("payer", "payee", "target", "partner")
FITS = "fits"
CONFIDENT = 0.5  # below it a candidate is not reported; see the calibration test
HALF = 50
IN_COMMENT = 0.15  # a reader's comment is no report


@dataclass
class Trace:
    """What became of one cue: for `deals explain`."""

    start: int
    end: int
    cue: str
    frame: str
    slots: dict[str, str]
    verdict: str
    won: bool = False


class Engine:
    """The grammars of all languages that have deal frames."""

    def __init__(self, grammars: dict[str, Grammar], announce: re.Pattern[str]) -> None:
        self.grammars = grammars
        self.announce = announce

    @classmethod
    def load(cls) -> Engine:
        """Return the engine of all language folders."""
        languages = frames.languages()
        announce = [word for language in languages.values() for word in language.parties.announce]
        return cls({code: Grammar(language) for code, language in languages.items()}, frames.any_of(announce))

    def find(self, doc: Doc, traces: list[Trace] | None = None) -> tuple[Deal, ...]:
        """Return the deals of an annotated document."""
        return tuple(Report(self, doc, traces).deals())


class Report:
    """One document being read: what earlier sentences said that later ones leave out."""

    def __init__(self, engine: Engine, doc: Doc, traces: list[Trace] | None) -> None:
        self.engine = engine
        self.data: dict[str, Any] = doc.user_data
        self.normalized: Normalized = doc.user_data["normalized"]
        self.text = self.normalized.text
        self.traces = traces
        self.issuer: Org | None = None
        self.topic: Org | None = None
        self.topic_until = -1
        self.blocks = self.normalized.document.blocks
        self.block_starts = [block.start for block in self.blocks]

    def deals(self) -> list[Deal]:
        """Return the deals of all sentences with a cue, equal ones told apart in their ids."""
        found: list[Deal] = []
        seen: dict[str, int] = {}
        for start, end in self.data["sentences"]:
            for candidate in self._sentence(start, end):
                deal = self._record(candidate, start, end)
                nth = seen.get(deal.id, 0)
                seen[deal.id] = nth + 1
                if nth:
                    continue  # the same parties in the same sentence
                found.append(deal)
        return found

    # -- one sentence ----------------------------------------------------------------------------------------------

    def _sentence(self, start: int, end: int) -> list[Candidate]:
        cues = [cue for cue in self.data["cues"] if start <= cue.start < end]
        grammar = self._grammar(cues, start, end)
        if grammar is None:
            return []
        likes = grammar.syntax.likes
        orgs = [
            org for org in self._inside("orgs", start, end)
            if not org.text.endswith(grammar.bystanders) and not self.text.startswith(likes, org.end)
        ]  # fmt: skip
        cues = [
            cue for cue in cues
            if cue.language == grammar.language.code
            and not any(org.start <= cue.start and cue.end <= org.end and org.strength in SURE for org in orgs)
        ]  # fmt: skip
        cues = [cue for at, cue in enumerate(cues) if not self._marks(cue, cues[at + 1 : at + 2], orgs, grammar)]
        self._note_issuer(orgs, grammar)
        if not cues:
            return []
        pieces = grammar.pieces(self.text, start, end, self._marked(cues, orgs, start, end))
        topic = self.topic if self.topic_until == start else None
        reader = Reader(self.text, end, pieces, grammar, self.issuer, topic)
        readings = [(piece, reader.read(piece)) for piece in pieces if piece.kind == "cue"]
        filled = [each for piece, arguments in readings for each in self._filled(piece, arguments, pieces)]
        values = self._values(start, end)
        money = Money(self.text, grammar, start, end)
        candidates = []
        for piece, _ in readings:
            own = [each for each in filled if each.cue.start == piece.start]
            # an amount beyond a verb that tells a deal of its own belongs to that one
            barriers = [
                (f.cue.start, f.cue.end) for f in filled if f.cue.start != piece.start and f.frame.money == "optional"
            ]
            valued = [done for each in own if (done := self._valued(each, money, values, barriers))]
            best = max(valued, key=lambda each: (each.confidence, len(each.parties)), default=None)
            if best:
                candidates += shared_out(best, self.text, values)
        kept = self._compete(candidates)
        self._trace_outcome(filled, kept)
        self._note_topic(kept, end)
        return kept

    def _marks(self, cue: Cue, following: list[Cue], orgs: list[Org], grammar: Grammar) -> bool:
        """Return whether a cue only marks who does what the next cue tells: 获得甲领投."""
        if cue.text not in grammar.syntax.markers.before or not following:
            return False
        after = following[0]
        return after.start - cue.end <= grammar.syntax.marker_reach and any(
            cue.end <= o.start and o.end <= after.start for o in orgs
        )

    def _note_topic(self, kept: list[Candidate], end: int) -> None:
        """Keep who acted for what stands behind a semicolon: 甲增持了乙;减持了丙."""
        subject = kept[-1].arguments.slots.get("subject") if kept else None
        if subject and self.text[end - 1 : end] in ";；":
            self.topic, self.topic_until = subject[-1].value, end

    def _inside(self, group: str, start: int, end: int) -> list[Any]:
        values = self.data.get(group, ())
        first = bisect_left(values, start, key=lambda value: value.start)
        last = bisect_left(values, end, key=lambda value: value.start)
        return list(values[first:last])

    def _grammar(self, cues: list[Cue], start: int, end: int) -> Grammar | None:
        """Return the grammar of the sentence: by the script it is written in, then by the document's language."""
        han = bool(HAN.search(self.text, start, end))
        codes = {cue.language for cue in cues if bool(HAN.search(cue.text)) == han}
        primary = self.normalized.language.split("-")[0]
        for code in (primary, *sorted(codes)):
            if code in codes:
                return self.engine.grammars[code]
        return None

    def _marked(self, cues: list[Cue], orgs: list[Org], start: int, end: int) -> list[Piece]:
        marked = [Piece(c.start, c.end, "cue", c.text, c) for c in cues]
        han = HAN.search(self.text, start, end)  # in Latin letters a capital tells a name, in Han nothing does
        marked += [Piece(o.start, o.end, "org" if o.strength in SURE or not han else "maybe", o.text, o) for o in orgs]
        for group, kind in (
            ("amounts", "amount"),
            ("bare", "amount"),
            ("stakes", "stake"),
            ("quantities", "quantity"),
            ("dates", "date"),
        ):
            marked += [Piece(v.start, v.end, kind, v.text, v) for v in self._inside(group, start, end)]  # type: ignore[arg-type]
        return [_before_names(piece, orgs) for piece in marked]

    def _note_issuer(self, orgs: list[Org], grammar: Grammar) -> None:
        """Remember the firm that a report is about: X(600000)公告."""
        for org in orgs:
            if org.strength not in SURE:
                continue
            rest = self.text[org.end : org.end + 40]
            bracket = re.match(r"\s?[((][^()()]{0,30}[))]", rest)
            tail = rest[bracket.end() if bracket else 0 :][:14]
            tail = re.split(r"[,。;]", tail)[0]
            if self.engine.announce.search(tail) or (bracket and re.search(r"\d{6}|\d{5}\.HK", bracket.group())):
                self.issuer = org
                return
        if self.issuer is None and grammar.language.parties.first_is_issuer:
            first = next((org for org in orgs if org.strength in SURE), None)
            if first:
                self.issuer = first

    # -- one cue ---------------------------------------------------------------------------------------------------

    def _filled(self, piece: Piece, arguments: Arguments, pieces: list[Piece]) -> list[Candidate]:
        """Return the frames of a cue whose roles the arguments fill, before any value is looked at."""
        found = []
        for frame in piece.value.frames:
            parties, verdict = self._parties(frame, piece, arguments, pieces)
            self._trace(piece, frame, arguments, verdict)
            if verdict == FITS:
                confidence = self._confidence(frame, parties, arguments)
                found.append(Candidate(frame, piece.value, tuple(parties), arguments, frame.kind, confidence))
        return found

    def _parties(
        self, frame: Frame, piece: Piece, arguments: Arguments, pieces: list[Piece]
    ) -> tuple[list[tuple[Role, Org]], str]:
        """Return who stands in which role, and whether that fits the frame or why not."""
        if "any" not in frame.thing and arguments.thing not in frame.thing:
            return [], f"the object is {arguments.thing}, not {' or '.join(frame.thing)}"
        taken: set[int] = set()
        parties: list[tuple[Role, Org]] = []
        for role in ROLES:
            for slot in frame.slots(role):
                fresh = [each for each in self._slot(slot, arguments, piece, pieces) if each.start not in taken]
                if fresh:
                    taken.update(each.start for each in fresh)
                    parties += [(role, each.value) for each in fresh]
                    if role != "partner":
                        break
        parties = _without_self(parties)
        have = [role for role, _ in parties]
        for role in frame.needs:
            if have.count(role) < frame.needs.count(role):
                return parties, f"no {role}"
        if not {"payee", "target", "partner"} & set(have):
            return parties, "nobody to pay"
        return parties, FITS

    def _values(self, start: int, end: int) -> Values:
        amounts = self._inside("amounts", start, end) + self._inside("bare", start, end)
        others = (self._inside(group, start, end) for group in ("stakes", "quantities", "rounds", "dates"))
        return Values(sorted(amounts, key=lambda each: each.start), *others)

    def _valued(
        self, candidate: Candidate, money: Money, values: Values, barriers: list[tuple[int, int]]
    ) -> Candidate | None:
        """Return a candidate with its values; None where it needs an amount and has none."""
        cue, clause = candidate.cue, candidate.arguments.window
        amount, valuation = money.choose(values.amounts, (cue.start, cue.end), clause, barriers)
        quantity = money.nearest(values.quantities, cue.end, clause)
        needed = candidate.frame.money
        if amount is None and (needed == "needed" or (needed == "figure" and quantity is None)):
            self._trace_needed(candidate)
            return None
        stake = money.nearest(values.stakes, cue.end, clause)
        minority = candidate.frame.minority if stake and stake.percent < HALF else None
        return replace(
            candidate, kind=minority or candidate.kind, amount=amount, valuation=valuation, stake=stake,
            quantity=quantity,
            round=money.nearest(values.rounds, cue.end, clause),
            date=money.nearest(values.dates, money.end, (money.start, cue.end)),
        )  # fmt: skip

    def _trace_needed(self, candidate: Candidate) -> None:
        for trace in self.traces or ():
            if (trace.start, trace.frame) == (candidate.cue.start, candidate.frame.id):
                trace.verdict, trace.won = "no amount", False

    def _slot(self, slot: str, arguments: Arguments, piece: Piece, pieces: list[Piece]) -> Group:
        if slot == "owner":
            return self._owner(arguments, piece)
        if slot == "issuer":
            return [_piece(self.issuer)] if self.issuer else []
        if slot in ("buyer", "seller"):
            return self._side(slot, piece, pieces)
        if slot == "object" and "object" not in arguments.slots and "pronoun" in arguments.slots:
            return self._antecedent(arguments, piece, pieces)
        return arguments.slots.get(slot, [])

    def _side(self, slot: str, piece: Piece, pieces: list[Piece]) -> Group:
        """Return the firm that a noun names as a side of the deal, behind the verb: 受让方为X."""
        noun = self.engine.grammars[piece.value.language].sides[slot].search(self.text, piece.end, pieces[-1].end)
        if not noun:
            return []
        return [p for p in pieces if p.kind in ("org", "maybe") and 0 <= p.start - noun.end() <= 4][:1]

    def _antecedent(self, arguments: Arguments, piece: Piece, pieces: list[Piece]) -> Group:
        """Return the firm that 其 behind the verb takes up: the last one named before that is not the subject."""
        subject = {each.value.name for each in arguments.slots.get("subject", ())}
        before = [p for p in pieces if p.kind == "org" and p.end <= piece.start and p.value.name not in subject]
        return before[-1:]

    def _owner(self, arguments: Arguments, piece: Piece) -> Group:
        """Return who asks for tenders: the firm or the place that the project's name begins with."""
        if "object" in arguments.slots:
            return arguments.slots["object"]
        start = piece.end
        while start < len(self.text) and self.text[start] in '了“《" :的“':
            start += 1
        end = start
        for word in words(self.text, start, min(arguments.window[1], start + 24)):
            if word.tag == "ns" or (
                end > start and word.text in ("省", "市", "县", "区", "镇", "乡", "新区", "开发区")
            ):
                end = word.end
            else:
                break
        if end - start < 2:
            return []
        place = self.text[start:end]
        return [Piece(start, end, "maybe", place, Org(start, end, place, place, None, "proper"))]

    def _confidence(self, frame: Frame, parties: Sequence[tuple[Role, Org]], arguments: Arguments) -> float:
        value = frame.certainty
        if arguments.elided:
            value -= 0.12
        value -= 0.08 * min(2, sum(1 for _, org in parties if org.strength not in SURE))
        return max(0.0, value)

    def _trace(self, piece: Piece, frame: Frame, arguments: Arguments, verdict: str) -> None:
        if self.traces is not None:
            slots = {slot: "、".join(each.text for each in group) for slot, group in arguments.slots.items()}
            slots["thing"] = arguments.thing
            self.traces.append(Trace(piece.start, piece.end, piece.text, frame.id, slots, verdict))

    def _trace_outcome(self, filled: Sequence[Candidate], kept: Sequence[Candidate]) -> None:
        """Tell of each frame that fits whether its deal is reported, and if not why."""
        told = {(c.cue.start, c.frame.id) for c in kept}
        fitting = {(c.cue.start, c.frame.id): c for c in filled}
        for trace in self.traces or ():
            key = (trace.start, trace.frame)
            if trace.verdict != FITS or key not in fitting:
                continue
            trace.won = key in told
            if not trace.won:
                trace.verdict = self._why_not(fitting[key], kept)

    def _why_not(self, candidate: Candidate, kept: Sequence[Candidate]) -> str:
        better = next((c for c in kept if c.pairs & candidate.pairs or c.cue.start == candidate.cue.start), None)
        if better:
            return f"another rule tells it better: {better.cue.language}.{better.frame.id}"
        if candidate.confidence < CONFIDENT:
            return f"not sure enough: {candidate.confidence:.2f}"
        return "a reader's comment without a figure"

    def _compete(self, candidates: list[Candidate]) -> list[Candidate]:
        """Keep one telling of each pair of parties: the one with an amount, then the surest."""
        kept: list[Candidate] = []
        order = sorted(candidates, key=lambda c: (c.amount is None, -len(c.pairs), -c.confidence, c.cue.start))
        for candidate in order:
            if candidate.confidence < CONFIDENT or (candidate.bare and self._in_comment(candidate)):
                continue
            rivals = [each for each in kept if each.pairs & candidate.pairs]
            if any(each.amount == candidate.amount or candidate.amount is None for each in rivals):
                continue
            kept.append(candidate)
        return joined(sorted(kept, key=lambda c: c.cue.start))

    def _in_comment(self, candidate: Candidate) -> bool:
        block = self._block(self.normalized.offsets.original(candidate.cue.start, candidate.cue.end)[0])
        return block is not None and block.kind == "comment"

    # -- the record ------------------------------------------------------------------------------------------------

    def _record(self, candidate: Candidate, start: int, end: int) -> Deal:
        normalized = self.normalized
        back = normalized.original
        while end > start and self.text[end - 1].isspace():
            end -= 1
        while start < end and self.text[start].isspace():
            start += 1
        evidence = back(Span(start=start, end=end, text=""))
        parties = tuple(
            back(
                Party(start=org.start, end=org.end, text=org.text, company_id=org.company_id, name=org.name, role=role)
            )
            for role, org in candidate.parties
        )
        cue = candidate.cue
        grammar = self.engine.grammars[cue.language]
        others = [each.start for each in self._inside("cues", start, end) if each.start != cue.start]
        told, status_cue = status(
            self.text, grammar, (start, end), candidate.arguments.window, (cue.start, cue.end), others,
            skip=candidate.arguments.object_marker,
        )  # fmt: skip
        block = self._block(evidence.start)
        confidence = candidate.confidence
        if block and block.kind == "comment":
            confidence -= IN_COMMENT
        asset_from = candidate.arguments.after_object or cue.end
        asset_until = min(candidate.arguments.window[1], asset_from + 40)
        return Deal(
            id=deal_id(normalized.document.id, evidence.text, parties),
            kind=candidate.kind, status=told, parties=parties,
            amount=candidate.amount and back(candidate.amount),
            stake=candidate.stake and back(candidate.stake),
            valuation=candidate.valuation and back(candidate.valuation),
            asset=Money(self.text, grammar, start, end).asset(asset_from, asset_until),
            quantity=candidate.quantity and back(candidate.quantity),
            round=candidate.round and back(candidate.round),
            date=candidate.date and back(candidate.date),
            evidence=evidence, status_cue=status_cue and back(status_cue),
            speaker=block.speaker if block else normalized.document.speaker,
            second=block.second if block else None,
            block=block.kind if block else "paragraph",
            rule=f"{cue.language}.{candidate.frame.id}", confidence=round(confidence, 2),
        )  # fmt: skip

    def _block(self, at: int) -> Block | None:
        index = bisect_left(self.block_starts, at + 1) - 1
        return self.blocks[index] if index >= 0 and at < self.blocks[index].end else None


def _before_names(piece: Piece, orgs: Sequence[Org]) -> Piece:
    """Return a quantity without the firm whose goods it counts: 100架 of 100架空客A320客机."""
    if piece.kind != "quantity":
        return piece
    end = min((org.start for org in orgs if piece.start < org.start < piece.end), default=piece.end)
    return piece._replace(end=end)


def _piece(org: Org) -> Piece:
    return Piece(org.start, org.end, "org", org.text, org)


def _without_self(parties: list[tuple[Role, Org]]) -> list[tuple[Role, Org]]:
    """Return the parties without those that stand on both sides: nobody deals with himself."""
    payers = [org for role, org in parties if role == "payer"]
    kept: list[tuple[Role, Org]] = []
    for role, org in parties:
        if role != "payer" and any(_same(org, payer) for payer in payers):
            continue
        if any(role == r and _same(org, o) for r, o in kept):
            continue
        if any(org.company_id and org.company_id == o.company_id for _, o in kept):
            # a firm that later took the other's name, told apart in this text
            org = org._replace(name=org.text, company_id=None)
        kept.append((role, org))
    return kept


def _same(one: Org, other: Org) -> bool:
    """Return whether two names in a sentence mean one firm; two different Han names of one table entry do not."""
    if one.text in other.text or other.text in one.text:
        return one.name == other.name or one.text == other.text
    if one.company_id is None or one.company_id != other.company_id:
        return one.name == other.name
    return not (HAN.search(one.text) and HAN.search(other.text))

"""The frames of a cue filled with the parties around it: who stands in which role, and whether that is a deal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.deals.candidates import Candidate
from pipeline.deals.cue_senses import (
    agreed_act,
    closed_by,
    describes_firm,
    describes_noun,
    is_adjunct,
    is_named_act,
    is_verb,
)
from pipeline.deals.frame_slots import in_slot
from pipeline.deals.grammar import Piece
from pipeline.deals.money import asset
from pipeline.deals.sentence import Arguments, Sentence
from pipeline.deals.tenders import without_project
from pipeline.models import Asset, Role
from pipeline.rules.frames import SURE, Frame, Org
from pipeline.text.words import HAN

ROLES: tuple[Role, ...] = ("payer", "payee", "target", "partner")
FITS = "fits"
PARTIAL = 0.15  # what it costs that only one side is named
ELIDED = 0.12  # what a subject taken from another clause costs: how often it was wrong in the zh examples
UNKNOWN = 0.08  # what each of up to two names that no table knows costs
UNKNOWN_PARTNER = 0.2  # the same where nobody pays: persons meet too
NO_FIRM = 0.2  # the same once more where no partner is sure to be a firm, nor written in Latin letters
PROPER_PARTNER = 0.1  # the same where the name holds a proper noun, or a word no dictionary has
Parties = list[tuple[Role, Org]]


class Attempt(NamedTuple):
    """A frame tried on a cue: what came of it, and the candidate where it fits."""

    cue: Piece
    frame: Frame
    arguments: Arguments
    verdict: str
    candidate: Candidate | None


def attempt(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments) -> Attempt:
    """Return what comes of a frame, before any value is looked at."""
    if "any" not in frame.thing and not {arguments.thing, arguments.second_thing} & set(frame.thing):
        verdict = f"the object is {arguments.thing}, not {' or '.join(frame.thing)}"
        return Attempt(cue, frame, arguments, verdict, None)
    if cue.text.lower() in frame.nouns and is_verb(sentence, cue):
        return Attempt(cue, frame, arguments, "a verb here, not the name of an act", None)
    if cue.text.lower() in frame.nouns and describes_firm(sentence, cue):
        return Attempt(cue, frame, arguments, "says what a firm is", None)
    if cue.text.lower() not in frame.nouns and is_named_act(sentence, cue):
        return Attempt(cue, frame, arguments, "the name of an act here, no verb", None)
    if cue.text.lower() not in frame.nouns and describes_noun(sentence, cue):
        return Attempt(cue, frame, arguments, "an attribute here, no verb", None)
    if (parts := frame.parts(cue.text.lower())) and not closed_by(sentence, cue, parts):
        return Attempt(cue, frame, arguments, "the other part of the verb is not there", None)
    if frame.signs and not sentence.grammar.of_frame(frame, "signs").search(arguments.paper):
        return Attempt(cue, frame, arguments, "another paper, or none, is signed", None)
    single = " " not in cue.text  # not: the relationship between A and B
    if frame.vague and single and arguments.definite and not {"with", "between"} & arguments.slots.keys():
        return Attempt(cue, frame, arguments, "takes up what was told before", None)
    if frame.vague and not {"with", "between"} & arguments.slots.keys() and is_adjunct(sentence, cue):
        return Attempt(cue, frame, arguments, "only says how another act is done", None)
    of_frame, where = sentence.grammar.of_frame, (sentence.text, sentence.start, sentence.end)
    if frame.beside and not of_frame(frame, "beside").search(*where):
        return Attempt(cue, frame, arguments, "none of the words it needs beside it", None)
    if frame.joins:  # the round is told in the clause that opens the sentence: its sum, and that it is done
        arguments = replace(arguments, window=(sentence.start, arguments.window[1]))
    if frame.keeps and _is_unread(sentence, cue, frame):
        return Attempt(cue, frame, arguments, "what was agreed on leaves open who pays", None)
    parties = _without_self(_parties(sentence, cue, frame, arguments))
    if frame.turns and _is_turned(sentence, cue, frame, arguments):
        parties = _turned(parties)
    if frame.vague or frame.turns:
        parties = _by_trade(sentence, arguments, parties)
    lenders = sentence.grammar.sellers.get("debt", frozenset()) if frame.givers else frozenset()
    if {r for r, org in parties if frame.givers and _is_giver(org, frame, lenders)} == {"payee"}:
        parties = _turned(parties)  # 甲银行与乙签署贷款协议
    verdict = _verdict(frame, parties)
    candidate = None
    complete = verdict == FITS
    clauses_apart = not sentence.grammar.syntax.comma_ends_clause  # else a sentence tells one matter in many clauses
    if complete and clauses_apart and any(org.strength in SURE for _, org in parties):
        where = (sentence.text, *_own_phrases(cue, arguments))  # what else the sentence speaks of is beside the deal
    if other := _other_thing(sentence, frame, where):
        return Attempt(cue, frame, arguments, f"another thing: {other.group()}", None)
    if complete or _can_stand_alone(sentence, cue, frame, arguments, parties):
        confidence = _confidence(frame, parties, arguments) - (0 if complete else PARTIAL)
        candidate = Candidate(
            frame, cue.value, tuple(parties), arguments, frame.kind, confidence, complete=complete, loose=not complete
        )
    return Attempt(cue, frame, arguments, verdict, candidate)


def _is_giver(org: Org, frame: Frame, lenders: frozenset[str]) -> bool:
    """Return whether a firm gives by its name or its trade, as banks lend."""
    return org.text.endswith(frame.givers) or org.company_id in lenders


def _other_thing(sentence: Sentence, frame: Frame, where: tuple[str, int, int]) -> re.Match[str] | None:
    """Return the word that says it is another thing than the frame's; in the name of a round it does not: Pre-IPO轮."""
    rounds = [piece for piece in sentence.pieces if piece.kind == "round"]
    found = sentence.grammar.of_frame(frame, "unless").finditer(*where)
    return next((m for m in found if not any(r.start <= m.start() and m.end() <= r.end for r in rounds)), None)


def _is_turned(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments) -> bool:
    """Return whether words behind a cue say that the subject sells; not where it is itself who orders: a ministry."""
    turns = sentence.grammar.of_frame(frame, "turns")
    orders = any(turns.search(each.text) for each in arguments.slots.get("subject", ()))
    turned = turns.search(sentence.text, cue.end, sentence.end)
    kept = sentence.grammar.of_frame(frame, "keeps").search(sentence.text, cue.end, sentence.end)
    first = turned is not None and (kept is None or turned.start() < kept.start())
    return not orders and first


def _is_unread(sentence: Sentence, cue: Piece, frame: Frame) -> bool:
    """Return whether an act is agreed on that says to no list of a frame who pays whom."""
    start = agreed_act(sentence, cue)
    read = [sentence.grammar.of_frame(frame, "turns"), sentence.grammar.of_frame(frame, "keeps")]
    return start is not None and not any(words.search(sentence.text, start, sentence.end) for words in read)


def _own_phrases(cue: Piece, arguments: Arguments) -> tuple[int, int]:
    """Return the range from the subject of a cue to where its own phrases end."""
    first, last = arguments.reach
    return min(cue.start, first) if first >= 0 else cue.start, max(cue.end, last)


def _can_stand_alone(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments, parties: Parties) -> bool:
    """Return whether a frame tells its deal by one side; by what changes hands only where who acts is unsaid."""
    roles = {role for role, _ in parties}
    if roles == {"target"} and "payer" in frame.alone and not sentence.grammar.syntax.comma_ends_clause:
        return "target" in frame.alone and (arguments.turned or arguments.unnamed or cue.text.lower() in frame.nouns)
    return bool(roles & set(frame.alone))


def _parties(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments) -> Parties:
    """Return who stands in which role: each from its best slot that is filled, partners from all of them."""
    taken: set[int] = set()
    parties: Parties = []
    for role in ROLES:
        for slot in frame.slots(role):
            group = in_slot(sentence, cue, slot, arguments)
            if "owner" in frame.payer and role == "payer":
                group = without_project(sentence, cue, group)
            fresh = [each for each in group if each.start not in taken]
            taken.update(each.start for each in fresh)
            parties += [(role, each.value) for each in fresh]
            if fresh and role != "partner" and not _go_on(slot, frame, arguments):
                break
        if frame.joins and role == "payer" and parties:  # led by A | with B
            beside = [each for slot in ("with", "along") for each in arguments.slots.get(slot, [])]
            parties += [(role, each.value) for each in beside if each.start not in taken]
            taken.update(each.start for each in beside)
    return parties


def _go_on(slot: str, frame: Frame, arguments: Arguments) -> bool:
    """Return whether who leads a round is told in a clause before the one who joins it: 甲が主導し、|乙も参加した."""
    leading, joining = arguments.slots.get("by", []), arguments.slots.get("subject", [])
    if not frame.joins or slot != "by" or not joining or arguments.elided:
        return False
    return leading[-1].end < joining[0].start


def _by_trade(sentence: Sentence, arguments: Arguments, parties: Parties) -> Parties:
    """Return the parties turned round where only the payer is known to sell what the clause names."""
    what = asset(sentence, *arguments.window)
    sellers = _sellers(sentence, what)
    selling = {role for role, org in parties if org.company_id in sellers}
    if selling != {"payer"}:
        return parties
    return _turned(parties)


def _sellers(sentence: Sentence, what: Asset | None) -> frozenset[str]:
    """Return who is known to sell a thing; who lends does not sell what a clause calls a loan."""
    sold = what.kind if what and what.kind != "debt" else ""
    return sentence.grammar.sellers.get(sold, frozenset())


def traded(sentence: Sentence, candidate: Candidate) -> Candidate:
    """Return a pact of two firms with a sum as a purchase, where one of them is known to sell what its clause names."""
    what = asset(sentence, *candidate.arguments.window)
    sellers = _sellers(sentence, what)
    partners = [org for role, org in candidate.parties if role == "partner"]
    selling = [org for org in partners if org.company_id in sellers]
    if not candidate.amount or len(partners) != 2 or len(selling) != 1:
        return candidate
    buyer = partners[0] if partners[1] is selling[0] else partners[1]
    return replace(candidate, kind="purchase", parties=(("payer", buyer), ("payee", selling[0])))


def _turned(parties: Parties) -> Parties:
    """Return the parties with payer and payee in each other's place."""
    turned: dict[Role, Role] = {"payer": "payee", "payee": "payer"}
    return sorted(((turned.get(role, role), org) for role, org in parties), key=lambda party: ROLES.index(party[0]))


def _verdict(frame: Frame, parties: Parties) -> str:
    have = [role for role, _ in parties]
    missing = next((role for role in frame.needs if have.count(role) < frame.needs.count(role)), None)
    if missing is None and {"payee", "target", "partner"} & set(have):
        return FITS
    return f"no {missing}" if missing else "nobody to pay"


def _confidence(frame: Frame, parties: Parties, arguments: Arguments) -> float:
    unknown = [org.strength for _, org in parties if org.strength not in SURE]
    costs = sorted((_cost(strength, partner="partner" in frame.needs) for strength in unknown), reverse=True)[:2]
    if frame.kind == "partnership" and not any(org.strength in SURE or org.text[:1].isascii() for _, org in parties):
        costs.insert(0, NO_FIRM)
    value = frame.certainty - (ELIDED if arguments.elided else 0) - sum(costs)
    return max(0.0, value)


def _cost(strength: str, *, partner: bool) -> float:
    """Return what a name that no table knows costs."""
    if not partner:
        return UNKNOWN
    return PROPER_PARTNER if strength == "proper" else UNKNOWN_PARTNER


def _without_self(parties: Sequence[tuple[Role, Org]]) -> Parties:
    """Return the parties without those that stand on both sides: nobody deals with himself."""
    payers = [org for role, org in parties if role == "payer"]
    kept: Parties = []
    for role, org in parties:
        if role != "payer" and any(_same(org, payer) or _inside(org, payer) for payer in payers):
            continue
        if any(role == other_role and _same(org, other) for other_role, other in kept):
            continue
        if any(org.company_id and org.company_id == other.company_id for _, other in kept):
            # a firm that later took the other's name, told apart in this text
            org = org._replace(name=org.text, company_id=None)
        kept.append((role, org))
    return kept


def _inside(one: Org, other: Org) -> bool:
    """Return whether two names share characters of the text: they are one name, cut in two ways."""
    return one.start < other.end and other.start < one.end


def _same(one: Org, other: Org) -> bool:
    """Return whether two names in a sentence mean one firm; two different Han names of one table entry do not."""
    if one.text in other.text or other.text in one.text:
        return one.name == other.name or one.text == other.text
    if one.company_id is None or one.company_id != other.company_id:
        return one.name == other.name
    return not (HAN.search(one.text) and HAN.search(other.text))

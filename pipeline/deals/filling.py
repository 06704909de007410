"""The frames of a cue filled with the parties around it: who stands in which role, and whether that is a deal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pipeline.deals.candidates import Candidate
from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.groups import read_group
from pipeline.deals.money import asset
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Arguments, Group, Sentence, named, slot_after, slot_before
from pipeline.deals.tenders import announced_owner, project_owner, without_project
from pipeline.models import Role
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
VERB_MARK = 8  # characters that hold the word before: would, should
NEAR_SIDE = 16  # characters between 受让方为 and the name, its description between them; from the zh examples
OBJECTS = ("name", "firm", "goods", "unit", "noun")
"""Heads of what a verb can act on."""
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
    if cue.text.lower() in frame.nouns and _is_verb(sentence, cue):
        return Attempt(cue, frame, arguments, "a verb here, not the name of an act", None)
    if cue.text.lower() in frame.nouns and _describes_firm(sentence, cue):
        return Attempt(cue, frame, arguments, "says what a firm is", None)
    if cue.text.lower() not in frame.nouns and _is_named_act(sentence, cue):
        return Attempt(cue, frame, arguments, "the name of an act here, no verb", None)
    if cue.text.lower() not in frame.nouns and _describes_noun(sentence, cue):
        return Attempt(cue, frame, arguments, "an attribute here, no verb", None)
    if (parts := frame.parts(cue.text.lower())) and not _closed_by(sentence, cue, parts):
        return Attempt(cue, frame, arguments, "the other part of the verb is not there", None)
    if frame.signs and not sentence.grammar.of_frame(frame, "signs").search(arguments.paper):
        return Attempt(cue, frame, arguments, "another paper, or none, is signed", None)
    single = " " not in cue.text  # not: the relationship between A and B
    if frame.vague and single and arguments.definite and not {"with", "between"} & arguments.slots.keys():
        return Attempt(cue, frame, arguments, "takes up what was told before", None)
    if frame.vague and not {"with", "between"} & arguments.slots.keys() and _is_adjunct(sentence, cue):
        return Attempt(cue, frame, arguments, "only says how another act is done", None)
    of_frame, where = sentence.grammar.of_frame, (sentence.text, sentence.start, sentence.end)
    if frame.beside and not of_frame(frame, "beside").search(*where):
        return Attempt(cue, frame, arguments, "none of the words it needs beside it", None)
    if frame.joins:  # the round is told in the clause that opens the sentence: its sum, and that it is done
        arguments = replace(arguments, window=(sentence.start, arguments.window[1]))
    parties = _without_self(_parties(sentence, cue, frame, arguments))
    if frame.turns and _is_turned(sentence, cue, frame, arguments):
        parties = _turned(parties)
    if frame.vague:
        parties = _by_trade(sentence, arguments, parties)
    if {role for role, org in parties if frame.givers and org.text.endswith(frame.givers)} == {"payee"}:
        parties = _turned(parties)  # 甲银行与乙签署贷款协议
    verdict = _verdict(frame, parties)
    candidate = None
    complete = verdict == FITS
    clauses_apart = not sentence.grammar.syntax.comma_ends_clause  # else a sentence tells one matter in many clauses
    if complete and clauses_apart and any(org.strength in SURE for _, org in parties):
        where = (sentence.text, *_own_phrases(cue, arguments))  # what else the sentence speaks of is beside the deal
    if other := of_frame(frame, "unless").search(*where):
        return Attempt(cue, frame, arguments, f"another thing: {other.group()}", None)
    if complete or _can_stand_alone(sentence, cue, frame, arguments, parties):
        confidence = _confidence(frame, parties, arguments) - (0 if complete else PARTIAL)
        candidate = Candidate(
            frame, cue.value, tuple(parties), arguments, frame.kind, confidence, complete=complete, loose=not complete
        )
    return Attempt(cue, frame, arguments, verdict, candidate)


def _is_turned(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments) -> bool:
    """Return whether words behind a cue say that the subject sells; not where it is itself who orders: a ministry."""
    turns = sentence.grammar.of_frame(frame, "turns")
    orders = any(turns.search(each.text) for each in arguments.slots.get("subject", ()))
    return not orders and turns.search(sentence.text, cue.end, sentence.end) is not None


def _own_phrases(cue: Piece, arguments: Arguments) -> tuple[int, int]:
    """Return the range from the subject of a cue to where its own phrases end."""
    first, last = arguments.reach
    return min(cue.start, first) if first >= 0 else cue.start, max(cue.end, last)


def _can_stand_alone(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments, parties: Parties) -> bool:
    """Return whether a frame tells its deal by one side; by what changes hands only where the verb is turned round."""
    roles = {role for role, _ in parties}
    if roles == {"target"} and "payer" in frame.alone and not sentence.grammar.syntax.comma_ends_clause:
        return "target" in frame.alone and (arguments.turned or cue.text.lower() in frame.nouns)
    return bool(roles & set(frame.alone))


def _is_verb(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a word that names an act too is a verb here: to purchase."""
    before = sentence.text[max(sentence.start, cue.start - VERB_MARK) : cue.start].split()
    return bool(before) and sentence.grammar.verb_marks.fullmatch(before[-1]) is not None


def _right_before(sentence: Sentence, cue: Piece) -> Phrase | None:
    """Return the phrase that one space parts from a cue behind it."""
    phrases = sentence.phrases_around(cue)
    at = next(i for i, phrase in enumerate(phrases) if phrase.kind == "cue" and phrase.start == cue.start)
    before = phrases[at - 1] if at else None
    return before if before and cue.start - before.end == 1 else None


def _is_named_act(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a word that is a verb too names an act here: received an | order."""
    if sentence.grammar.syntax.markers_lead or cue.text.lower() not in sentence.grammar.papers:
        return False
    before = _right_before(sentence, cue)
    if before is None:
        return False
    opened = before.text.split()[0].lower() in sentence.grammar.determiners or _is_object(sentence, cue, before)
    return before.kind in ("cue", "verb") or (before.kind == "np" and opened and before.head in ("noun", "paper"))


def _describes_firm(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a noun for an act only says what the firm right behind it does: the buyout | groups A and B."""
    grammar, behind = sentence.grammar, sentence.text[cue.end : sentence.end]
    said = behind.split(maxsplit=1)[:1] if behind[:1] == " " else []
    plain = not (grammar.auxiliaries or grammar.syntax.head_first or grammar.syntax.comma_ends_clause)
    return plain and bool(said) and said[0].islower() and grammar.head_of(said[0]) == "firm"


def _is_object(sentence: Sentence, cue: Piece, phrase: Phrase) -> bool:
    """Return whether a phrase begins what a verb right before it has as its object: bagged | two separate | orders."""
    before = [each for each in sentence.phrases_around(cue) if each.end <= phrase.start]
    return bool(before) and before[-1].kind in ("cue", "verb") and not phrase.names


def _is_adjunct(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a noun stands in a marked phrase that no firm is part of: bought B in a | deal."""
    if sentence.grammar.syntax.markers_lead or cue.text.lower() not in cue.value.nouns:
        return False
    before = _right_before(sentence, cue)
    if before is None or before.names or before.owner:
        return False
    marker = before.piece if before.kind == "marker" else before.marker
    return marker is not None and slot_after(marker) == "in"


def _describes_noun(sentence: Sentence, cue: Piece) -> bool:
    """Return whether a past form stands between an article or a marker and its noun: the merged | group."""
    grammar, text = sentence.grammar, sentence.text
    if grammar.syntax.markers_lead or not grammar.chain["past"].fullmatch(cue.text):
        return False
    before = text[max(sentence.start, cue.start - VERB_MARK) : cue.start].split()
    after = text[cue.end : sentence.end].split(maxsplit=1)
    opened = bool(before) and (before[-1].lower() in grammar.determiners or _opens_noun(grammar, before[-1].lower()))
    return opened and bool(after) and after[0].islower() and after[0].lower() not in grammar.meanings


def _opens_noun(grammar: Grammar, said: str) -> bool:
    """Return whether a word opens what a noun has or is part of: with | combined sales, of | leased space."""
    kind, slot = grammar.meanings.get(said, ("word", None))
    return (slot[1] if kind == "both" else slot) in ("with", "of")


def _closed_by(sentence: Sentence, cue: Piece, parts: Sequence[str]) -> bool:
    """Return whether one of the parts of a verb closes its clause: kauft … auf."""
    either = "|".join(map(re.escape, parts))
    closing = rf"\s(?:{either})(?=\s?(?:[,.;:!?)–]|$|(?:{sentence.grammar.joint.pattern})\s))"
    return re.search(closing, sentence.text[cue.end : sentence.end].rstrip()) is not None


def _parties(sentence: Sentence, cue: Piece, frame: Frame, arguments: Arguments) -> Parties:
    """Return who stands in which role: each from its best slot that is filled, partners from all of them."""
    taken: set[int] = set()
    parties: Parties = []
    for role in ROLES:
        for slot in frame.slots(role):
            group = _in_slot(sentence, cue, slot, arguments)
            if "owner" in frame.payer and role == "payer":
                group = without_project(sentence, group)
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
    sellers = sentence.grammar.sellers.get(what.kind, frozenset()) if what else frozenset()
    selling = {role for role, org in parties if org.company_id in sellers}
    if selling != {"payer"}:
        return parties
    return _turned(parties)


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


def _in_slot(sentence: Sentence, cue: Piece, slot: str, arguments: Arguments) -> Group:
    """Return who stands in a slot, also in those that only some frames ask for."""
    if slot == "owner":
        named_owner = arguments.slots.get("object") or arguments.slots.get("object owner") or []
        if any(each.kind == "org" for each in named_owner):
            return named_owner
        behind = project_owner(sentence, cue.end, arguments.window[1])
        return behind or announced_owner(sentence, cue, arguments) or named_owner
    if slot in ("issuer", "topic") and "object" not in arguments.slots and _names_another(sentence, cue):
        return []
    if slot == "issuer":
        return [named(sentence.issuer)] if sentence.issuer and not _owns_actor(sentence, cue) else []
    if slot == "source" and slot not in arguments.slots:
        return _sender(sentence, cue)
    if slot in ("buyer", "seller"):
        return _side(sentence, cue, slot)
    if slot == "object" and "object" not in arguments.slots and "pronoun" in arguments.slots:
        return _antecedent(sentence, cue, arguments)
    return arguments.slots.get(slot, [])


def _names_another(sentence: Sentence, cue: Piece) -> bool:
    """Return whether an object that no firm is found in stands right behind a verb: 增资|美国厂, 增资|对岸分行."""
    if not sentence.grammar.syntax.markers_lead:
        return False
    following = next((each for each in sentence.phrases_around(cue) if each.start >= cue.end), None)
    beside = following is not None and following.kind == "np" and following.start - cue.end <= 1
    return beside and following is not None and following.head in OBJECTS and not following.values


def _owns_actor(sentence: Sentence, cue: Piece) -> bool:
    """Return whether the firm of the report only owns, in this clause, the one who acts: 甲的乙认购."""
    issuer, syntax = sentence.issuer, sentence.grammar.syntax
    here = issuer is not None and sentence.start <= issuer.start < cue.start
    return here and issuer is not None and sentence.text.startswith(syntax.of or ("\0",), issuer.end)


def _side(sentence: Sentence, cue: Piece, slot: str) -> Group:
    """Return the firm that a noun names as a side of the deal, behind the verb: 受让方为X."""
    noun = sentence.grammar.sides[slot].search(sentence.text, cue.end, sentence.pieces[-1].end)
    if not noun:
        return []
    near = (i for i, p in enumerate(sentence.pieces) if p.kind in ("org", "maybe") and p.start >= noun.end())
    first = next(near, None)
    if first is None or sentence.pieces[first].start - noun.end() > NEAR_SIDE:
        return []
    if any(
        noun.end() <= p.start < sentence.pieces[first].start and p.kind in ("break", "stop", "cue")
        for p in sentence.pieces
    ):
        return []
    return read_group(sentence, sentence.pieces, first, len(sentence.pieces))[0]


def _sender(sentence: Sentence, cue: Piece) -> Group:
    """Return the firm whose letter an earlier clause tells of: 收到甲的通知,确定公司为项目的|中标单位."""
    pieces = sentence.pieces
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        if piece.end > cue.start or following is None or piece.kind not in ("before", "both"):
            continue
        if slot_before(piece) == "source" and following.kind == "org" and sentence.opens(piece, following):
            return read_group(sentence, pieces, index + 1, len(pieces))[0]
    return []


def _antecedent(sentence: Sentence, cue: Piece, arguments: Arguments) -> Group:
    """Return the firm that 其 behind the verb takes up: the last one named before that is not the subject."""
    subject = arguments.names("subject")
    before = [piece for piece in sentence.pieces if piece.kind == "org" and piece.end <= cue.start]
    return [piece for piece in before if piece.value.name not in subject][-1:]


def _without_self(parties: Sequence[tuple[Role, Org]]) -> Parties:
    """Return the parties without those that stand on both sides: nobody deals with himself."""
    payers = [org for role, org in parties if role == "payer"]
    kept: Parties = []
    for role, org in parties:
        if role != "payer" and any(_same(org, payer) for payer in payers):
            continue
        if any(role == other_role and _same(org, other) for other_role, other in kept):
            continue
        if any(org.company_id and org.company_id == other.company_id for _, other in kept):
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

"""What stands left of a verb whose marked parties stand behind it, where commas only set off."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import CARRIERS, Reading, hangs_on, is_body, names_act_or_paper, owner_of_past
from pipeline.deals.grammar import Piece
from pipeline.deals.noun_actors import VERBAL, described_beside, is_to_act, owner_of_act
from pipeline.deals.phrases import Phrase, is_named
from pipeline.deals.sentence import slot_after, slot_before


def read_left_verb_first(reading: Reading, first: int) -> None:
    """Fill the slots left of a verb whose marked parties stand behind it."""
    phrases, at = reading.phrases, reading.at
    before = phrases[at - 1] if at else None
    cue, is_noun = phrases[at].piece, phrases[at].names_act
    if owner := owner_of_act(reading, first, is_noun=is_noun):
        reading.put("subject", owner)
        return
    receiver = phrases[at - 3] if at > 2 and before and before.marker and slot_before(before.marker) == "for" else None
    if is_noun and receiver and receiver.head == "name" and receiver.marker and slot_after(receiver.marker) == "to":
        reading.put("subject", receiver.names)  # a loan to A for the acquisition of B
        return
    merges = cue is not None and any(frame.kind == "merger" for frame in cue.value.frames)
    if before and is_noun and merges and len(before.names) > 1 and before.end + 1 == phrases[at].start:
        reading.put("subject", before.names)  # the A-B merger
        return
    if before and is_noun and before.head == "name" and before.owner:
        reading.put("subject", before.owner)  # A's B buyout
        reading.put("object", before.names)
        return
    if (is_noun and _read_hung_on_object(reading, first)) or (not is_noun and _read_attribute(reading, first)):
        return
    if cue is not None and cue.text.lower() in reading.grammar.attributes:
        _read_agent_before(reading, first)
        return
    index = _participle_subject(reading, first)
    if is_noun and before is not None and hangs_on(reading, before):
        reading.put("object", before.names)  # the A-takeover
        reading.found.thing = "firm"
        index = _subject_left(reading, at - 2, first)
    elif index is None:
        index = _subject_left(reading, at - 1, first)
    group = at
    while group > first and phrases[group - 1].kind in CARRIERS:
        group -= 1
    begins = first if index is None else index
    verbs = any(phrases[i].kind in ("cue", "verb") for i in range(begins, group))
    reading.found.reach = (phrases[group if verbs else begins].start, 0)
    if index is not None:
        phrase = phrases[index]
        beside = _taken_up_beside(reading, index, first) if phrase.head == "name" else ()
        reading.put("subject", (*beside, *(phrase.names or phrase.owner)) or reading.taken_up(phrase))
        if "subject" not in reading.found.slots and phrase.head in ("firm", "issuer") and not phrase.owner:
            reading.found.unnamed = True  # the Dutch brewer | bought B, where nobody says which
        if reading.grammar.auxiliaries and not is_noun:
            _read_fronted(reading, first, index)


def _taken_up_beside(reading: Reading, index: int, first: int) -> tuple[Piece, ...]:
    """Return the firm told before that acts too: A said | it | and | B; A, a maker of pumps, and | B."""
    phrases = reading.phrases
    listed = index - 2 > first and reading.kind(index - 1) == "and"
    if listed and (described := described_beside(phrases, index - 1, first)):
        return described
    if not listed or phrases[index - 2].text.lower() not in reading.grammar.syntax.takes_up:
        return ()
    taker = _subject_left(reading, index - 3, first)
    return phrases[taker].names if taker is not None else ()


def _read_fronted(reading: Reading, first: int, subject: int) -> None:
    """Fill the slots of marked names that open a clause before verb and subject: bei B bestellt A."""
    before = reading.phrases[first:subject]
    if any(phrase.kind in ("cue", "verb", "governor", "comma") for phrase in before):
        return
    if before:
        reading.found.reach = (before[0].start, reading.found.reach[1])
    for phrase in before:
        if phrase.marker is not None and phrase.head == "name":
            reading.put(slot_after(phrase.marker), phrase.names)


def _read_attribute(reading: Reading, first: int) -> bool:
    """Fill the slots of a past form that describes the firm right behind it: A and its recently acquired | unit B."""
    phrases, at = reading.phrases, reading.at
    thing = phrases[at + 1] if at + 1 < len(phrases) else None
    described = thing is not None and thing.kind == "np" and thing.marker is None
    told = thing is not None and (thing.head == "name" or _names_behind(reading, at + 2))
    owner = owner_of_past(reading, first)
    if owner is None or not described or not told:
        return False
    index = next(i for i in range(at) if phrases[i].start == owner.start)
    names = owner.names
    if names[0].kind == "pronoun":
        taker = _subject_left(reading, index - 1, first)
        names = phrases[taker].names if taker is not None else ()
    reading.put("subject", names)
    reading.found.reach = (owner.start, 0)
    return bool(names)


def _names_behind(reading: Reading, comma: int) -> bool:
    """Return whether a name that commas set off says which thing is meant: its recently acquired tool|, B,."""
    phrases, grammar = reading.phrases, reading.grammar
    if not grammar.plain_order or comma + 1 >= len(phrases) or phrases[comma].kind != "comma":
        return False
    closed = comma + 2 >= len(phrases) or phrases[comma + 2].kind == "comma"
    return phrases[comma + 1].head == "name" and closed


def _read_agent_before(reading: Reading, first: int) -> None:
    """Fill the slot of the marked name before a participle that is an attribute: die von A | gekaufte Firma B."""
    index = reading.at - 1
    while index > first and (reading.kind(index) in CARRIERS or not reading.phrases[index].names):
        index -= 1
    phrase = reading.phrases[index] if index >= first else None
    if phrase is not None and phrase.marker is not None and phrase.head == "name":
        reading.put(slot_before(phrase.marker), phrase.names)


def _read_hung_on_object(reading: Reading, first: int) -> bool:
    """Fill the slots of a noun right behind the name that a verb has as its object: A clinches B | takeover."""
    phrases, at = reading.phrases, reading.at
    if at - 2 <= first or phrases[at - 2].kind not in ("cue", "verb", "governor"):
        return False
    before, ahead = phrases[at - 1], phrases[at + 1] if at + 1 < len(phrases) else None
    hung = before.head == "name" and before.marker is None and before.end + 1 == phrases[at].start
    if not hung or (ahead and ahead.kind == "marker" and ahead.piece and slot_after(ahead.piece) == "of"):
        return False
    taker = _subject_left(reading, at - 3, first)
    if taker is None or phrases[taker].names == before.names:
        return False
    reading.put("subject", phrases[taker].names or phrases[taker].owner)
    reading.put("object", before.names)
    reading.put("holder", before.names)  # or it is B's own: A spurns B | offer
    reading.found.thing = "firm"
    reading.found.reach = (phrases[taker].start, 0)
    return True


def _describes(reading: Reading, index: int) -> bool:
    """Return whether a cue only describes the noun right behind it: the investment | arm of A, buyout | firm A."""
    cue, following = reading.phrases[index], reading.phrases[index + 1]
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    firm = reading.grammar.head_of(following.text.split()[0].lower()) == "firm"
    return cue.names_act and not opened and following.start - cue.end == 1 and (firm or following.head == "unit")


def _participle_subject(reading: Reading, first: int) -> int | None:
    """Return the subject of the main clause for a participle behind its comma: A has a new plan, (by) buying B."""
    phrases, at = reading.phrases, reading.at
    if at - 2 > first and reading.kind(at - 2) == "cue" and names_act_or_paper(reading, at):
        at -= 2  # by signing | a | pact with C
    if not phrases[at].text.endswith(reading.grammar.syntax.active_endings):
        return None
    comma = at - 1
    while comma > first and phrases[comma].kind in ("marker", "adverb"):
        comma -= 1
    if comma <= first or phrases[comma].kind != "comma":
        return None
    subject = next((i for i in range(first, comma) if phrases[i].kind == "np" and phrases[i].marker is None), None)
    if subject is None or phrases[subject].head != "name" or subject == comma - 1:
        return None
    return subject


def _subject_left(reading: Reading, index: int, first: int) -> int | None:
    """Return the noun phrase that acts, walking left from a verb; None where the clause names none."""
    phrases, at = reading.phrases, reading.at
    fallback: int | None = None
    while index >= first:
        phrase = phrases[index]
        if phrase.kind in (*CARRIERS, "and", "marker", "verb", "cue", "other"):
            index -= 1
            continue
        if phrase.kind == "relative":
            return _antecedent(phrases, index - 1, first)
        if phrase.kind == "comma":
            if all(_carries(reading, i) for i in range(index + 1, at)):
                main = _main_subject(reading, index)
                if main is not None:
                    return main
            opened = _comma_before(phrases, index - 1, first)
            index = (opened - 1) if opened is not None and _sets_off(phrases, opened, index) else index - 1
            continue
        if phrase.kind != "np":
            index -= 1
            continue
        owns = phrase.possessive and is_to_act(reading, index + 1)
        if phrase.names and (owns or (index and phrase.marker is None and is_to_act(reading, index))):
            return index
        if phrase.marker is not None:
            direct = phrase.head == "name" and _directly_before(phrases, index, at)
            if (direct and _is_absolute(reading, index)) or is_to_act(reading, index):
                return index
            acts = (direct and slot_before(phrase.marker) == "for") or _opens_for(reading, index, first)
            if fallback is None and acts:
                fallback = index
            index -= 1
            continue
        verb_before = (
            index > first and phrases[index - 1].kind in ("verb", "cue") and not _describes(reading, index - 1)
        )
        if phrase.head in ("name", "issuer"):
            if phrase.names[0].kind == "pronoun":
                index -= 1
                continue
            if not verb_before or _directly_before(phrases, index, at):
                return index
        elif (phrase.head == "firm" and phrase.definite and not verb_before) or (
            phrase.head in ("paper", "noun", "unit", "firm") and is_named(phrase.owner) and not verb_before
        ):
            return index
        elif phrase.head == "equity" and phrase.owner and not verb_before and "shares" not in reading.found.slots:
            reading.put("shares", [piece for piece in phrase.owner if piece.kind != "pronoun"])
            return fallback  # the shares of A were bought
        elif is_body(reading, phrase) and not _is_its(phrase) and phrase.owner and not verb_before:
            return index  # A's board has agreed
        elif phrase.head in ("equity", "person") and not verb_before and not _is_its_body(reading, phrase):
            return fallback
        index -= 1
    return fallback


def _opens_for(reading: Reading, index: int, first: int) -> bool:
    """Return whether a phrase that opens a clause ends before the name in it, which acts: In the second | A bought."""
    phrases, at = reading.phrases, reading.at
    name = phrases[index]
    if phrases[at].names_act or name.head != "name":
        return False
    if name.names[0].start == name.start or any(p.kind not in VERBAL for p in phrases[index + 1 : at]):
        return False
    following = phrases[at + 1] if at + 1 < len(phrases) else None
    passive = following is not None and following.marker is not None and slot_after(following.marker) == "by"
    return not passive and all(phrases[i].kind in ("marker", "np", "adverb", "value") for i in range(first, index))


def _is_its(phrase: Phrase) -> bool:
    """Return whether a noun phrase belongs to the firm told before: said | its board | has agreed."""
    return any(piece.kind == "pronoun" for piece in phrase.owner)


def _is_its_body(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a body acts for the firm it belongs to: its board."""
    return is_body(reading, phrase) and _is_its(phrase)


def _is_absolute(reading: Reading, index: int) -> bool:
    """Return whether a marked firm acts in a participle of its own: with A and B joining the round, of A | buying B."""
    marker, cue = reading.phrases[index].marker, reading.phrases[reading.at]
    ending = cue.text.split()[0].endswith(reading.grammar.syntax.active_endings)
    beside = index == reading.at - 1 and reading.phrases[index].head == "name"
    if _is_with_signer(reading, index):
        return False
    return ending and marker is not None and (beside or slot_before(marker) == "with")


def _is_with_signer(reading: Reading, index: int) -> bool:
    """Return whether a marked firm only signs a paper with who acts: A signed a deal | with B | giving it rights."""
    paper = reading.phrases[index - 2] if index > 1 and reading.kind(index - 1) == "marker" else None
    named = paper is not None and paper.text.split()[-1].lower() in reading.grammar.papers
    return named and slot_before(reading.phrases[index].marker or reading.phrases[index].names[0]) == "with"


def _carries(reading: Reading, index: int) -> bool:
    """Return whether a phrase before a verb leaves the subject to what stands before it: announced that it has."""
    phrase, grammar = reading.phrases[index], reading.grammar
    if phrase.kind in (*CARRIERS, "marker"):
        return True
    if phrase.kind == "np":
        return phrase.marker is not None or (phrase.head in ("paper", "noun") and not phrase.names)
    governed = reading.phrases[reading.at].names_act and phrase.kind in ("cue", "verb")
    return governed or (phrase.kind == "cue" and grammar.carries(phrase.text))  # secured | a loan from B


def _main_subject(reading: Reading, comma: int) -> int | None:
    """Return the firm that opens a sentence and that commas describe up to the verb: A, maker of B, bought C."""
    phrases = reading.phrases
    opened = next((i for i in range(comma - 1, -1, -1) if phrases[i].kind == "break"), -1) + 1
    own = phrases[opened]
    if opened and own.kind == "np" and own.head == "name" and own.marker is None and opened < comma:
        return opened  # said that its unit, A, has
    dash = (i for i in range(comma, -1, -1) if phrases[i].kind == "break" and not phrases[i].text.strip().isalpha())
    start = next(dash, -1) + 1
    for index in range(start, comma):
        phrase = phrases[index]
        if phrase.kind in ("adverb", "value", "other", "comma") or (phrase.kind == "marker" and index == start):
            continue
        if phrase.kind == "np" and phrase.marker is not None:
            continue  # In September, …
        if phrase.kind != "np" or phrase.head not in ("name", "issuer") or phrase.names[0].kind == "pronoun":
            return None
        described = phrases[index + 1].kind == "comma" and index + 1 < comma and phrases[index + 2].head != "name"
        return index if described else None
    return None


def _directly_before(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether only adverbs and passed-on verbs stand between a noun phrase and the cue."""
    between = [phrases[i] for i in range(index + 1, at)]
    return all(p.kind in ("adverb", "governor", "value") for p in between)


def _sets_off(phrases: Sequence[Phrase], opened: int, closed: int) -> bool:
    """Return whether two commas set off what only describes the firm before them: A, a maker of B, bought C."""
    before, inside = phrases[opened - 1] if opened else None, phrases[opened + 1]
    named_or_taken_up = before is not None and (before.head in ("name", "issuer") or before.definite)
    if before is None or not named_or_taken_up or opened + 1 >= closed:
        return False
    if inside.kind == "np" and inside.head == "name" and closed == opened + 2:
        return False  # a list: A, B, and C
    return inside.kind in ("np", "marker", "relative", "verb", "adverb", "cue")


def _comma_before(phrases: Sequence[Phrase], index: int, first: int) -> int | None:
    """Return the comma that opens what another comma closes."""
    while index >= first:
        if phrases[index].kind == "comma":
            return index
        index -= 1
    return None


def _antecedent(phrases: Sequence[Phrase], index: int, first: int) -> int | None:
    """Return the firm that a relative word takes up."""
    while index >= first and phrases[index].kind == "comma":
        index -= 1
    while index >= first:
        if phrases[index].kind == "np" and phrases[index].head in ("name", "issuer"):
            return index
        if phrases[index].kind not in ("np", "marker", "value"):
            return None
        index -= 1
    return None

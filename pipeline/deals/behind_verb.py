"""What stands right of a verb: its object, and the phrases that markers open."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.cue_reading import LONG, TAKEN_UP, Reading, ends_with_marker, is_body, thing_of
from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase, is_group_link, is_named
from pipeline.deals.sentence import slot_after, unit
from pipeline.deals.signed_papers import names_paper, note_paper, paper

OWNED = {
    "equity": ("of", "in", "for", "by", "on"),
    "goods": ("of", "in", "for", "by"),
    "unit": ("of", "in", "for", "by", "to", "from", "with"),
    "firm": ("to", "from", "with", "by"),
}
"""The slots in which a marked noun stands for its owner: to a unit of A."""


def read_right(reading: Reading, last: int) -> None:
    """Fill the slots behind a verb: its object, and what markers open, up to the next verb."""
    phrases, found, grammar = reading.phrases, reading.found, reading.grammar
    comma_ends = grammar.syntax.comma_ends_clause
    index = reading.at + 1
    if not grammar.syntax.markers_lead:
        found.paper = paper(reading, last)
    before = phrases[reading.at - 1] if reading.at else None
    has_object = comma_ends and before is not None and before.kind == "np" and _is_noun(reading, before)
    if has_object and before is not None and before.head == "equity" and before.marker is None:
        reading.put("object", before.owner)  # 完成甲51%股权的|收购
        found.thing = "equity"
    attribute = index < last and phrases[index].kind == "np" and phrases[index].text[:1] == grammar.syntax.attribute
    cue = phrases[reading.at]
    found.reach = (cue.start if found.reach[0] < 0 else found.reach[0], cue.end)
    if comma_ends:
        index = _past_holders(reading, index, last)
    while index < last:
        phrase = phrases[index]
        found.reach = (found.reach[0], phrase.start)
        if index > reading.at + 1 and not comma_ends and (behind := _behind_list(phrases, index, last)):
            index = behind
            continue
        if phrase.kind == "adverb" and phrase.text.lower() in grammar.auxiliaries and _names_act(reading, reading.at):
            break  # nach dem Kauf von B | will A
        if _opens_main_clause(reading, index, last):
            break  # mit dem Kauf von B | A | baut … aus
        if _is_its_actor(reading, index, last):
            reading.put("subject", phrase.names, over=True)
            break  # the acquisition | A | proposed last year
        if phrase.kind in ("verb", "cue", "relative"):
            if is_group_link(phrase, grammar) and _is_of_group(phrases, index):
                index += 1
                continue
            if phrase.kind == "cue" and index == reading.at + 1 and not has_object and not attribute:
                if not comma_ends and _names_act(reading, reading.at) and not _names_act(reading, index):
                    break  # an investment | led by A
                index += 1
                continue
            shares = phrase.kind == "cue" and grammar.head_of(phrase.text.lower()) == "equity"
            if not comma_ends and (shares or names_paper(reading, index, last)):
                index += 1
                continue
            modifies = phrase.kind == "verb" and comma_ends and not has_object and _modifier_ahead(reading, index, last)
            if not modifies:
                break
        elif phrase.kind == "and" and has_object:
            if comma_ends or index + 1 >= last or not names_paper(reading, index + 1, last):
                break
        elif phrase.kind == "and" and index == reading.at + 1:
            break  # 领投、跟投: the object is the next verb's
        elif phrase.kind == "and" and comma_ends and _opens_the_next(phrases, index, last):
            break  # 甲出资2亿元、乙出资1亿元
        elif phrase.kind == "and" and not comma_ends and _begins_clause(phrases, index):
            break  # bought a plant for $2 billion | and | A sold
        elif phrase.kind == "comma" and not comma_ends:
            following = phrases[index + 1] if index + 1 < last else None
            if index == reading.at + 2 and _goes_on_before_paper(reading, index, last):
                index += 1
                continue
            if following is None or following.kind not in ("marker", "np", "adverb"):
                break
            if (
                following.kind == "np"
                and not (following.names or following.owner)
                and index + 2 < last
                and phrases[index + 2].kind == "marker"
            ):
                index += 1  # in Fresno, California to A
            elif following.kind == "np":
                closing = next((i for i in range(index + 1, last) if phrases[i].kind == "comma"), None)
                if closing is None:
                    break
                if found.unnamed and closing == index + 2 and following.head == "name" and "object" not in found.slots:
                    reading.put("object", following.names)  # a maker of pumps, B, for $2 million
                index = closing
        elif phrase.kind == "np" and _is_to_act(reading, index):
            break  # an agreement for | A | to buy B
        elif phrase.kind == "np":
            has_object = _place(reading, index, has_object=has_object) or has_object
            if has_object and phrase.head == "equity" and grammar.head_of(cue.text.lower()) == "equity":
                break  # his stake | in A: what follows is the verb's that deals with it
        elif phrase.kind == "adverb" and phrase.text.lower() in grammar.object_pronouns:
            has_object = _take_up(reading, index, last, has_object=has_object) or has_object
        index += 1
    else:
        found.reach = (found.reach[0], found.window[1])
        if comma_ends and last + 2 < len(phrases) and _hands_over(phrases[last + 1]):
            reading.put(slot_after(phrases[last + 1].piece or phrases[last].names[0]), phrases[last + 2].names)
    if comma_ends:
        _take_listed(reading, last)
        note_paper(reading, last)
    elif index < last and "and" in {phrase.kind for phrase in phrases[reading.at : index + 1]}:
        _take_shared_agent(reading, index, last)


def _is_to_act(reading: Reading, index: int) -> bool:
    """Return whether the name right behind a cue that ends with its marker is who is to act: agreement for | A | to."""
    to = reading.phrases[index + 1] if index + 2 < len(reading.phrases) else None
    own = index == reading.at + 1 and ends_with_marker(reading, reading.phrases[reading.at])
    infinitive = to is not None and reading.grammar.chain["infinitives"].fullmatch(to.text) is not None
    return own and infinitive and reading.kind(index + 2) in ("cue", "verb", "governor")


def _take_shared_agent(reading: Reading, index: int, last: int) -> None:
    """Take who does two acts of one list: the purchase of A's plants | and the rent of its offices by B."""
    phrases = reading.phrases
    if not _names_act(reading, reading.at) or "by" in reading.found.slots:
        return
    end = next((i for i in range(index, last) if phrases[i].kind in ("verb", "governor", "comma", "relative")), last)
    agent = next((p for p in phrases[index:end] if p.marker is not None and slot_after(p.marker) == "by"), None)
    if agent is not None and agent.head == "name":
        reading.put("by", agent.names)


def _opens_main_clause(reading: Reading, index: int, last: int) -> bool:
    """Return whether a name behind what a noun for an act governs is the subject of the verb right behind it."""
    phrases, at = reading.phrases, reading.at
    phrase, following = phrases[index], phrases[index + 1] if index + 1 < last else None
    if not reading.grammar.auxiliaries or index < at + 2 or following is None or not _names_act(reading, at):
        return False
    return phrase.head == "name" and phrase.marker is None and following.kind in ("cue", "verb", "governor")


def _is_its_actor(reading: Reading, index: int, last: int) -> bool:
    """Return whether the name right behind a noun for an act is who does it in a clause without its mark."""
    phrases, at = reading.phrases, reading.at
    phrase, following = phrases[index], phrases[index + 1] if index + 1 < last else None
    if not reading.grammar.plain_order or index != at + 1 or following is None or not _names_act(reading, at):
        return False
    bare = phrase.head == "name" and phrase.marker is None and phrase.start == phrases[at].end + 1
    done = reading.grammar.chain["past"].fullmatch(following.text) is not None
    return bare and not phrase.modified and following.kind in ("cue", "verb", "governor") and done


def _take_listed(reading: Reading, last: int) -> None:
    """Take as object the firms that a colon names behind their number: 收购三家制造商:|甲、乙和丙."""
    phrases, slots = reading.phrases, reading.found.slots
    listed = phrases[last + 1] if last + 1 < len(phrases) else None
    counted = phrases[last - 1].kind == "np" and phrases[last - 1].head == "firm" and last - 1 > reading.at
    if "object" not in slots and counted and listed and phrases[last].text == ":" and listed.head == "name":
        reading.put("object", listed.names)
        reading.found.thing = "firm"


def _past_holders(reading: Reading, first: int, last: int) -> int:
    """Return where the object begins that a list of holders stands before: 收购甲、乙及丙合计持有的|丁51%股权."""
    phrases = reading.phrases
    acts = (i for i in range(first, last) if phrases[i].kind == "cue")
    held = next((i for i in range(first + 1, next(acts, last)) if phrases[i].held), None)
    if held is None or any(phrase.marker for phrase in phrases[first : held + 1]):
        return first
    holders = [name for phrase in phrases[first : held + 1] for name in (*phrase.names, *phrase.holder)]
    reading.put("holder", [name for name in holders if name not in phrases[held].names])
    return held


def _behind_list(phrases: Sequence[Phrase], index: int, last: int) -> int | None:
    """Return where a list of things that goes on at a joint ends with a marker: turbines | , parts and staff | to."""
    at = index
    while at + 1 < last and phrases[at].kind in ("comma", "and"):
        while at + 1 < last and phrases[at].kind in ("comma", "and"):
            at += 1
        if at + 1 < last and phrases[at].kind in ("verb", "governor") and phrases[at + 1].head == "goods":
            at += 1  # managed | services
        thing = phrases[at]
        if thing.kind != "np" or thing.marker is not None or thing.names or thing.head not in ("goods", "noun", "unit"):
            return None
        at += 1
    return at if at > index and at < last and phrases[at].kind == "marker" else None


def _take_up(reading: Reading, index: int, last: int, *, has_object: bool) -> bool:
    """Put the firm that a word takes up into the slot where the word stands; return whether it is the object."""
    phrases = reading.phrases
    if index + 1 < last and phrases[index + 1].kind in ("cue", "verb", "governor", "adverb"):
        return False  # a subject of its own: said it | has
    firm = reading.taken_up(phrases[index])
    before = phrases[index - 1]
    if before.kind == "marker" and before.piece is not None:
        reading.put(slot_after(before.piece), firm)
        return False
    if has_object or index != reading.at + 1 or not firm:
        return False
    reading.put("object", firm)
    reading.found.thing = "firm"
    return True


def _is_of_group(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether a word tells who leads the unnamed group before it: by a consortium | led by | A."""
    name = phrases[index + 1] if index + 1 < len(phrases) else None
    return name is not None and name.marker is not None and name.marker.start < phrases[index].start


def _names_act(reading: Reading, index: int) -> bool:
    """Return whether a cue is the name of an act: an investment, no verb."""
    said, piece = reading.phrases[index].text.lower(), reading.phrases[index].piece
    return piece is not None and (said in piece.value.nouns or said in reading.grammar.papers)


def _opens_the_next(phrases: Sequence[Phrase], index: int, last: int) -> bool:
    """Return whether the name behind a joint is the subject of a verb of its own: a figure stands before or behind it.

    甲出资2亿元、|乙出资1亿元; 甲增资丙厂、|乙以1亿元投资丁
    """
    if index + 2 >= last or phrases[index + 1].head != "name":
        return False
    behind = phrases[index + 2]
    priced = behind.kind == "other" and index + 3 < last and phrases[index + 3].kind == "value"
    return priced or (phrases[index - 1].kind == "value" and behind.kind in ("cue", "governor", "verb"))


def _begins_clause(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether the name behind a joint is the subject of a verb of its own."""
    behind = [phrase for phrase in phrases[index + 1 : index + 6] if phrase.kind != "adverb"][:2]
    if len(behind) < 2 or behind[0].head != "name" or behind[0].marker is not None:
        return False
    return behind[1].kind in ("cue", "governor", "verb")


def _is_noun(reading: Reading, before: Phrase) -> bool:
    """Return whether a cue is a noun here: 甲的收购策略, 迎来最大并购."""
    if before.possessive:
        return True
    attribute = reading.grammar.syntax.attribute or " "
    bare = len(before.text) < LONG and attribute not in before.text and not (before.names or before.owner)
    return bare and reading.kind(reading.at - 2) == "verb"


def _hands_over(phrase: Phrase) -> bool:
    """Return whether a marker that only stands behind a verb opens the next clause: 出售甲,予乙."""
    return phrase.kind == "marker" and phrase.piece is not None and phrase.piece.kind == "after"


def _modifier_ahead(reading: Reading, index: int, last: int) -> bool:
    """Return whether a verb belongs to an attribute of the object: 收购专注质检的甲."""
    following = reading.phrases[index + 1] if index + 1 < last else None
    if following is None or following.kind != "np":
        return False
    return following.modified or (following.head in ("equity", "matter") and bool(following.owner))


def _place(reading: Reading, index: int, *, has_object: bool) -> bool:
    """Put a noun phrase behind the verb into its slot; return whether it is the object."""
    phrase, found = _named_asset(reading, reading.phrases[index]), reading.found
    if _names_kind_of_paper(reading, index):
        reading.put("object owner", phrase.names)
        return False
    if phrase.holder:
        reading.put("holder", phrase.holder)
    marker = phrase.marker
    if marker is not None and _counts(reading, index):
        marker = None  # $5 billion of chips
        if has_object and found.thing == "firm":
            found.thing = "goods"  # sold A | $5 billion of chips
    if marker is not None and not has_object and slot_after(marker) == "of" and _is_share_of(reading, index):
        marker = None  # substantially all of the assets of A
    if marker is not None:
        slot = slot_after(marker)
        if slot == "by" and _belongs_to_participle(reading, index):
            return False
        if found.thing == "firm" and found.second_thing is None and slot == "with":
            found.second_thing = thing_of(phrase, reading, index)
        if phrase.head == "equity" and phrase.owner and reading.grammar.auxiliaries and slot in ("with", "from"):
            reading.put("to" if slot == "with" else slot, phrase.owner)  # mit 20 Prozent an A; von seinem Anteil an A
        elif phrase.head in ("name", "issuer"):
            reading.put(slot, phrase.names)
        elif slot == "of" and phrase.head == "unit" and "subject" in found.slots and _is_own(reading, phrase):
            found.unit = True  # a sale of | its unit
        elif phrase.owner and (
            slot in OWNED.get(phrase.head or "noun", ()) or (slot == "to" and is_body(reading, phrase))
        ):
            reading.put(slot, phrase.owner)
            if found.thing == "none" and phrase.head == "equity":
                found.thing = "equity"
        elif phrase.indefinite and phrase.head == "firm" and slot not in ("as", "for"):
            found.unnamed = True
        elif slot == "with" and phrase.head in ("firm", "person", "noun") and not phrase.owner:
            found.beside = True
        elif phrase.head == "unit" and slot in ("of", "from"):
            found.unit = True  # trennt sich von | seiner Sparte
        elif phrase.definite and phrase.head == "firm" and slot in TAKEN_UP:
            reading.put(slot, reading.taken_up(phrase))
        return False
    own = phrase.head == "firm" and phrase.text.split()[0].lower() in reading.grammar.possessives
    told_before = reading.grammar.plain_order and reading.grammar.definite.match(phrase.text) is not None
    a_unit = own or (phrase.head == "unit" and not told_before)
    found.unit = found.unit or (a_unit and not has_object and not is_named(phrase.owner))
    if reading.grammar.syntax.markers_lead and phrase.head == "name" and (slot := _waiting(reading, index)):
        reading.put(slot, phrase.names)
        return False
    if has_object:
        if found.thing == "firm" and found.second_thing is None:
            found.second_thing = thing_of(phrase, reading, index)
        if phrase.head == "equity" and phrase.owner:
            reading.put("of", phrase.owner)  # gives A | full ownership of B
        return False
    comma_ends = reading.grammar.syntax.comma_ends_clause
    firms = phrase.names or phrase.owner
    found.after_object = firms[-1].end if firms else phrase.start
    if phrase.head not in ("matter", "noun") or phrase.owner or phrase.values or "toward" not in found.slots:
        found.thing = thing_of(phrase, reading, index)  # 对甲提出收购要约: the object came before
    if phrase.head in ("paper", "matter", "noun") and reading.grammar.syntax.markers_lead:
        found.paper = phrase.text
    about = reading.grammar.syntax.markers_lead and phrase.head in ("paper", "matter", "noun") and phrase.owner
    if about and any(value.kind == "stake" for value in phrase.values) and not phrase.holder:
        reading.put("object", phrase.owner)  # 收购甲51%股权的方案
        return True
    if phrase.head in ("name", "issuer"):
        reading.put("object", phrase.names)
        reading.put("holder", [piece for piece in phrase.owner if piece.kind != "pronoun"])  # A's | B division
    elif phrase.head == "unit" and _is_own(reading, phrase) and _is_sold(reading):
        found.unit = True
    elif phrase.head in ("equity", "unit", "goods") and phrase.owner:
        reading.put("object", phrase.owner)
    elif phrase.head == "firm":
        if phrase.indefinite:
            found.unnamed = True
        elif phrase.definite:
            reading.put("object", reading.taken_up(phrase))
        else:
            reading.put("object", [piece for piece in phrase.owner if piece.kind != "maybe"])
    elif phrase.head == "matter" and phrase.owner:
        reading.put("object", phrase.owner)  # 收购甲的消息
    elif phrase.beside and phrase.beside[0].kind == "org" and _bare(reading, phrase.beside[0]):
        reading.put("object", phrase.beside)  # Harbour Hospital | complex
        if not comma_ends:
            found.thing = "firm"
    elif phrase.head in ("paper", "noun", "person") and phrase.owner:
        reading.put("object owner", phrase.owner)
    return phrase.head != "noun" or bool(phrase.owner)


def _goes_on_before_paper(reading: Reading, comma: int, last: int) -> bool:
    """Return whether a comma parts two attributes of the paper that a verb signs: a five-year|, $3 million | deal."""
    phrases = reading.phrases
    first, value = phrases[comma - 1], phrases[comma + 1] if comma + 2 < last else None
    opened = first.kind == "np" and first.text.split()[0].lower() in reading.grammar.determiners
    return opened and value is not None and value.kind == "value" and names_paper(reading, comma + 2, last)


def _names_kind_of_paper(reading: Reading, index: int) -> bool:
    """Return whether a name only says what paper the noun behind it is: provided | a $5 million A | loan."""
    phrase, following = reading.phrases[index], reading.phrases[index + 1 : index + 2]
    bare = reading.grammar.plain_order and phrase.head == "name" and phrase.marker is None
    opened = bare and bool(phrase.values) and reading.grammar.indefinite.match(phrase.text) is not None
    papers = reading.grammar.papers
    return opened and any(p.kind == "cue" and p.start == phrase.end + 1 and p.text.lower() in papers for p in following)


def _named_asset(reading: Reading, phrase: Phrase) -> Phrase:
    """Return a noun phrase with the name of what changes hands as its head: the | Silver Creek Project."""
    words = phrase.text.split()
    name = words[1:] if words[0].lower() in reading.grammar.determiners else words
    proper = len(name) > 1 and all(word[0].isupper() for word in name) and not (phrase.names or phrase.owner)
    dealt_in = phrase.marker is None or slot_after(phrase.marker) in ("of", "in", "into")
    if not (proper and dealt_in) or name[-1] not in reading.grammar.syntax.named_assets:
        return phrase
    said = phrase.text[phrase.text.index(name[0]) :]
    return phrase._replace(head="name", names=(unit(phrase.end - len(said), said),), owner=())


def _is_own(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a possessive alone owns a noun phrase: A, in talks with B, sells | its unit."""
    pronouns = reading.grammar.syntax.pronouns
    return bool(phrase.owner) and all(owner.text.lower() in pronouns for owner in phrase.owner)


def _is_sold(reading: Reading) -> bool:
    """Return whether who acts gives away what the verb acts on: A, in a deal with B, sells | its unit."""
    cue = reading.phrases[reading.at].piece
    return cue is not None and any("subject" in frame.payee and frame.minority for frame in cue.value.frames)


def _bare(reading: Reading, name: Piece) -> bool:
    """Return whether no mark of an owner stands behind a name."""
    marks = reading.grammar.syntax.genitives
    return not (marks and reading.sentence.text.startswith(marks, name.end))


def _waiting(reading: Reading, index: int) -> str:
    """Return the slot of a marker right behind the verb that still waits for its name: 出售给北京的甲."""
    phrases = reading.phrases
    first = next((i for i in range(reading.at + 1, index) if phrases[i].kind != "adverb"), index)
    piece = phrases[first].piece
    if first == index or phrases[first].kind != "marker" or piece is None:
        return ""
    slot = slot_after(piece)
    return slot if slot == "give" and slot not in reading.found.slots else ""


def _belongs_to_participle(reading: Reading, index: int) -> bool:
    """Return whether who is marked acts in a participle behind the object: leased space in a tower | owned by A."""
    phrases, chain = reading.phrases, reading.grammar.chain
    if reading.grammar.syntax.markers_lead or index - 2 <= reading.at:
        return False
    before = phrases[index - 2]
    if index - 3 == reading.at and _names_act(reading, reading.at):
        return False  # the bid | launched by A for B
    return before.kind != "cue" and chain["past"].fullmatch(before.text.split()[-1]) is not None


def _is_share_of(reading: Reading, index: int) -> bool:
    """Return whether only words like all and most stand between the verb and the mark of a part: all | of | the."""
    between = reading.phrases[reading.at + 1 : index - 1]
    return bool(between) and all(phrase.kind == "adverb" for phrase in between)


def _counts(reading: Reading, index: int) -> bool:
    """Return whether a marked phrase is what a value right behind the verb counts: $5 billion of chips."""
    phrases = reading.phrases
    money = phrases[index - 2].piece
    if phrases[index].names and reading.grammar.syntax.head_first and money and money.kind == "amount":
        return False  # 5 milliards d'euros de Microsoft: a firm is no measure
    if index - 2 <= reading.at or phrases[index - 1].kind != "marker" or phrases[index - 2].kind != "value":
        return False
    given = index - 4 == reading.at and phrases[index - 3].head == "name"  # sold A | $5 billion of chips
    opens = index - 3 == reading.at or (given and not phrases[index].names)
    return slot_after(phrases[index - 1].piece or phrases[index].names[0]) == "of" and opens

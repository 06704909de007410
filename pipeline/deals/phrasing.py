"""The phrases of a sentence, made of its pieces one by one; brackets that hold no cue are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.marked_words import BRACKETS, marked_words
from pipeline.deals.noun_phrases import noun_phrases
from pipeline.deals.phrase_lists import (
    with_appositions,
    with_descriptions,
    with_joints,
    with_lists,
    with_opening_joints,
    without_exceptions,
)
from pipeline.deals.phrase_owners import with_markers, with_owners
from pipeline.deals.phrases import ENDING, INSIDE, NAMES, Kind, Phrase, is_proper
from pipeline.text.words import words

AHEAD = 5  # pieces in which the name that a verb only describes stands: AI|搜索|公司|甲; from the zh examples


@dataclass
class _Builder:
    """The pieces of one sentence, taken into phrases one by one."""

    text: str
    grammar: Grammar
    found: list[Phrase] = field(default_factory=list)
    run: list[Piece] = field(default_factory=list)
    """The pieces of the noun phrase that is open."""

    def take(self, piece: Piece, following: Piece | None = None, ahead: Sequence[Piece] = ()) -> None:
        """Take in the next piece; what follows it tells whether a noun is a name, or a verb only describes one."""
        if piece.kind == "case":
            self.mark(piece)
            return
        if piece.kind == "and" and self.is_suspended(following):
            return
        if piece.kind == "maybe" and not self.is_held(piece, following):
            said = piece.text.lower()
            if self.grammar.is_noun(said, proper=is_proper(piece)):
                piece = piece._replace(kind="word", value="n")  # a noun that was thought a name
            elif said in self.grammar.adverbs or said in self.grammar.governors:
                piece = piece._replace(kind="word", value="d")
        kind = self.kind_of(piece)
        if piece.kind == "issuer" and self.run and self.run[-1].kind in INSIDE and self.opens_with_article(piece):
            self.close()  # für 80 Millionen Euro | die Firma A
        if kind is None and piece.kind == "pronoun" and self.grammar.plain_order:
            self.end_before_determiner()  # is folding | its new unit
        elif kind is None and piece.kind == "word":
            said = piece.text.lower()
            if said in self.grammar.determiners:
                self.end_before_determiner()
            elif self.text[piece.start - 1 : piece.start] == "-":
                pass  # Nvidia-backed
            elif self.run and self.run[-1].kind in NAMES and self.grammar.looks_a_verb(piece.text):
                kind = "verb"  # A | cost: a word that no list holds, right behind a name
            elif self.closes_bracket(piece, following):
                kind = "verb"  # mit einem Anbieter | eingegangen
        if kind == "verb" and self.is_adverbial_attribute(piece, following):
            kind = "adverb"
        elif (
            (kind == "adverb" and self.tells_how(piece, following))
            or (kind == "verb" and self.belongs_to_noun(piece, following, ahead))
            or (kind == "other" and self.leads_to_a_unit(piece, ahead))
        ):
            kind = None
        elif kind is None and piece.kind == "word" and self.is_infinitive(piece, following):
            kind = "verb"
        if kind is None:
            counted = self.grammar.syntax.head_first and piece.kind in ("amount", "quantity", "stake")
            if (self.grammar.auxiliaries or counted) and self.ends_behind_name(piece):
                self.close()  # encarga a A | diez aviones
            elif self.grammar.auxiliaries and self.run and (self.opens_anew(piece) or self.is_paid_by(piece)):
                self.close()  # in zwei Monaten | fast alle Anteile; die Gruppe | ihre Tochter
            self.run.append(piece)
            return
        self.close()
        self.found.append(Phrase(piece.start, piece.end, kind, piece.text, piece))

    def belongs_to_noun(self, piece: Piece, following: Piece | None, ahead: Sequence[Piece]) -> bool:
        """Return whether a verb stands inside a noun phrase: it says what its head is or does."""
        return (
            self.is_attribute(piece, following)
            or self.tells_what_a_unit_does(piece, following)
            or self.leads_to_a_unit(piece, ahead)
            or self.tells_what_a_firm_does(piece, ahead)
            or self.has_article(piece)
        )

    def end_before_determiner(self) -> None:
        """Close the open noun phrase before a word that begins the next; a participle alone in it is a verb."""
        if all(each.text.lower() in self.grammar.determiners for each in self.run):
            return  # un | consorcio formado por | la española A stays one
        last = self.run[-1]
        alone = len(self.run) == 1 and last.kind == "word" and last.text.islower() and self.grammar.plain_order
        acts = last.text.endswith(self.grammar.syntax.active_endings) and self.grammar.head_of(last.text) is None
        if alone and acts:
            self.run = []
            self.found.append(Phrase(last.start, last.end, "verb", last.text, last))
        self.close()

    def is_suspended(self, following: Piece | None) -> bool:
        """Return whether the noun before a joint waits for the next one's end: Pumpen- | und Ventilwerk."""
        waits = self.grammar.classes.compounds and bool(self.run) and self.run[-1].text.endswith("-")
        return waits and following is not None and following.kind in ("word", *NAMES)

    def tells_what_a_unit_does(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a verb inside a noun phrase says what the unit behind it does: 甲的电源转换|部门."""
        if not self.run or following is None or following.kind != "word" or following.start != piece.end:
            return False
        return self.run[-1].end == piece.start and self.grammar.head_of(following.text) == "unit"

    def leads_to_a_unit(self, piece: Piece, ahead: Sequence[Piece]) -> bool:
        """Return whether a word inside a verb's object says what the unit at its end does: 收购甲旗下|即时|配送业务."""
        acted_on = bool(self.found) and self.found[-1].kind in ("cue", "marker")
        if not (acted_on and self.grammar.syntax.markers_lead and piece.kind == "word" and self.run):
            return False
        if self.run[-1].kind != "word" or self.run[-1].end != piece.start:
            return False
        at = piece.end
        for each in ahead:
            if each.kind != "word" or each.start != at:
                return False
            if self.grammar.head_of(each.text.lower()) == "unit":
                return True
            at = each.end
        return False

    def tells_what_a_firm_does(self, piece: Piece, ahead: Sequence[Piece]) -> bool:
        """Return whether a verb only says what the firm named behind its noun does: 收购AI|搜索|公司甲."""
        if not self.grammar.syntax.markers_lead or piece.kind != "word":
            return False
        if self.run:
            opened = self.run[-1].kind == "word" and self.run[-1].end == piece.start
        else:
            opened = bool(self.found) and self.found[-1].kind in ("cue", "marker", "adverb")
        at, firm = piece.end, False
        for each in ahead if opened else ():
            if each.start - at > 1 or each.kind not in ("word", *NAMES):
                return False
            if each.kind in NAMES and firm:
                return True
            firm = each.kind == "word" and self.grammar.head_of(each.text.lower()) == "firm"
            at = each.end
        return False

    def closes_bracket(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a word without a capital closes its clause behind a noun that has one: half of a verb."""
        if not (self.grammar.auxiliaries and self.run and piece.text.islower() and self.run[-1].text[:1].isupper()):
            return False
        ends = following is None or following.kind in ("break", "stop", "relative") or following.text.strip() == ","
        return ends and self.run[-1].kind == "word" and self.grammar.head_of(piece.text.lower()) is None

    def has_article(self, piece: Piece) -> bool:
        """Return whether a determiner makes a noun of a word that may be a verb too: sells | the | brand A."""
        said = self.run[-1].text.lower() if self.run else ""
        return said in self.grammar.determiners and self.grammar.head_of(piece.text.lower()) is not None

    def opens_with_article(self, piece: Piece) -> bool:
        """Return whether a piece holds the article that opens its noun phrase: the company."""
        return piece.text.split()[0].lower() in self.grammar.determiners

    def ends_behind_name(self, piece: Piece) -> bool:
        """Return whether a noun phrase ended with a name: subject and object may stand beside each other."""
        if not self.run or self.run[-1].kind != "org" or piece.kind not in ENDING:
            return False
        group = piece.text.lower() in self.grammar.groups and piece.start == self.run[-1].end + 1
        return self.text[piece.start - 1 : piece.start] != "-" and not group

    def opens_anew(self, piece: Piece) -> bool:
        """Return whether the noun phrase ended with a noun of time, or a possessive begins the next."""
        return piece.kind == "pronoun" or self.run[-1].text.lower() in self.grammar.times

    def is_paid_by(self, piece: Piece) -> bool:
        """Return whether a sum stands behind a noun of its own: zahlt der Konzern | 5 Millionen Euro."""
        last = self.run[-1]
        head = self.grammar.head_of(last.text.lower()) if last.kind == "word" else None
        return piece.kind in ("amount", "stake") and (last.kind == "issuer" or head in ("firm", "paper"))

    def mark(self, marker: Piece) -> None:
        """Give the noun phrase that ends here the marker behind it; one behind a sum is the sum's own."""
        of_sum = bool(self.run) and self.run[-1].kind == "amount"
        self.close()
        last = len(self.found) - 1
        while last > 0 and self.found[last].kind == "adverb":
            last -= 1  # 지분|전량|을
        if last >= 0 and not of_sum and self.found[last].kind == "np" and self.found[last].marker is None:
            self.found[last] = self.found[last]._replace(marker=marker)
        elif last >= 0 and (piece := self.found[last].piece) and piece.kind == "round":
            self.mark_round(last, marker)

    def mark_round(self, last: int, marker: Piece) -> None:
        """Give a round the marker behind it and the owner before it, its sum between: 甲의 300억원 규모 시리즈B|에."""
        at = last
        while at > 0 and self.found[at].kind in ("value", "adverb"):
            at -= 1
        owner = self.found[at]
        if owner.kind == "np" and owner.marker is None and owner.names:
            self.found[at:] = [
                owner._replace(end=marker.start, head="paper", names=(), owner=owner.names, marker=marker)
            ]

    def is_held(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether shares of a name are spoken of, so that it is one: 大象广告96%股权."""
        return following is not None and following.kind == "stake" and following.start == piece.end

    def is_attribute(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a participle stands inside a noun phrase that has no head yet: the Swiss testing lab A."""
        if self.says_what_a_firm_is(piece, following):
            return True
        first = self.run[0] if self.run else None
        opened = first and (first.kind == "pronoun" or first.text.lower() in self.grammar.determiners)
        if not (opened and piece.text.endswith(self.grammar.syntax.active_endings) and following):
            return False
        if following.kind == "word" and self.grammar.head_of(following.text.lower()) == "unit":
            return following.start == piece.end + 1  # its Rockies gathering assets
        inside = self.run[1:] if first and first.kind == "pronoun" else self.run
        headed = any(each.kind != "word" or self.grammar.head_of(each.text.lower()) for each in inside)
        return (
            not headed
            and following.kind in ("word", "stake")
            and following.start == piece.end + 1
            and following.text.lower() not in self.grammar.determiners
        )

    def says_what_a_firm_is(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a participle behind a marker says what the firm behind it does: to accounting | firm A."""
        ends, before = self.grammar.syntax.active_endings, self.found[-1].kind if self.found else ""
        if self.run or before != "marker" or following is None or not piece.text.endswith(ends):
            return False
        beside = following.kind == "word" and following.start == piece.end + 1
        return beside and self.grammar.head_of(following.text.lower()) in ("firm", "unit")

    def is_adverbial_attribute(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether an adverb makes a verb the attribute of the name behind it: to buy closely | held | A."""
        before = self.found[-2:] if not self.run else []
        manner = len(before) == 2 and before[1].kind == "adverb" and before[1].end + 1 == piece.start
        if not manner or following is None or following.kind not in (*NAMES, "word") or not self.grammar.adverb_ends:
            return False
        opened = before[0].kind in ("cue", "marker", "comma") and before[1].text.lower().endswith(
            self.grammar.adverb_ends
        )
        return (
            opened and following.start == piece.end + 1 and self.grammar.chain["past"].fullmatch(piece.text) is not None
        )

    def tells_how(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether an adverb stands inside a noun phrase, right behind what opens it: A's | wholly | owned B."""
        ends, last, said = self.grammar.adverb_ends, self.run[-1] if self.run else None, piece.text.lower()
        if last is None or not ends or not said.endswith(ends) or said in self.grammar.adverbs:
            return False
        if following is None or following.kind not in ("word", "holder"):
            return False
        owns = last.kind in NAMES and self.text.startswith(self.grammar.syntax.genitives, last.end)
        return owns or last.kind == "pronoun" or last.text.lower() in self.grammar.determiners

    def is_infinitive(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a word that no list holds is a verb: behind its mark and before its object, to widen | the."""
        before = self.found[-1].piece if self.found and not self.run else None
        marked = before is not None and before.end + 1 == piece.start and before.kind in ("both", "before", "after")
        if before is None or not marked or following is None or not piece.text.islower():
            return False
        opens = following.text.lower() in self.grammar.determiners and following.start == piece.end + 1
        return opens and self.grammar.verb_marks.fullmatch(before.text) is not None

    def kind_of(self, piece: Piece) -> Kind | None:
        """Return what a piece is as a phrase, None where it is part of a noun phrase."""
        match piece.kind:
            case "org" | "maybe" | "issuer" | "pronoun" | "of" | "link" | "person" | "through" | "holder":
                return None
            case "stake" | "quantity" | "amount" | "round":
                return None
            case "date":
                return "value"
            case "before" | "after" | "both":
                return "marker"
            case "and":
                return "comma" if piece.text.strip() == "," else "and"
            case "break" | "stop":
                return "comma" if piece.text.strip() in (",", "，") else "break"
            case "relative":
                return "relative"
            case "cue":
                return "cue"
            case "passive":
                return "adverb"
            case "word":
                return self.grammar.word_kind(piece)
        return "other"

    def close(self) -> None:
        """Make a noun phrase, or values alone, of the open run."""
        run, self.run = self.run, []
        if run:
            self.found += noun_phrases(run, self.text, self.grammar)


def phrases(text: str, pieces: Sequence[Piece], grammar: Grammar) -> list[Phrase]:
    """Return the phrases of a sentence's pieces, in order."""
    builder = _Builder(text, grammar)
    for index, (piece, following) in enumerate(zip(pieces, [*pieces[1:], None], strict=True)):
        builder.take(piece, following, pieces[index + 1 : index + AHEAD])
    builder.close()
    found = builder.found if grammar.syntax.comma_ends_clause else _passed_on(builder.found, grammar)
    if grammar.syntax.head_first or grammar.classes.compounds:
        found = _with_trades(found, grammar)
    if grammar.syntax.cases:
        return with_joints(with_lists(found, grammar), grammar)
    if grammar.syntax.markers_lead:
        found = without_exceptions(found, grammar)
    return with_owners(
        with_markers(
            with_appositions(
                with_lists(with_opening_joints(with_descriptions(found, grammar), grammar), grammar), grammar
            ),
            grammar,
        ),
        grammar,
    )


def _passed_on(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a break that ends no clause made an adverb: announced | that | it has bought."""
    kept: list[Phrase] = []
    for index, phrase in enumerate(found):
        before = kept[-1].kind if kept else "end"
        after = found[index + 1].kind if index + 1 < len(found) else "end"
        following = found[index + 1] if index + 1 < len(found) else None
        told = (
            following is not None and following.kind == "cue" and following.text.lower() in grammar.syntax.group_links
        )
        if phrase.kind in ("break", "relative") and told and before in ("np", "comma") and phrase.text.isalpha():
            phrase = phrase._replace(kind="adverb")  # banks | that | includes A
        elif phrase.kind == "break" and before in ("governor", "value") and after in ("adverb", "governor"):
            governed = any(each.kind == "governor" for each in kept[-2:])
            phrase = phrase._replace(kind="adverb") if governed and phrase.text.isalpha() else phrase
        kept.append(phrase)
    return kept


def _with_trades(found: Sequence[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a firm's noun, its trade and its name made one: le fabricant | de | puces Nvidia."""
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 1 and _tells_trade(kept[-2], kept[-1], phrase, grammar):
            noun = kept[-2]
            del kept[-2:]
            phrase = phrase._replace(start=noun.start, owner=(), modified=True, definite=noun.definite)
        kept.append(phrase)
    return kept


def _tells_trade(noun: Phrase, marker: Phrase, name: Phrase, grammar: Grammar) -> bool:
    """Return whether a name stands behind what its firm makes or does, and not as the owner of the firm told."""
    firm = noun.kind == "np" and noun.head in ("firm", "issuer") and not noun.owner
    of = ("of", grammar.syntax.passive_agent)
    if not firm or marker.kind != "marker" or grammar.slot_after(marker.piece) not in of or name.head != "name":
        return False
    trade = name.text[: name.names[0].start - name.start].split()
    cased = grammar.classes.compounds
    plain = all((cased or word.islower()) and _is_trade(word.lower(), grammar) for word in trade)
    return bool(trade) and plain and trade[0] not in grammar.determiners


def _is_trade(word: str, grammar: Grammar) -> bool:
    return grammar.head_of(word) in (None, "noun", "goods")


def with_words(text: str, pieces: Sequence[Piece], start: int, end: int, grammar: Grammar) -> Iterator[Piece]:
    """Yield the pieces and, between them, the other words of the sentence with the segmenter's tag; no marks."""
    at = start
    genitives = sorted(grammar.syntax.genitives, key=len, reverse=True)
    before: Piece | None = None
    joined = listed = False
    for piece in [*pieces, None]:
        until = piece.start if piece else end
        if grammar.syntax.cases:
            if at < until:
                yield from marked_words(text, at, until, before, grammar)
            if piece and piece.kind not in ("open", "close", "through"):
                yield piece
            at, before = (max(at, piece.end) if piece else at), piece
            continue
        gap = BRACKETS.sub(lambda found: " " * len(found.group()), text[at:until]) if at < until else ""
        counted = grammar.others.match(gap, len(gap) - len(gap.lstrip())) if listed and gap.strip() else None
        if counted:
            gap = " " * counted.end() + gap[counted.end() :]  # 甲、乙和丙|三家公司
        for word in words(gap, 0, len(gap)) if gap.strip() else ():
            for place, said in _split(at + word.start, word.text, grammar):
                if not grammar.is_function_word(said.lower()):  # das stays das
                    said = next((said[: -len(mark)] for mark in genitives if said.endswith(mark)), said)
                if any(letter.isalnum() for letter in said):
                    yield Piece(place, place + len(said), "word", said, word.tag)
        if piece:
            if piece.kind not in ("open", "close", "through"):
                yield piece
            listed = piece.kind in NAMES and joined
            joined = piece.kind == "and"
            at = max(at, piece.end)
            if piece.kind in (*NAMES, "issuer"):
                at += next((len(mark) for mark in genitives if text.startswith(mark, at)), 0)


def _split(start: int, said: str, grammar: Grammar) -> Iterator[tuple[int, str]]:
    """Yield the words of a stretch that has spaces; what is elided before a word is one of its own: l'|offre."""
    at = 0
    for part in said.split():
        at = said.index(part, at)
        if elided := grammar.elided.match(part):
            yield start + at, elided.group()
            at += elided.end()
            part = part[elided.end() :]
        if part:
            yield start + at, part
        at += len(part)

"""Names in languages that write every noun with a capital: what else tells a name from a noun.

A noun there stands behind an article or an adjective, or ends as nouns do; a name stands bare. So words that no list
holds are weighed by what is around them: a noun for a firm right before, the shape of a mark (WPP, SanDisk), a verb of
deals beside, two of them in a row. `nouns.toml` of a language holds its words, and makes it such a language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.annotate.firms.capital_rules import CapitalCandidate
from pipeline.annotate.firms.capital_runs import opens_sentence
from pipeline.annotate.firms.capital_words import DOMAIN, CapitalLine, CapitalWord
from pipeline.rules.knowledge import Knowledge
from pipeline.rules.loading import Rules
from pipeline.text.compiled import compiled

ENOUGH = 2  # points from which words are a name
DESCRIBED = 2  # the maker X
CLOSED = 2  # X Gruppe
MARKED = 2  # WPP, SanDisk
BESIDE = 2  # X buys, buys X
VERB = 1  # any verb right behind it
SEVERAL = 1  # two capitals in a row that no list holds
QUOTED = 1
SHAPED = 2  # Zyvero, Scania: a word no noun is like, and nothing before it that only a noun or a place has
PROVEN = 2  # the text says elsewhere that it is a firm
OWNED = -2  # an article or an adjective right before it, and no noun for a firm
SHORTEST = 2  # letters of a name that a noun hangs on
LONG = 4  # words of a name at most
MARK = re.compile(r"[A-ZÄÖÜ]{2,6}|[A-Z][a-z]+[A-Z]\w*|[a-z]{1,2}[A-Z]\w+|[A-Z]\w*\d\w*|\w+[.&]\w+|\w+(?:&\w+)+")


PAIR = re.compile(r"(?=\b([A-ZÄÖÜ][\w-]+) ([A-ZÄÖÜ][\w&]+))")
HUNG = re.compile(r"\b([A-ZÄÖÜ][\w&]+)-([A-ZÄÖÜ]\w+)")


class NounRules(Rules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of `nouns.toml`."""

    small: tuple[str, ...]
    """Words that are no nouns; with a capital they only open a sentence."""
    determiners: tuple[str, ...]
    """Articles and the like: the word behind them is a noun, unless it is a firm's that carries one."""
    adjective_endings: tuple[str, ...]
    firm_nouns: tuple[str, ...]
    """Nouns for a firm, right before its name: the maker X."""
    firm_endings: tuple[str, ...]
    """Ends of longer ones: car|maker."""
    maker_endings: tuple[str, ...] = ()
    """Ends of nouns for a firm that a person may be as well: a first name behind them is nobody's firm."""
    role_nouns: tuple[str, ...]
    """Nouns for a person: the name behind them is nobody's firm."""
    role_endings: tuple[str, ...]
    nouns: tuple[str, ...]
    """Nouns that no ending tells."""
    noun_endings: tuple[str, ...]
    plural_endings: tuple[str, ...]
    """Ends of nouns that may be a name's too: they are doubted where only the place says it is one."""
    shared_endings: tuple[str, ...] = ()
    """Those of `noun_endings` that a name has too where a noun for a firm stands right before it: the maker Cognis."""
    name_endings: tuple[str, ...] = ()
    """Ends that hardly a noun has but those of `nouns`: Scania."""
    place_words: tuple[str, ...] = ()
    """Words behind which a place stands as well as a firm: from Scania."""
    subject_first: tuple[str, ...] = ()
    """Words behind which a clause begins with its subject and object, its verb at the end."""
    joints: tuple[str, ...]
    """What joins the names of a list."""
    genitive: str = ""
    """The end of a name that owns what follows, where no mark stands before it: Xs plant."""
    town_endings: tuple[str, ...] = ()
    """Ends of an adjective made of a town: Münchner."""
    hung: tuple[str, ...]
    """Nouns that a hyphen hangs on a firm's name: X-shares."""
    closing: tuple[str, ...] = ()
    """Nouns that close a name: Hartwig Gruppe."""
    tails: tuple[str, ...] = ()
    """Countries and the like that go on a name before them: X Österreich."""
    acts: tuple[str, ...]
    """Verbs, each in a form whose subject is one, right behind a name."""
    verb_endings: tuple[str, ...]
    agencies: tuple[str, ...] = ()
    """Who reports, in brackets behind the town of a dateline: BERLIN (dpa)."""
    acts_on: tuple[str, ...]
    """Words right before a name: verbs of deals and what opens their parties."""


def noun_names(knowledge: Knowledge) -> Mapping[str, NounNames]:
    """Return what finds names in each language that has a `nouns.toml`, by its code."""
    return {code: NounNames(rules) for code, rules in knowledge.rules("nouns.toml", NounRules).items()}


class NounNames:
    """Finds the names of firms among nouns by the lists of one language."""

    def __init__(self, data: NounRules) -> None:
        self.data = data
        self.small = frozenset(data.small)
        self.determiners = frozenset(data.determiners)
        self.firm_nouns, self.role_nouns = frozenset(data.firm_nouns), frozenset(data.role_nouns)
        self.nouns = frozenset(data.nouns)
        self.joints = frozenset(data.joints)
        self.hung = frozenset(data.hung)
        self.closing = frozenset(data.closing)
        agencies = "|".join(map(re.escape, data.agencies)) or r"(?!)"
        self.dateline = compiled(rf" ?\((?:{agencies})[ )/]")
        self._last: tuple[str, frozenset[str]] = ("", frozenset())
        self.acts, self.acts_on = frozenset(data.acts), frozenset(data.acts_on)

    def trimmed(self, text: str, candidate: CapitalCandidate, legal: frozenset[str]) -> CapitalCandidate | None:
        """Return a name known by its form without what stands before it: the maker | X AG, sale of the | X AG.

        A plain noun at its end is no form of a firm, though it is one in another language.
        """
        words = [(match.start(), match.group()) for match in re.finditer(r"\S+", candidate.text)]
        ending = words[-1][1]
        if ending not in legal and (self._is_firm(ending) or self._is_noun(ending)):
            return None
        opener = text[: candidate.start].rpartition(" ")[0].rpartition(" ")[2].lower()
        first = int(len(words) > 2 and "-" in words[0][1] and opener in self.determiners)
        for at, (_, said) in enumerate(words[:-1]):
            behind = words[at + 1][1]
            opens = said.islower() and said in self.small and behind not in ("&",)
            seated = at == first + 1 and words[first][1].endswith(self.data.town_endings)
            describes = self._is_firm(said) and (at == first or seated) and at + 2 < len(words)
            if opens or describes or (at == first and said.lower() in self.small):
                first = at + 1
        if first == 0:
            return candidate
        start = candidate.start + words[first][0]
        if len(words) - first < 2:
            return None
        return candidate._replace(start=start, text=text[start : candidate.end])

    def find(self, text: str, line: CapitalLine, persons: frozenset[str]) -> list[CapitalCandidate]:
        """Return the names of a line that their place or their shape tells."""
        found: list[CapitalCandidate] = []
        doubtful: list[CapitalCandidate] = []
        at = 0
        words = line.words
        while at < len(words):
            hung = self._hung_on(words[at]) if not self._describes_next(text, line, at) else []
            named = self._can_name(words[at]) or self._is_named_maker(text, line, at)
            if hung or not named or self.dateline.match(text, words[at].end):
                found += hung
                at += 1
                continue
            last = at
            while last - at + 1 < LONG and not _ends(words[last]) and (behind := _right_behind(text, line, last)):
                told = last > at or self._is_described(text, line, at)
                if behind.text != "&" and not self._goes_on(behind, told=told):
                    break
                last += 1
            while last > at and words[last].text == "&":
                last -= 1
            closed = self._is_closed(text, line, last)
            points = CLOSED if closed else self._points(text, line, at, last, persons)
            at += last > at + 1 and self._is_label(text, line, at)
            last += closed
            start, end = words[at].start, words[last].end
            candidate = CapitalCandidate(start, end, text[start:end], "weak", (), end)
            if points >= ENOUGH:
                found.append(candidate)
            elif points > 0 or self._stands_bare(text, line, at):
                doubtful.append(candidate)
            at = last + 1
        return sorted([*found, *(each for each in doubtful if self._beside(text, each, found))])

    def is_longer(self, text: str, name: CapitalCandidate, start: int, end: int) -> bool:
        """Return whether a name that holds a known one is another's: Daimler | Truck; the fashion house Tom | Ford.

        Behind a verb and where a clause ends with one, subject and object may stand side by side: kaufte | A B. So may
        whom something is for and what it is: für Lufthansa | Triebwerksteile.
        """
        before = text[: name.start].rstrip().rpartition(" ")[2]
        if name.start == start:
            opens = before.lower() in self.acts or before.lower() in self.data.subject_first
            goods = any(map(self._is_compound, text[end : name.end].split()))
            return end < name.end and text[end] == " " and not opens and not goods
        return text[start - 1] == " " and end == name.end and self._calls_firm_only(before)

    def _is_compound(self, said: str) -> bool:
        """Return whether a known noun ends a longer word: Kreuzfahrt|schiffe."""
        low = said.lower()
        return any(low[at:] in self.nouns for at in range(3, len(low) - 4))

    def _calls_firm_only(self, noun: str) -> bool:
        """Return whether a word is a noun for a firm that no person is called by."""
        return noun[:1].isupper() and self._is_firm(noun) and not noun.lower().endswith(self.data.maker_endings)

    def _describes_next(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a firm that hangs on another's name has its own right behind: die A-Mutter | B."""
        behind = _right_behind(text, line, at)
        return behind is not None and self._is_firm(line.words[at].text) and self._can_name(behind)

    def _is_closed(self, text: str, line: CapitalLine, last: int) -> bool:
        """Return whether the noun that closes a firm's name stands right behind a word: Hartwig | Gruppe."""
        behind = _right_behind(text, line, last)
        return behind is not None and behind.text in self.closing

    def _is_label(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a compound behind an article says what the firm behind it is: der Robo-Advisor | Scalable."""
        before = _right_before(text, line, at)
        return before is not None and "-" in line.words[at].text and before.text.lower() in self.determiners

    def _hung_on(self, word: CapitalWord) -> list[CapitalCandidate]:
        """Return the firm that a noun for what it has hangs on: X-shares."""
        name, _, noun = word.text.rpartition("-")
        parts = name.split("-")
        plain = (part.lower() in self.small or self._is_noun(part) or self._is_firm(part) for part in parts)
        bare = not name[:1].isupper() and noun.lower() not in self.firm_nouns  # swisspor-Gruppe
        if noun.lower() not in self.hung or bare or len(name) < SHORTEST or all(plain):
            return []
        end = word.end if noun.lower() in self.firm_nouns else word.start + len(name)
        return [CapitalCandidate(word.start, end, word.text[: end - word.start], "weak", (), end)]

    def _beside(self, text: str, name: CapitalCandidate, found: Sequence[CapitalCandidate]) -> bool:
        """Return whether a word stands in a list with a name: X and Y."""
        if self._doubted([name.text]):
            return False
        gaps = (text[min(name.end, each.end) : max(name.start, each.start)] for each in found)
        return any(gap.strip() in self.joints for gap in gaps)

    def _can_name(self, word: CapitalWord) -> bool:
        said = word.text
        return (
            word.capital
            and any(letter.isalpha() for letter in said)
            and len(said) > 1
            and (said.lower() not in self.small or said.isupper())
            and not self._is_noun(said)
            and not self._is_firm(said)
            and not self._is_role(said)
        )

    def _goes_on(self, word: CapitalWord, *, told: bool) -> bool:
        """Return whether a word goes on the name before it; where that is `told`, so does one that ends as nouns do."""
        more = self._can_name(word) or word.text in self.data.tails or (told and self._shares_ending(word))
        return more and not self._hung_on(word)

    def _shares_ending(self, word: CapitalWord) -> bool:
        """Return whether a word that is no known noun ends as nouns and names do."""
        low = word.text.lower()
        known = low in self.nouns or self._is_firm(word.text)
        return word.capital and low.endswith(self.data.shared_endings) and not known

    def _is_described(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a noun for a firm stands right before a word."""
        before = _right_before(text, line, at)
        return before is not None and before.capital and self._is_firm(before.text)

    def _is_named_maker(self, text: str, line: CapitalLine, at: int) -> bool:
        """Return whether a word that ends as nouns do is a name all the same: the maker | Cognis."""
        word = line.words[at]
        return self._shares_ending(word) and word.text.lower() not in self.small and self._is_described(text, line, at)

    def _is_noun(self, said: str) -> bool:
        last = said.rpartition("-")[2]
        low = last.lower()
        return (
            low in self.nouns
            or low in self.data.noun_endings
            or (len(low) > 5 and not last.isupper() and low.endswith(self.data.noun_endings))
        )

    def _is_firm(self, said: str) -> bool:
        whole, low = said.lower(), said.rpartition("-")[2].lower()
        named = low in self.firm_nouns or whole in self.firm_nouns
        return named or (not said.isupper() and (whole.endswith(self.data.firm_endings) or self._is_owner(whole)))

    def _is_owner(self, whole: str) -> bool:
        """Return whether a longer noun for a firm stands in the genitive: Softwarehaus|es."""
        ending = self.data.genitive
        if not ending or not whole.endswith(ending):
            return False
        bare = (whole.removesuffix(ending), whole.removesuffix(f"e{ending}"))
        return any(each.endswith(self.data.firm_endings) and each not in self.data.firm_endings for each in bare)

    def _is_role(self, said: str) -> bool:
        low = said.rpartition("-")[2].lower()
        return low in self.role_nouns or low.endswith(self.data.role_endings)

    def _points(self, text: str, line: CapitalLine, first: int, last: int, persons: frozenset[str]) -> int:
        words = line.words
        before = words[first - 1] if first else None
        beside = before is not None and text[before.end : words[first].start].strip(' "„“»«') == ""
        left = before.text if before is not None and beside else ""
        described = bool(left) and left[:1].isupper() and self._is_firm(left)
        if (words[first].text in persons and not self._calls_firm_only(left)) or (left and self._is_role(left)):
            return 0
        points = DESCRIBED if described else 0
        said = [word.text for word in words[first : last + 1]]
        if any(MARK.fullmatch(each) for each in said):
            points += MARKED
        points += SEVERAL if len(said) > 1 else 0
        if text[words[first].start - 1 : words[first].start] in ("„", "»", '"', "“"):
            points += QUOTED
        acts = self._acts(text, line, first, last)
        if acts == VERB and left == "" and opens_sentence(text, words[first], line) and not self._doubted(said):
            acts = BESIDE
        points += BESIDE if left.lower() in self.acts_on and not self._doubted(said) else acts
        points += SHAPED if len(said) == 1 and self._is_shaped(said[0], left) else 0
        if " ".join(said) in self._proven(text):
            points += PROVEN
        if not described and self._has_article(left):
            points += OWNED
        return points

    def _is_shaped(self, said: str, left: str) -> bool:
        """Return whether a word ends as hardly a noun does, and behind nothing that a noun or a place has before it."""
        low = left.lower()
        return (
            said.isalpha()
            and said.lower().endswith(self.data.name_endings)
            and not (left[:1].isupper() or self._has_article(left) or low in self.data.place_words)
        )

    def _stands_bare(self, text: str, line: CapitalLine, first: int) -> bool:
        """Return whether no article, adjective or noun stands before a word."""
        before = line.words[first - 1] if first else None
        if before is None or text[before.end : line.words[first].start] != " ":
            return True
        return not before.capital and not self._has_article(before.text)

    def _acts(self, text: str, line: CapitalLine, first: int, last: int) -> int:
        """Return the points for a verb right behind a name: one of deals, or one that looks like a verb."""
        behind = line.words[last + 1] if last + 1 < len(line.words) else None
        if behind is None or text[line.words[last].end : behind.start] != " ":
            return 0
        if behind.text in self.acts:
            return BESIDE
        looks = behind.text.islower() and behind.text not in self.small
        return VERB if looks and behind.text.endswith(self.data.verb_endings) else 0

    def _doubted(self, said: Sequence[str]) -> bool:
        return len(said) == 1 and said[0].lower().endswith(self.data.plural_endings)

    def _proven(self, text: str) -> frozenset[str]:
        """Return the names that a text proves anywhere: by a noun for a firm before them, or one that hangs on them."""
        if self._last[0] != text:
            names = [m[2] for m in PAIR.finditer(text) if self._is_firm(m[1])]
            names += [m[1] for m in HUNG.finditer(text) if m[2].lower() in self.hung]
            kept = (n for n in names if not self._is_noun(n) and not self._is_role(n) and n.lower() not in self.small)
            self._last = text, frozenset(kept)
        return self._last[1]

    def _has_article(self, left: str) -> bool:
        low = left.lower()
        return low in self.determiners or (left.islower() and low not in self.small and self._is_adjective(low))

    def _is_adjective(self, low: str) -> bool:
        verb = low in self.acts_on or low in self.acts
        return len(low) > 4 and low.endswith(self.data.adjective_endings) and not verb


def widened(text: str, strong: Sequence[CapitalCandidate], weak: Sequence[CapitalCandidate]) -> list[CapitalCandidate]:
    """Return the names known by their form, with the name that runs into each: The Platform | Group AG."""
    found = []
    for each in strong:
        start = min((other.start for other in weak if other.start < each.start < other.end), default=each.start)
        found.append(each._replace(start=start, text=text[start : each.end]))
    return found


def listed(candidates: Sequence[CapitalCandidate]) -> list[CapitalCandidate]:
    """Return the candidates in reading order, none overlapping; one known by its form stands before a weak one."""
    found: list[CapitalCandidate] = []
    for each in sorted(candidates, key=lambda c: (c.strength != "strong", c.start)):
        if not any(each.start < other.end and other.start < each.end for other in found):
            found.append(each)
    return sorted(found)


def _right_before(text: str, line: CapitalLine, at: int) -> CapitalWord | None:
    """Return the word before another, where nothing but a space stands between them."""
    return line.words[at - 1] if at and text[line.words[at - 1].end : line.words[at].start] == " " else None


def _right_behind(text: str, line: CapitalLine, at: int) -> CapitalWord | None:
    """Return the word behind another, where nothing but a space stands between them."""
    found = line.words[at + 1] if at + 1 < len(line.words) else None
    return found if found and text[line.words[at].end : found.start] == " " else None


def _ends(word: CapitalWord) -> bool:
    """Return whether no name goes on behind a word: it has a genitive, or is an address of the net."""
    return word.owner or DOMAIN.fullmatch(word.text) is not None

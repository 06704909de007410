"""Firms in a text whose scripts tell its words apart: runs of katakana, Latin letters and Han between kana.

The rules of `script_names.toml` say which runs name a firm: by the end (銀行, ホールディングス), by the script where no
list holds the word, by a quotation behind what it is (大手「デンソー」), or because they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from pipeline.rules.frames import SURE, DealLanguage, Org, Strength
from pipeline.rules.loading import Rules
from pipeline.text.alternation import alternation, any_of
from pipeline.text.compiled import compiled
from pipeline.text.scripts import HIRAGANA

LEAST = 3  # characters of a name in katakana that no list holds
SHORT = 2  # the same right behind what the firm is: 水道会社|タカ
LONGEST = 30  # characters of a quoted name
CAPITALS = re.compile(r"[A-Z]{1,5}\Z")
LATIN = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9&.'’+-]*(?: [A-Z0-9][A-Za-z0-9&.'’+-]*)*(?:, ?(?:Ltd|Inc|LLC|Corp|Limited)(?![A-Za-z])\.?)?"
)
LATIN_JOINT = re.compile(r"(?<=[A-Za-z0-9]{2})[・･]|[・･](?=[A-Za-z0-9]{2})")
"""Joins names, one of them in Latin letters; between others it may as well be inside one."""
DOT = re.compile("[・･]")
ENDING = re.compile(rf"[{HIRAGANA}]{{2,6}}")
BRACKET = re.compile(r"[(（]([A-Z][A-Za-z&]{1,9})[)）]")


class ScriptNameRules(Rules, frozen=True, kw_only=True):
    """The shape of `script_names.toml`."""

    letters: str
    """Characters of a script in which a word that no list holds is a name: ァ-ヴー・."""
    ideographs: str
    """Characters of a script in which only an end, a list or quotation marks tell a name: 一-龥々."""
    ends: tuple[str, ...] = ()
    """Ends that make a firm of what stands before them: 銀行."""
    known: tuple[str, ...] = ()
    """Names that nothing else tells: 東芝."""
    brands: tuple[str, ...] = ()
    """Beginnings that make a name of whatever word follows in `letters`: 富士|ソフト."""
    openings: tuple[str, ...] = ()
    """Beginnings of names in the letters of particles: みずほ."""
    words: tuple[str, ...] = ()
    """Words of `letters` that are none: サービス."""
    plain: tuple[str, ...] = ()
    """Words before an end that leave it a noun: 地方|銀行."""
    regions: tuple[str, ...] = ()
    """Those of `words` that name a country, which an end makes a firm's name: カタール|航空."""
    trades: tuple[str, ...] = ()
    """Those of `ends` that leave a country's name a noun: フランス|映画."""
    latin_words: tuple[str, ...] = ()
    """Words in Latin letters that name no firm: AI."""
    describing: tuple[str, ...] = ()
    """Words right before a name that say what it is: 大手."""
    origins: tuple[str, ...] = ()
    """Words right before a name that say whence it is: 米."""
    not_origins: tuple[str, ...] = ()
    """Words that begin as one of `origins` does and say no origin: 独自."""
    investors: str = r"(?!)"
    """A pattern of a person who acts as a firm does: in a list of investors."""
    bodies: tuple[str, ...] = ()
    """Patterns of public bodies, which act where one of `acting` follows: a city."""
    acting: tuple[str, ...] = ()
    """Patterns of what follows a body that acts: its marker."""
    places: tuple[str, ...] = ()
    """Ends of a place's name: what stands right behind is a place too."""
    persons: tuple[str, ...] = ()
    """What stands behind a person's name: 氏."""
    listed: str = r"(?!)"
    """A pattern of what stands behind a listed firm's name: a bracket with its code."""
    premises: tuple[str, ...] = ()
    """Ends of a name that is a site's, though its place is told behind it: 川崎|発電所(川崎市)."""
    behind_quotes: tuple[str, ...] = ()
    """Words right behind quotation marks that make a firm of what these hold: 「玉円」|運営."""
    small_between: tuple[str, str] = ("", "")
    """Characters of which one stands right before a name in small Latin letters, and of which one stands behind it."""
    others: tuple[str, ...] = ()
    """What opens, within a run, those whom a list leaves unnamed: 甲リース|等国内7社."""
    trailing: tuple[str, ...] = ()
    """What may stand behind a name within its run and is no part of it: 傘下, 製."""


class ScriptNames:
    """Finds the firms of a sentence by the scripts of its words."""

    def __init__(self, rules: ScriptNameRules, language: DealLanguage) -> None:
        self.rules = rules
        self.listed = compiled(rules.listed)
        self.cues = any_of([cue for cue in language.cues if len(cue) > 1])
        letters, han = f"[{rules.letters}]", f"[{rules.ideographs}]"
        bodies, acting = "|".join(rules.bodies), "|".join(rules.acting)
        self.actors = compiled(f"{rules.investors}|(?:{bodies})(?={acting})" if bodies else rules.investors)
        self.han = compiled(han)
        openings = alternation(rules.openings)
        latin = LATIN.pattern
        end = f"{alternation(rules.ends)}(?!{letters})"
        spaced = f"{alternation(rules.brands)} (?=[A-Z])|(?<=[A-Za-z{rules.letters}]) (?={end})"
        self.run = compiled(
            f"(?:{openings})?(?:{spaced}|{latin}|{letters}|{han}|(?<={letters})[&＆](?={letters})"
            f"|(?<={han}){openings}(?={letters}))+(?:(?<={letters}){openings})?"
            f"|(?:{openings})"
        )
        self.closed = compiled(f"{letters}{{2,}}{openings}\\Z")
        self.in_letters = compiled(f"(?:{letters}|[&＆])+")
        self.front = compiled(f"(?:{latin}|{letters})+")
        self.trade = compiled(f"{alternation(rules.origins)}{han}{{2,8}}(?=(?:{letters}{{{LEAST},}}|{latin})\\Z)")
        self.mixed = compiled(f"{han}{{1,4}}{letters}{{3,}}")
        self.quoted = compiled(r"[「『｢“]([^「」『』｢｣“”]{2,30})[」』｣”]")
        self.end = compiled(f"{alternation(rules.ends)}\\Z")
        self.describing = any_of(rules.describing, bounded=False)
        self.words = compiled(f"(?:{alternation(rules.words)}|・)+")
        self.known = any_of(rules.known, bounded=False)
        self.brands = any_of(rules.brands, bounded=False)
        self.persons = any_of(rules.persons, bounded=False)

    @cached_property
    def latin_words(self) -> frozenset[str]:
        """Return the words in Latin letters that name no firm, small."""
        return frozenset(word.lower() for word in self.rules.latin_words)

    def find(self, text: str, start: int, end: int, tables: Sequence[Org], aliases: dict[str, str]) -> list[Org]:
        """Return the firms of a sentence in reading order, those of the tables among them."""
        found = list(self._names(text, start, end, aliases))
        kept = [org for org in tables if self._stands(text, org) and not _inside_larger(org, found)]
        fresh = [org for org in found if not any(org.start < k.end and k.start < org.end for k in kept)]
        return sorted(kept + fresh)

    def _names(self, text: str, start: int, end: int, aliases: dict[str, str]) -> Iterator[Org]:
        quoted = [*self._quoted(text, start, end), *self._actors(text, start, end)]
        yield from quoted
        for run in self.run.finditer(text, start, end):
            if any(org.start < run.end() and run.start() < org.end for org in quoted):
                continue
            for first, last in self._cut(text, run.start(), run.end()):
                org = self._named(text, first, last, aliases)
                if org:
                    gloss = BRACKET.match(text, org.end)
                    if gloss and gloss[1].lower() not in self.latin_words:
                        aliases[gloss[1]] = org.name
                    yield org

    def _cut(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of a run between the cues in it, and between the names of a list: Apple・Sony."""
        for first, last in self._between_cues(text, start, end):
            at = first
            for joint in self._joints(text, first, last):
                yield at, joint.start()
                at = joint.end()
            if at < last:
                yield at, last

    def _joints(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield the dots that part two names: one is in Latin letters, or each stands by itself."""
        dots = list(DOT.finditer(text, start, end))
        edges = [start, *(dot.end() for dot in dots)], [*(dot.start() for dot in dots), end]
        whole = [self._is_whole(text[first:last]) for first, last in zip(*edges, strict=True)]
        for index, dot in enumerate(dots):
            if LATIN_JOINT.match(text, dot.start()) or (whole[index] and whole[index + 1]):
                yield dot

    def _is_whole(self, said: str) -> bool:
        """Return whether a part of a run is a name by itself, which in `letters` alone only a list says."""
        if self.known.fullmatch(said):
            return True
        ended = self.han.search(said) or self.end.search(said)
        return ended is not None and self._strength(said) == "form"

    def _between_cues(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        names = [known.span() for known in self.known.finditer(text, start, end)]
        for cue in self.cues.finditer(text, start, end):
            if any(first <= cue.start() and cue.end() <= last for first, last in names):
                continue
            if at < cue.start():
                yield at, cue.start()
            at = cue.end()
        if at < end:
            yield at, end

    def _quoted(self, text: str, start: int, end: int) -> Iterator[Org]:
        """Yield what stands in quotation marks behind what it is, or ends as a firm does."""
        for found in self.quoted.finditer(text, start, end):
            first, last = found.span(1)
            said = found[1].strip()
            described = list(self.describing.finditer(text, max(start, first - 12), first - 1))
            after = bool(described) and described[-1].end() == first - 1
            after = after or text.startswith(self.rules.behind_quotes, found.end())
            if said != found[1] or self.cues.search(said) or self._is_word(said):
                continue
            if after or self.known.fullmatch(said) or (self.end.search(said) and not self._plain(said)):
                yield self._org(text, first, last, "form", {})

    def _actors(self, text: str, start: int, end: int) -> Iterator[Org]:
        """Yield those who act in a sentence and are no firm: 横浜市|は."""
        for found in self.actors.finditer(text, start, end):
            yield self._org(text, found.start(), found.end(), "form", {})

    def _named(self, text: str, start: int, end: int, aliases: dict[str, str]) -> Org | None:
        """Return the firm that a run names, without what describes it."""
        said = text[start:end]
        described = self._described(said)
        start, said = start + described, said[described:]
        origin = self._origin(said)
        start, said = start + origin, said[origin:]
        first, _, more = said.partition(" ")
        if more and self._is_word(first.lstrip("".join(self.han.findall(first)))):
            start, said = start + len(first) + 1, more
        while said.startswith(("・", "ー")):
            start, said = start + 1, said[1:]
        if not self.listed.match(text, start + len(said)):
            said = said.rstrip("・.&'-")
        end = start + len(said)
        led = self.describing.search(text, max(0, start - 6), start)
        strength = self._strength(said, led=led is not None and led.end() == start)
        tail = next((word for word in self.rules.trailing if said.endswith(word) and len(said) > len(word)), "")
        if strength is None and tail and (strength := self._strength(said.removesuffix(tail))):
            end -= len(tail)
        if (ending := ENDING.match(text, end)) and self.listed.match(text, ending.end()):
            end, strength = ending.end(), "form"  # ポテト|かいつか(茨城県)
        if strength is None and self.listed.match(text, end) and not said.endswith(self.rules.premises):
            strength = "form"
        if strength is None:
            cut = self._front(said) or self._before_others(said)
            if not cut:
                return None
            end = start + len(cut)
            strength = self._strength(cut) or self._small(text, start, end)
        if strength is None or self.persons.match(text, end) or self._is_place(text, start, end):
            return None
        return self._org(text, start, end, strength, aliases)

    def _described(self, said: str) -> int:
        """Return how long the words are that say what a firm is, at the front of its run: 製造|会社|テルモ."""
        length = 0
        for found in self.describing.finditer(said):
            if found.end() < len(said) and not self.end.fullmatch(said[found.start() :]):
                rest = said[found.end() :].lstrip("・･ ")
                if self._strength(rest) or self._strength(self._front(rest)):
                    length = len(said) - len(rest)
        return length

    def _origin(self, said: str) -> int:
        """Return how long the word is that says whence a firm is, at the front of its run: 米|ゼネラル, 米|国防総省.

        The word for its trade may stand between: 米宅配|ドアダッシュ.
        """
        lengths = {len(word) for word in self.rules.origins if said.startswith(word) and len(word) < len(said)}
        for length in sorted(lengths, reverse=True):
            if self.front.match(said[length:]) or self.known.fullmatch(said[length:]):
                return length
        trade = self.trade.match(said)
        return trade.end() if trade and not said.startswith(self.rules.not_origins) else 0

    def _is_place(self, text: str, start: int, end: int) -> bool:
        """Return whether a name is a place's, or stands right behind one."""
        return text.startswith(self.rules.places, end) or text[:start].endswith(self.rules.places)

    def _front(self, said: str) -> str:
        """Return the name that a run begins with: AMD|製, 日立|全体."""
        known = self.known.match(said)
        if known:
            return known.group()
        front = self.front.match(said)
        if front is None or front.end() == len(said):
            return ""
        rest = said[front.end() :]
        if self.describing.match(rest) and not rest.startswith(self.rules.trailing):
            return ""  # センサー|大手
        return front.group().rstrip("・.&'- ")

    def _before_others(self, said: str) -> str:
        """Return what of a run stands before those whom a list leaves unnamed, else the run."""
        places = [said.find(word, 1) for word in self.rules.others]
        return said[: min((place for place in places if place > 0), default=len(said))]

    def _small(self, text: str, start: int, end: int) -> Strength | None:
        """Return how sure a word in small letters is a name: at a line's head or behind what it is, and marked."""
        said = text[start:end]
        plain = said in self.latin_words or not re.fullmatch("[a-z]{4,}", said)
        leads, heads = self.rules.small_between
        opens = start == 0 or text[start - 1] in leads
        return "proper" if not plain and opens and text[end : end + 1] in (*heads,) else None

    def _strength(self, said: str, *, led: bool = False) -> Strength | None:
        """Return how sure a run names a firm, None where it names none; `led` where what it is stands right before."""
        if not said or (said[0].isdigit() and not re.search("[a-z]", said[:3])):
            return None
        if self.known.fullmatch(said):
            return "form"
        if any(part.lower() in self.latin_words for part in said.split(" ")[:1]) and " " in said:
            return None
        if self._is_word(said) or self.words.fullmatch(said):
            return None
        if self.closed.fullmatch(said):
            return "form"
        if LATIN.fullmatch(said):
            shown = any(char.isupper() for char in said) or (said[0].isalpha() and any(c.isdigit() for c in said))
            if not shown or len(said) < 2 or all(part.lower() in self.latin_words for part in said.split()):
                return None
            return "proper" if CAPITALS.match(said) and len(said) < 3 else "form"
        if self.end.search(said):
            return None if self._plain(said) else "form"
        if self.in_letters.fullmatch(said):
            if len(said) < (SHORT if led else LEAST) or self._mostly_words(said):
                return None
            return "form" if led or len(said) > LEAST else "proper"
        latin = LATIN.match(said)
        if latin and self.in_letters.fullmatch(rest := said[latin.end() :]):
            return None if self._is_word(latin.group()) and self._mostly_words(rest) else "form"
        letters = self.in_letters.match(said)
        if letters and LATIN.fullmatch(rest := said[letters.end() :]):
            return None if self._mostly_words(letters.group()) else "form"
        known = self.known.match(said) or self.brands.match(said)
        rest = said[known.end() :].lstrip() if known else ""
        if self.in_letters.fullmatch(rest) or (LATIN.fullmatch(rest) and not self._is_word(rest)):
            return "form"
        if self.mixed.fullmatch(said) and not self._mostly_words(re.sub(f"[{self.rules.ideographs}]", "", said)):
            return "proper"
        return None

    def _is_word(self, said: str) -> bool:
        return said.lower() in self.latin_words

    def _mostly_words(self, said: str) -> bool:
        """Return whether a run is made of words, the last at least."""
        parts = [part for part in said.split("・") if part]
        return bool(parts) and all(self._ends_in_word(part) for part in parts)

    def _ends_in_word(self, said: str) -> bool:
        whole = self.words.match(said)
        if whole and whole.end() == len(said):
            return True
        return any(said.endswith(word) and len(said) - len(word) < 2 for word in self.rules.words)

    def _plain(self, said: str) -> bool:
        """Return whether what stands before the end leaves it a noun."""
        ends = self.end.search(said)
        rest = said[: ends.start()].rstrip() if ends else said
        while rest:
            shorter = next((w for w in self.rules.plain if rest.endswith(w)), None)
            if shorter is None:
                break
            rest = rest[: -len(shorter)]
        if not rest:
            return True
        if rest in self.rules.regions and ends:
            return ends.group() in self.rules.trades
        words = self.words.match(rest)
        return bool(words and words.end() == len(rest)) or rest.lower() in self.latin_words

    def _stands(self, text: str, org: Org) -> bool:
        """Return whether a known name is not a part of a longer word in its own script."""
        before, after = text[org.start - 1 : org.start], text[org.end : org.end + 1]
        if self.in_letters.match(org.text):
            return not (self.in_letters.match(before or " ") or self.in_letters.match(after or " "))
        if org.text[0].isascii():
            return True
        return len(org.text) > LEAST or self.known.fullmatch(org.text) is not None

    def _org(self, text: str, start: int, end: int, strength: Strength, aliases: dict[str, str]) -> Org:
        said = text[start:end]
        return Org(start, end, said, aliases.get(said, said), None, "alias" if said in aliases else strength)


def _inside_larger(org: Org, found: Sequence[Org]) -> bool:
    """Return whether a longer name holds a known one."""
    return any(
        each.start <= org.start and org.end <= each.end and len(each.text) > len(org.text) and each.strength in SURE
        for each in found
    )

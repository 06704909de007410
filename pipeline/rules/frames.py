"""The shapes of `deals.toml`, `syntax.toml` and `parties.toml`, read and checked: how a language tells deals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import msgspec

from pipeline.models import AssetKind, Kind, Role, Status
from pipeline.rules import loading
from pipeline.rules.case_rules import Cases
from pipeline.text.alternation import alternation
from pipeline.text.letters import fold_letters

if TYPE_CHECKING:
    from pipeline.rules.knowledge import Knowledge

Slot = Literal[
    "subject", "object", "by", "to", "toward", "from", "give", "ba", "with", "for", "in", "source", "holder", "owner",
    "of", "via", "into", "between", "about", "issuer", "along", "buyer", "seller", "its", "topic",
    "dealt",
]  # fmt: skip
"""Where a party may stand."""
Aside = Literal[
    "at", "like", "over", "than", "owns", "list", "group", "rival", "under", "as", "told", "without", "behind", "on",
    "media", "despite", "against", "except", "among",
]  # fmt: skip
"""What else a marker opens: no party stands there, and so its name is kept out of the slots beside it."""
LETTERS = "A-Za-z0-9À-ÖØ-öø-ɏ"
"""Letters and figures that a word goes on with in Latin script."""
Thing = Literal["equity", "firm", "goods", "none", "any"]
Strength = Literal["table", "form", "alias", "proper", "weak"]
PARTED = " … "
"""Stands in a cue between a verb and the part of it that closes the clause: kauft … auf."""
SURE: frozenset[Strength] = frozenset(("table", "form", "alias"))


class Org(NamedTuple):
    """A firm in a text: how it was known, and what it is called; only those in `SURE` stand on their own."""

    start: int
    end: int
    text: str
    name: str
    company_id: str | None
    strength: Strength
    until: int = 0
    """Where the brackets behind it end that hold its ticker or define its short names, 0 where there are none."""


class Cue(NamedTuple):
    """A cue word in a text and the frames it may open, with their language."""

    start: int
    end: int
    text: str
    language: str
    frames: tuple[Frame, ...]

    @property
    def nouns(self) -> frozenset[str]:
        """Return the cue words that name the act as a thing."""
        return frozenset(noun for frame in self.frames for noun in frame.nouns)


class Frame(loading.Rules, frozen=True, kw_only=True):
    """One way to tell a deal: cue words, where each party stands, and the direction that follows."""

    id: str
    kind: Kind
    cues: tuple[str, ...] = ()
    """Verbs, in every form they take."""
    nouns: tuple[str, ...] = ()
    """The same told as a thing: acquisition of X by Y."""
    patterns: tuple[list[dict[str, Any]], ...] = ()
    """Cues of several words, as token patterns of spaCy's matcher: took a 10% stake in."""
    payer: tuple[Slot, ...] = ()
    payee: tuple[Slot, ...] = ()
    target: tuple[Slot, ...] = ()
    partner: tuple[Slot, ...] = ()
    thing: tuple[Thing, ...] = ("any",)
    needs: tuple[Role, ...]
    alone: tuple[Role, ...] = ()
    """Roles of which one is enough where the text names no other side, with one of `alone_with`."""
    alone_with: tuple[Literal["figure", "round", "target", "unnamed", "definite", "thing", "nothing"], ...] = (
        "figure",
        "round",
    )
    """What a one-sided deal needs beside its party: a sum, stake or quantity; a round; the firm that changes hands; a
    firm without a name as the other side (a start-up, 一家企业); goods or shares without an owner; or nothing more."""
    minority: Kind | None = None
    money: Literal["optional", "needed", "figure"] = "optional"
    """`needed`: no deal without an amount; `figure`: an amount or a quantity will do."""
    signs: tuple[str, ...] = ()
    """Words of the paper that is signed or closed, without which it tells nothing: purchase contract, 备忘录."""
    turns: tuple[str, ...] = ()
    """Words of the sentence that say the subject sells: payer and payee change places."""
    givers: tuple[str, ...] = ()
    """Ends of the names of those who give, as banks lend: where only the payee has one, the two change places."""
    unless: tuple[str, ...] = ()
    """Words of the sentence that say it is another thing: a listing, a bond."""
    beside: tuple[str, ...] = ()
    """Words of which the sentence must hold one: selected … to supply."""
    vague: bool = False
    """Whether it only says that two firms dealt: another frame's reading of the pair goes before it, and who sells what
    (`tables/sellers.toml`) before its slots."""
    joins: bool = False
    """Whether its deals of one sentence with one payee are one: the investors of a round."""
    certainty: float = 0.9
    past_is_done: bool = True
    """Whether the past form of a cue says the deal is done: signed only announces."""
    told: Status = "announced"
    """The status where no word says more: a round is told when it is closed, a bid when it is made."""

    def parts(self, cue: str) -> tuple[str, ...]:
        """Return the parts of which one must close the clause of a cue; none where the cue stands whole."""
        if cue in self.cues or cue in self.nouns:
            return ()
        return tuple(each.partition(PARTED)[2] for each in self.cues if each.startswith(cue + PARTED))

    def slots(self, role: Role) -> tuple[Slot, ...]:
        """Return where a role may stand, best first."""
        return {"payer": self.payer, "payee": self.payee, "target": self.target, "partner": self.partner}[role]


class StatusCues(loading.Rules, frozen=True, kw_only=True):
    """Words that give a deal its status, by how far they reach."""

    clause: tuple[str, ...] = ()
    sentence: tuple[str, ...] = ()


class VerbChain(loading.Rules, frozen=True, kw_only=True):
    """Words of the verbs above a cue and of its own form that tell how sure the deal is."""

    says: tuple[str, ...] = ()
    """Verbs of those who tell their own act: what they will do is announced."""
    infinitives: tuple[str, ...] = ()
    """The mark of a verb that another governs: to."""
    to_come: tuple[str, ...] = ()
    """What makes a past form behind a future a passive one: will be acquired."""
    after: tuple[str, ...] = ()
    """Words right before a clause or noun that put its act before another: after, following."""
    futures: tuple[str, ...] = ()
    """Words for an act still to come that are no plan of their own: will, 将."""
    not_yet: tuple[str, ...] = ()
    not_only: tuple[str, ...] = ()
    """Words that begin like a negation and are none: not only."""
    past: tuple[str, ...] = ()
    """Forms, or ends of forms, of a cue that tells what is done: bought."""
    done_before: tuple[str, ...] = ()
    """Words before a cue that put it into the past: 已, 曾."""
    not_past: tuple[str, ...] = ()
    """Words of a date, or right behind it, that leave a bare verb as it is; any other date puts it into the past."""
    hearsay: tuple[str, ...] = ()
    """Those who tell what others will do: 外媒."""
    done_mark: tuple[str, ...] = ()
    """What stands right behind a cue whose act is done: 了."""
    asks: tuple[str, ...] = ()
    """Words of a question that takes the act for done: why, 为何."""


class MoneyWords(loading.Rules, frozen=True, kw_only=True):
    """Words beside an amount that tell what it is."""

    total: tuple[str, ...] = ()
    """Names of the deal's own price: they hold across clauses."""
    price: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    """The price of one share or piece."""
    valuation: tuple[str, ...] = ()
    valuation_behind: tuple[str, ...] = ()
    """Words right behind an amount that make it the firm's value: a $3 billion valuation."""
    other: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()
    """What opens a later sentence that tells the price of the deal before: the deal, the purchase price."""
    later: tuple[str, ...] = ()
    """Words right before the price there: is worth, was valued at."""


class DealRules(loading.Rules, frozen=True, kw_only=True):
    """The shape of `deals.toml`."""

    frame: tuple[Frame, ...] = ()
    not_cues: tuple[str, ...] = ()
    other_fields: tuple[str, ...] = ()
    """Words of a sentence about sports or war, where the verbs of deals tell none."""
    status: dict[Status, StatusCues] = msgspec.field(default_factory=dict)
    chain: VerbChain = msgspec.field(default_factory=lambda: VerbChain())
    assets: dict[AssetKind, tuple[str, ...]] = msgspec.field(default_factory=dict)
    money: MoneyWords = MoneyWords()


class Markers(loading.Rules, frozen=True, kw_only=True):
    """Words that open a slot, before or after the verb."""

    before: dict[str, str] = msgspec.field(default_factory=dict)
    """Each word with the `Slot` or `Aside` that it opens."""
    after: dict[str, str] = msgspec.field(default_factory=dict)
    behind: dict[str, str] = msgspec.field(default_factory=dict)
    """Case markers right behind a name, each with the slot the name then stands in: 甲が, 甲を, 甲に. Where a language
    has some, its clauses are read by them and its verb stands last."""


class Others(loading.Rules, frozen=True, kw_only=True):
    """Words for those whom a list leaves unnamed: 等3名股东."""

    joiners: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()


class WordClasses(loading.Rules, frozen=True, kw_only=True):
    """What words between the names are: they tell where a noun phrase ends and what its head is."""

    governors: tuple[str, ...] = ()
    """Verbs that pass their subject on to the next: plans to, 宣布."""
    adverbs: tuple[str, ...] = ()
    adverb_endings: tuple[str, ...] = ()
    firm_nouns: tuple[str, ...] = ()
    unit_nouns: tuple[str, ...] = ()
    """Parts of a firm that are bought and sold."""
    person_nouns: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    """Persons who act for their firm: said its board has agreed."""
    paper_nouns: tuple[str, ...] = ()
    """What is signed, planned or closed: agreement, round, loan."""
    determiners: tuple[str, ...] = ()
    """Words that open a noun phrase."""
    genitives: tuple[str, ...] = ()
    """Determiners of an owner right behind what it owns: des, eines."""
    compounds: bool = False
    """Whether the end of a long noun tells its class: Kartendienst is a Dienst."""
    tails: tuple[str, ...] = ()
    """Words that end a list of names, whatever noun follows: 等."""
    last_joints: tuple[str, ...] = ()
    """Markers that join the last name of a list: 甲、乙与丙."""
    first_joints: dict[str, str] = msgspec.field(default_factory=dict)
    """Coordinators that open a slot where no name stands before them: 将和乙合作."""
    nouns: tuple[str, ...] = ()
    """Nouns, often the beginning of a name, whatever the segmenter makes of them."""
    naming: tuple[str, ...] = ()
    """Words before the name of a firm just described: called, 名为."""
    definites: tuple[str, ...] = ()
    """What opens a noun phrase that takes up a firm named before: the, 该."""
    matter_nouns: tuple[str, ...] = ()
    """Nouns for the deal itself, behind its object: 收购甲的消息."""
    indefinites: tuple[str, ...] = ()
    """What opens a noun phrase for a firm without a name: a, 一家."""
    verbs: tuple[str, ...] = ()
    verb_endings: tuple[str, ...] = ()
    """Ends of a word that no list holds and that is a verb right behind a name: Apple costs."""
    verb_tags: tuple[str, ...] = ()
    adverb_tags: tuple[str, ...] = ()
    other_tags: tuple[str, ...] = ()
    """Tags of the segmenter for words that end a noun phrase and mean nothing more."""


class Syntax(loading.Rules, frozen=True, kw_only=True):
    """The shape of `syntax.toml`; the comments there say more of each list.

    A list that a language leaves out is empty, or holds the marks that most share; the reaches are those of English.
    """

    clause_breaks: tuple[str, ...] = (";", ":")
    sentence_breaks: tuple[str, ...] = ()
    comma_ends_clause: bool = False
    spaces_end_clause: bool = False
    """Whether a space between two words is the comma of a heading: 甲收购乙 估值8亿元."""
    markers_lead: bool = False
    """Whether a marked party before the verb belongs to it, as in Chinese."""
    marker_reach: int = 48
    """Characters between a marker and its name: room for a description."""
    money_reach: int = 160
    """Characters between a verb and an amount that can be its own."""
    label_reach: int = 30
    """Characters before an amount in which the word stands that says what it is."""
    through: tuple[str, ...] = ()
    """Words between a verb or marker and the firm that change nothing: stake in, a unit of."""
    coordinators: tuple[str, ...] = (",",)
    together: tuple[str, ...] = ()
    markers: Markers = Markers()
    cases: Cases = msgspec.field(default_factory=lambda: Cases())
    """Markers right behind a noun; with them the verb is read as the last of its clause."""
    holders: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    """Those of the pronouns that mean the other of two firms, and so can act: 后者."""
    pronouns: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    """Words for two firms that the sentence names before: 双方."""
    takes_up: tuple[str, ...] = ()
    """Words that act for the firm the text is about: it has bought."""
    seats: tuple[str, ...] = ()
    """Ends of the word before a firm that says where it sits: Reading, Pa.-based."""
    says: tuple[str, ...] = ()
    """Words of a clause whose subject speaks and does not act in the next clause."""
    buyers: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    """Nouns that name a side: 受让方为X."""
    side_links: tuple[str, ...] = (":",)
    """Words between such a noun and the firm: the buyers include X, 受让方为X."""
    likes: tuple[str, ...] = ()
    """Words behind a firm that make it an example of its kind, not a party."""
    begins: str = ""
    """Characters that begin what a firm does, right behind its name."""
    equity: tuple[str, ...] = ()
    controlling: tuple[str, ...] = ()
    """Words of shares that give control; where a language lists some, shares without them or a percentage do not."""
    of: tuple[str, ...] = ()
    attribute: str = ""
    """Ties a description to what it describes, where a word does: 甲的乙."""
    before_name: tuple[str, ...] = ()
    describing: tuple[str, ...] = ()
    trade_of: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    before_parts: tuple[str, ...] = ()
    object_ends: tuple[str, ...] = (",", ";", ")")
    unnamed: tuple[str, ...] = ()
    project_opens: str = ""
    place_ends: tuple[str, ...] = ()
    rows: tuple[str, ...] = (",",)
    respectively: tuple[str, ...] = ()
    others: Others = msgspec.field(default_factory=lambda: Others())
    not_actor: tuple[str, ...] = ()
    """Words behind a firm that make something of it the subject: its share price."""
    negations: tuple[str, ...] = ()
    """Words that deny the verb they reach, contractions by their end: not, n't, no longer."""
    active_endings: tuple[str, ...] = ()
    singular_endings: tuple[str, ...] = ()
    """Ends of a verb that has one subject: invests; where commas alone join names before one that has several."""
    object_pronouns: tuple[str, ...] = ()
    """Words that take up a firm named before as object or behind a marker: has bought it."""
    group_links: tuple[str, ...] = ()
    """Cues that also tell who leads an unnamed group, where such a group stands before them: led by."""
    topics: tuple[str, ...] = ()
    """Case markers of whom the sentence is about: they reach over the verbs of other clauses."""
    verb_ends: tuple[str, ...] = ()
    """Ends of a verb: a case marker before one belongs to it and not to the cue behind it."""
    passives_behind: tuple[str, ...] = ()
    """What turns the verb before it round: される."""
    before_counts: tuple[str, ...] = ()
    """What may stand before the number of those in a list: 計3社."""
    relative_forms: tuple[str, ...] = ()
    """Ends of a verb right before what its clause describes: 乙を買収した|甲."""
    passives: tuple[str, ...] = ()
    """Words that turn the verb after them round: was, been, being."""
    verb_marks: tuple[str, ...] = ()
    """Words that make a verb of the word behind them, though it names the act too: to purchase, will purchase."""
    relatives: tuple[str, ...] = ()
    """Words that take up the firm before them: which, who, that."""
    abbreviations: tuple[str, ...] = ()
    """Words whose full stop ends no sentence."""
    head_first: bool = False
    """Whether a noun stands before what describes it: activités civiles."""
    definite_markers: tuple[str, ...] = ()
    """Markers that hold an article, so that what follows takes up a firm: du, al."""
    elisions: tuple[str, ...] = ()
    """Words that are written together with the next, with their apostrophe: l'."""
    genitives: tuple[str, ...] = ()
    """Marks right behind an owner's name."""
    time_begins: tuple[str, ...] = ()
    time_ends: tuple[str, ...] = ()
    time_passed: tuple[str, ...] = ()
    """Those of them that put what they close into the past: 后."""
    """What opens or closes a clause of time whose subject follows it."""
    auxiliaries: tuple[str, ...] = ()
    """Finite verbs whose other half closes the clause: hat … gekauft, will … kaufen."""
    verb_last: tuple[str, ...] = ()
    """Breaks whose clause has its verb at the end: dass, weil."""
    inner_marks: tuple[str, ...] = ()
    """Begins of a verb that holds the mark of its infinitive inside: aufzukaufen."""
    subject_relatives: tuple[str, ...] = ()
    object_relatives: tuple[str, ...] = ()
    """Relative words whose form says whether they act or are acted on: den."""
    passive_agent: str = ""
    """The slot in which a passive names who acts, where its marker means another thing beside a noun: von."""
    share_of: tuple[str, ...] = ()
    """Slots whose firm, right behind shares, is the one they are of, though elsewhere it is another: Anteil an A."""
    words: WordClasses = msgspec.field(default_factory=lambda: WordClasses())


class Parties(loading.Rules, frozen=True, kw_only=True):
    """The shape of `parties.toml`: words that tell who acts."""

    issuer: tuple[str, ...] = ()
    """How a report's firm speaks of itself: 公司, the Company."""
    announce: tuple[str, ...] = ()
    """Behind a firm these make it the firm of the report."""
    persons: tuple[str, ...] = ()
    """Behind a firm these make a person of it the one who acts."""
    first_is_issuer: bool = False
    """Whether the first firm named is the report's where none announces."""
    bystanders: tuple[str, ...] = ()
    """Ends of the names of those who watch, list, judge or report deals."""


class Language(msgspec.Struct, frozen=True, dict=True):
    """What the deal engine knows of one language."""

    code: str
    syntax: Syntax
    deals: DealRules
    parties: Parties

    @cached_property
    def cues(self) -> dict[str, tuple[Frame, ...]]:
        """Return the frames of each cue word, lower case."""
        found: dict[str, list[Frame]] = {}
        for frame in self.deals.frame:
            for cue in (*frame.cues, *frame.nouns):
                own = found.setdefault(cue.lower().partition(PARTED)[0], [])
                if frame not in own:
                    own.append(frame)
        return {cue: tuple(frames) for cue, frames in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """Return every word the rules give a meaning, cues and function words: no name holds one as a word."""
        money, status = self.deals.money, self.deals.status.values()
        lists = [
            money.total,
            money.price,
            money.unit,
            money.valuation,
            money.other,
            self.syntax.coordinators,
            self.syntax.negations,
            self.syntax.together,
            self.syntax.passives,
            self.syntax.relatives,
        ]
        lists += [words for cues in status for words in (cues.clause, cues.sentence)]
        return frozenset([*self.cues, *(word for words in lists for word in words)])


def language(knowledge: Knowledge, code: str) -> Language:
    """Return the deal rules of a language; a frame that names a role without a slot is an error."""
    deals = knowledge.rule(code, "deals.toml", DealRules) or DealRules()
    check_frames(deals, knowledge.path(f"languages/{code}/deals.toml"))
    syntax = knowledge.rule(code, "syntax.toml", Syntax) or Syntax()
    path = knowledge.path(f"languages/{code}/syntax.toml")
    check_markers(path, {"markers.before": syntax.markers.before, "markers.after": syntax.markers.after})
    check_markers(path, {"markers.behind": syntax.markers.behind})
    cases = syntax.cases
    check_markers(path, {"cases.any": cases.any, "cases.closed": cases.closed, "cases.open": cases.open})
    return Language(code, syntax, deals, knowledge.rule(code, "parties.toml", Parties) or Parties())


def check_frames(deals: DealRules, path: Path) -> None:
    """Raise RuleError where a frame cannot be used."""
    seen: set[str] = set()
    for frame in deals.frame:
        if frame.id in seen:
            raise loading.RuleError(f"{path}: frame '{frame.id}' stands twice; give one of them another id")
        seen.add(frame.id)
        for role in frame.needs:
            if not frame.slots(role):
                raise loading.RuleError(f"{path}: frame '{frame.id}' needs a {role} but names no slot for it; add one")
        if not (frame.cues or frame.nouns or frame.patterns):
            raise loading.RuleError(f"{path}: frame '{frame.id}' has no cues; add the words that open it")


def check_markers(path: Path, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Raise RuleError where a marker opens a slot that no rule knows."""
    known = (*get_args(Slot), *get_args(Aside))
    for place, words in tables.items():
        for word, slot in words.items():
            if slot not in known:
                near = get_close_matches(slot, known, 1) or [", ".join(known)]
                where = f"{path}: {place}: '{word}'"
                raise loading.RuleError(f"{where} opens '{slot}', which is no slot; write {near[0]}")


def any_of(words: Iterable[str], *, bounded: bool = True) -> re.Pattern[str]:
    """Return a pattern for the longest of the words at a place; Latin words only as whole words, in any case."""
    source = alternation(map(fold_letters, words), LETTERS if bounded else "")
    return re.compile(source, re.IGNORECASE)

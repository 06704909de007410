"""The grammar of a language as its `syntax.toml` states it: markers, classes of words, what ends a clause."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import msgspec

from pipeline.rules import loading
from pipeline.rules.case_rules import Cases

Slot = Literal[
    "subject", "object", "by", "to", "toward", "from", "give", "ba", "with", "for", "in", "source", "holder", "owner",
    "of", "via", "into", "between", "about", "issuer", "along", "buyer", "seller", "its", "topic",
    "dealt", "on",
]  # fmt: skip
"""Where a party may stand."""


Aside = Literal[
    "at", "like", "over", "than", "owns", "list", "group", "rival", "under", "as", "told", "without", "behind",
    "media", "despite", "against", "except", "among",
]  # fmt: skip
"""What else a marker opens: no party stands there, and so its name is kept out of the slots beside it."""


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
    attributes: tuple[str, ...] = ()
    """Participles that describe the noun behind them, where who acts stands before them: die von A | gekaufte B."""
    possessives: tuple[str, ...] = ()
    """Determiners of what is the subject's own: vend | sa filiale."""
    group_nouns: tuple[str, ...] = ()
    """Nouns that go on the name right before them, where a new noun phrase may begin there: Hartwig | Gruppe."""
    time_nouns: tuple[str, ...] = ()
    """Nouns of time: one without a marker is no subject, and its noun phrase ends with it."""
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
    link_openers: tuple[str, ...] = ()
    """Words that stand before any of the links and change nothing: 间接|全资子公司."""
    rivals: tuple[str, ...] = ()
    """Those of the pronouns that mean the other of two firms, and so can act: 后者."""
    pronouns: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    """Words for two firms that the sentence names before: 双方."""
    this_act: tuple[str, ...] = ()
    """Words before the name of an act that was told before: 本次收购."""
    serves: tuple[str, ...] = ()
    """Verbs whose object is the one who did what their subject names: the purchase of A will allow B to grow."""
    takes_up: tuple[str, ...] = ()
    """Words that act for the firm the text is about: it has bought."""
    seats: tuple[str, ...] = ()
    """Ends of the word before a firm that says where it sits: Reading, Pa.-based."""
    says: tuple[str, ...] = ()
    """Words of a clause whose subject speaks and does not act in the next clause."""
    permits: tuple[str, ...] = ()
    """Words behind a body without a name that let the firm behind them act, in later clauses too: 投审会核准|甲."""
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
    titles: tuple[str, ...] = ()
    """Ends of the quoted titles of works: “…统包工程”."""
    project_opens: str = ""
    place_ends: tuple[str, ...] = ()
    named_assets: tuple[str, ...] = ()
    """Ends of the names of what changes hands as a firm does: the Silver Creek | Project."""
    institution_ends: tuple[str, ...] = ()
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
    maker_ends: tuple[str, ...] = ()
    """What makes its maker of a quoted product, right behind the quotation marks: 「玉円」|運営、."""
    topics: tuple[str, ...] = ()
    """Case markers of whom the sentence is about: they reach over the verbs of other clauses."""
    also: tuple[str, ...] = ()
    """Case markers of what is named too, be it who acts or whom the act is done to: 甲は|乙も買収."""
    reaching: tuple[str, ...] = ()
    """Case markers that go with the last verb, over one that only describes a noun: 甲に対し|比率を高めるTOB."""
    verb_ends: tuple[str, ...] = ()
    """Ends of a verb: a case marker before one belongs to it and not to the cue behind it."""
    linking_ends: tuple[str, ...] = ()
    """Those of a verb that another one follows: 甲に投じて."""
    passives_behind: tuple[str, ...] = ()
    """What turns the verb before it round: される."""
    before_counts: tuple[str, ...] = ()
    """What may stand before the number of those in a list: 計3社."""
    after_counts: tuple[str, ...] = ()
    """What may stand behind it: 10社|以上の投資家."""
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
    ordinal_nouns: tuple[str, ...] = ()
    """Words before which a number with a full stop is an ordinal: 1. Januar."""
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
    lasting: tuple[str, ...] = ()
    """Words right before a date that say how long something holds, not when the deal is made: until, 至."""
    lasting_behind: tuple[str, ...] = ()
    """The same right behind a date: まで."""
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
    shares_apart: tuple[str, ...] = ()
    """Ends of nouns for shares behind which the same slot is that of whom they go to: Aktien an A."""
    share_of: tuple[str, ...] = ()
    """Slots whose firm, right behind shares, is the one they are of, though elsewhere it is another: Anteil an A."""
    words: WordClasses = msgspec.field(default_factory=lambda: WordClasses())


def check_markers(path: Path, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Raise RuleError where a marker opens a slot that no rule knows."""
    known = (*get_args(Slot), *get_args(Aside))
    for place, words in tables.items():
        for word, slot in words.items():
            if slot not in known:
                near = get_close_matches(slot, known, 1) or [", ".join(known)]
                where = f"{path}: {place}: '{word}'"
                raise loading.RuleError(f"{where} opens '{slot}', which is no slot; write {near[0]}")

"""The shapes of `deals.toml`, `syntax.toml` and `parties.toml`, read and checked: how a language tells deals."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from pipeline.models import AssetKind, Kind, Role, Status
from pipeline.rules import loading
from pipeline.rules.syntax import Slot, Syntax, check_markers

if TYPE_CHECKING:
    from pipeline.rules.knowledge import Knowledge

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

    @property
    def takes_object(self) -> bool:
        """Return whether the act may be done to its object: who is bought."""
        return any("object" in frame.target for frame in self.frames)


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
    alone_with: tuple[
        Literal["figure", "round", "target", "payee", "unnamed", "definite", "thing", "unit", "beside", "nothing"], ...
    ] = (
        "figure",
        "round",
    )
    """What a one-sided deal needs beside its party: a sum, stake or quantity; a round; the firm that changes hands; who
    is paid for what has no name; a firm without a name as the other side (a start-up, 一家企业); goods or shares
    without an owner; a part of the firm itself; whoever stands beside it, without a name; or nothing more."""
    minority: Kind | None = None
    money: Literal["optional", "needed", "figure"] = "optional"
    """`needed`: no deal without an amount; `figure`: an amount or a quantity will do."""
    signs: tuple[str, ...] = ()
    """Words of the paper that is signed or closed, without which it tells nothing: purchase contract, 备忘录."""
    turns: tuple[str, ...] = ()
    """Words of the sentence that say the subject sells: payer and payee change places."""
    keeps: tuple[str, ...] = ()
    """Words that say the subject pays; where some are listed, an act agreed on that neither they nor `turns` hold
    leaves open who pays whom: agreed with B to | close its plant."""
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
    prices: bool = False
    """Whether it tells the price of the deal before where it names nobody who is paid: it will pay $5bn in cash."""
    buys_sold: bool = False
    """Whether it names who buys what was told to be sold: the buyer is A."""
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


class AmountContexts(loading.Rules, frozen=True, kw_only=True):
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
    money: AmountContexts = AmountContexts()


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
    dealt_in: tuple[str, ...] = ()
    """Right before one of them these make it the thing that is dealt in: 收购《甲日报》."""


class DealLanguage(msgspec.Struct, frozen=True, dict=True):
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

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Return the nouns whose class the rules know: units, papers, goods."""
        classes, assets = self.syntax.words, self.deals.assets.values()
        lists = [classes.unit_nouns, classes.paper_nouns, classes.matter_nouns, classes.firm_nouns]
        return frozenset(word for words in [*lists, *assets] for word in words)


def language(knowledge: Knowledge, code: str) -> DealLanguage:
    """Return the deal rules of a language; a frame that names a role without a slot is an error."""
    deals = knowledge.rule(code, "deals.toml", DealRules) or DealRules()
    check_frames(deals, knowledge.path(f"languages/{code}/deals.toml"))
    syntax = knowledge.rule(code, "syntax.toml", Syntax) or Syntax()
    path = knowledge.path(f"languages/{code}/syntax.toml")
    check_markers(path, {"markers.before": syntax.markers.before, "markers.after": syntax.markers.after})
    check_markers(path, {"markers.behind": syntax.markers.behind})
    cases = syntax.cases
    check_markers(path, {"cases.any": cases.any, "cases.closed": cases.closed, "cases.open": cases.open})
    return DealLanguage(code, syntax, deals, knowledge.rule(code, "parties.toml", Parties) or Parties())


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

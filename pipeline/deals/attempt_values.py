"""The values of a sentence given to what its cues tell: which sum, stake, quantity, round and date belong to a deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.deals import money
from pipeline.deals.candidates import Candidate, Values
from pipeline.deals.filling import Attempt, traded
from pipeline.deals.sentence import Sentence
from pipeline.models import Amount, Date, Stake

MINORITY = 50  # percent: below it a frame may tell another kind of deal


def tells_alone(tried: Attempt, amounts: Sequence[Amount]) -> bool:
    """Return whether a cue tells a deal of its own: both sides, or what its frame needs and a sum of its own."""
    if tried.candidate is None:
        return False
    if tried.frame.vague and tried.cue.text.lower() in tried.frame.nouns:
        return False  # what is signed is no deal beside the signing
    if tried.candidate.complete and tried.frame.money == "optional":
        return True
    behind = range(tried.cue.end, tried.arguments.reach[1])
    return tried.frame.money != "optional" and any(amount.start in behind for amount in amounts)


def valued(tried: Attempt, sentence: Sentence, values: Values, barriers: Sequence[tuple[int, int]]) -> Attempt:
    """Return an attempt with the values that belong to its candidate; with none where it lacks the figure it needs."""
    if tried.candidate is None:
        return tried
    cue, frame, clause = tried.cue, tried.frame, tried.arguments.window
    amount, valuation = money.choose(
        sentence, values.amounts, (cue.start, cue.end), clause, barriers, lent=frame.kind == "loan"
    )
    quantity = money.nearest(values.quantities, cue.end, clause)
    figure = amount or (quantity if frame.money == "figure" else None)
    if frame.money != "optional" and figure is None:
        return tried._replace(verdict="no amount", candidate=None)
    stake = money.nearest(values.stakes, cue.end, clause)
    candidate = replace(
        tried.candidate,
        kind=frame.minority if frame.minority and _is_part(tried, stake, sentence) else frame.kind,
        amount=amount,
        valuation=valuation,
        stake=stake,
        quantity=quantity,
        round=money.nearest(values.rounds, cue.end, clause),
        date=_date(tried, sentence, values.dates),
    )
    if candidate.loose:
        candidate = replace(candidate, loose=not _enough(candidate))
    if candidate.kind == "partnership":
        candidate = traded(sentence, candidate)
    return tried._replace(candidate=candidate)


def _date(tried: Attempt, sentence: Sentence, dates: Sequence[Date]) -> Date | None:
    """Return the date among the phrases of a cue, else the last one that the sentence tells before it."""
    cue, (first, last), text = tried.cue, tried.arguments.reach, sentence.text
    told = [
        date
        for date in dates
        if text.count("(", cue.end, date.start) <= text.count(")", cue.end, date.start)
        and not sentence.grammar.lasting.search(text, sentence.start, date.start)
        and not sentence.grammar.lasting_behind.match(text, date.end)
    ]
    own = money.nearest(told, cue.end, (cue.start if first < 0 else first, last))
    return own or money.nearest(told, sentence.end, (sentence.start, cue.end))


def _is_part(tried: Attempt, stake: Stake | None, sentence: Sentence) -> bool:
    """Return whether shares that change hands give no control: a small stake, or some shares without a percentage."""
    if stake:
        return stake.percent < MINORITY
    grammar, arguments = sentence.grammar, tried.arguments
    if arguments.thing != "equity" or not grammar.syntax.controlling:
        return False
    verb_last = grammar.cases or grammar.syntax.cases
    start = arguments.window[0] if verb_last else tried.cue.start
    return grammar.controlling.search(sentence.text, start, max(arguments.reach[1], tried.cue.end)) is None


def _enough(candidate: Candidate) -> bool:
    """Return whether a deal with one named side tells what its frame asks for beside it."""
    arguments = candidate.arguments
    first, last = arguments.window if candidate.frame.joins else arguments.reach  # the round is told before who joins
    figures = (candidate.amount, candidate.stake, candidate.quantity)
    have = {
        "figure": any(figure and first <= figure.start < last for figure in figures),
        "round": candidate.round and first <= candidate.round.start < last,
        "target": candidate.names("target"),
        "payee": candidate.names("payee"),
        "unnamed": candidate.arguments.unnamed,
        "unit": candidate.arguments.unit,
        "beside": candidate.arguments.beside,
        "definite": candidate.arguments.known,
        "thing": candidate.arguments.thing in ("goods", "equity"),
        "nothing": True,
    }
    return any(have[each] for each in candidate.frame.alone_with)

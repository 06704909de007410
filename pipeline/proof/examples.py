"""The examples beside the rules are the specification: a sentence, and exactly what it yields, including nothing.

An example names one topic, a line of TOPICS: what is looked for, and the function that reads the sentence and returns
what it found as the examples write it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pipeline import marks
from pipeline.extraction import default
from pipeline.models import Amount, Deal, Document, Extraction, Noun, Quantity, Role, Stake
from pipeline.names.segmenter import cutting_by
from pipeline.rules.loading import RuleError, read_toml

if TYPE_CHECKING:
    from pipeline.annotate.numbers.tally import Number

DETAILS = frozenset(("text", "language", "published", "gap"))
ROLES: tuple[Role, ...] = get_args(Role)


class Example(Noun, frozen=True, kw_only=True):
    """A sentence of ours and what it yields."""

    place: str
    """Its file, and which example there it is."""
    language: str
    topic: str
    text: str
    expected: list[Any]
    published: str | None = None
    gap: str | None = None
    """Why it is not met yet: a gap that closes is an error, so that the example loses this line."""


def examples() -> list[Example]:
    """Return every example of every language."""
    files = default().knowledge.files
    paths = [path for place, paths in sorted(files.items()) if place.endswith(".examples.toml") for path in paths]
    found = [each for path in paths for each in read(path)]
    if not found:
        raise RuleError("no language has a file of examples (*.examples.toml)")
    return found


def read(path: Path) -> list[Example]:
    """Return the examples of one file."""
    rows = read_toml(path)
    if set(rows) != {"example"}:
        raise RuleError(f"{path}: holds {sorted(rows)}; an examples file holds [[example]] tables and nothing else")
    return [example(path, number, row) for number, row in enumerate(rows["example"], 1)]


def example(path: Path, number: int, row: dict[str, Any]) -> Example:
    """Return one example of a file, checked."""
    place = f"{path}: example {number}"
    topics = [key for key in row if key not in DETAILS]
    if len(topics) != 1 or topics[0] not in TOPICS or not isinstance(row.get("text"), str):
        raise RuleError(f"{place}: needs a text and one of {sorted(TOPICS)}; it has {sorted(row)}")
    for deal in row[topics[0]] if topics[0] == "deals" else ():
        if strange := sorted(set(deal) - set(FIELDS) - set(ROLES)):
            raise RuleError(f"{place}: a deal has no {strange}; it has {sorted([*FIELDS, *ROLES])}")
    return Example(
        place=place,
        language=row.get("language", path.parent.name),
        topic=topics[0],
        text=row["text"],
        expected=row[topics[0]],
        published=row.get("published"),
        gap=row.get("gap"),
    )


def yields(told: Example) -> list[Any]:
    """Return what an example's sentence yields: equal to `expected` where the example is met."""
    with cutting_by(default().knowledge):
        return TOPICS[told.topic](told)


# One function a topic


def amounts(told: Example) -> list[str]:
    """Return the amounts: `up-to 100000000000 USD /year`, `?` where no currency is said."""
    from pipeline.annotate.money.amounts import find_amounts

    return [amount_notation(each) for each in find_amounts(_as_read(told), told.language)]


def numbers(told: Example) -> list[str]:
    """Return the numbers: `150`, `about 6`, `range 2000000..3000000`."""
    from pipeline.annotate.numbers.reader import number_reader

    return [number_notation(each) for each in number_reader(told.language).find(_as_read(told))]


def dates(told: Example) -> list[str]:
    """Return the dates, `?` where one hangs on a day that the document does not have."""
    from pipeline.annotate.values.dates import find_dates

    return [date.value or "?" for date in find_dates(_as_read(told), told.language, told.published)]


def stakes(told: Example) -> list[str]:
    """Return the stakes, in percent: `up-to 10`, `range 3..5`."""
    from pipeline.annotate.values.stakes import find_stakes

    return [stake_notation(stake) for stake in find_stakes(_as_read(told), told.language)]


def quantities(told: Example) -> list[str]:
    """Return the quantities with their units: `about 6 GW`."""
    from pipeline.annotate.values.quantities import find_quantities

    return [quantity_notation(found) for found in find_quantities(_as_read(told), told.language)]


def rounds(told: Example) -> list[str]:
    """Return the funding rounds."""
    from pipeline.annotate.values.rounds import find_rounds

    return [found.value for found in find_rounds(_as_read(told), told.language)]


def companies(told: Example) -> list[str]:
    """Return the companies of our tables."""
    from pipeline.normalize import fold

    return [hit.companies[0].name for hit in default().index.find(fold(told.text))]


def capitals(told: Example) -> list[str]:
    """Return the names in capitals, `~` before those that only their place can make sure of, ` = ` before an alias."""
    from pipeline.annotate.firms.capitals import find_capitalized

    text = _as_read(told)
    return [
        f"{'' if found.strength == 'strong' else '~'}{found.text}{''.join(f' = {alias}' for alias in found.aliases)}"
        for found in find_capitalized(text, 0, len(text), told.language)
    ]


def firms(told: Example) -> list[str]:
    """Return the firms of the sentences with a cue, `~` before those that only their place can make sure of.

    Behind ` = ` stands the name that a table or the text itself gives for it.
    """
    extractor = default()
    with extractor.nlp.memory_zone():
        found = marks.of(extractor.marked(_document(told)))
        orgs = [org for org in found.orgs if org.strength != "weak"]
        places = (found.normalized.offsets.original(org.start, org.end) for org in orgs)
        said = [told.text[start:end] for start, end in places]
        return [
            f"{'~' if org.strength == 'proper' else ''}{text}{f' = {org.name}' if org.name != org.text else ''}"
            for text, org in zip(said, orgs, strict=True)
        ]


def deals(told: Example) -> list[dict[str, Any]]:
    """Return the deals in reading order, each with the fields that the example's deal in its place names."""
    found = extraction(told).deals
    wanted = told.expected[: len(found)]
    return [_as_written(deal, like) for deal, like in zip_longest(found, wanted)]


def extraction(told: Example) -> Extraction:
    """Return all that is read out of an example's sentence."""
    return default()(_document(told))


def agrees(deal: Deal, like: dict[str, Any]) -> bool:
    """Return whether a deal is what an example says of it."""
    return _as_written(deal, like) == like


def _as_read(told: Example) -> str:
    """Return an example's text as the finders are given it."""
    from pipeline.normalize import normalize

    return normalize(_document(told)).text


def _document(told: Example) -> Document:
    return Document(id="example", text=told.text, language=told.language, published=told.published)


def _as_written(deal: Deal, like: dict[str, Any] | None) -> dict[str, Any]:
    """Return a deal as an example writes it: the fields of `like`, or all it has."""
    every = {name: tell(deal) or "" for name, tell in FIELDS.items()}
    every |= {role: _parties(deal, role, (like or {}).get(role, [])) for role in ROLES}
    return {name: value for name, value in every.items() if (value if like is None else name in like)}


def _parties(deal: Deal, role: Role, wanted: list[str]) -> list[str]:
    """Return the parties in a role by name, or by their text where it is what is wanted, in the order wanted."""
    said = [each.text if each.text in wanted else each.name for each in deal.parties if each.role == role]
    return sorted(said, key=lambda name: wanted.index(name) if name in wanted else len(wanted))


def number_notation(told: Amount | Quantity | Number) -> str:
    """Return a figure as the examples write it: `up-to 5`, `range 3..5`, `unsure` where it counts in nothing known."""
    figure = "unsure" if told.value is None else f"{told.value:f}"
    if told.low is not None and told.high is not None:
        figure = f"{told.low:f}..{told.high:f}"
    return figure if told.qualifier == "exact" else f"{told.qualifier} {figure}"


def amount_notation(amount: Amount) -> str:
    """Return an amount as the examples write it."""
    per = [f"/{amount.per}"] if amount.per else []
    return " ".join([number_notation(amount), amount.currency or "?", *per])


def quantity_notation(quantity: Quantity) -> str:
    """Return a quantity as the examples write it."""
    return f"{number_notation(quantity)} {quantity.unit}"


def stake_notation(stake: Stake) -> str:
    """Return a stake as the examples write it."""
    figure = f"{stake.low:f}..{stake.high:f}" if stake.qualifier == "range" else f"{stake.percent:f}"
    return figure if stake.qualifier == "exact" else f"{stake.qualifier} {figure}"


def _count(quantity: Quantity) -> str:
    """Return a deal's quantity: the figure alone where there is a single one, as deals compare it."""
    if quantity.value is None:
        return quantity_notation(quantity)
    return f"{quantity.value:f} {quantity.unit}"


FIELDS: dict[str, Callable[[Deal], Any]] = {
    "rule": lambda deal: deal.rule,
    "kind": lambda deal: deal.kind,
    "status": lambda deal: deal.status,
    "amount": lambda deal: deal.amount and amount_notation(deal.amount),
    "valuation": lambda deal: deal.valuation and amount_notation(deal.valuation),
    "stake": lambda deal: deal.stake and stake_notation(deal.stake),
    "quantity": lambda deal: deal.quantity and _count(deal.quantity),
    "round": lambda deal: deal.round and deal.round.value,
    "date": lambda deal: deal.date and deal.date.value,
    "asset": lambda deal: deal.asset and deal.asset.kind,
    "cue": lambda deal: deal.status_cue and deal.status_cue.text,
}
"""What an example may say of a deal beside its parties; `cue` is the word that gives its status, "" means none."""

TOPICS: dict[str, Callable[[Example], list[Any]]] = {
    "numbers": numbers,
    "amounts": amounts,
    "dates": dates,
    "stakes": stakes,
    "quantities": quantities,
    "rounds": rounds,
    "capitals": capitals,
    "companies": companies,
    "firms": firms,
    "deals": deals,
}

"""What people said of companies: JSON Lines that outlive runs, laid over the tables, each line undone by another.

A line names a company by its id or, where no table knows it, by the name that texts use.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from pipeline.errors import DealsError
from pipeline.models import Company, Noun, Party, fingerprint, to_json
from pipeline.rules.common_tables import made_id

Act = Literal["new", "alias", "merge", "split", "rename", "no-company", "undone"]
Placed = tuple[str, Company]


class CompanyAnswerError(DealsError):
    """What cannot be said of a company; the message names it."""


class CompanyAnswer(Noun, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person said of a company."""

    act: Act
    company: str
    """Its id; for `no-company` the word that is no firm, for `undone` the moment of the line taken back."""
    names: tuple[str, ...] = ()
    """For `alias` and `new` its other names; for `split` those that belong to the other company."""
    into: str | None = None
    """For `merge` the id of the company that stays, for `split` that of the new one."""
    name: str | None = None
    """For `new`, `split` and `rename`: the name to publish."""
    by: str
    at: str


_decoder = msgspec.json.Decoder(CompanyAnswer)


def read(path: Path) -> list[CompanyAnswer]:
    """Return the lines of a file, oldest first; raise `CompanyAnswerError` where one is none."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), 1):
        if line.strip():
            try:
                found.append(_decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise CompanyAnswerError(f"{path}:{number}: {error}; mend or drop the line") from error
    return found


def append(path: Path, answer: CompanyAnswer) -> None:
    """Write a line at the end of the file, whole or not at all, whoever else is writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        broken = end and os.pread(file.fileno(), 1, end - 1) != b"\n"  # a writer died in mid-line
        try:
            file.write((b"\n" if broken else b"") + to_json(answer) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


def standing(answers: Iterable[CompanyAnswer]) -> list[CompanyAnswer]:
    """Return the lines that were not taken back, oldest first."""
    answers = list(answers)
    taken = {answer.company for answer in answers if answer.act == "undone"}
    return [answer for answer in answers if answer.act != "undone" and answer.at not in taken]


def checked(answer: CompanyAnswer, companies: Mapping[str, Company]) -> CompanyAnswer:
    """Return an answer that these companies can take; raise `CompanyAnswerError` where they cannot."""
    names = [name for name in (answer.name, *answer.names) if name is not None]
    if broken := [name for name in names if not name.strip() or not name.isprintable() or len(name) > 200]:
        raise CompanyAnswerError(f"name {broken[0][:80]!r}: is no name that can be shown")
    known = companies.get(answer.company)
    if answer.act in ("alias", "merge", "split", "rename") and known is None:
        raise CompanyAnswerError(f"no company has the id '{answer.company}'; deals companies search finds it")
    match answer.act:
        case "alias" if not answer.names:
            raise CompanyAnswerError("an alias is a name; give at least one")
        case "merge" if answer.into not in companies or answer.into == answer.company:
            raise CompanyAnswerError(f"no other company has the id '{answer.into}' to be merged into")
        case "split" if known and set(answer.names) - {*known.names, known.name}:
            stray = sorted(set(answer.names) - {*known.names, known.name})
            raise CompanyAnswerError(f"'{stray[0]}' is no name of {known.name}")
        case "split" if not answer.names or (known and known.name in answer.names):
            raise CompanyAnswerError("a split takes some names, and leaves the one that is published")
        case "new" | "split" if not answer.name or not (answer.company if answer.act == "new" else answer.into):
            raise CompanyAnswerError("a new company has a name of letters or digits")
        case "new" if known:
            raise CompanyAnswerError(f"id '{answer.company}' is taken by {known.name}")
        case "split" if answer.into in companies:
            raise CompanyAnswerError(f"id '{answer.into}' is taken; choose another name")
        case "rename" if not answer.name:
            raise CompanyAnswerError("a company has a name")
    return answer


def fresh_id(name: str, companies: Mapping[str, Company]) -> str:
    """Return an id that no company has, made from a name."""
    made = made_id(name) or f"company-{fingerprint(name)[:6]}"
    return made if made not in companies else f"{made}-{fingerprint(name)[:4]}"


def applied(placed: Iterable[Placed], answers: Iterable[CompanyAnswer], place: str) -> list[Placed]:
    """Return the companies as people mended them; a line that tables since made void does nothing."""
    found = {company.id: (where, company) for where, company in placed}
    owners = {name: company.id for _, company in found.values() for name in (company.name, *company.names)}
    for answer in standing(answers):
        known = {key: company for key, (_, company) in found.items()} if answer.act != "no-company" else {}
        try:
            changed = _changed(checked(answer, known), known) if answer.act != "no-company" else {}
        except CompanyAnswerError:
            continue
        for key, company in changed.items():
            if company is None:
                del found[key]
                continue
            kept = [name for name in company.names if name != company.name]
            for name in (company.name, *kept):
                other = owners.get(name, key)
                if other != key and other in found and changed.get(other, company) is not None:
                    found[other] = (found[other][0], _without(found[other][1], name))
                owners[name] = key
            context = tuple(name for name in company.context if name in (company.name, *kept))
            fresh = replace(company, names=tuple(dict.fromkeys(kept)), context=context)
            found[key] = (found[key][0] if key in found else place, fresh)
    return list(found.values())


def _changed(answer: CompanyAnswer, known: Mapping[str, Company]) -> dict[str, Company | None]:
    """Return the companies that an answer changes, None for one that is no more."""
    company = known.get(answer.company)
    if company is None:
        return {answer.company: Company(id=answer.company, name=answer.name or answer.company, names=answer.names)}
    if answer.act == "alias":
        return {company.id: replace(company, names=(*company.names, *answer.names))}
    if answer.act == "rename":
        return {company.id: replace(company, name=answer.name, names=(company.name, *company.names))}
    assert answer.into is not None
    if answer.act == "split":
        rest = tuple(name for name in company.names if name not in answer.names)
        moved = Company(id=answer.into, name=answer.name or answer.into, names=answer.names, country=company.country)
        return {company.id: replace(company, names=rest), answer.into: moved}
    kept = known[answer.into]
    joined = replace(
        kept,
        names=(*kept.names, company.name, *company.names),
        context=(*kept.context, *company.context),
        tickers=tuple(dict.fromkeys((*kept.tickers, *company.tickers))),
        parent=None if kept.parent == company.id else kept.parent,
    )
    below = {
        each.id: replace(each, parent=None if kept.id == each.id else kept.id)
        for each in known.values()
        if each.parent == company.id and each.id != kept.id
    }
    return {company.id: None, kept.id: joined, **below}


def _without(company: Company, name: str) -> Company:
    if company.name == name:
        return company  # what a company is published under stays its own; the check of the tables tells of it
    return replace(
        company,
        names=tuple(each for each in company.names if each != name),
        context=tuple(each for each in company.context if each != name),
    )


def no_companies(answers: Iterable[CompanyAnswer]) -> frozenset[str]:
    """Return the words that people said are no firms."""
    return frozenset(answer.company for answer in standing(answers) if answer.act == "no-company")


def stays(answers: Iterable[CompanyAnswer]) -> dict[str, str]:
    """Return by the id of each company that people merged into another the id of the one that stays."""
    into = {answer.company: answer.into for answer in standing(answers) if answer.act == "merge" and answer.into}
    found = {}
    for first in into:
        way = [first]
        while (following := into.get(way[-1])) and following not in way:
            way.append(following)
        found[first] = way[-1]
    return found


def taken_up(
    party: Party, companies: Mapping[str, Company], moved: Mapping[str, str], called: Mapping[str, str]
) -> Party:
    """Return a party as people's answers have it.

    `moved` leads from an id to another, `called` from each name of the companies that were mended to an id.
    """
    key = moved.get(party.company_id or "", party.company_id)
    if key is None or key in called.values():
        key = called.get(party.text) or called.get(party.name) or key
    known = companies.get(key or "")
    if known is None or (key == party.company_id and known.name == party.name):
        return party
    return replace(party, company_id=key, name=known.name)


def led(parties: Sequence[Any], answers: Iterable[CompanyAnswer]) -> list[Any]:
    """Return the parties of a judgement as plain data, with the ids that people's answers have given them since."""
    found = [dict(party) if isinstance(party, dict) else party for party in parties]
    for answer in standing(answers):
        for party in found:
            if not isinstance(party, dict) or party.get("company_id") != answer.company:
                continue
            moved = {party.get("name"), party.get("text")} & set(answer.names)
            if answer.act == "merge" or (answer.act == "split" and moved):
                party["company_id"] = answer.into
    return found

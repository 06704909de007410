"""Turns judgements into rule examples: the sentences on which people corrected us, and what they should have yielded.

What comes out is a draft: the sentences are those of the articles that were judged, and a person reads them before
they stand beside the rules.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET

from pipeline.judging import edits, judgements, quotes
from pipeline.models import Amount, Judgement, Stake
from pipeline.proof.examples import amount_notation, stake_notation

CORRECTED = ("rejected", "edited", "added")
TOLD = ("status", "amount", "stake", "date")


def drafts(given: Iterable[Judgement]) -> dict[str, str]:
    """Return for each language the examples that the judgements teach, as TOML for its `deals.examples.toml`."""
    sentences: defaultdict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for answer in judgements.standing(given):
        if answer.answer != "unsure" and answer.quotes:
            sentences[str(answer.judged.get("language") or "und"), answer.quotes[0]].append(answer)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (tag, text), answers in sorted(sentences.items(), key=lambda entry: entry[0]):
        if any(answer.answer in CORRECTED for answer in answers):
            found[tag.partition("-")[0]].append(draft(text, tag, answers))
    return {code: "\n".join(some) for code, some in found.items()}


def draft(text: str, tag: str, answers: Sequence[Judgement]) -> str:
    """Return one example: the deals of a sentence that people hold true, none where they rejected all."""
    lines = [f"# {line}" for line in dict.fromkeys(_remark(answer) for answer in answers)]
    deals = dict.fromkeys(_told(answer) for answer in answers if answer.answer != "rejected")
    lines += ["[[example]]", f"text = {quoted(text)}"]
    if "-" in tag:
        lines.append(f"language = {quoted(tag)}")
    if published := next((answer.judged["published"] for answer in answers if answer.judged.get("published")), None):
        lines.append(f"published = {quoted(published)}")
    lines.append(f"deals = [{', '.join(deals)}]" if deals else "deals = []")
    return "\n".join(lines) + "\n"


def _remark(answer: Judgement) -> str:
    """Return who said what about which rule, on one line."""
    rule = answer.judged.get("rule", "an unknown rule")
    why = f": {answer.why}" if answer.why else ""
    if answer.answer == "added":
        return _one_line(f"added by {answer.by}, {answer.at[:10]}; no rule told it{why}")
    return _one_line(f"{answer.answer} by {answer.by}, {answer.at[:10]}; {rule} said {', '.join(answer.parties)}{why}")


def _told(answer: Judgement) -> str:
    """Return a deal as an example writes it: who and what kind, and each field that a person mended or told."""
    saw, changes = quotes.saw(answer), edits.fields(answer.fields)
    now = edits.overlaid(saw, changes)
    told: dict[str, Any] = {}
    for party in now.parties or ():
        told.setdefault(party.role, []).append(party.name)
    told["kind"] = now.kind
    if answer.answer == "added":
        told |= {name: _notation(value) for name in TOLD if (value := getattr(saw, name)) not in (None, UNSET)}
    for name in answer.fields.keys() - {"parties", "kind"}:
        told[name] = _notation(getattr(changes, name))
    pairs = [f"{name} = {_value(value)}" for name, value in told.items() if isinstance(value, (str, list))]
    return f"{{ {', '.join(pairs)} }}"


def _notation(value: object) -> str:
    """Return a mended value as examples write it; an empty text says that the deal has none."""
    if isinstance(value, edits.SeenAmount):
        shape = {name: getattr(value, name) for name in ("value", "low", "high", "currency", "qualifier", "per")}
        return amount_notation(Amount(start=0, end=0, text="", **shape))
    if isinstance(value, edits.SeenStake):
        return stake_notation(Stake(start=0, end=0, text="", percent=value.percent))
    return "" if value is None else str(value)


def _value(value: str | list[str]) -> str:
    return quoted(value) if isinstance(value, str) else f"[{', '.join(quoted(name) for name in value)}]"


def quoted(text: str) -> str:
    """Return a text as a TOML string, whatever characters it holds."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text)

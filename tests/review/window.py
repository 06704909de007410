"""A browser window without a browser, and what the tests of the page ask of it and of the file of judgements."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx

from pipeline.judging import judgements
from pipeline.models import Judgement, MergedDeal


class Window:
    """Follows links and sends forms as a page of ours does."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
        return self.client.post(path, data=fields, headers={"origin": self.address, **(headers or {})})

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """Send a form and follow nothing."""
        return self.client.post(path, data=fields, headers={"origin": self.address}, follow_redirects=False)

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the answer form of a page."""
        form = self.get(path).text.split('class="actions"')[-1]
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))

    def answer(self, deal: MergedDeal, given: str, **fields: Any) -> httpx.Response:
        """Send an answer from a deal's page."""
        path = f"/deal/{deal.id}"
        return self.post(f"{path}/answer", {**self.hidden(f"{path}?state=all"), "answer": given, **fields})


def by_payer(deals: list[MergedDeal], name: str) -> MergedDeal:
    """Return the deal in which this company pays."""
    return next(deal for deal in deals if any((party.role, party.name) == ("payer", name) for party in deal.parties))


def recorded(root: Path) -> list[Judgement]:
    """Return the judgements of the file, none of them unreadable."""
    found, issues = judgements.read(root / "sources" / "judgements.jsonl")
    assert issues == ()
    return list(found)

"""How long the work on many deals takes: comparing, judging, merging, the review page; and what a user waits for."""

from __future__ import annotations

import random
import subprocess
import time
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from pipeline.diff.changes import diff
from pipeline.judging.judgements import verdicts
from pipeline.merge import merge
from pipeline.models import DealMention
from pipeline.store import Store
from tests import test_diff, test_judgements
from tests.benchmarks.timing import Report, seconds
from tests.projects import DEALS
from tests.review import world
from tests.review.window import Window
from tests.telling import tell


def test_help(at_most: Report) -> None:
    taken = seconds(lambda: subprocess.run([DEALS, "--help"], check=True, capture_output=True), 5, clock=time.monotonic)
    at_most("deals --help", taken, 0.15, "s")


def test_an_up_to_date_database_opens(database: str, at_most: Report) -> None:
    Store.open(database).close()
    taken = seconds(lambda: Store.open(database).close(), 5, clock=time.monotonic)
    at_most(f"a store that is up to date opens ({database.partition(':')[0]})", 1000 * taken, 50, "ms")


def test_twenty_thousand_deals_are_compared(at_most: Report) -> None:
    parties = test_diff.PARTIES[1]
    old = [
        test_diff.merged(test_diff.mention(f"{n}", parties=(test_diff.party("payer", f"Firm {n}"), parties)))
        for n in range(20_000)
    ]
    new = [replace(deal, status="completed") if n % 10 == 0 else deal for n, deal in enumerate(old[100:])]
    assert len(diff(old, new)) == 100 + 1_990
    at_most("20,000 deals compared", seconds(lambda: diff(old, new)), 5, "s")


def test_twenty_thousand_deals_find_their_judgements(at_most: Report) -> None:
    told, party, answer = test_judgements.told, test_judgements.party, test_judgements.answer
    deals = [
        told(party("payer", f"Firm {n}"), text=f"Firm {n} pays Lantern AI {n} dollars.", document=f"{n}")
        for n in range(20_000)
    ]
    answers = [answer(deal, "accepted") for deal in deals[:2_000]]
    answers += [answer(told(text=f"Sentence {n} of no page.", document=f"{n}"), "rejected") for n in range(200)]
    assert sum(verdict.state == "accepted" for verdict in verdicts(deals, answers)) == 2_000
    at_most("20,000 deals find 2,200 judgements", seconds(lambda: verdicts(deals, answers)), 2.5, "s")


def many(size: int) -> list[DealMention]:
    """Return mentions as the news tells them: a few firms in most deals, a few deals told by everyone."""
    dice = random.Random(size)
    firms = [f"firm-{n}" for n in range(max(50, size // 20))]
    ends = dice.choices(firms, [1 / (n + 1) for n in range(len(firms))], k=size)
    mentions: list[DealMention] = []
    while len(mentions) < size:
        payer, payee = dice.choice(ends), dice.choice(ends)
        kind, amount = dice.choice(["purchase", "investment", "acquisition", "loan"]), dice.randint(1, 900) * 10**6
        year, month = dice.randint(2015, 2025), dice.randint(1, 12)
        for _ in range(dice.choice([1, 1, 1, 2, 3, 5, 30])):
            mentions.append(tell(
                f"doc-{dice.randint(0, size // 4)}", kind, payer=payer, payee=payee,
                amount=dice.choice([None, amount, amount, amount, amount + 10**6]),
                published=f"{year}-{month:02}-{dice.randint(1, 28):02}",
            ))  # fmt: skip
    return mentions[:size]


def test_merging(at_most: Report) -> None:
    small, large = (seconds(partial(merge, many(size))) for size in (2_500, 10_000))
    at_most("10,000 mentions merged", large, 6, "s")
    at_most("four times the mentions merged", large / small, 8, "times")


def test_one_pair_told_of_ten_thousand_times(at_most: Report) -> None:
    dice = random.Random(1)
    mentions = [
        tell(f"doc-{n}", "purchase", payer="x", payee="y", amount=dice.randint(1, 10**9), published="2025-01-01")
        for n in range(10_000)
    ]
    at_most("one pair told of 10,000 times, merged", seconds(lambda: merge(mentions), 1), 60, "s")


def test_one_document_that_repeats_itself(at_most: Report) -> None:
    mentions = [tell("a", "purchase", payer="x", payee="y", amount=500) for _ in range(10_000)]
    assert len(merge(mentions)) == 1
    at_most("one document of 10,000 mentions merged", seconds(lambda: merge(mentions), 1), 20, "s")


def test_the_review_page_over_twenty_thousand_deals(project: Path, at_most: Report) -> None:
    with Store.open() as store:
        made = world.many(store, 20_000)
        desk = world.desk(store, project)
        with world.serving(desk) as address:
            window = Window(address)
            window.get("/queue")
            waits = {"its queue": "/queue", "the same, searched": "/queue?q=No.+777&reason=big"}
            for what, page in waits.items():
                taken = seconds(partial(window.get, page), clock=time.monotonic)
                at_most(f"review of 20,000 deals: {what}", taken, 1, "s")
            fields = [{**window.hidden(f"/deal/{deal.id}?state=all"), "answer": "accepted"} for deal in made[7:12]]
            answers = iter(zip(made[7:12], fields, strict=True))

            def answer() -> None:
                deal, field = next(answers)
                window.send(f"/deal/{deal.id}/answer", field)

            at_most("review of 20,000 deals: an answer", seconds(answer, 5, clock=time.monotonic), 0.1, "s")
            assert desk.progress().judged == 5

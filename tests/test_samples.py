"""Every source that is shipped gives, of the sample beside it, the deals that a person wrote down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline import fetch
from pipeline.extraction import extract
from pipeline.fetch.visit import Options
from pipeline.models import Capture, Deal
from pipeline.proof.examples import amount_notation
from pipeline.read import read
from pipeline.rules.loading import RuleError, Rules, load
from pipeline.runs.sources import read_source

SOURCES = Path(__file__).parent.parent / "sources"


class Sample(Rules, frozen=True, kw_only=True):
    """An `expected.toml`: the sample it speaks of, and its deals in reading order."""

    file: str
    title: str | None = None
    published: str | None = None
    deals: list[str]
    gap: str | None = None


def samples() -> list[Any]:
    """Return every sample as a test case; a gap is a case that must fail until it closes."""
    found = sorted(SOURCES.glob("*/expected.toml"))
    if not found:
        raise RuleError(f"no {SOURCES}/*/expected.toml")
    return [_case(path, load(path, Sample)) for path in found]


def _case(path: Path, sample: Sample) -> Any:
    marks = [pytest.mark.xfail(reason=sample.gap, strict=True)] if sample.gap else []
    return pytest.param(path.parent, sample, marks=marks, id=path.parent.name)


@pytest.mark.parametrize(("folder", "sample"), samples())
def test_a_sample_gives_its_deals(folder: Path, sample: Sample) -> None:
    source = read_source(folder / "source.toml")
    known = {"language": source.language, "publisher": source.publisher, "published": sample.published}
    capture = Capture(
        id=f"{folder.name}/sample",
        source=source.name,
        data=(folder / sample.file).read_bytes(),
        place=str(folder / sample.file),
        hints={key: value for key, value in known.items() if value},
    )
    document = read(capture)
    assert [notation(deal) for deal in extract(document).deals] == sample.deals
    assert document.title == sample.title


def notation(deal: Deal) -> str:
    """Return a deal as `expected.toml` writes it: `acquisition Synopsys → Ansys 35000000000 USD`."""
    payers = " + ".join(deal.names("payer"))
    others = " + ".join(party.name for party in deal.parties if party.role != "payer")
    amount = [amount_notation(deal.amount)] if deal.amount else []
    stake = [f"{deal.stake.percent:f}%"] if deal.stake else []
    speaker = [f"({deal.speaker})"] if deal.speaker else []
    return " ".join([deal.kind, f"{payers} → {others}", *amount, *stake, *speaker])


def shipped() -> list[Path]:
    """Return the folder of every source that is shipped."""
    return sorted(path.parent for path in SOURCES.glob("*/source.toml"))


@pytest.mark.parametrize("folder", shipped(), ids=lambda folder: folder.name)
def test_a_shipped_source_is_described_whole(folder: Path) -> None:
    source = read_source(folder / "source.toml")
    if source.kind == "files":
        return
    assert not source.enabled, "nobody is asked before a user says so"
    assert source.schedule
    assert set(source.expect) == {"documents", "deals"}
    assert (folder / "expected.toml").is_file()
    msgspec.convert(source.options, options_of(source.kind), strict=True)


def options_of(kind: str) -> type[Options]:
    """Return the options that a kind of source knows."""
    module = fetch.fetcher(kind).__globals__
    return next(one for name, one in module.items() if name.lower() == f"{kind}options")


def test_sources_in_three_languages_are_shipped() -> None:
    sources = [read_source(folder / "source.toml") for folder in shipped()]
    real = [source for source in sources if source.kind != "files"]
    assert len(real) >= 10
    assert {"zh-Hans", "zh-Hant", "en"} <= {source.language for source in real}
    assert {source.kind for source in real} == {"feed", "podcast", "sitemap", "page", "warc"}


DOCUMENTED = (SOURCES.parent / "docs" / "sources.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [kind for kind in fetch.FETCHERS if kind != "files"])
def test_every_option_is_documented(kind: str) -> None:
    missing = [name for name in options_of(kind).__struct_fields__ if f"`{name}`" not in DOCUMENTED]
    assert missing == []


def test_the_source_shown_in_the_documentation_is_one(tmp_path: Path) -> None:
    shown = [part.partition("```")[0] for part in DOCUMENTED.split("```toml\n")[1:]]
    (tmp_path / "example-daily").mkdir()
    path = tmp_path / "example-daily" / "source.toml"
    path.write_text(shown[0], "utf-8")
    source = read_source(path)
    msgspec.convert(source.options, options_of(source.kind), strict=True)
    (tmp_path / "expected.toml").write_text(shown[1], "utf-8")
    assert load(tmp_path / "expected.toml", Sample).deals

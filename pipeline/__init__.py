"""Deals between companies, out of news and transcripts. The whole pipeline, in the order its stages run:

    sources    what to read                           find_sources(folder) -> sources, issues
    fetch      a source's documents as bytes          fetch(source, memory) -> captures, issues
    read       bytes to a document                    read(capture) -> Document
    normalize  one script, one width, offsets kept    normalize(document) -> Normalized
    annotate   companies, amounts, stakes, cues       annotate(normalized, nlp) -> spaCy Doc
    deals      who pays whom, how much, how sure      find_deals(marks, knowledge) -> deals
    resolve    a name to a company                    resolve(deals, index) -> deals
    merge      one deal from all its tellings         merge(mentions, previous=…) -> merged deals
    store      what was read, and every run           Store.open(url)
    publish    the files other tools load             publish(folder, merged, …)

`diff` and `review` come after; what people judge there, the next run reads. Stages meet only in `models`;
`run` alone knows their order. Each stage's verb is imported from its module (`from pipeline.merge import merge`);
what reads a document from end to end is here, and imports nothing before it is used:

    from pipeline import extract
    for deal in extract("英伟达宣布向OpenAI投资最多1000亿美元。").deals: ...

What it reads by is a value too, so that other rules are another one: `Extractor(Knowledge.load(Settings(…)))`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.extraction import Extractor, extract, extract_all
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import Settings

__all__ = ["Extractor", "Knowledge", "Settings", "extract", "extract_all"]

PLACES = {"Knowledge": "pipeline.rules.knowledge", "Settings": "pipeline.settings"}
"""Where a name is that does not stand in `extraction`."""

logging.getLogger(__name__).addHandler(logging.NullHandler())  # what is logged is for whoever asks, not for the screen


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(PLACES.get(name, "pipeline.extraction")), name)

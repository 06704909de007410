"""The names under which spaCy finds us: components, registered functions, extensions; and the pipeline made of them.

spaCy loads every entry point of every installed package whenever it makes a pipeline, so nothing of ours is imported
here before it is used. All that a component needs stands in its config: `nlp.add_pipe("deals_cues")` does in any
pipeline, and a saved one loads where nothing of ours was imported before.
"""

# no `from __future__ import annotations`: spaCy checks a config by the types of these functions

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

if TYPE_CHECKING:
    from pipeline.rules.knowledge import Knowledge

TOKENIZER = "deals.ScriptTokenizer.v1"
COMPONENTS = ("deals_cues", "deals_companies", "deals_values", "deals_frames")
KNOWLEDGE = {"@misc": "deals.Knowledge.v1"}
NORMALIZER = {"@misc": "deals.Normalizer.v1"}
MARKED = {
    name: [f"doc._.deal_{group}" for group in groups]
    for name, groups in {
        "deals_cues": ("sentences", "cues"),
        "deals_companies": ("companies",),
        "deals_values": ("amounts", "stakes", "quantities", "rounds", "dates"),
    }.items()
}
"""What each component marks, and the later ones need."""

T = TypeVar("T")


def build(knowledge: "Knowledge", *, patterns: Path | None = None, trained: str | None = None) -> Language:
    """Return the spaCy pipeline that finds deals by a knowledge: one tokenizer for all scripts, then the components.

    `patterns` is a user's own patterns file (see `annotate/patterns.py`); `trained` names an installed spaCy pipeline
    whose organisations join the candidates. Saved, it names the folders of a user's own rules, and does not hold them.
    """
    from pipeline.annotate.components import CompanyComponent, CueComponent, ValueComponent
    from pipeline.deals import FrameComponent

    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    named = {"knowledge": KNOWLEDGE | _folders(knowledge)}
    nlp.add_pipe("deals_cues", config=named)
    nlp.add_pipe("deals_companies", config=named | {"trained": trained})
    nlp.add_pipe("deals_values", config=named)
    nlp.add_pipe("deals_frames", config=named)
    cues, firms = component(nlp, "deals_cues", CueComponent), component(nlp, "deals_companies", CompanyComponent)
    values, matcher = component(nlp, "deals_values", ValueComponent), component(nlp, "deals_frames", FrameComponent)
    # the knowledge itself, with rules on trial and all that was made of it already
    cues.knowledge = firms.knowledge = values.knowledge = matcher.knowledge = knowledge
    if patterns:
        cues.add_pattern_file(patterns)
    cues.own, firms.finder, firms.trained  # noqa: B018  (made now, and not while the first text waits)
    return nlp


def _folders(knowledge: "Knowledge") -> dict[str, str]:
    """Return where a user's own rules of a knowledge lie, as a config writes it."""
    folders = {"languages": knowledge.settings.languages, "tables": knowledge.settings.tables}
    return {name: str(folder.resolve()) for name, folder in folders.items() if folder}


def component(nlp: Language, name: str, kind: type[T]) -> T:
    """Return the component of a name; TypeError where it is another kind."""
    found = nlp.get_pipe(name)
    if not isinstance(found, kind):
        raise TypeError(f"the component {name} is no {kind.__name__} but {type(found).__name__}")
    return found


def warm(nlp: Language) -> None:
    """Make the lexemes of everyday characters; a memory zone would make them anew for every document."""
    simplified = bytes(byte for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF) for byte in (high, low))
    traditional = bytes(byte for high in range(0xA4, 0xC7) for low in range(0x40, 0xFF) for byte in (high, low))
    characters = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    nlp.make_doc("".join(map(chr, range(33, 127))) + characters)


# What a config may name


def create_tokenizer() -> Callable[[Language], Any]:
    """Return what makes the tokenizer for a pipeline."""
    from pipeline.annotate.tokenizer import ScriptTokenizer

    return lambda nlp: ScriptTokenizer(nlp.vocab)


def create_normalizer() -> Any:
    """Return what normalizes a text, folds a name and tells a sentence's language: the stage before."""
    from pipeline.normalize import fold, language_in, normalize

    return SimpleNamespace(normalize=normalize, fold=fold, language_in=language_in)


def create_knowledge(
    root: str | None = None, languages: str | None = None, tables: str | None = None
) -> Callable[[], Any]:
    """Return what reads rules and tables on first use: those that the environment sets, unless folders are given."""
    return partial(_knowledge, root, languages, tables)


def _knowledge(root: str | None, languages: str | None, tables: str | None) -> Any:
    from pipeline.extraction import default
    from pipeline.rules.knowledge import Knowledge
    from pipeline.settings import OURS, Settings

    if not (root or languages or tables):
        return default().knowledge
    folders = [Path(folder) if folder else None for folder in (languages, tables)]
    return Knowledge.load(Settings(root=Path(root or OURS), languages=folders[0], tables=folders[1]))


def create_companies(path: str) -> Callable[[], Iterable[Any]]:
    """Return what reads the companies of one file, written as our tables are, on first use."""
    return partial(_companies, path)


def _companies(path: str) -> Iterable[Any]:
    from pipeline.rules.common_tables import check_companies, read_companies

    placed = read_companies(Path(path))
    check_companies(placed)
    return [company for _, company in placed]


def create_resolver() -> Callable[[Any, Any, Any], Any]:
    """Return what gives the parties of deals their companies, by names and by the registers of the project."""
    return _with_companies


def _with_companies(deals: Any, index: Any, knowledge: Any) -> Any:
    from pipeline.extraction import registers
    from pipeline.resolve import resolve

    return resolve(deals, index, knowledge.once(registers))


registry.tokenizers.register(TOKENIZER, func=create_tokenizer)
registry.misc.register("deals.Knowledge.v1", func=create_knowledge)
registry.misc.register("deals.Normalizer.v1", func=create_normalizer)
registry.misc.register("deals.Companies.v1", func=create_companies)
registry.misc.register("deals.Resolver.v1", func=create_resolver)


# The components


@Language.factory(
    "deals_cues",
    assigns=[*MARKED["deals_cues"], "doc.spans", "doc.sents", "token.is_sent_start", "doc.user_data"],
    default_config={"knowledge": KNOWLEDGE, "normalizer": NORMALIZER},
)
def create_cues(nlp: Language, name: str, knowledge: Callable[[], Any], normalizer: Any) -> Any:
    """Return the component that marks the words that may tell a deal, and the sentences that hold them."""
    from pipeline.annotate.components import CueComponent

    return CueComponent(nlp.vocab, knowledge, normalizer)


@Language.factory(
    "deals_companies",
    requires=MARKED["deals_cues"],
    assigns=[*MARKED["deals_companies"], "doc.spans", "doc.user_data"],
    default_config={"knowledge": KNOWLEDGE, "normalizer": NORMALIZER, "companies": None, "trained": None},
)
def create_companies_component(
    nlp: Language,
    name: str,
    knowledge: Callable[[], Any],
    normalizer: Any,
    companies: Callable[[], Iterable[Any]] | None,
    trained: str | None,
) -> Any:
    """Return the component that marks companies.

    `companies` are those of the tables unless given; `trained` names a spaCy pipeline whose organisations join them.
    """
    from pipeline.annotate.components import CompanyComponent

    return CompanyComponent(knowledge, normalizer, companies, trained)


@Language.factory(
    "deals_values",
    requires=MARKED["deals_cues"],
    assigns=[*MARKED["deals_values"], "doc.spans", "doc.ents", "doc.user_data"],
    default_config={"knowledge": KNOWLEDGE},
)
def create_values(nlp: Language, name: str, knowledge: Callable[[], Any]) -> Any:
    """Return the component that marks amounts, stakes, quantities, rounds and dates."""
    from pipeline.annotate.components import ValueComponent

    return ValueComponent(knowledge)


@Language.factory(
    "deals_frames",
    requires=[attribute for marked in MARKED.values() for attribute in marked],
    assigns=["doc._.deals", "doc.user_data"],
    default_config={"knowledge": KNOWLEDGE, "resolver": {"@misc": "deals.Resolver.v1"}},
)
def create_frames(
    nlp: Language, name: str, knowledge: Callable[[], Any], resolver: Callable[[Any, Any, Any], Any] | None
) -> Any:
    """Return the component that reads deals out of what is marked; without a resolver, parties are what names say."""
    from pipeline.deals import FrameComponent

    return FrameComponent(knowledge, partial(_resolved, nlp, resolver) if resolver else None)


def _resolved(nlp: Language, resolver: Callable[[Any, Any, Any], Any], deals: Any, knowledge: Any) -> Any:
    """Return deals as a resolver has them, by the names that the pipeline's own component knows."""
    from pipeline.annotate.components import CompanyComponent

    firms = next(found for _, found in nlp.components if isinstance(found, CompanyComponent))
    return resolver(deals, firms.finder.index, knowledge)


# What a document tells: doc._.deals, doc._.deal_companies, …; doc._.deals_published is what it may be told before


def _marked(group: str, doc: Doc) -> Any:
    from pipeline import marks

    return getattr(marks.of(doc), group)


def _extend() -> None:
    """Give every document its attributes; those of a reloaded module replace the old ones."""
    Doc.set_extension("deals_published", default=None, force=True)
    Doc.set_extension("deals", getter=partial(_marked, "deals"), force=True)
    for attributes in MARKED.values():
        for attribute in attributes:
            name = attribute.removeprefix("doc._.")
            Doc.set_extension(name, getter=partial(_marked, name.removeprefix("deal_")), force=True)


_extend()

"""What a web page tells about itself: JSON-LD, meta elements and links, in one walk over its tree.

trafilatura's own metadata takes longer than its extraction, most of it looking for an author, whom nobody asked for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from pipeline.read.document_fields import day, tag
from pipeline.rules.knowledge import Knowledge
from pipeline.times.numeric import SLASHED, numeric_dates, open_days, order_of, written_out
from pipeline.times.published import published_date, told_day

ARTICLE = re.compile(r"Article|Posting|Report|Review$|Episode", re.IGNORECASE)
TITLES = ("og:title", "twitter:title", "title", "headline", "dc.title", "citation_title", "parsely-title")
PUBLISHERS = (
    "og:site_name",
    "publisher",
    "dc.publisher",
    "article:publisher",
    "application-name",
    "citation_journal_title",
)
LANGUAGES = ("content-language", "og:locale", "inlanguage", "dc.language", "language")
TAGS = ("article:tag", "keywords", "news_keywords", "parsely-tags")
DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "publishdate",
    "publish-date", "publish_date", "publish_time", "publishtime", "pubdate", "pub_date", "published_at",
    "publication_date", "article.published", "bytedance:published_time", "apub:time", "weibo:article:create_at",
    "citation_publication_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "dcterms.created", "og:release_date", "date",
)  # fmt: skip
SEPARATOR = r"\s*[-_|–—·:：»«]\s*"
DATED = re.compile(r"date|time|publi|meta|info|byline", re.IGNORECASE)
OF_OTHERS = re.compile(
    r"\b(?:(?:user|reader|post)?comments?(?:s?[-_]?(?:list|area|section|box|body))?|repl(?:y|ies)|disqus|footer|foot"
    r"|side-?bar|related|recommend\w*|copyright|most-?read|trending|popular)(?![a-z])",
    re.IGNORECASE,
)
"""What class and id of an element are called whose dates are another's."""
LONGEST_DATELINE = 80
LEAST_LINK = 12  # characters of a link that names another article, and no writer, section or number of comments
MOST_DATELINES = 100  # elements named for a date that are looked into
IN_ADDRESS = re.compile(r"(?<!\d)(20\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")


def told_by_page(tree: Any, url: str | None, knowledge: Knowledge) -> dict[str, Any]:
    """Return what the page says of its article, as fields of a document; addresses are made whole."""
    metas = _metas(tree)
    about = _about(tree)
    address = _address(tree, metas, url)
    publisher = _publisher(metas, about, address)
    language = _language(tree, metas, about, knowledge)
    return {
        "title": _title(tree, metas, about, publisher),
        "published": _published(tree, metas, about, address, tag(language or "", knowledge) or "", knowledge),
        "language": language,
        "url": address,
        "publisher": publisher,
        "tags": [tag for name in TAGS for tag in metas.get(name, ())],
    }


def _language(tree: Any, metas: Mapping[str, list[str]], about: Mapping[str, Any], knowledge: Knowledge) -> str | None:
    """Return the first language that the page names; what is none (`utf-8`) stands back behind what is one."""
    own = [tree.get(name) for name in ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang")]
    said = [*own, *(metas[name][0] for name in LANGUAGES if name in metas), about.get("inLanguage")]
    return next((one for one in said if isinstance(one, str) and tag(one, knowledge)), None)


def _metas(tree: Any) -> dict[str, list[str]]:
    """Return what each meta element says, by its name in lower case."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _first(metas: Mapping[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _about(tree: Any) -> dict[str, Any]:
    """Return the fields of the first article that JSON-LD describes."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text:
            try:
                said = msgspec.json.decode(script.text.strip().encode("utf-8", "replace"))
            except (msgspec.DecodeError, RecursionError):
                continue  # broken more often than not; the meta elements say it again
            for thing in _things(said):
                if ARTICLE.search(str(thing.get("@type", ""))):
                    return thing
    return {}


def article_body(tree: Any) -> str | None:
    """Return the text of the article that JSON-LD holds, or None where it holds none."""
    body = _about(tree).get("articleBody")
    return html.unescape(body) if isinstance(body, str) else None


def _things(said: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 5:
        return
    if isinstance(said, list):
        for one in said:
            yield from _things(one, depth + 1)
    elif isinstance(said, dict):
        yield said
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(said.get(key), depth + 1)


def _title(tree: Any, metas: Mapping[str, list[str]], about: Mapping[str, Any], publisher: str | None) -> str | None:
    headline = about.get("headline")
    heads = [" ".join(" ".join(head.itertext()).split()) for head in tree.iter("h1")]
    if isinstance(headline, str) and headline.strip():
        return " ".join(html.unescape(headline).split())
    title = tree.find(".//title")
    named = _first(metas, TITLES) or (title.text_content() if title is not None else "")
    named = " ".join(html.unescape(named).split())
    for head in heads:
        if head and named.startswith(head):
            return head
    if publisher:
        named = re.sub(rf"{SEPARATOR}{re.escape(publisher)}$", "", named)
    return named or next(filter(None, heads), None)


def _address(tree: Any, metas: Mapping[str, list[str]], url: str | None) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for said in [*links, *metas.get("og:url", ()), url]:
        whole = _whole(said, url) if said else None
        if whole:
            return whole
    return None


def _whole(said: str, url: str | None) -> str | None:
    try:
        whole = urljoin(url or "", said.strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.hostname else None


def _publisher(metas: Mapping[str, list[str]], about: Mapping[str, Any], address: str | None) -> str | None:
    told = about.get("publisher")
    name = told.get("name") if isinstance(told, dict) else told
    if isinstance(name, str) and name.strip():
        return name.strip()
    for key in PUBLISHERS:
        for said in metas.get(key, ()):
            if not said.startswith(("http:", "https:")):
                return said
    host = urlsplit(address).hostname if address else None
    return host.removeprefix("www.") if host else None


def _published(
    tree: Any,
    metas: Mapping[str, list[str]],
    about: Mapping[str, Any],
    address: str | None,
    language: str,
    knowledge: Knowledge,
) -> str | None:
    """Return the day of publication as told to machines, to readers, or in the address."""
    said = [about.get("datePublished"), about.get("dateCreated"), about.get("uploadDate")]
    said += [one for name in DATES for one in metas.get(name, ())]
    for one in said:
        if one and (found := _whole_day(one, language, knowledge)):
            return found
    return _shown(tree, language, knowledge) or _in_address(address, knowledge)


def _whole_day(said: Any, language: str, knowledge: Knowledge) -> str | None:
    found = day(said, knowledge)
    return found if found and len(found) == 10 else told_day(str(said)[:LONGEST_DATELINE], language, knowledge)


def _shown(tree: Any, language: str, knowledge: Knowledge) -> str | None:
    """Return the first day that the page shows where days of publication stand."""
    for element in tree.iter("time"):
        if not is_beside(element) and (found := _whole_day(_told_by(element), language, knowledge)):
            return found
    named = (
        element
        for element in tree.iter("span", "div", "p", "em", "i", "li", "td", "address", "small")
        if DATED.search(f"{element.get('class')} {element.get('id')} {element.get('itemprop')}")
        and not is_beside(element)
    )
    written = knowledge.once(numeric_dates).anywhere
    for element in islice(named, MOST_DATELINES):
        text = _short_text(element)
        if text and written.search(text) and (found := told_day(_written_out(text, tree), language, knowledge)):
            return found
    return None


def _written_out(text: str, tree: Any) -> str:
    """Return a dateline with 10/7/2025 in ISO 8601 where the other dates of its page tell which number is the day."""
    order = order_of(" ".join(tree.itertext())) if SLASHED.search(text) else None
    return written_out(text, order) if order else text


def _told_by(element: Any) -> str:
    return str(element.get("datetime") or "".join(element.itertext()))


def _short_text(element: Any) -> str | None:
    """Return what an element says if it is no more than a dateline."""
    said = ""
    for piece in element.itertext():
        said += piece.strip() if len(piece) < 10 * LONGEST_DATELINE else piece
        if len(said) > LONGEST_DATELINE:
            return None
    return said


def _in_address(address: str | None, knowledge: Knowledge) -> str | None:
    match = IN_ADDRESS.search(urlsplit(address).path) if address else None
    return _whole_day("-".join(match.groups()), "", knowledge) if match else None


def guessed_day(tree: Any, address: str | None, text: str, language: str, knowledge: Knowledge) -> str | None:
    """Return the day of publication of a page that does not tell it: as htmldate reads it, or a line of its text.

    Where 10/7/2025 is all that htmldate had, and neither the page nor its language tells which number is the day, none.
    """
    from htmldate import find_date

    try:
        found = find_date(_without_beside(tree), url=address, extensive_search=False, original_date=True)
    except Exception:  # of many kinds, on pages made to hurt; no date is no harm
        found = None
    shown = " ".join(tree.itertext())
    if found and (said := open_days(shown).get(found)):
        order = order_of(shown)
        found = told_day(written_out(said, order) if order else said, language, knowledge)
    return published_date(found, url=address, text=text, knowledge=knowledge)


def _without_beside(tree: Any) -> Any:
    """Return a copy of the tree without what is none of the article: a footer's year is that of its site."""
    tree = deepcopy(tree)
    for element in [one for one in tree.iter() if isinstance(one.tag, str) and _is_of_others(one)]:
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def is_beside(element: Any) -> bool:
    """Return whether an element stands among comments, in a footer, at the side or in a list of other articles."""
    return any(_is_of_others(one) for one in (element, *element.iterancestors()))


def _is_of_others(element: Any) -> bool:
    if element.tag in ("footer", "aside", "nav"):
        return True
    if element.tag in ("html", "body", "article", "main"):
        return False
    if element.tag in ("li", "tr") and _leads_elsewhere(element):
        return True
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    return OF_OTHERS.search(said) is not None or (element.tag != "a" and (element.text or "").lstrip()[:1] == "©")


def _leads_elsewhere(item: Any) -> bool:
    """Return whether an item of a list names another article: most of its words are a link's."""
    if (link := next(item.iter("a"), None)) is None or next(item.iter("h1", "p"), None) is not None:
        return False
    named = len(" ".join("".join(link.itertext()).split()))
    return named >= LEAST_LINK and 2 * named > len(" ".join("".join(item.itertext()).split()))

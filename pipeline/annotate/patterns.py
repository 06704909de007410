"""A user's own spaCy patterns: more cues for the frames, more companies, and what is no company.

A file of JSON Lines as spaCy's entity ruler reads them: `{"label": "en.acquire", "pattern": [{"LOWER": "snaffle"}]}`.
The label is a rule (`language.frame`), `COMPANY` or `NOT_COMPANY`; the pattern a phrase or a list of tokens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import ahocorasick_rs as ac
from spacy.matcher import Matcher
from spacy.vocab import Vocab

from pipeline.annotate.sentences import Sentences
from pipeline.annotate.tokenizer import ScriptTokenizer
from pipeline.marks import Hit
from pipeline.rules.loading import RuleError
from pipeline.text.words import HAN

COMPANY, NOT_COMPANY = "COMPANY", "NOT_COMPANY"
LITERALS = ("ORTH", "TEXT", "LOWER", "NORM")


class Patterns:
    """Some patterns, each with its place; they read the normalized text in tokens of our own, whatever the pipeline's.

    A pattern is tried only on sentences that hold a word which it needs; one that needs none, on all of them.
    """

    def __init__(self, vocab: Vocab, placed: Iterable[tuple[str, Any]], labels: frozenset[str]) -> None:
        self.entries: list[dict[str, Any]] = []
        self.tokens = ScriptTokenizer(vocab)
        self.matcher, self.anywhere = Matcher(vocab), Matcher(vocab)
        self.labels: dict[int, str] = {}  # the vocabulary forgets them where they are first used in a memory zone
        needed: set[str] = set()
        for where, entry in placed:
            label, tokens = _checked(self.tokens, entry, labels, where)
            self.entries.append(entry)
            self.labels[vocab.strings.add(label)] = label
            words = _needed(tokens)
            needed |= words
            try:
                (self.matcher if words else self.anywhere).add(label, [tokens])
            except ValueError as error:
                raise RuleError(f"{where}: {error}") from error
        self.gate = ac.AhoCorasick(sorted(needed)) if needed else None

    def find(self, text: str, sentences: Sentences) -> list[Hit]:
        """Return where the patterns fit in a normalized text, in reading order."""
        found: set[Hit] = set()
        if self.gate is not None:
            places = self.gate.find_matches_as_indexes(text.lower(), overlapping=True)
            found |= self._matched(self.matcher, text, {sentences.around(place[1]) for place in places})
        if len(self.anywhere):
            found |= self._matched(self.anywhere, text, map(sentences.around, sentences.starts))
        return sorted(found)

    def _matched(self, matcher: Matcher, text: str, ranges: Iterable[tuple[int, int]]) -> set[Hit]:
        found = set()
        for start, end in ranges:
            sentence = self.tokens(text[start:end])
            for label, first, last in matcher(sentence):
                span = sentence[first:last]
                found.add(Hit(start + span.start_char, start + span.end_char, self.labels[label]))
        return found


def lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the pattern on each line of a file, with its place; RuleError where the file cannot be read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield f"{path}:{number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise RuleError(f"{path}:{number}: {error}") from error


def _checked(
    tokens: ScriptTokenizer, entry: Any, labels: frozenset[str], where: str
) -> tuple[str, list[dict[str, Any]]]:
    """Return the label and the tokens of an entry; raise `RuleError` for one that is no pattern of a rule we have."""
    if not isinstance(entry, dict) or set(entry) - {"id"} != {"label", "pattern"}:
        keys = sorted(entry) if isinstance(entry, dict) else entry
        raise RuleError(f"{where}: a pattern has the keys label and pattern (and id), not {keys}")
    if entry["label"] not in labels:
        raise RuleError(f"{where}: no rule is named '{entry['label']}'; name a rule, {COMPANY} or {NOT_COMPANY}")
    return entry["label"], _tokens(tokens, entry["pattern"], where)


def _tokens(tokens: ScriptTokenizer, pattern: Any, where: str) -> list[dict[str, Any]]:
    """Return a pattern as tokens: a phrase stands for its words."""
    if isinstance(pattern, str):
        return [{"ORTH": token.text} for token in tokens(pattern)]
    if not isinstance(pattern, list) or not all(isinstance(token, dict) for token in pattern):
        raise RuleError(f"{where}: a pattern is a phrase or a list of tokens, not {json.dumps(pattern)}")
    return pattern


def _needed(tokens: list[dict[str, Any]]) -> set[str]:
    """Return words one of which must stand where the pattern fits: the gate that keeps the matcher away.

    None where the pattern has no plain word: it is tried on every sentence.
    """
    required = [_literals(token) if token.get("OP", "1") in ("1", "+") else set() for token in tokens]
    # a single Han character stands in most sentences, two in a row in few: 提 and 供
    required += [
        {one + other for one in first for other in second}
        for first, second in pairwise(required)
        if _han(first | second)
    ]
    choices = [words for words in required if words]
    return min(choices, key=lambda words: (len(words), -min(map(len, words))), default=set())


def _han(words: set[str]) -> bool:
    return all(HAN.fullmatch(word) for word in words)


def _literals(token: dict[str, Any]) -> set[str]:
    """Return the words a token can be, lower case; empty where it can be any."""
    for key in LITERALS:
        wanted = token.get(key)
        if isinstance(wanted, str):
            return {wanted.lower()}
        if isinstance(wanted, dict) and set(wanted) == {"IN"}:
            return {word.lower() for word in wanted["IN"]}
    return set()

"""One tokenizer for every script: a Han, kana or Hangul character is a token, a Latin word or a number is one."""

from __future__ import annotations

import re
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

TOKEN = re.compile(
    r"(?:[^\W\d_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+(?:['’][a-z]{1,2}\b)?|\d+|\S) ?|\s+"
)  # a word with the space behind it, or white space


class ScriptTokenizer:
    """Splits text so that every finder's span begins and ends between two tokens, but for parts of Latin words."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for found in TOKEN.findall(text):
            spaced = found[-1] == " " and not found.isspace()
            words.append(found[:-1] if spaced else found)
            spaces.append(spaced)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> ScriptTokenizer:
        return self

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        """Nothing to keep: the tokenizer is its pattern."""

    def from_disk(self, path: Any, **kwargs: Any) -> ScriptTokenizer:
        return self

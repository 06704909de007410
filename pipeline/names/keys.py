"""What is the same in two ways to write one name: the keys by which companies are looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from pipeline.names.evidence import Fold, NameRules, name_rules
from pipeline.rules.knowledge import shipped
from pipeline.text import scripts

HAN_ONLY = re.compile(f"[{scripts.HAN}]*")
NOT_IN_KEY = re.compile(r"[\W_]+")
WORD = re.compile(r"[^\s,，]+")
LEAST = 2  # characters that must be left of a name without its legal form


class NameKeys:
    """Makes the keys of names, by our rules where none are given; `fold` writes a name as normalized text does."""

    def __init__(self, fold: Fold, rules: Collection[NameRules] | None = None) -> None:
        self._fold = fold
        rules = name_rules(shipped()) if rules is None else rules
        forms = [form for each in rules for form in each.legal_forms]
        sounds = [group for each in rules for group in each.sounds]
        self._forms = frozenset(squeezed(fold(form)) for form in forms)
        self._longest = max(map(len, self._forms), default=0)
        self._sounds = str.maketrans({one: group[0] for group in sounds for one in group})

    def key(self, name: str) -> str:
        """Return the name without case, spaces, accents and marks: `Core Weave` and `CoreWeave` have one key."""
        return squeezed(self._folded(name))

    def bare(self, name: str) -> str:
        """Return the key of the name without its legal form: `SoftBank Group Corp.` gives `softbank`."""
        return self.shorter(name)[-1]

    def shorter(self, name: str) -> list[str]:
        """Return the keys of the name with less and less of its legal form: 联想控股有限公司, 联想控股, 联想."""
        words = [squeezed(word) for word in WORD.findall(self._folded(name))]
        words = words[1:] if words[:1] == ["the"] and len(words) > 1 else words
        shorter = ["".join(words)]
        while len(words) > 1 and (words[-1] in self._forms or not words[-1]):
            words.pop()
            shorter.append("".join(words))
        while form := self._form_at_end(shorter[-1]):
            shorter.append(shorter[-1][: -len(form)])
        return shorter

    def _folded(self, name: str) -> str:
        return name if name.isascii() else self._fold(name)

    def sound(self, key: str) -> str:
        """Return the key with one character for all that are written for each other in foreign names."""
        return key.translate(self._sounds)

    def _form_at_end(self, key: str) -> str:
        """Return the longest Han legal form that the key ends in, or nothing."""
        if key.isascii():
            return ""
        for length in range(min(self._longest, len(key) - LEAST), 0, -1):
            if (end := key[-length:]) in self._forms and not end.isascii():
                return end  # Latin forms are words of their own: Costco does not end in a Co
        return ""


def squeezed(text: str) -> str:
    """Return letters and digits only, in lower case, without accents."""
    if not (text.isascii() or HAN_ONLY.fullmatch(text)):
        text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return NOT_IN_KEY.sub("", text).lower()

"""Names of institutions in the forms that a search compares."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin
from zhconv_rs import zhconv

# Place names that pypinyin reads by the commoner sound of their characters.
PLACE_SOUNDS = {"重庆": "chong qing", "厦门": "xia men", "长沙": "chang sha", "长春": "chang chun", "长江": "chang jiang", "六安": "lu an", "台州": "tai zhou"}


def normalise(text: str) -> str:
    """For comparing: NFKC (full-width becomes half-width), simplified characters, lower case, no spaces, no punctuation."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s\W_]+", "", folded if folded.isascii() else zhconv(folded, "zh-hans"))


def pinyin(text: str) -> str:
    """The sounds without tones, written together: 苏州大学 → suzhoudaxue."""
    return "".join(_syllables(text))


def initials(text: str) -> str:
    """The first letter of each sound: 苏州大学 → szdx."""
    return "".join(syllable[0] for syllable in _syllables(text) if syllable)


def _syllables(text: str) -> list[str]:
    for place, sound in PLACE_SOUNDS.items():
        text = text.replace(place, f" {sound} ")
    parts: list[str] = []
    for chunk in text.split():
        if chunk.isascii():
            parts.append(re.sub(r"\W", "", chunk.lower()))
        else:
            parts += [re.sub(r"\W", "", sound.lower()) for sound in lazy_pinyin(chunk, style=Style.NORMAL)]
    return [part for part in parts if part]

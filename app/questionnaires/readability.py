"""How hard an English text is to read."""

import re
from collections.abc import Sequence


def words_of(text: str) -> list[str]:
    """Return the words of a text, as separated by spaces."""
    return text.split()


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, 1 at least.

    A silent e at the end does not count.
    """
    plain = re.sub(r"[^a-z]", "", word.lower())
    sounds = len(re.findall(r"[aeiouy]+", plain))
    silent = plain.endswith("e") and not plain.endswith("le")
    return max(1, sounds - silent)


def reading_grade(sentences: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of a text, given sentence by sentence: school years.

    0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne, Rogers &
    Chissom 1975). Raises ZeroDivisionError for a text without a word.
    """
    words = [word for sentence in sentences for word in words_of(sentence)]
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * per_word - 15.59

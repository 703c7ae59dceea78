"""Words of a text: where they stand, how they are folded, and their stems. The same for pages and queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from whoosh.lang import porter

# Whoosh is half typed; this is its Porter stemmer (Porter 1980).
_PORTER: Any = porter

# A longer run of letters is noise (base64, a held key); its stem is its beginning.
LONGEST_WORD = 40

# Short words are names and acronyms more often than words with an ending: SOS, DNS, AAS, ENR.
SHORTEST_STEMMED = 4

# Only words that carry no meaning in a question. "not", "no" and "off" are kept: they are what is wrong.
_STOPS = """
    a about am an and any are as at be been being but by can could did do does for from get got had has have
    having he her here hers him his how i if in into is it its just let like may me might mine my of on or our
    ours please she should so some than thank that the their them then there these they this those to too us
    was we were what when where which while who whom whose why will with would you your yours hello hi im ive
    need want know tell theres whats hows help someone anyone something anything
"""
STOP_WORDS = frozenset(_STOPS.split())

# Ways to write "not". Each by itself is rare in well-written pages, and would be taken for the heart of the question:
# "it wont let me in" is not about the one page with "won't" in it. `fold` has taken the apostrophes off.
_NEGATIONS = """
    cannot cant wont dont doesnt didnt isnt arent wasnt werent couldnt wouldnt shouldnt hasnt havent hadnt aint
"""
NEGATIONS = frozenset(_NEGATIONS.split())

# Words written both ways: a page that says one is found by the other.
COMPOUNDS = frozenset(
    tuple(pair.split())
    for pair in """
    log in, log on, log out, log off, sign in, sign on, sign out, sign off, set up, back up, start up, pop up,
    print out, check in, check out, time out, lock out, user name, pass word, pass code, e mail, wi fi, on line,
    off line, web site, web page, home page, data base, pass phrase, bar code, poll book, poll pad, key board,
    touch screen, head set, down load, up load, spread sheet, work station, work around, short cut, hard copy,
    thumb drive, note book, lap top, desk top, fire wall, screen shot, screen saver, drop down, re boot,
    re start, re set, follow up, shut down, log book, time stamp, zip code, hour glass, bit locker
    """.replace("\n", " ").split(",")
)

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f'’ʼ]+[^\W_]+)*[\u0300-\u036f]*")
_CONTRACTED = re.compile(r"['’ʼ](?:s|d|m|ll|re|ve)$")
_APOSTROPHE = re.compile(r"['’ʼ]")
_JOINT = re.compile(r"[-‐‑./&]")


class Token(NamedTuple):
    """One word of a text: folded, with its stem and the place of its letters in the text."""

    word: str
    stem: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Give the words of a text in order; linear in its length."""
    for match in _WORD.finditer(text):
        word, cut = _read(match.group())
        if word:
            yield Token(word, cut, *match.span())


def distinct(text: str) -> set[str]:
    """Give the different words of a text, folded, in no order."""
    return {fold(word) for word in set(_WORD.findall(text))} - {""}


def spots(text: str, stems: Collection[str]) -> list[tuple[int, int]]:
    """Give the places of the words with any of these stems; the same words as `tokens`, in half the time."""
    return [match.span() for match in _WORD.finditer(text) if _read(match.group())[1] in stems]


def joined(text: str, row: list[Token]) -> Iterator[tuple[int, str]]:
    """Give words that were written in parts as one word: `wi-fi` as (place of `wi`, `wifi`).

    Two parts only, with one hyphen, dot, slash or ampersand between them.
    """
    for place in range(len(row) - 1):
        one, two = row[place], row[place + 1]
        if two.start - one.end == 1 and _JOINT.match(text, one.end):
            whole = one.word + two.word
            if len(whole) <= LONGEST_WORD // 2:
                yield place, whole


def compounds(row: Sequence[str]) -> Iterator[str]:
    """Give the compound words that stand in the row in two parts, each as one word."""
    for pair in pairwise(row):
        if pair in COMPOUNDS:
            yield pair[0] + pair[1]


@lru_cache(maxsize=32768)
def _read(written: str) -> tuple[str, str]:
    """Give a word as it is written folded and as its stem: one look instead of two for each word of a page."""
    word = fold(written)
    return word, stem(word)


@lru_cache(maxsize=32768)
def fold(word: str) -> str:
    """Take case, accents, width and apostrophes off one word: `Clerk's` is `clerk`, `don't` is `dont`.

    `I'd` is `i`, so that it is never taken for an ID.
    """
    plain = unicodedata.normalize("NFKD", word[: 2 * LONGEST_WORD].casefold())
    plain = "".join(letter for letter in plain if letter.isalnum() or letter in "'’ʼ")
    return _APOSTROPHE.sub("", _CONTRACTED.sub("", plain))[:LONGEST_WORD]


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """Cut the ending off one folded word; words with a digit or another alphabet stay whole, and `cant` is `not`."""
    if word in NEGATIONS:
        return "not"
    if len(word) < SHORTEST_STEMMED or not (word.isascii() and word.isalpha()):
        return word
    return str(_PORTER.stem(word))

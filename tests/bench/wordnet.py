"""Makes the table of `chatbot/search/relations.py` from the files of WordNet 3.0.

    python -m tests.bench.wordnet [--wordnet DIR]

DIR is the folder with data.noun and the like, as Debian's package wordnet-base installs it. The table holds the words
that wordfreq's short list of English holds too; of the others, which are seldom typed, only that they exist.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import wordfreq

from chatbot.search.relations import SENSES, TABLE

_POS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_SAME = {"+", "&", "\\", "^", "$", "*", ">"}  # derived, similar, pertains to, see also, verb group, entails, causes


class Meaning(NamedTuple):
    lexicographer: int  # number of the file that it stands in: 5 animals, 6 things made, 8 parts of the body ...
    words: list[str]
    pointers: list[tuple[str, str, int, int]]  # sign, meaning, which word of this one and of the other, 0 for all


def meanings(folder: Path) -> Iterator[tuple[str, Meaning]]:
    """(name, meaning) of all four files; a name is a letter for the part of speech and an offset."""
    for pos, letter in _POS.items():
        for line in _lines(folder / f"data.{pos}"):
            cells = line.partition("|")[0].split()
            words = int(cells[3], 16)
            at = 4 + 2 * words
            pointers = [
                (sign, other.replace("s", "a") + offset, int(place[:2], 16), int(place[2:], 16))
                for sign, offset, other, place in zip(
                    *[iter(cells[at + 1 : at + 1 + 4 * int(cells[at])])] * 4, strict=True
                )
            ]
            texts = [word.partition("(")[0].casefold() for word in cells[4:at:2]]
            yield letter + cells[0], Meaning(int(cells[1]), texts, pointers)


def senses(folder: Path, known: set[str]) -> dict[str, list[str]]:
    """Word -> its first `SENSES` meanings of each part of speech."""
    found: dict[str, list[str]] = {}
    for pos, letter in _POS.items():
        for line in _lines(folder / f"index.{pos}"):
            cells = line.split()
            if cells[0] in known:
                first = 4 + int(cells[3]) + 2
                own = cells[first : first + int(cells[2])][:SENSES]
                found.setdefault(cells[0], []).extend(letter + offset for offset in own)
    return found


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(" "))


def irregular(folder: Path, words: set[str]) -> dict[str, str]:
    """Form -> word, as "feet" -> "foot"."""
    pairs = [line.split()[:2] for pos in _POS for line in _lines(folder / f"{pos}.exc")]
    return {form: word for form, word in reversed(pairs) if word in words and form not in words}


def table(folder: Path) -> dict[str, np.ndarray]:
    """The arrays of the file; see `Relations`."""
    every = dict(meanings(folder))
    common = set(wordfreq.get_frequency_dict("en", "small"))
    own = senses(folder, common)
    used: dict[str, int] = {}
    left = [name for names in own.values() for name in names]
    while left:  # with everything above them
        name = left.pop()
        if name not in used:
            used[name] = len(used)
            left += [other for sign, other, *_ in every[name].pointers if sign in ("@", "@i")]
    words = sorted(own)
    number = {word: at for at, word in enumerate(words)}
    has = [(number[word], used[name]) for word in words for name in own[word]]
    above, same, opposite = [], [], set()
    for name, at in used.items():
        for sign, other, mine, theirs in every[name].pointers:
            if sign in ("@", "@i"):
                above.append((at, used[other]))
            elif sign in _SAME and other in used:
                same.append((at, used[other]))
            elif sign == "!" and other in every:
                pair = every[name].words[mine - 1], every[other].words[theirs - 1]
                if pair[0] in number and pair[1] in number:
                    opposite.add((number[pair[0]], number[pair[1]]))
    forms = irregular(folder, set(words))
    named = {at for name, at in used.items() if any(sign == "@i" for sign, *_ in every[name].pointers)}
    return {
        "words": _text(words),
        "forms": _text(forms),
        "form_of": np.array([number[word] for word in forms.values()], np.uint32),
        "has": np.array(has, np.uint32),
        "above": np.array(sorted(above), np.uint32),
        "same": np.array(sorted(same), np.uint32),
        "opposite": np.array(sorted(opposite), np.uint32),
        "kind": np.array([_kind(name, every[name]) for name in used], np.uint8),
        "rare": _text(sorted(every_word(folder) - common)),
        "named": np.array(sorted(named), np.uint32),
    }


def every_word(folder: Path) -> set[str]:
    """In small letters; those that are written in two, or with a sign, are left out."""
    words = (line.partition(" ")[0] for pos in _POS for line in _lines(folder / f"index.{pos}"))
    return {word for word in words if word.isalpha() and len(word) > 3}


def _kind(name: str, meaning: Meaning) -> int:
    return meaning.lexicographer if name[0] == "n" else 100 + ord(name[0]) % 32


def _text(words: Sequence[str] | dict[str, str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wordnet", description=__doc__.split("\n")[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"), metavar="DIR")
    options = parser.parse_args(arguments)
    arrays = table(options.wordnet)
    if max(len(arrays["kind"]), len(arrays["words"])) > 2**20:
        parser.error("too many meanings for the numbers of the table")
    np.savez_compressed(TABLE, **arrays)
    print(f"{TABLE}: {TABLE.stat().st_size / 1e6:.2f} MB, {len(arrays['kind'])} meanings")


if __name__ == "__main__":
    main()

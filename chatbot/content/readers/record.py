"""An entry, or a problem, at its place in a tree of objects."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """`value`: an object that is an entry; where `problem` is set, a value that could not be read as one."""

    value: Any
    first: int
    last: int
    tags: tuple[str, ...] = ()
    lang: str = ""
    problem: bool = False
    aside: bool = False  # a problem in a list without entries, beside other entries
    unused: bool = False  # the name of a value beside entries that is no entry
    lacks: bool = False  # a problem: its answers, or its questions, are in another file
    turns: int = 0  # of a chat, number of pairs after the first
    more_lines: tuple[tuple[int, int], ...] = ()  # (first, last) line of its other parts

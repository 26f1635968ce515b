"""What is found where an entry stands in a tree of objects."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """`value`: an object that is an entry, or what could not be read as one, where `problem` is set."""

    value: Any
    first: int
    last: int
    tags: tuple[str, ...] = ()
    lang: str = ""
    problem: bool = False
    aside: bool = False  # a problem beside entries, in a list that holds none
    unused: bool = False  # the name of something that stands beside entries and is none
    lacks: bool = False  # a problem: it has questions or answers of which the others stand in another file
    turns: int = 0  # of a chat, the pairs behind the first
    places: tuple[tuple[int, int], ...] = ()  # first and last line of what else it is made of

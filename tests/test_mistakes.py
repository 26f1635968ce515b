"""What editors get wrong is named with file and line, and loses no entry in silence."""

import re
from collections import Counter
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from tests.mistakes import ENTRIES, Mistake, mistakes


def is_named(content: Content, mistake: Mistake) -> bool:
    """By a problem, as a gap, or in the list of dropped lines: all are shown by `lint`, with file and line."""
    places = {problem.line for problem in content.problems} | {gap.line for gap in content.gaps}
    also = re.escape(mistake.file) + r":(\d+)"  # where a problem is between two entries
    places |= {int(line) for problem in content.problems for line in re.findall(also, problem.message)}
    places |= {line.line for line in content.ledger if line.reason}
    return not places.isdisjoint(mistake.lines)


def lost(content: Content, mistake: Mistake) -> list[str]:
    """Questions that are neither an entry's, nor on a line that a problem or a reason is given for."""
    known = "\n".join(text for e in content.entries for text in (e.question, e.answer, *e.alternates))
    said = {problem.line for problem in content.problems} | {line.line for line in content.ledger if line.reason}
    text = mistake.data.decode("utf-8", "replace").split("\n")
    asked = [entry.question for entry in ENTRIES if entry.question.encode() in mistake.data]
    return [
        question
        for question in asked
        if question not in known
        and not any(question in line and said & {0, *range(at - 8, at + 1)} for at, line in enumerate(text, 1))
    ]


def check(tmp_path: Path, count: int, seed: int) -> None:
    unnamed: Counter[str] = Counter()
    for mistake in mistakes(count, seed):
        (tmp_path / mistake.file).write_bytes(mistake.data)
        content = read_corpus(tmp_path / mistake.file)
        assert not lost(content, mistake), mistake.name
        if not is_named(content, mistake):
            unnamed[f"{mistake.file}: {mistake.name}"] += 1
    assert unnamed.total() <= count * 0.05, unnamed


def test_of_a_hundred_mistakes_95_are_named_and_no_row_is_lost(tmp_path: Path) -> None:
    """Red without: warnings of what looks like a heading."""
    check(tmp_path, 100, seed=1)


@pytest.mark.long
def test_of_five_hundred_mistakes_too(tmp_path: Path) -> None:
    check(tmp_path, 500, seed=2)

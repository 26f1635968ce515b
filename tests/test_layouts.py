"""Twelve entries come out whole of every layout, or the reading says which did not."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.core.problem import Problem
from chatbot.core.text import match_key, one_line
from chatbot.core.types import Entry
from tests.furniture import Furniture, furniture
from tests.layouts import LAYOUTS
from tests.layouts.bank import BANK, Pair
from tests.layouts.layout import Layout
from tests.layouts.shapes import Block, expected, shape, words

pytestmark = pytest.mark.slow

SIZE = 12  # entries of a page
_PLACES = range(1, SIZE - 1)  # of what is wrong: the first and the last are right
_NEAR = 5  # lines: an object of JSON has several
seeds = st.integers(0, 2**32)
quick = settings(max_examples=2, derandomize=True, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=300)
quick = settings(quick, phases=(Phase.explicit, Phase.generate))  # to shrink takes minutes where much is red
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def pairs_for(layout: Layout) -> st.SearchStrategy[list[Pair]]:
    bank = [p for p in BANK if (layout.code or not p.has_code) and (layout.statements or p.asks)]
    return st.lists(st.sampled_from(bank), min_size=SIZE, max_size=SIZE, unique=True)


def read(name: str, data: bytes) -> Content:
    note(f"{name}:\n{data.decode('utf-8', 'replace')}")  # shown where a test fails
    return joined(parse(name, data))


def asked(entry: Entry) -> str:
    return one_line(_ESCAPE.sub("", entry.question))


def said(layout: Layout, blocks: list[Block]) -> object:
    return blocks if layout.blocks else words(blocks)


def found(layout: Layout, entry: Entry) -> tuple[str, object]:
    return asked(entry), said(layout, shape(entry))


def wanted(layout: Layout, pair: Pair) -> tuple[str, object]:
    return pair.question, said(layout, expected(pair))


def check_whole(name: str, pairs: Sequence[Pair], own: Furniture, seed: int) -> None:
    layout = LAYOUTS[name]
    content = read(*layout.write(pairs, own, Random(seed), set()))
    assert [asked(entry) for entry in content.entries] == [pair.question for pair in pairs]
    for entry, pair in zip(content.entries, pairs, strict=True):
        assert found(layout, entry) == wanted(layout, pair)
        assert match_key(words(expected(pair))) == _shown(entry)
    assert not content.errors


def _shown(entry: Entry) -> str:
    """The words of the answer's HTML: of copied text, too, which `shape` reads as it was written."""
    return match_key(words(shape(dataclasses.replace(entry, file=""))))


def check_gap(name: str, pairs: list[Pair], own: Furniture, seed: int) -> None:
    layout = LAYOUTS[name]
    place = Random(seed).choice(_PLACES)
    question = pairs[place].question
    pairs = [*pairs[:place], Pair(question, ()), *pairs[place + 1 :]]
    file, data = layout.write(pairs, own, Random(seed), set())
    content = read(file, data)
    gaps = [asked(entry) for entry in content.entries if entry.is_gap]
    assert gaps == [question] or (not gaps and _is_named(question, content.problems, data))
    others = [wanted(layout, pair) for pair in pairs if pair.parts]
    assert [found(layout, entry) for entry in content.entries if not entry.is_gap] == others


def check_wrong(name: str, pairs: list[Pair], own: Furniture, seed: int, number: int) -> None:
    layout = LAYOUTS[name]
    pairs = sorted(pairs, key=lambda pair: not pair.asks)  # what asks nothing stands at the end, and is written right
    asking = [at for at in _PLACES if pairs[at].asks]
    places = set(Random(seed).sample(asking, number))
    file, data = layout.write(pairs, own, Random(seed), places)
    content = read(file, data)
    answers = dict(found(layout, entry) for entry in content.entries)
    lost = [pairs[at] for at in places if answers.get(pairs[at].question) != wanted(layout, pairs[at])[1]]
    understood = [found(layout, entry) for entry in content.entries]
    right = [wanted(layout, pair) for pair in pairs]
    if name == "json-ld of half":  # what it alone tells of a question stands at the place of the data
        understood.sort()
        right.sort()
    if not lost and understood == right:
        return  # all the same
    assert content.problems
    if lost and len(lost) > 0.2 * SIZE:
        assert content.errors, "a torso is published"
        return
    for pair in lost:
        assert _is_named(pair.question, content.problems, data)


def _is_named(question: str, problems: Sequence[Problem], data: bytes) -> bool:
    """Whether a problem quotes the question, or names a line near it; or any line, where the file lacks its words."""
    lines = data.decode("utf-8", "replace").split("\n")
    places = {at for at, line in enumerate(lines, 1) if question[:25] in line}
    quoted = any(question[:25] in problem.message for problem in problems)
    return quoted or any(
        any(abs(problem.line - place) <= _NEAR for place in places or [problem.line])
        for problem in problems
        if problem.line
    )


def try_pages(check: Callable[..., None], name: str, effort: settings, *options: int) -> None:
    @effort
    @given(pairs_for(LAYOUTS[name]), furniture, seeds)
    def try_page(pairs: list[Pair], own: Furniture, seed: int) -> None:
        if any("cookie" in pair.question for pair in pairs):  # a banner below an answer on cookies may be part of it
            own = dataclasses.replace(own, kinds=own.kinds - {"cookie"})
        check(name, pairs, own, seed, *options)

    try_page()


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_whole(name: str) -> None:
    """Every question in its order, every word of the answers, nothing of what stands around them."""
    try_pages(check_whole, name, quick)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_question_without_answer_is_told(name: str) -> None:
    """It is a gap, or a problem names it; its neighbours stay as they are."""
    try_pages(check_gap, name, quick)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_question_written_wrong_is_read_or_told(name: str) -> None:
    """Red for every layout where nothing looks for what a reading missed."""
    try_pages(check_wrong, name, quick, 1)


@pytest.mark.parametrize("name", LAYOUTS)
def test_many_questions_written_wrong_are_read_or_told(name: str) -> None:
    try_pages(check_wrong, name, quick, 5)


@pytest.mark.long
@pytest.mark.parametrize("check", [check_whole, check_gap])
@pytest.mark.parametrize("name", LAYOUTS)
def test_many_pages(name: str, check: Callable[..., None]) -> None:
    try_pages(check, name, thorough)


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("name", LAYOUTS)
def test_many_wrong_pages(name: str, number: int) -> None:
    try_pages(check_wrong, name, thorough, number)

"""Items that are written into a list of bot.toml, whatever else stands there."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.importing.settings_list import with_items

FILES = {
    "none": ("", 'unanswerable = ["x", "y"]\n'),
    "other settings": ('title = "A"', 'title = "A"\nunanswerable = ["x", "y"]\n'),
    "before a table": ('title = "A"\n\n[columns]\nquestion = "Q"\n', None),
    "before notices": ('[[notices]]\nlevel = "emergency"\n', None),
    "one line": ('unanswerable = ["a"]  # as yet\n', 'unanswerable = ["a", "x", "y"]  # as yet\n'),
    "empty": ("unanswerable = []\n", 'unanswerable = ["x", "y"]\n'),
    "empty, of two lines": ("unanswerable = [\n]\n", 'unanswerable = ["x", "y"\n]\n'),
    "a line each": (
        'unanswerable = [\n  "a",  # asked often\n  "b",\n]\nlang = "en"\n',
        'unanswerable = [\n  "a",  # asked often\n  "b",\n  "x",\n  "y",\n]\nlang = "en"\n',
    ),
    "Windows": ('unanswerable = [\r\n\t"a"\r\n]\r\n', 'unanswerable = [\r\n\t"a",\r\n\t"x",\r\n\t"y"\r\n]\r\n'),
    "a mark": ('\ufeffunanswerable = ["a"]\n', '\ufeffunanswerable = ["a", "x", "y"]\n'),
    "letters of two bytes": ('title = "Öl"\nunanswerable = ["ä"]', 'title = "Öl"\nunanswerable = ["ä", "x", "y"]'),
    "brackets within": ("unanswerable = ['[a]', \"b ]\"]", 'unanswerable = [\'[a]\', "b ]", "x", "y"]'),
}


@pytest.mark.parametrize("name", FILES)
def test_items_come_last_and_all_else_stays(name: str) -> None:
    """Red when a line, a comment, an indent or a line end is lost, and when the list gets into a table."""
    before, after = FILES[name]
    written = with_items(before.encode(), "unanswerable", ["x", "y"])
    assert written is not None
    if after is not None:
        assert written.decode() == after
    old = tomllib.loads(before.removeprefix("\ufeff"))
    expected = {**old, "unanswerable": [*old.get("unanswerable", []), "x", "y"]}
    assert tomllib.loads(written.decode("utf-8-sig")) == expected


@pytest.mark.parametrize(
    "text", ["unanswerable = 3", "unanswerable = [", "unanswerable.x = 1", "[unanswerable]\n", "\udcff"]
)
def test_what_cannot_be_written_is_refused(text: str) -> None:
    assert with_items(text.encode("utf-8", "surrogateescape"), "unanswerable", ["x"]) is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_any_text_comes_back(items: list[str]) -> None:
    written = with_items(b'title = "A"\nunanswerable = ["a"]\n[columns]\n', "unanswerable", items)
    assert written
    assert tomllib.loads(written.decode())["unanswerable"] == ["a", *items]


def test_a_new_file_is_made() -> None:
    assert with_items(None, "unanswerable", ["x"]) == b'unanswerable = ["x"]\n'

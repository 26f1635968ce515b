"""The lines that are named of a bot.toml are those that an editor sees, whatever the text looks like."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from chatbot.core.errors import SettingsError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.toml_lines import Keys, TomlLines

TEXT = '''\
# title = "in a comment"
greeting = """
title = "in a text"
[columns]
[[notices]]
"""
"title" = "quoted"
contact . 'phone.number' = 3
disclaimer = """a "quoted" word, \\
  and "title" = 1"""
\tstarters = [
  "one", # [[notices]]
  "two",

  3,
]
inline = { a.b = 1, "c d" = [1,
  2], e = { f = 3 } }

[ columns ]
answer = "A"
question = "B"

[[notices]]
id = "x"
all_of = [
  ["numb"],
  [
    "legs",
    4,
  ],
]

[a.b.c]
d = 1
[[a.list]]
e = 1
[a.list.sub]
f = 1
[["notices"]]
id = 'y'
[[a."list"]]
e = 2
sub.g = 3
"k\\u00e9y \u2028" = 5
'''

LINES: dict[Keys, int] = {
    ("greeting",): 2,
    ("title",): 7,
    ("contact",): 8,
    ("contact", "phone.number"): 8,
    ("disclaimer",): 9,
    ("starters",): 11,
    ("starters", 0): 12,
    ("starters", 2): 15,
    ("inline", "a", "b"): 17,
    ("inline", "c d", 1): 18,
    ("inline", "e", "f"): 18,
    ("columns",): 20,
    ("columns", "question"): 22,
    ("notices",): 24,
    ("notices", 0): 24,
    ("notices", 0, "id"): 25,
    ("notices", 0, "all_of", 1, 1): 30,
    ("a",): 34,
    ("a", "b", "c", "d"): 35,
    ("a", "list", 0, "e"): 37,
    ("a", "list", 0, "sub", "f"): 39,
    ("notices", 1): 40,
    ("notices", 1, "id"): 41,
    ("a", "list", 1): 42,
    ("a", "list", 1, "e"): 43,
    ("a", "list", 1, "sub", "g"): 44,
    ("a", "list", 1, "k\u00e9y \u2028"): 45,
}


def value_at(table: Any, keys: Keys) -> Any:
    for key in keys:
        table = table[key]
    return table


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_key_and_item_has_its_line(end: str) -> None:
    """What looks like a key within a text is none. Red with the lines of the first word that matches; without numbers
    of arrays of tables; without names in quotes being read."""
    table, lines = tomllib.loads(TEXT), TomlLines(TEXT.replace("\n", end))
    for keys, line in LINES.items():
        value_at(table, keys)  # it is there
        assert lines.line_of(keys) == line, keys


def test_what_is_missing_has_the_line_of_what_it_would_stand_in() -> None:
    lines = TomlLines(TEXT)
    assert lines.line_of(("notices", 1, "level")) == 40
    assert lines.line_of(("starters", 9)) == 11
    assert lines.line_of(("inline", "x", "y")) == 17
    assert lines.line_of(("absent",)) == 1
    assert TomlLines("").line_of(("absent", 0)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('greeting = """\ntitle = 1\n"""\ntitle = 2\n', "bot.toml:4: title: 2 must be a text"),
        ('columns.answer = "A"\ncolumns.question = 2\n', "bot.toml:2: columns: question must name"),
        ('starters = [\n  "a",\n  "",\n]\n', "bot.toml:3: starters: must be a list of non-empty texts"),
        ('images = [\n  "https://a.example",\n  "b",\n]\n', "bot.toml:3: images: 'b' is not an origin"),
        ('lang = "en"\n"ti\\u0074el" = 1\n', "bot.toml:2: titel: there is no such setting"),
        ('notices = [\n  {},\n  { id = "x", level = 1 },\n]', "bot.toml:3: notices[2].level: must be a text"),
        ('greeting = """\n[[notices]]\n"""\n[[notices]]\nid = 3\n', "bot.toml:5: notices[1].id: must be a text"),
        ("# a\u2028b\ntitle = 3\n", "bot.toml:2: title: 3 must be a text"),
        ('title = """\nlang = "x"\n"""\n\ntitle = """\nlang = "y"\n"""', "bot.toml:5: title: stands twice"),
        ('[[a.b]]\n[a.b.c]\nd = """\n[x]"""\n["a".b.c]\n', "bot.toml:5: a.b.c: stands twice"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path: Path, text: str, message: str) -> None:
    """Red with the regular expressions that this parser replaces."""
    (tmp_path / "bot.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_bot_settings(tmp_path, env={})
    assert message in str(error.value)

"""A picture or a film that is all of an answer is named with its question; one beside words is no loss."""

import pytest

from chatbot.content.ledger import joined
from chatbot.content.parser import parse

PAGES = {
    "f.html": (
        '<h3>When? <img src="plus.svg"></h3>\n<p><img src="t.png" alt="Timetable"></p>\n<h3>How?</h3>\n'
        '<div><iframe src="https://film.example/1"></iframe></div>\n<h3>Dogs?</h3>\n<p>Yes <img src="d.png"></p>\n'
        '<h3>Cats? <img src="plus.svg"></h3>\n'
    ),
    "f.md": "## When?\n![](t.png)\n## How?\n<img src=f.png>\n## Dogs?\nYes ![](d.png)\n## Cats?\n",
    "f.rst": "When?\n-----\n.. image:: t.png\n\nHow?\n----\n.. image:: f.png\n\nDogs?\n-----\nYes\n\nCats?\n-----\n",
    "f.adoc": "== When?\n\nimage::t.png[]\n\n== How?\n\nvideo::f.mp4[]\n\n== Dogs?\n\nYes\n\n== Cats?\n",
}


@pytest.mark.parametrize("name", PAGES)
def test_what_only_shows_is_named_with_its_question_and_line(name: str) -> None:
    content = joined(parse(name, PAGES[name].encode()))
    lines = PAGES[name].split("\n")
    told = [(p.message.split('"')[1], lines[p.line - 1]) for p in content.problems if "for an answer" in p.message]
    assert [question for question, _ in told] == ["When?", "How?"]
    assert all(question in line for question, line in told)
    assert [entry.is_gap for entry in content.entries] == [True, True, False, True]

"""Nothing is lost in silence: every line and every word of a file is in an entry, or dropped for a given reason."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.text import clean

# Pieces of a page, good and bad; each "@" becomes a word that stands nowhere else.
PIECES = {
    "page.txt": "@ @?|@ @.|  1. @|- @ @|Back To Top|@?|© 2026 @|Q: @?|A: @|(a) @|@: @||".split("|"),
    "page.md": (
        "# @|## @?|### @|@ @.|- @|  - @|1. @||Also asked:|Source: @ @|Tags: @, @|Id: @|Reviewed: 2026-01-01|```|> @"
        "|<!-- @ -->|<!-- @|@ -->|---|===|tags: [@]|@: @|| @ | @ ||| --- | --- ||Also ask:|**@**|@?|~~~"
    ).split("|"),
    "page.html": (
        "<h2>@ @?</h2>~<h3>@</h3>~<p>@ <b>@</b>@~<p>@</p>~@ @~<ul>~<li>@~<li>@</li>~</ul>~<ol start=3><li>@"
        "<ul><li>@</ul></ol>~<details>~<summary>@?</summary>~</details>~<details><summary>@</summary>@</details>~<dl>~</dl>~<dt>@?~<dd>@"
        "~<table><caption>@</caption><tr><th>@<td>@</table>~<table>~@<tr>~<td>@~</table>~<nav>@ <a href=/>@</a></nav>"
        "~<script>@</script>~<!-- @ -->~<button>@?</button>~<p><strong>@?</strong></p>~<div>~</div>~<pre>@\n @</pre>"
        "~<code>@ @</code>~<a href=/x>@</a>~<a href='https://x.example/'>@</a>~<blockquote>@<p>@</blockquote>"
        "~<img src=x>~@<br>@~<p>Also asked:<ul><li>@<li>@</ul>~<p>Source: @~</p>~</li>"
        "~<div itemscope itemtype=https://schema.org/Question>"
        "<h4 itemprop=name>@</h4><div itemprop=acceptedAnswer itemscope>@ <b itemprop=text>@</b></div></div>"
        '~<script type="application/ld+json">'
        '{"@@type": "Question", "name": "@", "acceptedAnswer": {"text": "@"}}</script>'
        "~<form>@</form>~<hr>~<sup>@</sup>~<h1>@?</h1>~<span>@</span>~<i> @ </i>"
    ).split("~"),
    "page.csv": (
        '"@?","@ @"~@?,@~"@?","@\n@"~@~@,@,@~"@"",@"~@?,"@~,,~@?,~"",@~question,answer~id,question,answer,tags'
        "~question,answer,alternates~sep=,~@?,@,@|@~@?,@,@,@~@ @"
    ).split("~"),
    "page.tsv": 'question\tanswer~@?\t@~@~@\t@\t@~\t@~@\t~"@\t@~"@"\t"@\n@"'.split("~"),
    "page.json": (
        '[~]~{"question": "@?", "answer": "@"}~,~{"question": "@?",\n "answer": "@",\n "tags": ["@"]}~{"answer": "@"}'
        '~"@"~{"question": "@?", "question": "@?"}~@~{"question": "@?", "alternates": ["@", "@"], "source": "@"}~{'
    ).split("~"),
    "page.jsonl": (
        '{"question": "@?", "answer": "@"}~{"answer": "@"}~"@"~@~{"question": "@?", "tags": ["@"]}~{~[]~'
        '{"question": "@?", "question": "@?"}~{"question": "@?", "extra": "named once a file", "answer": ""}'
    ).split("~"),
}
OPENINGS = {
    "page.csv": "question,answer\n",
    "page.tsv": "question\tanswer\n",
    "page.json": "[",
    "page.md": "## First?\nYes.\n",
    "page.txt": "First?\nYes.\n",
}
WORD = re.compile(r"zq\d+x")


def words(pieces: list[str]) -> Iterator[str]:
    """`pieces` with words of their own in the places of "@"; "@@" is a plain "@"."""
    number = 0
    for piece in pieces:
        for at, part in enumerate(piece.replace("@@", "\0").split("@")):
            number += at > 0
            yield (f"zq{number}x" if at else "") + part.replace("\0", "@")
        yield "\n"


def check_lines(text: str, content: Content) -> None:
    """Each line that is not blank is in the ledger, once, with its text; what is dropped has a reason."""
    lines = {number: line.strip() for number, line in enumerate(clean(text).split("\n"), 1) if line.strip()}
    noted = sorted(content.ledger, key=lambda line: line.line)
    assert [line.line for line in noted] == list(lines)
    assert [line.text for line in noted] == list(lines.values())
    assert all(line.reason for line in noted if line.role == "dropped")


def check_words(content: Content) -> None:
    kept = {
        word
        for e in content.entries
        for field in (e.id, e.question, e.answer, *e.alternates, *e.tags, e.source, e.url, e.lang)
        for word in WORD.findall(field)
    }
    named = {word for problem in content.problems for word in WORD.findall(problem.message)}
    stopped = {problem.line for problem in content.problems}
    first = min((entry.line for entry in content.entries), default=0)
    for line in content.ledger:
        if line.role == "metadata" and line.line < first:
            continue  # what holds for a whole file may be said otherwise for each entry
        lost = [word for word in WORD.findall(line.text) if word not in kept | named]
        assert not lost or line.reason or stopped & {line.line, 0}, f"{line}: {lost} lost in silence"


@pytest.mark.parametrize("name", PIECES)
def test_every_line_and_every_word_is_accounted_for(name: str) -> None:
    """Red without: the drop of texts between the cells of a table, of comments in a list, of JSON below a mistake."""

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.booleans(), st.lists(st.sampled_from(PIECES[name]), max_size=14))
    def check(opened: bool, pieces: list[str]) -> None:
        text = (OPENINGS.get(name, "") if opened else "") + "".join(words(pieces))
        content = joined(parse(name, text.encode()))
        check_lines(text, content)
        check_words(content)

    check()

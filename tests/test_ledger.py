"""Nothing is lost in silence: every line and every word of a file is in an entry, or dropped for a given reason."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.content.readers.source import made_utf8
from chatbot.core.text import clean
from tests.formats import ENTRIES, WRITERS

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
        '[~]~{"faq": [~{"@?": "@"}~["@?", "@"]~{"title": "@", "items": [{"q": "@?", "a": "@"}]}~'
        '{"question": "@?", "answer": "@"}~,~{"question": "@?",\n "answer": "@",\n "tags": ["@"]}~{"answer": "@"}'
        '~"@"~{"question": "@?", "question": "@?"}~@~{"question": "@?", "alternates": ["@", "@"], "source": "@"}~{'
    ).split("~"),
    "page.yaml": (
        "- question: @?~  answer: @ @~- question: @?\n  answer: |\n    @\n\n    # @~# @~faq:~  tags: [@, @]"
        "~- q: '@?'~- @~  - @: @~section: @~---~\t@~&a @~*a~: @~section:\n- {q: @?, a: @}~- '@?': @"
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


def check_lines(name: str, text: str, content: Content) -> None:
    """Each line that is not blank is in the ledger, once, with its text; what is dropped has a reason."""
    text = text if name.endswith((".json", ".jsonl")) else clean(text)  # JSON has line breaks of one kind
    lines = {number: line.strip() for number, line in enumerate(text.split("\n"), 1) if line.strip()}
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
    """Red without: the reason for JSON below a mistake, or for lines below a heading that is dropped."""

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(st.booleans(), st.lists(st.sampled_from(PIECES[name]), max_size=14))
    def check(opened: bool, pieces: list[str]) -> None:
        text = (OPENINGS.get(name, "") if opened else "") + "".join(words(pieces))
        content = joined(parse(name, text.encode()))
        check_lines(name, text, content)
        check_words(content)

    check()


VALID = {name: write(ENTRIES) for name, write in WRITERS.items()}
VALID["faq.txt"] = "\n\n".join(f"{entry.question}\n{entry.answer}" for entry in ENTRIES).encode()
JUNK = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        b"""" ' , < </ <! <![ --> <!-- &# [ ] { } ``` | \\ \\u ? # <details> <li> </ul> <script> = 0 1e999 -1""".split(
            b" "
        )
        + "\n|\r|\0|\t|---\n|?\n|\ufeff|\u2028|\u202e|Also asked:\n|Id: x\n".encode().split(b"|")
        + [b"\xff", "\ufdfa".encode() * 9]
    ),
)
CUTS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), JUNK), max_size=6)


def spoilt(data: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    """`data` with bytes taken away and others put in, at places given as shares of its length."""
    for place, length, junk in cuts:
        at = int(place * len(data))
        data = data[:at] + junk + data[at + length :]
    return data


def check_fuzzed(examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(sorted(VALID)), st.one_of(CUTS, JUNK))
    @example("faq.xlsx", b"")
    @example("faq.json", b"\xed\xa0\x80")
    def check(name: str, change: bytes | list[tuple[float, int, bytes]]) -> None:
        data = change if isinstance(change, bytes) else spoilt(VALID[name], change)
        content = joined(parse(name, data))  # no exception
        assert content.entries or content.errors
        for problem in content.problems:
            assert problem.file.startswith(name)
            assert len(problem.message) > 10
        if not name.endswith(".xlsx"):
            check_lines(name, made_utf8(data)[0].decode("utf-8-sig", "replace"), content)

    check()


def test_spoilt_files_are_read_or_refused_with_every_line_accounted_for() -> None:
    """Red without: the ledger of files that are not read."""
    check_fuzzed(300)


@pytest.mark.long
def test_two_thousand_spoilt_files() -> None:
    check_fuzzed(2000)

"""`import`: what is written reads back to the same entries, edits are never lost, and a failure writes nothing."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.errors import ContentError
from chatbot.core.types import Entry
from chatbot.importing.answers import same_words
from chatbot.importing.placing import file_name
from chatbot.importing.reading import Source, read_bytes, read_source
from chatbot.importing.write import markdown_file
from tests.command import run_chatbot
from tests.strange_site import Site, strange_site

KEPT = ("id", "question", "alternates", "tags", "lang", "source", "url", "reviewed", "review_by")
COPIED = """\
Home | Shop
What is C# <for>?
Tags: are what *we* call them_
- 5 * 3 = 15
- _two_
3. third

# not a heading
Also asked:
a) first
Who knows?
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with strange_site() as found:
        yield found


def back(name: str, data: str) -> list[tuple[Entry, Entry]]:
    """Each entry of a file, and what it reads back as from the Markdown."""
    content = read_bytes(name, data.encode())
    assert not content.errors
    again = read_bytes("faq.md", markdown_file(content, "", "", name)).entries
    return list(zip(content.entries, again, strict=True))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "a.md",
            "---\ntags: [x, y]\n---\n# Why?\n\nAlso asked:\n- How so?\n\nUrl: https://a.example/\n\nSo.\n\n# Gap?\n",
        ),
        (
            "a.html",
            "<h1>Us</h1><h2>Why?</h2><ul><li>a</li><li><a href='https://a.example'>b</a></li></ul><h2>How?</h2>",
        ),
        ("a.csv", 'question,alternates,answer,lang\nWhy?,How so?|What for?,"1. a\n2. b",en\nWho?,,We.,de\n'),
        ("a.txt", COPIED),
    ],
)
def test_what_is_written_reads_back_as_it_was(name: str, data: str) -> None:
    pairs = back(name, data)
    assert pairs
    for before, after in pairs:
        assert [getattr(before, field) for field in KEPT] == [getattr(after, field) for field in KEPT]
        assert before.is_gap == after.is_gap
        assert same_words(before, after)


def test_the_words_of_a_copied_page_are_seen_as_they_stood() -> None:
    """Red without the escapes, or where "3." becomes the start of a paragraph."""
    [(_, after), (_, gap)] = back("a.txt", COPIED)
    shown = "".join(after.html.split("\n"))
    assert "<p>Tags: are what *we* call them_</p>" in shown
    assert "<li>5 * 3 = 15</li><li>_two_</li></ul>" in shown
    assert '<ol start="3"><li>third</li></ol>' in shown
    assert "<p># not a heading<br>Also asked:<br>a) first</p>" in shown
    assert gap.is_gap


@pytest.mark.parametrize(("question", "top"), [("Why so?", "### Top"), ("Title", "**Top**")])
def test_headings_of_an_answer_stay_headings_where_they_can(question: str, top: str) -> None:
    entries = [{"question": question, "answer": "# Top\n\nOne.\n\n## Is it?\n\nTwo."}]
    entries += [{"question": f"Who is {name}?", "answer": f"{name} is one of us."} for name in ("Ann", "Bob", "Cem")]
    _, answer = back("a.json", json.dumps(entries))[0]
    assert [line for line in answer.answer.split("\n") if line] == [top, "One.", "Is it?", "Two."]


def test_a_list_that_opens_an_answer_is_no_list_of_wordings() -> None:
    """Red without the line of metadata between the two."""
    data = json.dumps([{"question": "Why?", "answer": "- a\n- b", "alternates": ["How so?"]}])
    [(before, after)] = back("a.json", data)
    assert (after.alternates, after.answer) == (before.alternates, before.answer)


# Parted by "|"; "\n" is written out.
PIECES = r"""
Plain.|# Top|### Deep|#### Why so?|Title\n---|Tags: a, b|Source: me|Also asked:\n- x|**Also asked:**\n- y|<!-- c -->x
a <!-- c --> b|<!-- open|```\ncode\n# no\nTags: x\n```|```\nopen|~~~py\nTags: y|    indented|- a\n- b|1. one\n2. two
> # h|---|See [x](https://e.example).|<div>\nhi\n\nTags: q\n</div>|<pre>\nId: open|&amp; &copy; <b>x</b>|Reviewed: soon
- a\n\n  Tags: in|## Why?\n\nBecause.|line  \nbreak|\# escaped|Title\n===|Lang: en\nTags: q|Note: hello"""
QUESTIONS = r"""
Why?|What is C#?|What is C #|a*b*c?|<b>bold</b>?|`x`?|[a](b)?|# x?|1. x?|- x?|A & B?|&amp;?|snake_case?|_it_?|x\y?
~~a~~?|Opening hours|Why? #|> q?|https://e.example/?a=b_c?|***?|<script>?|\# a?"""


def parted(text: str) -> list[str]:
    return [piece.replace(r"\n", "\n") for piece in text.strip("\n").replace("\n", "|").split("|")]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_an_answer_holds_it_stays_in_its_entry(seed: int) -> None:
    """Answers, questions and wordings of all that Markdown could take for something else, in any order."""
    die = random.Random(seed)
    pieces, questions = parted(PIECES), parted(QUESTIONS)
    entries = [
        {
            "id": f"e{at}",
            "question": f"Item{at} {die.choice(questions)}",
            "answer": "\n\n".join(["Yes.", *die.sample(pieces, 3)][die.randint(0, 1) :]),
            "alternates": die.sample(questions, die.randint(0, 2)),
            "tags": die.choice([[], ["a", "b c"]]),
            "source": die.choice(["", "Us", "Them: all", "https://z.example"]),
            "url": die.choice(["", "https://e.example/x#y"]),
        }
        for at in range(12)
    ]
    for before, after in back("a.json", json.dumps(entries)):
        assert before.id == after.id
        assert same_words(before, after)


def test_an_entry_that_markdown_cannot_hold_is_named() -> None:
    entries = [{"question": "Opening hours", "answer": ""}, {"question": "Why?", "answer": "So.", "tags": ["a, b"]}]
    for entry, message in zip(entries, ("is read as a title", "its tags would be"), strict=True):
        data = json.dumps([entry, {"question": "Who?", "answer": "We."}])
        with pytest.raises(ContentError, match=message) as error:
            markdown_file(read_bytes("a.json", data.encode()), "", "", "my/a.json")
        assert str(error.value).startswith("my/a.json:1: ")


def test_a_table_that_is_too_long_for_markdown_is_refused() -> None:
    rows = "".join(f"What is {row}?,{'word ' * 200}\n" for row in range(2_200))
    with pytest.raises(ContentError, match=r"a\.csv: would be over 2 MB as Markdown"):
        markdown_file(read_bytes("a.csv", f"question,answer\n{rows}".encode()), "", "", "a.csv")


def test_a_page_of_the_web(site: Site, tmp_path: Path) -> None:
    page = "<title>Caf\u00e9 &amp; Bar</title><h2>O\u00f9?</h2><p>See <a href='../map?a=1'>map</a>.</p><h2>When?</h2>"
    url = site.add("/help/faq.html", page.encode("latin-1"), kind="text/html; charset=latin-1")
    into = tmp_path / "new" / "corpus"
    done = run_chatbot("import", url, "--into", into, "--allow-private")
    assert done.returncode == 0, done.stderr
    [path] = into.iterdir()
    assert path.name == "127-0-0-1-help-faq.md"
    assert path.read_text(encoding="utf-8") == (
        f'---\nsource: "Caf\u00e9 & Bar"\nurl: {url}\n---\n\n'
        f"## O\u00f9?\n\nSee [map]({site.url}/map?a=1).\n\n## When?\n"
    )
    assert f"gap: {url}:1: no answer yet: When?" in done.stderr
    assert "1 answer, 1 gap, " in done.stdout
    assert f"Next: python -m chatbot lint --corpus {into}" in done.stdout
    assert run_chatbot("lint", "--corpus", into).returncode == 0


@pytest.mark.parametrize(
    ("base", "leads_to"),
    [
        ("<base href='/shop/'>", "{site}/shop/map"),
        ("<BASE target=_top HREF=https://a.example/x/>", "https://a.example/x/map"),
        ("<!-- <base href='/no/'> --><base href='//b.example/'>", "http://b.example/map"),
        ("<base href='ftp://a.example/'>", "{site}/help/map"),
    ],
)
def test_links_are_read_from_the_base_of_a_page(site: Site, base: str, leads_to: str) -> None:
    page = f"{base}<h2>Where?</h2><p>See <a href='map'>map</a> and <a href='#q'>this</a>.</p>"
    url = site.add("/help/faq.html", page.encode(), kind="text/html; charset=utf-8")
    [entry] = read_source(url, allow_private=True).content.entries
    assert entry.answer == f"See [map]({leads_to.format(site=site.url)}) and [this]({url}#q)."


def test_a_second_run_shows_what_would_change_and_keeps_the_edits(tmp_path: Path) -> None:
    source, into = tmp_path / "faq.csv", tmp_path / "corpus"
    source.write_text("question,answer\nWhy?,So.\n")
    command = ("import", source, "--into", into)
    assert f"{into / 'faq.md'}: written" in run_chatbot(*command).stdout
    assert ": unchanged" in run_chatbot(*command).stdout
    edited = (into / "faq.md").read_text() + "\n## Who?\n\nWe.\n"
    (into / "faq.md").write_text(edited)
    done = run_chatbot(*command)
    assert done.returncode == 0
    assert "--- faq.md (as it stands)\n+++ faq.md (as it would be)\n@@ " in done.stdout
    assert "\n-## Who?\n" in done.stdout
    assert "not touched, as it differs" in done.stdout
    assert (into / "faq.md").read_text() == edited
    body = json.loads(run_chatbot(*command, "--overwrite", "--json").stdout)
    assert [one["state"] for one in body["files"]] == ["replaced"]
    assert (into / "faq.md").read_text() == "## Why?\n\nSo.\n"
    assert [path.name for path in into.iterdir()] == ["faq.md"]


def mistakes(tmp_path: Path, site: Site) -> dict[str, tuple[list[object], int, str]]:
    """name -> (arguments, exit status, what the message says); each beside a source that is right."""
    (tmp_path / "good.md").write_text("# Why?\n\nSo.\n")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "empty.html").write_text("<p>Welcome.</p>")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "good.csv").write_text("question,answer\nWho?,We.\n")
    page = site.add("/empty", "<p>Welcome.</p>")
    return {
        "no source": ([], 2, "the following arguments are required: FILE-or-URL"),
        "no such file": ([tmp_path / "none.md"], 2, "none.md: there is no such file"),
        "a folder": ([tmp_path / "sub"], 2, "sub: is a folder; name its files"),
        "no format": ([tmp_path / "x.exe"], 2, "x.exe: there is no such file"),
        "broken": ([tmp_path / "bad.json"], 1, f"{tmp_path}/bad.json:1: "),
        "no question in a file": ([tmp_path / "empty.html"], 1, "empty.html: no question"),
        "no question in a page": ([page, "--allow-private"], 1, f"{page}: no question"),
        "private": ([page], 1, f"{page}: leads to 127.0.0.1"),
        "missing": ([f"{site.url}/none", "--allow-private"], 1, f"{site.url}/none: answers 404"),
        "another scheme": (["file:///etc/hostname"], 2, "file:///etc/hostname: only addresses that begin with"),
        "two of one name": ([tmp_path / "sub" / "good.csv"], 2, "as " + f"{tmp_path}/good.md is; rename one"),
    }


def test_a_failure_is_one_sentence_and_writes_nothing(tmp_path: Path, site: Site) -> None:
    into = tmp_path / "corpus"
    for name, (arguments, status, message) in mistakes(tmp_path, site).items():
        good = [tmp_path / "good.md"] if arguments else []
        done = run_chatbot("import", *good, *arguments, "--into", into)
        assert (name, done.returncode) == (name, status), done.stderr
        assert message in done.stderr, name
        assert "Traceback" not in done.stderr, name
        assert not into.exists(), name


def test_no_link_is_followed_and_no_file_replaces_itself(tmp_path: Path) -> None:
    into, outside = tmp_path / "corpus", tmp_path / "outside"
    into.mkdir()
    outside.write_text("mine")
    (tmp_path / "faq.csv").write_text("question,answer\nWhy?,So.\n")
    (into / "faq.md").symlink_to(outside)
    for overwrite in ([], ["--overwrite"]):
        done = run_chatbot("import", tmp_path / "faq.csv", "--into", into, *overwrite)
        assert (done.returncode, outside.read_text()) == (2, "mine")
        assert "faq.md: a link, which is not followed" in done.stderr
    (into / "own.md").write_text("# Why?\n\nSo.\n")
    done = run_chatbot("import", into / "own.md", "--into", into, "--overwrite")
    assert (done.returncode, (into / "own.md").read_text()) == (2, "# Why?\n\nSo.\n")
    assert "is already where it would be written" in done.stderr
    (into / "table.csv").write_text("question,answer\nWho?,We.\n")
    done = run_chatbot("import", into / "table.csv", "--into", into)
    assert f"take {into / 'table.csv'} out of {into}" in done.stderr
    done = run_chatbot("import", tmp_path / "faq.csv", "--into", outside)
    assert (done.returncode, "outside: is a file; name a folder" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("path", "url", "name"),
    [
        ("Our FAQ (v2).html", "", "our-faq-v2.md"),
        ("README.md", "", "readme-faq.md"),
        (".hidden.csv", "", "hidden.md"),
        ("\u00dcber uns.txt", "", "\u00fcber-uns.md"),
        ("...", "", "page.md"),
        ("", "https://shop.example/../help/FAQ.php?page=2", "shop-example-help-faq-page-2.md"),
        ("", "https://shop.example/%2e%2e%2fetc", "shop-example-2e-2e-2fetc.md"),
    ],
)
def test_names_are_plain(path: str, url: str, name: str) -> None:
    read = Source("", read_bytes("a.md", b"# A?\n\nB."), Path(path) if path else None, "", url)
    assert file_name(read) == name


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    content = read_bytes("a.md", b"# A?\n\nB.")
    names = {file_name(Source("", content, None, "", f"https://a.example/{'long/' * 50}{end}")) for end in "ab"}
    assert len(names) == 2
    assert all(len(name) <= 90 for name in names)


def test_what_the_pages_of_a_corpus_give_is_what_their_import_gives(corpus: Path, tmp_path: Path) -> None:
    assert run_chatbot("import", corpus / "pets.md", "--into", tmp_path / "copy").returncode == 0
    before, after = (read_corpus(folder).entries for folder in (corpus, tmp_path / "copy"))
    assert [[getattr(entry, name) for name in KEPT] for entry in before] == [
        [getattr(entry, name) for name in KEPT] for entry in after
    ]
    assert [entry.answer for entry in before] == [entry.answer for entry in after]


def test_what_init_wrote_makes_room_for_the_owners_own(tmp_path: Path) -> None:
    """Red when it counts as edited, and when nobody is told that it will be served beside what was imported."""
    into, source = tmp_path / "mine", tmp_path / "faq.txt"
    run_chatbot("init", into)
    (tmp_path / "shop.txt").write_text("Do you ship?\nYes.\n")
    source.write_text("Do dogs pay?\nNo.\n")
    beside = run_chatbot("import", tmp_path / "shop.txt", "--into", into)
    assert f"{into / 'faq.md'} holds the three entries of init still; delete it" in beside.stderr
    own = run_chatbot("import", source, "--into", into)
    assert f"{into / 'faq.md'}: replaced" in own.stdout
    assert "of init" not in own.stderr
    assert "Do dogs pay?" in (into / "faq.md").read_text()
    (into / "faq.md").write_text((into / "faq.md").read_text().replace("No.", "Never."))
    assert "not touched, as it differs" in run_chatbot("import", source, "--into", into).stdout


def test_a_pipe_beside_what_is_imported_is_not_waited_for(tmp_path: Path) -> None:
    """Red when the entries of `init` are looked for in whatever bears their name."""
    into = tmp_path / "mine"
    into.mkdir()
    os.mkfifo(into / "faq.md")
    (tmp_path / "shop.txt").write_text("Do you ship?\nYes.\n")
    done = run_chatbot("import", tmp_path / "shop.txt", "--into", into)
    assert (done.returncode, "of init" in done.stderr) == (0, False), done.stderr

"""The FAQ as a static page: everything is in it, nothing in it is markup that should not be, and it stands alone."""

import dataclasses
import json
import re
import stat
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chatbot.cli.verbs.outputs import write_whole
from chatbot.content.corpus import read_corpus
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.indexing.build import Build
from chatbot.web.faq.page import faq_page
from chatbot.web.faq.sections import parts_of
from chatbot.web.gradio_page.first_page import first_page
from tests.command import ROOT, run_chatbot

HOSTILE = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)> & more'
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Elements with their attributes, ids, links, and whether every element is closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [attributes[attribute] for name, attributes in self.elements if name == tag and attribute in attributes]


def outline(page: str) -> Outline:
    parsed = Outline(page)
    assert parsed.open == []
    return parsed


def structured(page: str) -> dict[str, object]:
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(data)  # type: ignore[no-any-return]


def test_every_entry_is_on_the_page_and_in_its_contents(pets: Build) -> None:
    page = faq_page(pets.entries, pets.settings, "")
    parsed = outline(page)
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert [f"#{entry.id}" for entry in pets.entries if not entry.is_gap] == parsed.values("a", "href")[:3]
    assert {entry.id for entry in pets.entries} <= set(ids)
    assert len(ids) == len(set(ids))
    for entry in pets.entries:
        assert page.count(entry.question) >= 2
        assert entry.html in page
    assert "Reviewed <time" in page
    assert '<a href="https://vet.example/" rel="noopener noreferrer">The vet</a>' in page
    assert "<li>pets</li>" in page
    assert "<p>Contact: Ask the vet.</p>" in page


def test_a_gap_is_listed_as_not_answered_yet(pets: Build) -> None:
    page = faq_page(pets.entries, pets.settings, "")
    section = page.split('<section class="gaps">')[1]
    assert section.startswith('\n<h2 id="gaps:">Not answered yet</h2>')
    assert '<li id="how-long-do-hamsters-live">How long do hamsters live?</li>' in section
    assert "Not answered yet" not in faq_page([e for e in pets.entries if not e.is_gap], pets.settings, "")


def test_its_structured_data_has_what_schema_org_asks_for(pets: Build) -> None:
    data = structured(faq_page(pets.entries, pets.settings, ""))
    assert (data["@context"], data["@type"]) == ("https://schema.org", "FAQPage")
    questions = data["mainEntity"]
    assert isinstance(questions, list)
    assert len(questions) == 3  # the gap has no answer to give
    for question in questions:
        assert question["@type"] == "Question"
        assert question["name"]
        assert question["acceptedAnswer"]["@type"] == "Answer"
        assert question["acceptedAnswer"]["text"]


def test_nothing_that_an_owner_wrote_is_markup() -> None:
    entry = Entry("a", HOSTILE, "x", "<p>x</p>", tags=(HOSTILE,), source=HOSTILE, url="javascript:alert(1)")
    gap = Entry("b", HOSTILE, "")
    settings = BotSettings(title=HOSTILE, contact=f"a@b.example {HOSTILE}", disclaimer=HOSTILE, lang='en"><script>')
    page = faq_page([entry, gap], settings, "")
    parsed = outline(page)
    assert {"img", "script"} & {tag for tag, _ in parsed.elements} == {"script"}
    assert [attributes for tag, attributes in parsed.elements if tag == "script"] == [{"type": "application/ld+json"}]
    assert parsed.values("a", "href") == ["#a", "#b", "mailto:a@b.example"]
    page = faq_page(
        [dataclasses.replace(entry, id=f"{at}", section=f"{HOSTILE}{at % 2}") for at in range(4)], settings, ""
    )
    assert outline(page).values("a", "href")[:3] == ["#part:0", "#0", "#2"]
    assert HOSTILE not in page
    assert structured(page)["name"] == HOSTILE


def test_what_looks_like_a_template_is_text() -> None:
    """In the chat page, too. Red where a text of the owner becomes a part of a template."""
    sign = "{{ 7 * 7 }}{% raw %}{# c #}"
    entry = Entry("a", sign, "x", f"<p>{sign}</p>", alternates=(sign,), tags=(sign,), source=sign, section=sign)
    settings = BotSettings(title=sign, disclaimer=sign, contact=sign, greeting=sign, starters=(sign,), placeholder=sign)
    assert faq_page([entry], settings, "").count(sign) == 13
    assert first_page(settings, sign).count(sign) == 9


def test_its_words_and_direction_follow_the_language(pets: Build) -> None:
    entries = [*pets.entries, Entry("x", "Why?", "So.", "<p>So.</p>", lang="en")]
    page = faq_page(entries, dataclasses.replace(pets.settings, lang="ar"), "")
    assert '<html lang="ar" dir="rtl">' in page
    assert "المحتويات" in page
    assert '<article id="x" lang="en" dir="ltr">' in page
    assert '<article id="what-do-goldfish-eat" dir="auto">' in page  # no language is named: by its letters
    assert "Inhalt" in faq_page(entries, dataclasses.replace(pets.settings, lang="de-AT"), "")
    assert "Contents" in faq_page(entries, dataclasses.replace(pets.settings, lang="fi"), "")


def test_questions_stand_in_parts_by_heading_or_by_tag(corpus: Path) -> None:
    """Red without: `_headings` in the assembly; the limits of `parts_of`."""
    (corpus / "pets.md").unlink()
    (corpus / "a.md").write_text(
        "# Cats\n\n## Do cats purr?\nYes.\n\n## Do cats bark?\nNo.\n\n# Dogs\n\n"
        "## Do dogs bark?\nYes.\n\n### How loud?\nVery.\n"
    )
    (corpus / "b.html").write_text("<h1>Dogs</h1><h2>Do dogs swim?</h2><p>Most.</p>")
    entries = read_corpus(corpus).entries
    assert {entry.question: entry.section for entry in entries} == {
        "Do cats purr?": "Cats", "Do cats bark?": "Cats", "Do dogs bark?": "Dogs", "How loud?": "Dogs",
        "Do dogs swim?": "Dogs",
    }  # fmt: skip
    parts = parts_of(sorted(entries, key=lambda entry: (entry.file, entry.line)))
    assert [(part.heading, len(part.entries)) for part in parts] == [("Cats", 2), ("Dogs", 3)]
    page = faq_page(entries, BotSettings(title="Pets"), "")
    assert re.findall(r"<h[23][^>]*>([^<]+)", page)[:4] == ["Contents", "Cats", "Do cats purr?", "Do cats bark?"]
    assert '<section aria-labelledby="part:1">\n<h2 id="part:1">Dogs</h2>' in page
    tagged = [Entry(f"{at}", f"Why {at}?", "So.", tags=(("x", "y")[at % 2],) if at else ()) for at in range(6)]
    assert [part.heading for part in parts_of(tagged)] == ["y", "x", ""]
    assert [part.heading for part in parts_of(tagged[:3])] == [""]  # too few
    alone = [Entry(f"{at}", f"Why {at}?", "So.", section=f"Part {at}") for at in range(6)]
    assert [part.heading for part in parts_of(alone)] == [""]


def test_the_page_leads_to_the_chat_where_there_is_one(pets: Build) -> None:
    page = faq_page(pets.entries, pets.settings, "", "<script></script>", "./")
    assert '<p class="chat"><a href="./">Ask in the chat</a></p>' in page
    assert "Ask in the chat" not in faq_page(pets.entries, pets.settings, "")


def test_export_writes_a_page_that_stands_alone(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "faq.html"
    done = run_chatbot("export", "--html", str(file), "--json", CHATBOT_INDEX=str(index))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) | {"build_id": ""} == {"files": [str(file)], "build_id": "", "entries": 3, "gaps": 1}
    parsed = outline(file.read_text(encoding="utf-8"))
    assert "style" in {tag for tag, _ in parsed.elements}
    assert "link" not in {tag for tag, _ in parsed.elements}
    assert parsed.values("script", "src") == []
    assert "role=search" in file.read_text(encoding="utf-8")  # the script is in the page


def test_what_stood_in_the_file_stays_until_the_page_is_whole(tmp_path: Path) -> None:
    """Red without: the part beside it, or taking that away."""
    file, link = tmp_path / "faq.html", tmp_path / "link.html"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    code = "import resource, signal, sys; from pathlib import Path; from chatbot.cli.verbs.outputs import write_whole;"
    code += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9));"
    code += "write_whole(Path(sys.argv[1]), b'x' * 10)"
    done = subprocess.run([sys.executable, "-c", code, file], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "faq.html: cannot be written (File too large); name another file" in done.stderr
    assert file.read_text() == "old"
    write_whole(link, b"new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode), link.is_symlink()) == ("new", 0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faq.html", "link.html"]


@pytest.mark.parametrize("arguments", [["--html", "no-such-folder/faq.html"], []])
def test_export_without_a_place_to_write_is_wrong_usage(index: Path, arguments: list[str]) -> None:
    done = run_chatbot("export", *arguments, CHATBOT_INDEX=str(index))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_entries_stand_in_the_order_of_their_files_and_lines(pets: Build) -> None:
    page = faq_page(pets.entries, pets.settings, "")
    asked = ["How often should I feed my cat?", "May dogs eat chocolate?", "What do goldfish eat?"]
    places = [page.index(f'"{question}"') for question in asked]
    assert places == sorted(places)
    assert page == faq_page(list(reversed(pets.entries)), pets.settings, "")

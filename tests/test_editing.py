"""An entry is edited in its own lines: it says what was asked for, and nothing else changes; or nothing is written."""

import dataclasses
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from chatbot.content.corpus import read_corpus, source_bytes
from chatbot.core.errors import ContentError
from chatbot.core.settings import BotSettings
from chatbot.core.types import Entry
from chatbot.importing.changes import BACKUPS, Change, write_change
from chatbot.importing.editing import Edit, added, edited, file_hash
from chatbot.importing.entry_fields import Fields
from tests.furniture import Furniture
from tests.layouts import LAYOUTS
from tests.layouts.bank import BANK

FAQ = """\
---
tags: [shop]
reviewed: 2026-01-31
---
# Orders

## How long does delivery take?

Also asked:

- When will my parcel arrive?
- delivery time

Two to four days.

<!-- ask the carrier before the holidays -->

- inside the country
- on working days

Source: The carrier <https://carrier.example/>
Review by: 2027-01-31

## How do I return shoes?
Send them **back** in the box.

## Is there a shop in York?

Tags: places
"""
DELIVERY, SHOES, YORK = "how-long-does-delivery-take", "how-do-i-return-shoes", "is-there-a-shop-in-york"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "faq.md").write_text(FAQ, "utf-8")
    return tmp_path / "shop"


def entries(corpus: Path) -> dict[str, Entry]:
    return {entry.id: entry for entry in read_corpus(corpus).entries}


def edit(corpus: Path, entry_id: str, *, keeps_id: bool = True, **changed: object) -> Edit:
    fields = dataclasses.replace(Fields.of(entries(corpus)[entry_id]), **changed)  # type: ignore[arg-type]
    return edited(corpus, BotSettings(), entry_id, fields, keeps_id=keeps_id)


def lines_of(done: Edit) -> tuple[list[str], list[str]]:
    """(lines that went, lines that came)."""
    changed = done.change.patch.decode().splitlines()[2:]
    return [line[1:] for line in changed if line[0] == "-"], [line[1:] for line in changed if line[0] == "+"]


def test_only_the_lines_that_say_something_else_change(shop: Path) -> None:
    """Red when the whole answer is written anew, or what stands between its lines is lost."""
    done = edit(shop, DELIVERY, answer="Two to five days.\n\n- inside the country\n- on working days\n- never at night")
    assert lines_of(done) == (["Two to four days."], ["Two to five days.", "- never at night"])
    assert b"<!-- ask the carrier before the holidays -->" in done.change.after
    assert done.entry.answer.endswith("never at night")
    assert done.problems == ()


EDITS: Sequence[tuple[str, dict[str, object], list[str], list[str]]] = [
    (DELIVERY, {"alternates": ("When will my parcel arrive?", "how fast")}, ["- delivery time"], ["- how fast"]),
    (DELIVERY, {"alternates": ("delivery time",)}, ["- When will my parcel arrive?"], []),
    (
        DELIVERY,
        {"alternates": ()},
        ["", "Also asked:", "", "- When will my parcel arrive?", "- delivery time"],
        [],
    ),
    (DELIVERY, {"alternates": ("When will my parcel arrive?", "delivery time", "a_b")}, [], ["- a_b"]),
    (DELIVERY, {"review_by": "2028-01-31"}, ["Review by: 2027-01-31"], ["Review by: 2028-01-31"]),
    (DELIVERY, {"review_by": ""}, ["Review by: 2027-01-31"], []),
    (DELIVERY, {"tags": ("shop", "post")}, [], ["Tags: shop, post"]),
    (DELIVERY, {"reviewed": ""}, [], ["Reviewed:"]),  # or else the date of the whole file would count
    (DELIVERY, {"source": "The post"}, ["Source: The carrier <https://carrier.example/>"], ["Source: The post"]),
    (SHOES, {"answer": "Bring them."}, ["Send them **back** in the box."], ["Bring them."]),
    (SHOES, {"reviewed": "2026-11-30"}, [], ["Reviewed: 2026-11-30", ""]),
    (SHOES, {"alternates": ("boots",)}, [], ["", "Also asked:", "- boots", ""]),
    (SHOES, {"answer": ""}, ["Send them **back** in the box."], []),
    (YORK, {"answer": "Yes.\n\nIn Low Lane."}, [], ["", "Yes.", "", "In Low Lane."]),
    (YORK, {"tags": ("places", "shops")}, ["Tags: places"], ["Tags: places, shops"]),
    (
        SHOES,
        {"question": "How do I send shoes back?"},
        ["## How do I return shoes?"],
        ["## How do I send shoes back?", "", f"Id: {SHOES}"],
    ),
]


@pytest.mark.parametrize(("entry_id", "changed", "gone", "new"), EDITS)
def test_each_field_has_its_lines(
    shop: Path, entry_id: str, changed: dict[str, object], gone: list[str], new: list[str]
) -> None:
    """Red when a line is written that was not asked for, or one is lost."""
    done = edit(shop, entry_id, **changed)
    assert lines_of(done) == (gone, new)
    for name, value in changed.items():
        if name != "source":
            assert getattr(done.entry, name) == value


def test_an_answer_that_is_a_list_is_parted_from_the_wordings_above_it(shop: Path) -> None:
    """Red without `part`: it would be read as more wordings."""
    (shop / "faq.md").write_text("## How long?\n\nAlso asked:\n- how fast\n\nTwo.\n", "utf-8")
    done = edit(shop, "how-long", answer="- two\n- three")
    assert lines_of(done) == (["Two."], ["Id: how-long", "", "- two", "- three"])
    assert done.entry.alternates == ("how fast",)


def test_the_address_of_an_entry_stays_unless_the_editor_gives_it_up(shop: Path) -> None:
    kept = edit(shop, SHOES, question="How do I send shoes back?")
    assert (kept.old_id, kept.entry.id) == (SHOES, SHOES)
    moved = edit(shop, SHOES, question="How do I send shoes back?", keeps_id=False)
    assert (moved.old_id, moved.entry.id) == (SHOES, "how-do-i-send-shoes-back")


def test_what_was_not_changed_gives_no_change(shop: Path) -> None:
    done = edit(shop, DELIVERY)
    assert done.change.after == done.change.before
    assert done.change.patch == b""


@pytest.mark.parametrize(
    "data",
    [
        FAQ.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + FAQ.encode(),
        b"\xff\xfe" + FAQ.encode("utf-16-le"),
        FAQ.rstrip("\n").encode(),
        FAQ.replace("\n", "\r\n", 12).encode(),
    ],
    ids=["CRLF", "BOM", "UTF-16", "no end", "mixed ends"],
)
def test_line_ends_encoding_and_the_end_of_the_file_stay(shop: Path, data: bytes) -> None:
    """Red when the file is written with the line ends or the encoding of this machine."""
    (shop / "faq.md").write_bytes(data)
    done = edit(shop, YORK, tags=("places", "more"), answer="Yes.")
    encoding = "utf-16" if data[:2] == b"\xff\xfe" else "utf-8"
    before, after = data.decode(encoding), done.change.after.decode(encoding)
    end = "\r\n" if before.endswith("\r\n") else "\n"
    last = end if before.endswith("\n") else ""
    assert after == before.rstrip("\r\n").replace("Tags: places", "Tags: places, more") + end * 2 + "Yes." + last


def test_it_is_refused_where_it_would_be_read_otherwise(shop: Path) -> None:
    """Red without the look at the corpus as it would be."""
    asks = 'a part of the answer would be read as a question, "What else'
    with pytest.raises(ContentError, match=rf"^faq.md:24: {asks}.*write it otherwise, or edit the file by hand there$"):
        edit(shop, SHOES, answer="Send them back.\n\n## What else?\n\nNothing.")
    with pytest.raises(ContentError, match=r"its answer would be read as 'Send them\.'"):
        edit(shop, SHOES, answer="Send them.\n\nTags: shoes")
    with pytest.raises(ContentError, match='this would also change "is-there-a-shop-in-york"'):
        edit(shop, SHOES, question="Is there a shop in York?", keeps_id=False)
    with pytest.raises(ContentError, match="the question has no words"):
        edit(shop, SHOES, question=" ?! ")
    with pytest.raises(ContentError, match=r"reviewed: '30.11.26' is no date; write it as 2026-01-31"):
        edit(shop, SHOES, reviewed="30.11.26")
    with pytest.raises(ContentError, match='"gone": there is no such entry'):
        edited(shop, BotSettings(), "gone", Fields("Gone?"))


def test_a_link_of_another_entry_must_not_break(shop: Path) -> None:
    """Red when only the edited file is looked at: the answer of another file would lose its link."""
    (shop / "more.md").write_text("## Where is it?\n\nSee [returns](faq.md#how-do-i-return-shoes).\n", "utf-8")
    assert "#how-do-i-return-shoes" in entries(shop)["where-is-it"].html
    with pytest.raises(ContentError, match=r'faq.md:24: this would also change "where-is-it" \(more.md:1\)'):
        edit(shop, SHOES, question="How do I send shoes back?", keeps_id=False)


def test_lint_tells_what_is_wrong_with_the_entry(shop: Path) -> None:
    done = edit(shop, SHOES, review_by="2020-01-31")
    assert [(one.file, one.line, one.rule) for one in done.problems] == [("faq.md", 24, "review-due")]
    done = edit(shop, SHOES, alternates=("delivery time",))
    assert [(one.rule, one.severity) for one in done.problems] == [("same-question", "warning")]
    done = edit(shop, SHOES, answer="Send them.\n\nReviewd: 2026-01-31")
    assert [(one.line, one.rule) for one in done.problems] == [(27, "unknown-key")]
    assert done.errors == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("faq.csv", "question,answer,tags\nHow long?,Two,a\nAnd who?,Me,b\n"),
        ("faq.json", '[\n{"question": "How long?", "answer": "Two"},\n{"question": "And who?", "answer": "Me"}]\n'),
        ("faq.yaml", "- question: How long?\n  answer: Two\n- question: And who?\n  answer: Me\n"),
        ("faq.html", "<h2>How long?</h2>\n<p>Two.</p>\n<h2>And who?</h2><p>Me.</p>"),
    ],
)
def test_of_other_formats_only_what_a_writer_knows_is_edited(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    line = entries(tmp_path)["and-who"].line
    with pytest.raises(ContentError, match=rf"^{name}:{line}: of a \.\w+ file only further wordings.*by hand there$"):
        edit(tmp_path, "and-who", answer="You")
    if name.endswith("html"):
        with pytest.raises(ContentError, match=rf"^{name}:{line}: further wordings cannot be written"):
            edit(tmp_path, "and-who", alternates=("who is it",))
        return
    done = edit(tmp_path, "and-who", alternates=("who is it",))
    assert done.entry.alternates == ("who is it",)


WORDS = [
    "Yes.",
    "No, never.",
    "- one",
    "- two",
    "",
    "  - deeper",
    "1. first",
    "## What?",
    "Tags: x",
    "```",
    "| a | b |",
]
answers = st.lists(st.sampled_from(WORDS), max_size=6).map("\n".join)
changes = st.fixed_dictionaries(
    {},
    optional={
        "answer": answers,
        "question": st.sampled_from(["How do I wax my skis?", "What is *this*?", "A title"]),
        "alternates": st.lists(st.sampled_from(["wax", "old skis?", "a | b", "# x"]), max_size=3).map(tuple),
        "tags": st.sampled_from([(), ("one",), ("one", "two words")]),
        "reviewed": st.sampled_from(["", "2026-01-31"]),
    },
)
PROSE = [name for name in LAYOUTS if name.startswith(("md ", "txt ", "mdx", "hugo", "mkdocs"))]


@settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PROSE), st.integers(0, 2**32), st.integers(0, 5), changes)
def test_in_every_layout_an_edit_is_whole_or_refused(
    name: str, seed: int, place: int, changed: dict[str, object]
) -> None:
    """The entry says what was asked for and every other is the same, or one sentence names the file."""
    layout, random = LAYOUTS[name], Random(seed)
    bank = [pair for pair in BANK if (layout.code or not pair.has_code) and (layout.statements or pair.asks)]
    file, data = layout.write(random.sample(bank, 6), Furniture(), random, set())
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        (corpus / file).write_bytes(data)
        before = read_corpus(corpus).entries
        old = before[min(place, len(before) - 1)]
        fields = dataclasses.replace(Fields.of(old), **changed).normalized  # type: ignore[arg-type]
        try:
            done = edited(corpus, BotSettings(), old.id, fields)
        except ContentError as error:
            refused = str(error)
        else:
            refused = ""
            (corpus / file).write_bytes(done.change.after)
        if refused:
            note(refused)
            assert refused.startswith(f"{file}:")
            assert "\n" not in refused
            return
        after = read_corpus(corpus).entries
    assert len(after) == len(before)
    for one, other in zip(before, after, strict=True):
        if one is old:
            assert Fields.of(other).normalized == dataclasses.replace(fields, alternates=other.alternates)
            assert sorted(other.alternates) == sorted(fields.alternates)
            assert other == done.entry
        else:
            assert dataclasses.replace(other, line=0) == dataclasses.replace(one, line=0)


def test_a_layout_that_is_not_prose_is_not_forgotten() -> None:
    """Red when the layouts are renamed, so that hardly one is tried above."""
    assert len(PROSE) > 25


@pytest.mark.parametrize("name", ["faq.md", "a folder/faq one.md"])
@pytest.mark.parametrize("tool", ["git", "patch"])
def test_the_patch_is_applied_by_git_and_by_patch(shop: Path, name: str, tool: str) -> None:
    """Red when a path, a missing line feed at the end or a new file is written otherwise than these tools read it."""
    (shop / name).parent.mkdir(exist_ok=True)
    if name != "faq.md":
        (shop / "faq.md").rename(shop / name)
    (shop / name).write_text(FAQ.rstrip("\n"), "utf-8")
    done = edit(shop, YORK, answer="Yes.", tags=("x",))
    new = added(shop, BotSettings(), "new-entries.md", Fields("What is new?", "Nothing."))
    (shop.parent / "p.patch").write_bytes(done.change.patch + new.change.patch)
    command = {"git": ["git", "apply", "../p.patch"], "patch": ["patch", "-s", "-p1", "-i", "../p.patch"]}[tool]
    run = subprocess.run(command, cwd=shop, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr + run.stdout
    assert (shop / name).read_bytes() == done.change.after
    assert (shop / "new-entries.md").read_bytes() == new.change.after


def write(corpus: Path, **changed: object) -> Path:
    backup = write_change(corpus, edit(corpus, SHOES, **changed).change)
    assert backup is not None
    return backup


def test_a_file_is_replaced_whole_and_kept_aside(shop: Path) -> None:
    """Red when the mode of the file is another, when the copy is read as content, or when a part is left behind."""
    (shop / "faq.md").chmod(0o664)
    before = entries(shop)
    backup = write(shop, answer="Bring them.")
    assert backup.read_text("utf-8") == FAQ
    assert backup.is_relative_to(shop / BACKUPS)
    assert stat.S_IMODE((shop / "faq.md").stat().st_mode) == 0o664
    after = entries(shop)
    assert after[SHOES].answer == "Bring them."
    assert after.keys() == before.keys()
    assert read_corpus(shop).problems == []
    assert source_bytes(shop).keys() == {"faq.md"}  # or else each copy would make a build stale
    assert sorted(os.listdir(shop)) == [BACKUPS, "faq.md"]


def test_of_each_file_the_last_twenty_copies_are_kept(shop: Path) -> None:
    (shop / "other.md").write_text("## Other?\n\nYes.\n")
    other = write_change(shop, edit(shop, "other", answer="No.").change)
    texts = [f"Answer {number}." for number in range(22)]
    for text in texts:
        write(shop, answer=text)
    kept = sorted((shop / BACKUPS).glob("faq.md.*"))
    assert len(kept) == 20
    assert "Answer 20." in kept[-1].read_text("utf-8")
    assert other is not None
    assert other.exists()


def test_who_comes_second_is_told_and_overwrites_nothing(shop: Path) -> None:
    """Red without the comparison with the bytes that the change was made of."""
    hash_then = file_hash(shop, "faq.md")
    mine, theirs = edit(shop, SHOES, answer="Mine."), edit(shop, YORK, answer="Theirs.")
    write_change(shop, theirs.change)
    with pytest.raises(ContentError, match=r"^faq.md: was changed by somebody else meanwhile; open the entry again"):
        write_change(shop, mine.change)
    assert (shop / "faq.md").read_bytes() == theirs.change.after
    fields = dataclasses.replace(Fields.of(entries(shop)[SHOES]), answer="Mine.")
    with pytest.raises(ContentError, match=r"^faq.md: was changed by somebody else since the entry was opened"):
        edited(shop, BotSettings(), SHOES, fields, seen=hash_then)
    again = edited(shop, BotSettings(), SHOES, fields, seen=file_hash(shop, "faq.md"))
    write_change(shop, again.change)
    assert {"Mine.", "Theirs."} <= {entry.answer for entry in entries(shop).values()}


def test_links_and_read_only_files_are_left_alone(shop: Path) -> None:
    change = edit(shop, SHOES, answer="Mine.").change
    (shop / "faq.md").chmod(0o444)
    with pytest.raises(ContentError, match=r"^faq.md: is read-only; make it writable, or take the patch$"):
        write_change(shop, change)
    (shop / "faq.md").chmod(0o644)
    shutil.move(shop / "faq.md", shop.parent / "real.md")
    (shop / "faq.md").symlink_to(shop.parent / "real.md")
    with pytest.raises(ContentError, match=r"^faq.md: a link, which is not followed"):
        write_change(shop, change)
    assert (shop.parent / "real.md").read_text("utf-8") == FAQ
    (shop / "faq.md").unlink()
    shutil.move(shop.parent / "real.md", shop / "faq.md")
    (shop / BACKUPS).symlink_to(shop.parent)
    with pytest.raises(ContentError, match=r"^\.backups: is a link"):
        write_change(shop, change)
    assert (shop / "faq.md").read_text("utf-8") == FAQ


def test_a_corpus_of_one_file_is_edited_too(shop: Path) -> None:
    file = shop / "faq.md"
    backup = write_change(file, edit(file, SHOES, answer="Bring them.").change)
    assert backup is not None
    assert backup.read_text("utf-8") == FAQ
    assert entries(file)[SHOES].answer == "Bring them."


NEW = Fields(
    "What does it cost?", "Ten.\n\n- for one", ("the price", "how much"), ("money",), "Us <https://us.example>"
)


@pytest.mark.parametrize("end", ["\n", "", "\n\n", "\r\n"])
def test_a_new_entry_is_written_at_the_end_of_a_file(shop: Path, end: str) -> None:
    data = (FAQ.rstrip("\n") + end).replace("\n", "\r\n" if "\r" in end else "\n").replace("\r\r", "\r").encode()
    (shop / "faq.md").write_bytes(data)
    done = added(shop, BotSettings(), "faq.md", NEW)
    assert (done.old_id, done.entry.id) == ("", "what-does-it-cost")
    assert done.entry.answer == NEW.answer
    assert done.entry.tags == ("money",)
    assert done.entry.reviewed == "2026-01-31"  # what holds for the whole file holds for it
    assert done.change.after.startswith(data)
    assert done.change.after.endswith(b"\n") == bool(end)
    assert (b"\r\n" in done.change.after) == ("\r" in end)
    assert b"\n\n\n" not in done.change.after
    write_change(shop, done.change)
    assert entries(shop)["what-does-it-cost"].alternates == ("the price", "how much")


def test_a_new_file_is_made_for_new_entries(shop: Path) -> None:
    done = added(shop, BotSettings(), "new-entries.md", NEW)
    assert done.change.before is None
    assert write_change(shop, done.change) is None
    assert entries(shop)["what-does-it-cost"].file == "new-entries.md"
    with pytest.raises(ContentError, match=r"^new-entries.md: there is such a file by now"):
        write_change(shop, done.change)
    second = added(shop, BotSettings(), "new-entries.md", Fields("And a second?"))
    assert second.entry.is_gap
    write_change(shop, second.change)
    assert {"what-does-it-cost", "and-a-second"} <= entries(shop).keys()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("../faq.md", "is no path below the corpus"),
        ("/etc/faq.md", "is no path below the corpus"),
        ("a\\b.md", "is no path below the corpus"),
        (".hidden.md", "into Markdown files alone"),
        (".backups/faq.md", "into Markdown files alone"),
        ("README.md", "into Markdown files alone"),
        ("bot.toml", "into Markdown files alone"),
        ("faq.csv", "into Markdown files alone"),
        ("nowhere/faq.md", "there is no such folder"),
        ("link/faq.md", "there is no such folder"),
    ],
)
def test_a_new_entry_goes_nowhere_else(shop: Path, file: str, message: str) -> None:
    (shop.parent / "outside").mkdir()
    (shop / "link").symlink_to(shop.parent / "outside")
    with pytest.raises(ContentError, match=message):
        added(shop, BotSettings(), file, NEW)


def test_a_new_entry_that_is_read_otherwise_is_refused(shop: Path) -> None:
    twice = added(shop, BotSettings(), "faq.md", Fields("How do I return shoes?", "Yes."))
    assert [problem.rule for problem in twice.problems] == ["same-question"]
    with pytest.raises(ContentError, match=r"^faq.md: without an answer it would be read as a title"):
        added(shop, BotSettings(), "faq.md", Fields("Returns"))


LINKED = "## Can I pay later?\n\nSee [returns](shop/faq.md#how-do-i-return-shoes), or [soon](#what-does-it-cost).\n"


def test_links_are_edited_as_the_file_has_them(tmp_path: Path, shop: Path) -> None:
    """Red when the links of a build are compared with those of the file, or are written into it."""
    (tmp_path / "pay.md").write_text(LINKED, "utf-8")
    entry = entries(tmp_path)["can-i-pay-later"]
    assert entry.answer == f"See [returns](faq#{SHOES}), or soon."
    written = Fields.of(read_corpus(tmp_path).as_written(entry))
    assert written.answer == LINKED.split("\n")[2]
    fields = dataclasses.replace(written, answer=f"{written.answer}\n\nAnd [York](shop/faq.md#{YORK}).")
    done = edited(tmp_path, BotSettings(), entry.id, fields)
    assert lines_of(done) == ([], ["", f"And [York](shop/faq.md#{YORK})."])
    assert done.entry.answer.endswith(f"And [York](faq#{YORK}).")
    assert not edited(tmp_path, BotSettings(), entry.id, written).change.patch
    assert edit(tmp_path, SHOES, answer="Bring them.").entry.answer == "Bring them."  # of another file


def test_a_new_entry_may_link_and_be_what_a_link_waits_for(tmp_path: Path, shop: Path) -> None:
    """By file, or by an id alone. Red when no other entry may change, not even by links that lead somewhere now."""
    (tmp_path / "pay.md").write_text(LINKED, "utf-8")
    answer = f"Ten. [Returns](shop/faq.md#{SHOES}), [York](#{YORK}), [page](faq#{YORK}), [none](#nowhere)."
    done = added(tmp_path, BotSettings(), "new.md", dataclasses.replace(NEW, answer=answer, source=""))
    assert done.entry.answer == f"Ten. [Returns](faq#{SHOES}), [York](faq#{YORK}), [page](faq#{YORK}), none."
    assert answer in done.change.after.decode()
    assert [problem.rule for problem in done.problems] == ["site-link"]
    write_change(tmp_path, done.change)
    assert entries(tmp_path)["can-i-pay-later"].answer.endswith("or [soon](faq#what-does-it-cost).")


def test_a_change_of_nothing_is_no_patch() -> None:
    assert Change("a.md", b"x", b"x").patch == b""

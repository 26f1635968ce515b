"""The tabs Try and Entries of the desk: what an editor sees, edits, takes as a patch and writes."""

import dataclasses
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from chatbot.content.corpus import read_corpus
from chatbot.core.errors import ContentError
from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import DESK_TOKEN
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.desk.desk import Desk
from chatbot.web.desk.editor import NAMES, Editor, Form
from chatbot.web.desk.listing import FILTERS, Listing
from chatbot.web.desk.try_tab import tried
from chatbot.web.rebuilds import Rebuilds
from tests.browser import axe_script, chromium, in_chromium
from tests.conftest import write_corpus
from tests.process import UNLIMITED, forked_server
from tests.test_rebuild import TOKEN
from tests.visits import NOW, Visit, write_journal

CAT, DOGS, HAMSTER = "how-often-should-i-feed-my-cat", "may-dogs-eat-chocolate", "how-long-do-hamsters-live"
FISH = "what-do-goldfish-eat"


@pytest.fixture
def desk(bot: Bot, corpus: Path, index: Path, tmp_path: Path) -> Iterator[Desk]:
    rebuilds = Rebuilds(corpus, index)
    yield Desk(bot, corpus, index, tmp_path / "journal.db", rebuilds, writes=True)
    rebuilds.close()


@pytest.fixture
def editor(desk: Desk) -> Editor:
    return Editor(desk, Listing(desk))


def ids(listing: Listing, search: str = "", kind: str = "all") -> list[str]:
    page = listing.page(search, kind)
    assert page.error == ""
    return [row.entry.id for row in page.rows]


def test_entries_are_found_by_letters_first_and_by_meaning_then(desk: Desk) -> None:
    """Red when only one of the two is looked at."""
    listing = Listing(desk)
    assert ids(listing) == [CAT, DOGS, HAMSTER, FISH]
    assert ids(listing, "poison") == [DOGS, *[name for name in ids(listing, "poison") if name != DOGS]]
    assert ids(listing, "feeding a cat often")[0] == CAT  # in no entry are these words
    assert set(ids(listing, "PETS.md")) == {CAT, DOGS, HAMSTER, FISH}


def test_each_filter_shows_what_its_name_says(desk: Desk, corpus: Path) -> None:
    """Red when a filter takes others, or when the list is that of the build and not of the files."""
    shift = (datetime.now(UTC) - NOW).total_seconds() / (24 * 3600)
    down = Visit(2 - shift, "dogs?", "answered", DOGS, 0.9, verdict="down")
    up = Visit(1 - shift, "cats?", "answered", CAT, 0.9, verdict="up")
    assert desk.journal is not None
    write_journal(desk.journal, [down, up])
    pets = (corpus / "pets.md").read_text("utf-8")
    pets = pets.replace("Flakes, once", "Review by: 2020-01-01\n\nFlakes, twice")
    (corpus / "pets.md").write_text(pets + "\n## Do bats sleep?\n\nYes.\n")
    listing = Listing(desk)
    found = {kind: ids(listing, kind=kind) for kind in FILTERS.values()}
    assert found == {
        "all": [CAT, DOGS, HAMSTER, FISH, "do-bats-sleep"],
        "gaps": [HAMSTER],
        "due": [FISH],
        "down": [DOGS],
        "unused": [FISH, "do-bats-sleep"],
        "changed": [FISH, "do-bats-sleep"],
    }
    rows = {row.entry.id: row for row in listing.page("", "all").rows}
    assert (rows[CAT].use.up, rows[CAT].use.down, rows[DOGS].use.down) == (1, 0, 1)
    assert rows[CAT].use.shown is not None
    assert (rows[FISH].due, rows[FISH].state, rows["do-bats-sleep"].state) == ("2020-01-01", "changed", "new")


def test_a_corpus_that_cannot_be_read_is_one_sentence(desk: Desk, corpus: Path) -> None:
    listing = Listing(desk)
    ids(listing)
    shutil.rmtree(corpus)
    assert "there is no such folder" in listing.page("", "all").error


def test_the_form_has_the_entry_and_knows_what_is_not_saved(editor: Editor) -> None:
    form = editor.open(CAT)
    assert (form.question, form.alternates) == ("How often should I feed my cat?", "When does a cat eat?")
    assert (form.tags, form.source) == ("pets", "The vet https://vet.example/")
    assert not form.has_unsaved
    assert not dataclasses.replace(form, answer=f"{form.answer}\n\n").has_unsaved  # white space says nothing
    assert dataclasses.replace(form, answer="No.").has_unsaved
    assert not Form().has_unsaved
    assert Form(question="New?").has_unsaved
    assert Form.of(form.values) == form
    with pytest.raises(ContentError, match="there is no such entry"):
        editor.open("gone")


def test_what_a_browser_sends_is_taken_for_no_more_than_text(editor: Editor) -> None:
    """Red when a list, an object or broken JSON reaches the file."""
    values: list[object] = [{"path": "/etc/passwd"}, None, ["x"], 5, "", "", "", "../../etc/x.md", "yes", "{broken"]
    form = Form.of(values)
    assert form.base == {}
    assert form.keeps_id
    made = editor.check(form)
    assert "is no path below the corpus" in made.error
    assert all(Form(opened=opened).base == {} for opened in ("[]", "7", '"x"', "null"))
    assert "there is no such entry" in editor.check(Form("Who?", opened='{"id": ["a"], "hash": 7}')).error


def test_the_preview_is_what_visitors_see(editor: Editor, corpus: Path) -> None:
    """The very HTML that a build makes of it; and nothing that runs."""
    form = dataclasses.replace(
        editor.open(CAT), answer="**Twice**: <script>alert(1)</script>\n\n- a\n- [b](javascript:x)"
    )
    shown = editor.preview(form)
    assert "<script" not in shown
    assert "javascript" not in shown
    editor.write(form)
    [entry] = [entry for entry in read_corpus(corpus).entries if entry.id == CAT]
    assert entry.html == shown
    assert "<strong>Twice</strong>" in shown


def test_a_link_to_an_entry_leads_there_from_the_desk(desk: Desk, corpus: Path) -> None:
    """Below any path of a proxy; at a port of its own the desk knows no address of the site. Red with the HTML of a
    build: that leads to `/desk/faq`."""
    (corpus / "food.md").write_text(
        f"## Which food is best?\n\nThat of [cats](pets.md#{CAT}), [we](https://a.example).\n"
    )
    editor = Editor(desk, Listing(desk))
    form = editor.open("which-food-is-best")
    assert form.answer == f"That of [cats](pets.md#{CAT}), [we](https://a.example)."
    rel = 'rel="noopener noreferrer nofollow"'
    link = f'<a href="../faq#{CAT}" target="_blank" {rel}>cats</a>'
    ours = f'<a href="https://a.example" target="_blank" {rel}>we</a>'
    assert editor.preview(form) == f"<p>That of {link}, {ours}.</p>"
    assert link in editor.preview(Form(answer=f"[cats](#{CAT})", file="not-there-yet.md"))
    alone = dataclasses.replace(desk, chat_page="")
    assert Editor(alone, Listing(alone)).preview(form) == f"<p>That of cats, {ours}.</p>"
    made = editor.check(dataclasses.replace(form, answer=f"{form.answer} Yes."))
    assert (made.error, made.lines) == ("", 1)


def test_what_is_tried_links_to_entries_too(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "linked")
    pets = (corpus / "pets.md").read_text("utf-8").replace("Flakes, once", f"Less than [cats](#{CAT}), once")
    (corpus / "pets.md").write_text(pets, "utf-8")
    index = tmp_path / "linked-index"
    build(corpus, index, BotSettings(encoder="hashing"), HashingEncoder())
    rebuilds = Rebuilds(corpus, index)
    desk = Desk(Bot(Served(open_build(index), HashingEncoder())), corpus, index, None, rebuilds)
    assert f'href="../faq#{CAT}"' in tried(desk, "What do goldfish eat?")
    assert "faq#" not in tried(dataclasses.replace(desk, chat_page=""), "What do goldfish eat?")
    rebuilds.close()


def test_a_draft_becomes_a_new_entry_or_opens_the_one_that_asks_the_same(editor: Editor) -> None:
    new = editor.drafted("## Can I bring my *dog*?\n\nAlso asked:\n- dog on holiday\n\n")
    assert (new.question, new.alternates, new.answer, new.entry_id) == ("Can I bring my dog?", "dog on holiday", "", "")
    title = editor.drafted("## bringing the dog\n\nAlso asked:\n- dog on holiday\n\n")
    assert (title.question, title.alternates) == ("bringing the dog", "dog on holiday")
    gap = editor.drafted("## how long do hamsters live\n\nAlso asked:\n- hamster age?\n\n")
    assert (gap.entry_id, gap.alternates, gap.file) == (HAMSTER, "hamster age?", "pets.md")
    assert editor.drafted("#").values == Form().values
    wording = editor.open(CAT, "feeding times")
    assert wording.alternates.splitlines() == ["When does a cat eat?", "feeding times"]
    assert wording.has_unsaved


def test_without_the_setting_nothing_is_written(desk: Desk, corpus: Path) -> None:
    """Red when only the button is left out."""
    reading = dataclasses.replace(desk, writes=False)
    editor = Editor(reading, Listing(reading))
    before = (corpus / "pets.md").read_bytes()
    form = dataclasses.replace(editor.open(CAT), answer="No.")
    assert editor.check(form).patch
    with pytest.raises(
        ContentError, match="this desk does not write files; take the patch, or set CHATBOT_DESK_WRITES"
    ):
        editor.write(form)
    assert (corpus / "pets.md").read_bytes() == before


def test_what_would_stop_the_next_build_is_not_written(editor: Editor, corpus: Path) -> None:
    before = (corpus / "pets.md").read_bytes()
    form = dataclasses.replace(editor.open(FISH), answer="Yes:\n\n```\nsleep\n\n## Who else?")
    assert [problem.rule for problem in editor.check(form).problems] == ["not-closed"]
    with pytest.raises(ContentError, match=r'^not written, as the next build would stop: pets.md:28: "```" is'):
        editor.write(form)
    assert (corpus / "pets.md").read_bytes() == before


def test_two_editors_of_one_file(editor: Editor, corpus: Path) -> None:
    mine, theirs = editor.open(CAT), editor.open(DOGS)
    editor.write(dataclasses.replace(theirs, answer="No."))
    with pytest.raises(ContentError, match="was changed by somebody else since the entry was opened"):
        editor.write(dataclasses.replace(mine, answer="Yes."))
    editor.write(dataclasses.replace(editor.open(CAT), answer="Yes."))
    text = (corpus / "pets.md").read_text("utf-8")
    assert "\nNo.\n" in text
    assert "\nYes.\n" in text


def test_why_is_told_in_html_that_holds_nothing_of_the_question(desk: Desk) -> None:
    shown = tried(desk, "When does a <img src=x onerror=alert(1)> cat eat?")
    assert "<img" not in shown
    assert "Answered" in shown
    assert 'data-press="edit"' in shown
    unknown = tried(desk, "Can I <b>pay</b>?")
    assert 'data-value="## Can I &amp;lt;b&amp;gt;pay&amp;lt;/b&amp;gt;?' in unknown  # Markdown, as a draft is
    assert "Write an entry for it" in unknown
    assert "Write an entry for it" not in shown
    assert tried(desk, "?!").count("There are no words in the question") == 1
    assert "small talk" in tried(desk, "hello")


# In a browser, each test from where the one before has left it.

PATCH = """\
--- a/pets.md
+++ b/pets.md
@@ -10,7 +10,9 @@
 Also asked:
 - When does a cat eat?
 
-Twice a day. Kittens need four small meals.
+**Three** times a day.
+
+Review by: 2020-01-01
 
 ## May dogs eat chocolate?
 
"""


def browses(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test that drives Chromium."""
    for mark in in_chromium:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("entries")
    corpus = write_corpus(folder / "corpus")
    # What an editor does is no visitor's: of those that are counted, a page and a session are all.
    few = {**UNLIMITED, "CHATBOT_RATE_PER_MINUTE": "1", "CHATBOT_RATE_BURST": "2"}
    environment = {DESK_TOKEN: TOKEN, "CHATBOT_DESK_WRITES": "true"}
    with forked_server(corpus, folder / "index", folder / "log", **few, **environment) as server:
        server.wait_until("/readyz?page=1")
        yield server.url, corpus


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, site: tuple[str, Path]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site[0]}/desk")
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Try")).to_be_visible()
    yield page
    context.close()


def box(page: Page, name: str) -> Locator:
    """A box of the form, by its label."""
    return page.locator("#entries").get_by_role("textbox", name=name)


def open_entry(page: Page, question: str) -> None:
    page.get_by_role("tab", name="Entries", exact=True).click()
    page.locator(".entries").get_by_role("button", name=question).click()
    expect(page.locator("#entries").get_by_role("textbox", name="Question", exact=True)).to_have_value(question)


@browses
def test_a_reply_is_explained_and_leads_to_the_form(page: Page) -> None:
    """With the keyboard alone. Red without: the second line of the button's value; the change of the tab."""
    page.get_by_role("textbox", name="A question, as a visitor would ask it").fill("meals of a feline")
    page.keyboard.press("Enter")
    why = page.locator("section.tried")
    expect(why).to_contain_text("What would change it")
    expect(why.locator(".bars li")).to_have_count(4)
    button = why.get_by_role("button", name="Add this wording to").first
    button.focus()
    page.keyboard.press("Enter")
    expect(box(page, "Also asked")).to_be_visible()
    expect(box(page, "Also asked")).to_have_value(re.compile("(^|\n)meals of a feline$"))


@browses
def test_what_is_not_saved_stays_until_it_is_dropped(page: Page) -> None:
    """Red when the search or another entry empties the form."""
    wordings = box(page, "Also asked").input_value()
    assert wordings.endswith("meals of a feline")
    page.get_by_role("textbox", name="Search by words, file or meaning").fill("goldfish")
    expect(page.locator(".entries > li").first).to_contain_text("What do goldfish eat?")
    expect(box(page, "Also asked")).to_have_value(wordings)
    page.locator(".entries").get_by_role("button", name="What do goldfish eat?").click()
    expect(page.get_by_role("alert")).to_contain_text("What stands in this form is not saved.")
    expect(box(page, "Also asked")).to_have_value(wordings)
    page.get_by_role("button", name="Drop it and open the other").click()
    expect(box(page, "Question").first).to_have_value("What do goldfish eat?")
    expect(box(page, "Also asked")).to_have_value("")
    expect(page.get_by_role("heading", name="Edit an entry")).to_be_focused()
    expect(page.get_by_role("heading", name="Edit an entry")).to_be_in_viewport()
    page.get_by_role("textbox", name="Search by words, file or meaning").fill("")
    expect(page.locator(".entries > li").first).to_contain_text("How often should I feed my cat?")


@browses
def test_an_edit_is_shown_checked_taken_as_a_patch_and_written(page: Page, site: tuple[str, Path]) -> None:
    corpus = site[1]
    before = (corpus / "pets.md").read_text("utf-8")
    open_entry(page, "How often should I feed my cat?")
    answer = box(page, "Answer")
    answer.fill("**Three** times a day.\n\n## And at night?\n\nNo.")
    expect(page.locator(".preview strong")).to_have_text("Three")
    box(page, "Tags").focus()
    expect(page.get_by_role("alert")).to_contain_text("a part of the answer would be read as a question")
    answer.fill("**Three** times a day.")
    box(page, "Next review").fill("2020-01-01")
    page.get_by_role("button", name="Show patch").click()
    patch = page.get_by_role("region", name="Patch")
    expect(patch).to_have_text(PATCH, use_inner_text=True)
    expect(page.locator(".problems:visible > li")).to_contain_text("its review was due on 2020-01-01")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the patch").click()
    assert download.value.suggested_filename == f"{CAT}.patch"
    assert Path(download.value.path()).read_text("utf-8") == PATCH
    assert (corpus / "pets.md").read_text("utf-8") == before

    page.get_by_role("button", name="Write into the file").click()
    expect(page.get_by_text("Written into pets.md.")).to_be_visible()
    assert "**Three** times a day." in (corpus / "pets.md").read_text("utf-8")
    [backup] = (corpus / ".backups").iterdir()
    assert backup.read_text("utf-8") == before
    expect(page.locator(".entries > li").first).to_contain_text("changed since the build")
    expect(page.locator(".entries > li").first).to_contain_text("review was due 2020-01-01")


@browses
def test_a_fast_typist_asks_the_server_after_a_pause_and_no_note_is_of_another_text(page: Page) -> None:
    """Red without: the pause in `on_pause`; the `change` that clears the note; the `failure` that does."""
    joins: list[str] = []
    page.on("request", lambda request: joins.append(request.url) if "queue/join" in request.url else None)
    open_entry(page, "What do goldfish eat?")
    note = page.locator("#entries").get_by_text("No problems.")
    answer = box(page, "Answer")
    opened = answer.input_value()
    answer.fill("Flakes.")
    box(page, "Tags").focus()
    expect(note).to_be_visible()
    expect(page.locator(".preview")).to_contain_text("Flakes.")
    answer.focus()
    page.keyboard.press("End")
    joins.clear()
    page.keyboard.type(" And a pea a week, but no bread and no chocolate.", delay=60)
    expect(note).to_be_hidden()
    expect(page.locator(".preview")).to_contain_text("no chocolate.")
    assert len(joins) < 5
    box(page, "Source").focus()
    expect(note).to_be_visible()
    page.route("**/queue/join*", lambda route: route.fulfill(status=429, json={"error": {"message": "too many"}}))
    box(page, "Tags").focus()
    expect(note).to_be_hidden()
    page.unroute("**/queue/join*")
    answer.fill(opened)


@browses
def test_a_new_entry_is_written_and_opened(page: Page, site: tuple[str, Path]) -> None:
    page.get_by_role("button", name="New entry").click()
    expect(page.get_by_role("heading", name="A new entry")).to_be_visible()
    question = page.locator("#entries").get_by_role("textbox", name="Question", exact=True)
    expect(question).to_have_value("")
    question.fill("Do bats sleep?")
    box(page, "Answer").fill("All day.")
    page.get_by_role("button", name="Write into the file").click()
    expect(page.get_by_text("Written into new-entries.md.")).to_be_visible()
    assert (site[1] / "new-entries.md").read_text("utf-8") == "## Do bats sleep?\n\nAll day.\n"
    expect(page.get_by_role("heading", name="Edit an entry")).to_be_visible()
    expect(page.locator(".entries > li")).to_have_count(5)
    expect(page.get_by_text("5 entries, 1 without an answer.")).to_be_visible()
    question.fill("Do bats sleep by day?")
    page.get_by_role("checkbox", name="Keep its address").uncheck()
    page.get_by_role("button", name="Show patch").click()
    expect(page.get_by_text("Its address changes from do-bats-sleep to do-bats-sleep-by-day.")).to_be_visible()


@browses
@pytest.mark.parametrize("width", [375, 1280])
def test_with_a_full_form_everybody_can_use_it(page: Page, width: int) -> None:
    """Nothing is wider than the window, axe finds nothing, with reasons, patch and problems shown."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(axe_script())
    for tab in ("Try", "Entries"):
        page.get_by_role("tab", name=tab, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert [(each["id"], node["target"]) for each in found for node in each["nodes"]] == []


@browses
def test_a_long_list_is_shown_to_its_end(page: Page, site: tuple[str, Path]) -> None:
    """Red without the button, and where the focus goes with it."""
    many = "".join(f"## How old is pet {number}?\n\nOld.\n\n" for number in range(50))
    (site[1] / "many.md").write_text(many)
    page.get_by_role("combobox", name="Which").click()
    page.get_by_role("option", name="Changed since the build").click()
    expect(page.locator(".entries > li")).to_have_count(51)
    page.get_by_role("button", name="Show 2 more").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".entries > li")).to_have_count(52)
    expect(page.locator(".entries > li").nth(50).get_by_role("button")).to_be_focused()
    (site[1] / "many.md").unlink()


@browses
def test_what_is_not_saved_is_not_left_without_a_question(page: Page) -> None:
    """Red without `beforeunload`: the text would go with *Sign out*. Nobody is asked who has nothing to lose."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    question = page.locator("#entries").get_by_role("textbox", name="Question", exact=True)
    assert question.input_value() == "Do bats sleep by day?"
    page.get_by_role("button", name="Sign out").click(no_wait_after=True)
    expect(question).to_have_value("Do bats sleep by day?")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    question.fill("Do bats sleep?")
    page.reload()
    expect(page.get_by_role("tab", name="Try", exact=True)).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_form_has_a_component_for_each_field() -> None:
    assert NAMES[0] == "question"
    assert len(NAMES) == 10

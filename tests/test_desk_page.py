"""The desk in a real browser, on one real server: what editors do there, and whether all of them can."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chatbot.core.settings_sources import DESK_TOKEN, REBUILD_TOKEN
from chatbot.indexing.engine_data import EngineData
from chatbot.indexing.store import builder_lock, current_build, kept_builds
from tests.browser import PATIENCE, axe_script, chromium, in_chromium
from tests.conftest import write_corpus
from tests.process import UNLIMITED, ServerProcess, forked_server
from tests.test_rebuild import RIGHT, TOKEN
from tests.visits import NOW, Visit, write_journal

pytestmark = in_chromium

TABS = ["Try", "Entries", "Unanswered", "Gaps", "Lint", "Build", "Report"]
TOWER = [f"How tall is the Eiffel tower{end}?" for end in ("", " today", " now")]
HOLIDAY = ["Can I bring my <b>dog</b> on *holiday*?", "can i bring my dog on holiday"]
# Whoever asks three times gets their words onto the desk: they may be meant for Gradio's templates, or to be HTML.
EVIL = '`${window.hacked=1}` {{window.hacked=1}} <img src=x onerror="hacked=1"><script>hacked=1</script> $0 \\` why?'
GAP = "hamsters, how long do they live"
RARE = "Where did Harriet bury her purple bicycle?"


@dataclass(frozen=True)
class Served:
    server: ServerProcess
    corpus: Path
    index: Path

    @property
    def build(self) -> str:
        found: str = self.server.get("/readyz").json()["build_id"]
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    corpus, index = write_corpus(folder / "corpus"), folder / "index"
    shift = (datetime.now(UTC) - NOW).total_seconds() / (24 * 3600)  # the days of the visits count from another day
    visits = [Visit(3 - shift, text) for _ in range(3) for text in (*TOWER, *HOLIDAY, EVIL)]
    visits += [Visit(2 - shift, "hamster age?", "gap", "how-long-do-hamsters-live", 0.0) for _ in range(4)]
    visits += [Visit(2 - shift, text) for text in (GAP, "May dogs eat chocolate?") for _ in range(3)]
    write_journal(folder / "journal.db", [*visits, Visit(1 - shift, RARE)])
    with forked_server(
        corpus, index, folder / "log", **UNLIMITED, **{DESK_TOKEN: TOKEN, REBUILD_TOKEN: TOKEN}
    ) as server:
        server.wait_until("/readyz?page=1")
        yield Served(server, corpus, index)


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """A build, a report and a check give way to whatever else a machine does: beside other tests they may take long."""
    expect.set_options(timeout=120_000)
    yield
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def unchanged_files(served: Served) -> Iterator[None]:
    """A test that fails leaves nothing in the corpus that makes others fail."""
    before = {file: file.read_bytes() for file in served.corpus.iterdir()}
    yield
    for file in set(served.corpus.iterdir()) - before.keys():
        file.unlink()
    for file, content in before.items():
        if file.read_bytes() != content:
            file.write_bytes(content)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def desk(context: BrowserContext, served: Served) -> Page:
    """The page of somebody who has signed in with the keyboard alone, after a wrong token."""
    page = context.new_page()
    page.goto(f"{served.server.url}/desk")
    expect(page.get_by_label("Token")).to_be_focused()
    page.keyboard.type("a wrong token")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the token of this desk.")
    expect(page.get_by_label("Token")).to_be_focused()
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Editors\u2019 desk: Pets")).to_be_visible()
    assert page.url == f"{served.server.url}/desk/"
    expect(page.get_by_role("tab", name="Try")).to_be_visible()
    return page


def open_tab(page: Page, name: str) -> None:
    """As a phone shows it, those without room stand in a menu."""
    expect(page.get_by_role("tab", name="Try", exact=True)).to_be_visible()
    tab = page.get_by_role("tab", name=name, exact=True)
    if not tab.is_visible():
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown button", has_text=name).click()
    else:
        tab.click()
    expect(page.get_by_role("tabpanel").locator("visible=true").first).to_be_visible()


def test_what_was_asked_in_vain_becomes_a_draft_with_one_press(desk: Page) -> None:
    """Red without: the value of the button (`desk.js`); `inline_markdown`; the k of the journal's report."""
    open_tab(desk, "Unanswered")
    topics = desk.locator(".cards > li")
    expect(topics).to_have_count(4)
    expect(desk.locator(".facts:visible").last).to_contain_text("Answered since: 1 more topics, 3 questions")
    assert "9 conversations" in topics.nth(0).inner_text()
    assert RARE not in desk.content()
    assert desk.locator(".cards b").count() == 0
    topics.filter(has_text="holiday").get_by_role("button", name="Draft an entry").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="A new entry")).to_be_visible()
    expect(desk.get_by_label("Question", exact=True)).to_have_value(HOLIDAY[0])
    expect(desk.get_by_label("Also asked")).to_have_value(HOLIDAY[1])
    expect(desk.get_by_label("Answer Markdown.")).to_have_value("")
    expect(desk.get_by_role("heading", name="A new entry")).to_be_focused()


def test_no_words_of_a_visitor_are_anything_but_words(desk: Page) -> None:
    """In the list, the form and the preview. Red where `core/templates.py` does not escape."""
    open_tab(desk, "Unanswered")
    topic = desk.locator(".cards > li", has_text="window.hacked")
    shown = topic.get_by_role("heading").inner_text()
    assert "${window.hacked=1}" in shown
    assert "<script>hacked=1</script>" in shown
    topic.get_by_role("button", name="Draft an entry").click()
    desk.get_by_role("button", name="Drop it and open the new entry").click()  # that of the test before
    expect(desk.get_by_label("Question", exact=True)).to_have_value(shown)
    desk.get_by_label("Answer Markdown.").fill(shown)
    desk.get_by_role("button", name="Show patch").click()
    expect(desk.get_by_text("+## ", exact=False).first).to_be_visible()
    assert desk.evaluate("window.hacked === undefined && !document.querySelector('.ours img')")


def test_a_topic_next_to_a_gap_opens_it(desk: Page) -> None:
    """Red where a second entry is drafted."""
    open_tab(desk, "Unanswered")
    topic = desk.locator(".cards > li", has_text=GAP)
    expect(topic).to_contain_text("This is a gap: if it asks the same, write its answer.")
    topic.get_by_role("button", name="Write the answer of the gap: How long do hamsters live?").click()
    desk.get_by_role("button", name="Drop it and open the other").click()  # the draft of the test before
    expect(desk.get_by_label("Question", exact=True)).to_have_value("How long do hamsters live?")
    expect(desk.get_by_label("Also asked")).to_have_value(GAP)


def test_gaps_come_by_demand_and_are_written(desk: Page) -> None:
    open_tab(desk, "Gaps")
    gap = desk.locator(".cards:visible > li")
    expect(gap).to_have_count(1)
    assert "4 conversations" in gap.inner_text()
    assert "pets.md, line" in gap.inner_text()
    gap.get_by_role("button", name="Write the answer: How long do hamsters live?").click()
    expect(desk.get_by_text("What stands in this form is not saved.")).to_be_visible()  # the draft of the test before
    desk.get_by_role("button", name="Drop it and open the other").click()
    expect(desk.get_by_label("Question", exact=True)).to_have_value("How long do hamsters live?")


def test_buttons_stand_within_the_lines_of_the_page(desk: Page) -> None:
    """Red without the two rules in `desk.css`."""
    open_tab(desk, "Try")
    header = desk.locator(".desk-header").bounding_box()
    button = desk.get_by_role("button", name="Try it").bounding_box()
    box = desk.get_by_role("textbox", name="A question, as a visitor would ask it").bounding_box()
    assert header
    assert button
    assert box
    assert abs(button["x"] + button["width"] - header["x"] - header["width"]) <= 1
    assert abs(button["y"] + button["height"] - box["y"] - box["height"]) <= 1


def test_problems_are_listed_errors_first_and_a_build_that_fails_says_why(desk: Page, served: Served) -> None:
    before = served.build
    bad = served.corpus / "bad.md"
    bad.write_text("# Why?\n\nSo.\n\nReviewed: soon\n\n# What?\n\nThat.\n\nReview by: 2020-01-01\n")
    open_tab(desk, "Lint")
    problems = desk.locator(".problems:visible > li")
    expect(problems).to_have_count(2)
    assert problems.nth(0).inner_text().startswith("Error bad.md:5")
    assert problems.nth(1).inner_text().startswith("Warning")

    open_tab(desk, "Build")
    desk.get_by_role("button", name="Publish", exact=True).click()
    failed = desk.locator(".run:visible .problems > li")
    expect(failed).to_have_count(1)
    assert "bad.md:5" in failed.inner_text()
    assert served.build == before


def test_a_change_is_tried_published_and_taken_back(desk: Page, served: Served) -> None:
    """With what the server says after each step. Red without: the timer; `--dry-run`; `roll_back`."""
    before = served.build
    pets = served.corpus / "pets.md"
    pets.write_text(pets.read_text().replace("Twice a day.", "Three times a day.") + "\n## Do bats sleep?\n\nYes.\n")
    open_tab(desk, "Try")
    open_tab(desk, "Build")
    now = desk.get_by_label("What is served").locator("visible=true").last
    expect(now).to_contain_text("The files have changed since.")
    desk.get_by_role("button", name="Try without publishing").click()
    run = desk.locator(".run:visible")
    expect(run).to_contain_text("These 3 questions change")
    row = run.get_by_role("row", name="Do bats sleep?")
    expect(row).to_contain_text("answered now")
    assert served.build == before

    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(run).to_contain_text("is published: 5 entries, 1 without an answer;")
    published = current_build(served.index)
    assert published != before
    expect(now).to_contain_text(f"Served now: {published}")
    expect(now).to_contain_text("The files say the same as this build.")
    assert served.build == published

    desk.get_by_role("button", name=f"Roll back to this: {before}").click()
    expect(run).to_contain_text(f"{before} is published again instead of {published}")
    expect(now).to_contain_text(f"Served now: {before}")
    assert (served.build, kept_builds(served.index)[0]) == (before, before)
    desk.get_by_text("Orders to this server").click()
    for order in ("build, failed", "try, done", "build, done", "roll back, done"):
        expect(desk.locator(".runs:visible")).to_contain_text(order)


def test_the_desk_and_the_api_give_their_orders_to_one_clerk(desk: Page, served: Served) -> None:
    """So only one runs at a time. Red where the desk has `Rebuilds` of its own. A build of another process is told,
    until the next order. Red where each look at the progress takes that away; where `mine` is not kept."""
    begun = httpx.post(f"{served.server.url}/api/rebuild", json={"dry_run": True}, headers=RIGHT)
    assert begun.status_code == 202
    open_tab(desk, "Try")
    open_tab(desk, "Build")
    expect(desk.locator(".run:visible")).to_contain_text("Nothing was published")
    expect(desk.locator(".run:visible")).to_contain_text("Not ordered on this page")
    begun = httpx.post(f"{served.server.url}/api/rebuild", json={"dry_run": True}, headers=RIGHT)
    desk.get_by_role("button", name="Publish", exact=True).click()
    refused = desk.get_by_role("alert").filter(has_text="nothing was begun for you")
    expect(refused).to_be_visible()
    expect(desk.locator(".run:visible")).to_contain_text("Nothing was published")
    desk.wait_for_timeout(1200)  # in which the page looks again how far it is
    expect(refused).to_be_visible()
    with builder_lock(served.index, EngineData()):
        desk.get_by_role("button", name="Publish", exact=True).click()
        expect(desk.locator(".run:visible")).to_contain_text("another build is running")
        expect(desk.locator(".run:visible")).not_to_contain_text("Not ordered on this page")
        expect(refused).to_be_hidden()


def test_the_report_stands_in_a_frame_without_scripts(desk: Page, served: Served) -> None:
    open_tab(desk, "Report")
    frame = desk.frame_locator("iframe.report")
    expect(frame.get_by_role("heading", name="Report: Pets")).to_be_visible()
    expect(frame.get_by_text(TOWER[0])).to_be_visible()
    expect(desk.get_by_text("Reading the journal")).to_be_hidden()
    answer = httpx.get(f"{served.server.url}/desk/report?days=7", headers=RIGHT, timeout=60)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'; sandbox")
    assert RARE not in answer.text


# What axe finds in Gradio's own markup: (rule, part of the selector).
GRADIOS: list[tuple[str, str]] = []
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 375, "height": 750}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "zoom of 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_use_it(look: str, browser: Browser, context: BrowserContext, served: Served, desk: Page) -> None:
    """Nothing is wider than the window, axe finds nothing, on any tab."""
    seen = browser.new_context(**LOOKS[look], storage_state=context.storage_state())
    page = seen.new_page()
    page.goto(f"{served.server.url}/desk/")
    page.add_style_tag(content="* { transition: none !important; animation: none !important; }")  # axe would see halves
    page.evaluate(axe_script())
    for tab in TABS:
        open_tab(page, tab)
        if tab in ("Unanswered", "Gaps"):
            expect(page.locator(".cards:visible")).to_be_visible()
        if tab == "Lint":
            expect(page.get_by_text("entries, 1 without an answer; lines left out: ")).to_be_visible()
        if tab == "Build":
            expect(page.locator(".builds:visible")).to_be_visible()
        if tab == "Report":
            expect(page.frame_locator("iframe.report").get_by_role("heading", name="Report: Pets")).to_be_visible()
        expect(page.locator(".pending")).to_have_count(0)  # what fades until it is there
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, tab
        found = page.evaluate("axe.run().then(result => result.violations)")
        named = [(each["id"], node["target"], node.get("failureSummary")) for each in found for node in each["nodes"]]
        ours = [one for one in named if not any(one[0] == rule and part in str(one[1]) for rule, part in GRADIOS)]
        assert ours == [], tab
    seen.close()


def test_the_sign_in_page_is_for_everybody(browser: Browser, served: Served) -> None:
    for look in LOOKS.values():
        seen = browser.new_context(**look)
        page = seen.new_page()
        page.goto(f"{served.server.url}/desk")
        page.evaluate(axe_script())
        assert page.evaluate("axe.run().then(result => result.violations.map(each => each.id))") == []
        seen.close()


def test_who_is_signed_out_is_told_and_loses_nothing(desk: Page, context: BrowserContext, served: Served) -> None:
    """Also: token and session stand in no line of the log. Red without the look at 401 in `desk.js`; `fixed`."""
    [cookie] = context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/desk", True, "Strict")
    open_tab(desk, "Entries")
    desk.get_by_label("Answer Markdown.").fill("half of an answer")
    other = context.new_page()
    other.goto(f"{served.server.url}/desk/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_label("Token")).to_be_visible()
    open_tab(desk, "Build")
    open_tab(desk, "Entries")
    desk.get_by_role("button", name="Show patch").scroll_into_view_if_needed()
    expect(desk.get_by_role("alert").filter(has_text="You are signed out.")).to_be_in_viewport(ratio=1)
    expect(desk.get_by_label("Answer Markdown.")).to_have_value("half of an answer")
    other.get_by_label("Token").fill(TOKEN)
    other.keyboard.press("Enter")
    expect(other.get_by_role("tab", name="Try")).to_be_visible()
    open_tab(desk, "Build")
    expect(desk.get_by_text("You are signed out.")).to_be_hidden()
    log = served.server.log.read_text()
    assert "somebody has signed in at the desk" in log
    assert TOKEN not in log
    assert str(cookie["value"]) not in log
    assert "Traceback" not in log


def test_a_file_of_the_server_that_a_browser_names_is_refused(served: Served) -> None:
    """By whoever has the token. Red without `has_launched` in `mount`: the file would become one of the page's."""
    with httpx.Client(base_url=f"{served.server.url}/desk", headers=RIGHT, timeout=60) as client:
        config = client.get("/config").json()
        [box] = [one["id"] for one in config["components"] if one["props"].get("label", "").startswith("Also near")]
        event = next(one["id"] for one in config["dependencies"] if one["inputs"] == [box])
        stolen = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
        body = {"data": [stolen], "fn_index": event, "session_hash": "thief"}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "thief"}) as events:
            lines = [json.loads(line[5:]) for line in events.iter_lines() if line.startswith("data:")]
        [ended] = [line for line in lines if line["msg"] == "process_completed"]
        assert ended["success"] is False
        assert "root:" not in json.dumps(lines)
        for body in ({}, {"data": [], "fn_index": event, "session_hash": "x"}, {"data": [1], "fn_index": 9999}):
            assert client.post("/gradio_api/queue/join", json=body).status_code == 422


def test_no_site_may_read_what_gradio_answers(served: Served) -> None:
    """Gradio would allow any that has the name of the server. Red without `CORSMiddleware` in `mounted_desk`."""
    headers = {**RIGHT, "host": "desk.example", "origin": "http://desk.example"}
    answer = httpx.get(f"{served.server.url}/desk/config", headers=headers)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers

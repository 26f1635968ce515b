"""The 500 hostile messages (tests/hostile.py) typed into the widget, in a real Chromium on another origin."""

import base64

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser import in_chromium
from tests.hostile import Hostile, hostile, slice_of
from tests.widget_site import Open, Sites

pytestmark = in_chromium

MESSAGES = hostile()
# What the widget is made of. All else could only come from what was typed or answered.
OWN_TAGS = set(
    "div header h2 h3 button svg path footer form textarea input p span a strong em code ul ol li br mark i".split()
)  # fmt: skip

# Those of the owner's answers, which a message may happen to ask for.
PICTURE = "https://pictures.example/cat.png"
LINKS = ("https://vet.example", "https://shop.example/", "https://plain.example/", "mailto:", "tel:+4930")

# Code units, as they are: a protocol of UTF-8 would lose the lone halves of surrogate pairs.
ASK = """units => {
  const bytes = Uint8Array.from(atob(units), character => character.charCodeAt(0));
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) text += String.fromCharCode(bytes[at] | bytes[at + 1] << 8);
  window.typed = text;
  Verbatim.ask(text);
}"""
# The line that shows what was typed does so to the character, up to a length; nothing in the widget is foreign to it.
FOUND = """widget => {
  const turns = [...widget.shadowRoot.querySelectorAll(".turn")];
  const asked = turns.at(-1)?.querySelector(".asked");
  const nodes = [...widget.shadowRoot.querySelectorAll("*")];
  return {
    turns: turns.length,
    isEchoed: asked?.textContent === typed.trim().slice(0, 2000) && asked.childElementCount === 0,
    tags: [...new Set(nodes.filter(node => !node.closest(".card .text")).map(node => node.localName))],
    pictures: nodes.filter(node => node.localName === "img").map(node => node.src),
    handlers: nodes.flatMap(node => node.getAttributeNames()).filter(name => name.startsWith("on")),
    links: nodes.map(node => node.getAttribute("href")).filter(Boolean),
    hit: window.verbatimHit ?? null,
    polluted: ({}).verbatimHit ?? null,
  };
}"""


def type_all(visit: Open, sites: Sites, messages: list[Hostile]) -> None:
    seen = visit("plain.html", is_clean=False)  # a refusal (413, 422) is a line in the console
    dialogs: list[Dialog] = []
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog))
    seen.launcher.click()
    for at, message in enumerate(messages):
        what = (message.family, ascii(message.text[:80]))
        if at % 20 == 0 and at:
            seen.panel.get_by_role("button", name="New conversation").click()
        before = seen.widget.locator(".turn").count()
        seen.page.evaluate(ASK, base64.b64encode(message.text.encode("utf-16-le", "surrogatepass")).decode())
        expect(seen.widget.locator(".wait")).to_have_count(0)
        found = seen.widget.evaluate(FOUND)
        assert (found["hit"], found["polluted"]) == (None, None), what
        assert set(found["tags"]) <= OWN_TAGS, what
        assert set(found["pictures"]) <= {PICTURE}, what
        assert found["handlers"] == [], what
        assert all(link.startswith((*LINKS, sites.bot)) for link in found["links"]), what
        assert found["isEchoed"] or found["turns"] == before, what  # without a letter or digit nothing is asked
    assert dialogs == []
    seen.requests[:] = [url for url in seen.requests if url != PICTURE]
    seen.ask("May dogs eat chocolate?")
    expect(seen.last.locator("h3")).to_have_text("May dogs eat chocolate?")


def test_a_slice_of_them_is_shown_as_typed_and_does_nothing(visit: Open, sites: Sites) -> None:
    """`visit` sees to it that no script fails, no policy is violated and no other host is asked.

    Red without: a text node in `newTurn` (innerHTML instead).
    """
    type_all(visit, sites, slice_of(MESSAGES, each=1))


@pytest.mark.long
def test_all_of_them_are_shown_as_typed_and_do_nothing(visit: Open, sites: Sites) -> None:
    type_all(visit, sites, MESSAGES)

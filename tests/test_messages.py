"""What a message of the chat page looks like."""

import html
import re
from dataclasses import replace

import pytest

from chatbot.content.blocks import document_of
from chatbot.content.owner_texts import contact_of, owner_blocks
from chatbot.content.render import POSITION, rendered_markdown
from chatbot.content.text_fragment import with_text_fragment
from chatbot.core.blocks import spans_within
from chatbot.core.settings import BotSettings
from chatbot.core.types import Answer, Notice, Reply, Suggestion
from chatbot.web.gradio_page import messages


def test_the_entry_that_a_reply_showed_is_read_back_from_its_message() -> None:
    shown = messages.said_by_bot(Reply("a" * 16, "q", "answered", answer_of("x"), 0.9), BotSettings())
    without = messages.said_by_bot(Reply("b" * 16, "q", "unknown", None, 0.1), BotSettings())
    assert [turn.entry_id for turn in messages.turns_of([shown, without, {"metadata": {"log": 7}}])] == [
        "id", None, None,
    ]  # fmt: skip


def test_a_reply_says_what_it_was_read_with_and_which_question_of_several_it_answers() -> None:
    reply = Reply("b" * 16, "and *that*?", "unknown", None, 0.1, (), "Is <this> bad?")
    text = messages.said_by_bot(reply, BotSettings())["content"][0]["text"]
    context = "<small>Read together with: Is &#60;this&#62; bad?</small>"
    assert text.startswith(f"{context}\n\nThis FAQ has no answer to that.")
    text = messages.said_by_bot(reply, BotSettings(), is_one_of_several=True)["content"][0]["text"]
    assert text.startswith("<small>You asked: and &#42;that&#42;?</small>\n\n<small>Read together with: ")


def test_a_conversation_is_read_as_role_and_text() -> None:
    sent = [
        {"role": "user", "content": [{"type": "text", "text": "a &#60; b"}]},
        {"role": "robot", "content": "<p>x</p>", "metadata": {"title": "t"}},
        {"role": "user", "content": None},
    ]
    turns = messages.turns_of(sent)
    assert [(turn.role, turn.text.strip()) for turn in turns] == [("user", "a < b"), ("assistant", "x"), ("user", "")]
    assert len(messages.turns_of(sent * 100)) == 40


@pytest.mark.parametrize(
    "typed",
    ["is 2 * 3 < 7?", "one\n# two\n- three\n1. four", "**bold** _it_ `code`", "<b>x</b> & [a](https://evil.example) ![i](https://evil.example/x)",
     "# head", "1. list", "- list", "see https://evil.example or www.evil.example", "~~no~~ | $x$ \\*",
     "is it\n  2. two", "is it\n - b", "123456789. list", "so:\n\n    <b>code</b>"],
)  # fmt: skip
def test_what_a_visitor_types_is_shown_as_typed(typed: str) -> None:
    """Rendered as Markdown, the message is paragraphs with the very text, and nothing in it is a tag or a link.

    Red without: references for blanks before the mark of a list, and behind numbers of three digits and more.
    """
    content = messages.said_by_visitor(typed)["content"][0]["text"]
    rendered = POSITION.sub("", rendered_markdown(content))
    assert rendered.startswith("<p>")
    assert rendered.endswith("</p>")
    shown = rendered[3:-4].replace("</p>\n<p>", "\n\n")
    assert "<" not in shown
    assert html.unescape(shown) == typed
    assert "://" not in content
    assert "www." not in content


def test_what_hides_or_reorders_text_is_not_shown() -> None:
    """Red without: `without_surrogates`, on which the answer could not be sent at all."""
    typed = "cat\u202e\x1b[31m\x00 \ud800food\u200b?"
    assert messages.said_by_visitor(typed)["content"][0]["text"] == "cat&#91;31m food?"


def test_an_ordinary_question_needs_no_references() -> None:
    question = "Isn't jogging bad for you, at 50% pace (or so)?"
    assert messages.said_by_visitor(question)["content"][0]["text"] == question


def answer_of(text: str, marks: tuple[tuple[int, int], ...] = (), url: str = "") -> Answer:
    blocks = document_of(text).blocks
    link = with_text_fragment(url, blocks, marks)
    return Answer("id", "Q?", text, "", None, None, "", url, "", "0" * 64, blocks=blocks, marks=marks, link=link)


def said_of(answer: Answer) -> str:
    said: str = messages.said_by_bot(Reply("a" * 16, "q", "answered", answer, 0.9), BotSettings())["content"][0]["text"]
    return said


def test_an_answer_is_its_tree_as_html_on_one_line() -> None:
    """A blank line would end the HTML, and what follows be read as Markdown. Red without: the replacement."""
    text = "Do *this*:\n\n1. one\n2. two <3\n\n```\na\n\n# b\n```\n\n<script>x</script>"
    said = said_of(answer_of(text, ((8, 11),)))
    assert said == (
        "<h2>Q?</h2>\n\n<p>Do <em>this</em>:</p>&#10;<ol>&#10;<li><mark>one</mark></li>&#10;<li>two &lt;3</li>"
        "&#10;</ol>&#10;<pre><code>a&#10;&#10;# b&#10;</code></pre>"
    )


def test_an_address_of_a_source_cannot_end_its_link() -> None:
    """Red without: percent-encoding in `_target`."""
    text = said_of(answer_of("x", url="https://x.example/a b) <img src=x> (c"))
    assert "(https://x.example/a%20b%29%20%3Cimg%20src=x%3E%20%28c#:~:text=x)" in text


def test_a_reply_as_a_message() -> None:
    answer = replace(
        answer_of("Because.", url="https://x.example"), entry_id="e", question="Why *me*?", source="NHS",
        reviewed="2026-01-02",
    )  # fmt: skip
    reply = Reply("a" * 16, "why", "answered", answer, 0.9, [Suggestion("f", "How?")])
    said = messages.said_by_bot(reply, BotSettings())
    assert said["content"][0]["text"] == (
        "<h2>Why &#42;me&#42;?</h2>\n\n<p>Because.</p>\n\n"
        "<small>Source: [NHS](https://x.example#:~:text=Because.) \u00b7 Reviewed January 2, 2026</small>\n\n"
        "<small>Related questions:</small>"
    )
    assert said["metadata"] == {"id": "a" * 16, "log": "e"}
    assert said["card"] == {
        "question": "why", "chips": [{"question": "How?", "entry_id": "f"}], "offers_none": False, "hand_off": [],
        "copied": "Because.\nNHS\nhttps://x.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "chips", "offers", "hand_off"),
    [
        ("unsure", 1, True, [("Mail ", ""), ("a@b.example", "mailto:a@b.example")]),
        ("unknown", 1, True, []),
        ("unknown", 0, False, []),
        ("gap", 1, False, []),
    ],
)
def test_none_of_these_is_offered_where_questions_are_and_no_answer(
    status: str, chips: int, offers: bool, hand_off: list[object]
) -> None:
    """The contact stands in the message already, but for "did you mean". Red without: `offers_none`."""
    reply = Reply(
        "b" * 16, "why", status, None, 0.1, [Suggestion("f", "How?")] * chips, contact=contact_of("Mail a@b.example")
    )  # type: ignore[arg-type]
    card = messages.said_by_bot(reply, BotSettings())["card"]
    assert (card["offers_none"], card["hand_off"], card["copied"]) == (offers, hand_off, "")


@pytest.mark.parametrize(
    ("text", "part", "fragment"),
    [
        ("Rest. Well-fed cats, dogs & **birds** sleep.", "Well-fed cats, dogs & **birds** sleep.",
         "Well%2Dfed%20cats%2C%20dogs%20%26%20birds%20sleep."),
        ("One two.\n\nThree.", "", "One%20two."),
        ("1. one\n2. [two](https://y.example) (x)", "2. [two](https://y.example) (x)", "two%20%28x%29"),
        ("a b c d e f g h i j k l", "", "a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k%20l"),
        ("a b c d e f g h i j k l m-", "", "a%20b%20c%20d%20e,i%20j%20k%20l%20m%2D"),
        ("caf\u00e9?", "", "caf%C3%A9%3F"),
    ],
)  # fmt: skip
def test_the_source_opens_at_the_very_sentence(text: str, part: str, fragment: str) -> None:
    """Red without: `.replace("-", "%2D")`; with `safe=","`; with the highlight left out; with more than 5 words."""
    document = document_of(text)
    begin = text.index(part)
    marks = spans_within(document.places, (begin, begin + len(part)))
    for url, joint in (("https://x.example/p", "#"), ("https://x.example/p?a=b#sleep", "")):
        assert with_text_fragment(url, document.blocks, marks) == f"{url}{joint}:~:text={fragment}"


@pytest.mark.parametrize(
    ("url", "text"), [("", "One."), ("https://x.example/#:~:text=a", "One."), ("https://x.example", "\n")]
)
def test_an_address_that_cannot_be_more_exact_stays(url: str, text: str) -> None:
    assert with_text_fragment(url, document_of(text).blocks, ()) == url


def test_our_own_words_are_those_of_the_faq_or_called_english() -> None:
    """A screen reader reads each in its own language. Red without: `_ours`."""
    reply = Reply("b" * 16, "warum", "unknown", None, 0.1, [Suggestion("f", "Wie?")], contact=contact_of("Fragen Sie."))
    text = messages.said_by_bot(reply, BotSettings(lang="sv-SE"))["content"][0]["text"]
    assert text == (
        '<span lang="en" dir="ltr">This FAQ has no answer to that.</span>\n\n<p>Fragen Sie.</p>\n\n'
        '<small><span lang="en" dir="ltr">The nearest questions it answers</span>:</small>'
    )
    text = messages.said_by_bot(reply, BotSettings(lang="de-AT"))["content"][0]["text"]
    below = "<small>Die nächsten Fragen mit Antwort:</small>"
    assert text == f"Dazu steht hier keine Antwort.\n\n<p>Fragen Sie.</p>\n\n{below}"
    assert "<span" not in messages.said_by_bot(reply, BotSettings(lang="en-GB"))["content"][0]["text"]


NEAREST = "<small>The nearest questions it answers:</small>"


@pytest.mark.parametrize(
    ("status", "chips", "text"),
    [
        ("unknown", 1, f"This FAQ has no answer to that.\n\n<p>Ask us.</p>\n\n{NEAREST}"),
        ("unknown", 0, "This FAQ has no answer to that.\n\n<p>Ask us.</p>"),
        ("gap", 0, "This FAQ lists \u201cWhy?\u201d, but has no answer to it yet.\n\n<p>Ask us.</p>"),
        ("unsure", 1, "Did you mean one of these?"),
        ("unsure", 0, "I am not sure what you mean."),
    ],
)
def test_a_reply_without_an_answer(status: str, chips: int, text: str) -> None:
    gap = Suggestion("g", "Why?") if status == "gap" else None
    near = [Suggestion("f", "How?")] * chips
    reply = Reply("b" * 16, "why", status, None, 0.1, near, gap=gap, contact=contact_of("Ask us."))  # type: ignore[arg-type]
    assert messages.said_by_bot(reply, BotSettings())["content"][0]["text"] == text


def test_the_contact_below_a_no_is_a_link() -> None:
    reply = Reply(
        "d" * 16, "why", "unknown", None, 0.1, contact=contact_of("Write to [us](tel:+4930123) or a@b.example.")
    )
    text = messages.said_by_bot(reply, BotSettings())["content"][0]["text"]
    rel = 'rel="noopener noreferrer nofollow"'
    assert text.endswith(
        f'<p>Write to <a href="tel:+4930123" {rel}>us</a> or <a href="mailto:a@b.example" {rel}>a@b.example</a>.</p>'
    )


def test_a_notice_as_a_message() -> None:
    words = "Call 112 *now*."
    notice = Notice("n", "emergency", words, "NHS", "https://x.example", owner_blocks(words))
    said = messages.noticed(notice, BotSettings())
    assert said["content"][0]["text"] == (
        "**Please read this first**\n\n<p>Call 112 <em>now</em>.</p>\n\n<small>Source: [NHS](https://x.example)</small>"
    )


def test_small_talk_as_a_message() -> None:
    said = document_of("Hello! Ask *me*.", is_copied=True)
    answer = Answer("smalltalk-hello", "", "Hello! Ask *me*.", said.html, None, None, "", "", "", "0", said.blocks)
    reply = Reply("c" * 16, "hi", "smalltalk", answer, 1.0)
    assert messages.said_by_bot(reply, BotSettings())["content"][0]["text"] == "<p>Hello! Ask *me*.</p>"
    assert "card" not in messages.said_by_bot(reply, BotSettings())


def test_who_asks_for_a_person_gets_the_contact_above_all_else() -> None:
    """Red without: `reply.contact` above small talk; a card where questions are near."""
    own = document_of("I am a program.", is_copied=True)
    answer = Answer("smalltalk-contact", "", "I am a program.", own.html, None, None, "", "", "", "0", own.blocks)
    reply = Reply("c" * 16, "agent", "smalltalk", answer, 1.0, contact=contact_of("Write to help@x.example."))
    text = messages.said_by_bot(reply, BotSettings())["content"][0]["text"]
    assert re.fullmatch(r'(?s).*href="mailto:help@x\.example".*\n\n<p>I am a program\.</p>', text)
    assert messages.said_by_bot(replace(reply, contact=None), BotSettings())["content"][0]["text"] == own.html
    said = messages.said_by_bot(replace(reply, suggestions=[Suggestion("f", "How?")]), BotSettings())
    assert said["content"][0]["text"] == f"{text}\n\n<small>Related questions:</small>"
    assert said["card"]["chips"] == [{"question": "How?", "entry_id": "f"}]

"""What a message of the chat page looks like."""

import dataclasses
import html
from dataclasses import replace

import pytest

from chatbot.config import BotSettings
from chatbot.content.render import copied_text_to_html, markdown_to_html
from chatbot.dialogue.smalltalk_contact import CONTACT
from chatbot.types import Answer, Notice, Reply, Suggestion
from chatbot.web import messages


def test_the_entry_that_a_reply_showed_is_read_back_from_its_message() -> None:
    shown = messages.said_by_bot(Reply("a" * 16, "q", "answered", answer_of("x", "<p>x</p>"), 0.9), BotSettings())
    without = messages.said_by_bot(Reply("b" * 16, "q", "unknown", None, 0.1), BotSettings())
    assert [turn.entry_id for turn in messages.turns_of([shown, without, {"metadata": {"log": 7}}])] == [
        "id", None, None,
    ]  # fmt: skip


def test_a_reply_says_what_it_was_read_with_and_which_question_of_several_it_answers() -> None:
    reply = Reply("b" * 16, "and *that*?", "unknown", None, 0.1, (), "Is <this> bad?")
    text = messages.said_by_bot(reply, BotSettings())["content"][0]["text"]
    assert text.startswith("*Read together with: Is &#60;this&#62; bad?*\n\nThis FAQ has no answer to that.")
    text = messages.said_by_bot(reply, BotSettings(), is_one_of_several=True)["content"][0]["text"]
    assert text.startswith("*You asked: and &#42;that&#42;?*\n\n*Read together with: ")


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
    rendered = markdown_to_html(content)
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


def answer_of(text: str, html: str, highlight: tuple[int, int] | None = None) -> Answer:
    return Answer("id", "Q?", text, html, None, highlight, "", "", "", "0" * 64)


@pytest.mark.parametrize(
    "text", ["plain\n\n- a\n- b", "[a](https://x.example)", "**b**", "  1. one\n  2. two", "a < b"]
)
def test_markdown_is_shown_as_it_stands(text: str) -> None:
    assert messages._shown(answer_of(text, markdown_to_html(text))) == text


def test_a_list_of_a_copied_page_is_shown_as_it_stands() -> None:
    text = "Head\n\n  1. one\n  2. two\n\ntail"
    assert messages._shown(answer_of(text, copied_text_to_html(text))) == text


@pytest.mark.parametrize("text", ["2*3*4 euros", "# of items: 5", "[x](https://a.example)", "`a` and ~~5~~", "a\n==="])
def test_copied_text_that_markdown_would_change_is_shown_as_the_html_of_the_build(text: str) -> None:
    html_of_build = copied_text_to_html(text)
    assert messages._shown(answer_of(text, html_of_build)) == html_of_build


def test_addresses_in_the_contact_are_links() -> None:
    assert messages.linked("Ask help_desk@x.example or see https://x.example/a_b.") == (
        "Ask [help&#95;desk@x.example](mailto:help_desk@x.example) or see "
        "[https&#58;//x.example/a&#95;b](https://x.example/a_b)."
    )
    assert messages.linked("Nobody *here*.") == "Nobody &#42;here&#42;."


@pytest.mark.parametrize(
    "text",
    ["<b>x</b>", "![i](https://x.example/i.png)", "[a](/relative)", "[a](javascript:x)", "    indented", "[r]: x"],
)
def test_what_markdown_might_show_otherwise_is_shown_as_the_html_of_the_build(text: str) -> None:
    assert messages._shown(answer_of(text, "<p>a</p>\n\n<p>b</p>")) == "<p>a</p>&#10;&#10;<p>b</p>"


def test_an_address_of_a_source_cannot_end_its_link() -> None:
    """Red without: percent-encoding in `_target`."""
    answer = dataclasses.replace(answer_of("x", "<p>x</p>"), url="https://x.example/a b) <img src=x> (c")
    text = messages.said_by_bot(Reply("a" * 16, "q", "answered", answer, 0.9), BotSettings())["content"][0]["text"]
    assert "(https://x.example/a%20b%29%20%3Cimg%20src=x%3E%20%28c#:~:text=x)" in text


def test_a_reply_as_a_message() -> None:
    answer = Answer(
        "e", "Why *me*?", "Because.", "<p>Because.</p>", None, None, "NHS", "https://x.example", "2026-01-02", "0"
    )
    reply = Reply("a" * 16, "why", "answered", answer, 0.9, [Suggestion("f", "How?")])
    said = messages.said_by_bot(reply, BotSettings())
    assert said["content"][0]["text"] == (
        "**Why &#42;me&#42;?**\n\nBecause.\n\n"
        "*Source: [NHS](https://x.example#:~:text=Because.) \u00b7 Reviewed 2026-01-02*\n\n"
        "*Related questions:*"
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
    reply = Reply("b" * 16, "why", status, None, 0.1, [Suggestion("f", "How?")] * chips)  # type: ignore[arg-type]
    card = messages.said_by_bot(reply, BotSettings(contact="Mail a@b.example"))["card"]
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
    begin = text.index(part)
    answer = answer_of(text, "", (begin, begin + len(part)) if part else None)
    for url, joint in (("https://x.example/p", "#"), ("https://x.example/p?a=b#sleep", "")):
        assert messages.at_sentence(replace(answer, url=url)) == f"{url}{joint}:~:text={fragment}"


@pytest.mark.parametrize(
    ("url", "text"), [("", "One."), ("https://x.example/#:~:text=a", "One."), ("https://x.example", "\n")]
)
def test_an_address_that_cannot_be_more_exact_stays(url: str, text: str) -> None:
    assert messages.at_sentence(replace(answer_of(text, ""), url=url)) == url


def test_our_own_words_are_called_english_where_the_faq_is_not() -> None:
    """A screen reader reads each in its own language. Red without: `_ours`."""
    reply = Reply("b" * 16, "warum", "unknown", None, 0.1, [Suggestion("f", "Wie?")])
    text = messages.said_by_bot(reply, BotSettings(lang="de-AT", contact="Fragen Sie."))["content"][0]["text"]
    assert text == (
        '<span lang="en" dir="ltr">This FAQ has no answer to that.</span>\n\nFragen Sie.\n\n'
        '*<span lang="en" dir="ltr">The nearest questions it answers</span>:*'
    )
    assert "<span" not in messages.said_by_bot(reply, BotSettings(lang="en-GB"))["content"][0]["text"]


@pytest.mark.parametrize(
    ("status", "chips", "text"),
    [
        ("unknown", 1, "This FAQ has no answer to that.\n\nAsk us.\n\n*The nearest questions it answers:*"),
        ("unknown", 0, "This FAQ has no answer to that.\n\nAsk us."),
        ("gap", 0, "This FAQ lists \u201cWhy?\u201d, but has no answer to it yet.\n\nAsk us."),
        ("unsure", 1, "Did you mean one of these?"),
        ("unsure", 0, "I am not sure what you mean."),
    ],
)
def test_a_reply_without_an_answer(status: str, chips: int, text: str) -> None:
    gap = Suggestion("g", "Why?") if status == "gap" else None
    near = [Suggestion("f", "How?")] * chips
    reply = Reply("b" * 16, "why", status, None, 0.1, near, gap=gap)  # type: ignore[arg-type]
    assert messages.said_by_bot(reply, BotSettings(contact="Ask us."))["content"][0]["text"] == text


def test_the_contact_below_a_no_is_a_link() -> None:
    reply = Reply("d" * 16, "why", "unknown", None, 0.1)
    text = messages.said_by_bot(reply, BotSettings(contact="Write to help@x.example."))["content"][0]["text"]
    assert text.endswith("Write to [help@x.example](mailto:help@x.example).")


def test_a_notice_as_a_message() -> None:
    said = messages.noticed(Notice("n", "emergency", "Call 112 *now*.", "NHS", "https://x.example"), BotSettings())
    assert said["content"][0]["text"] == (
        "**Please read this first**\n\nCall 112 &#42;now&#42;.\n\n*Source: [NHS](https://x.example)*"
    )


def test_small_talk_as_a_message() -> None:
    answer = Answer("smalltalk-hello", "", "Hello! Ask *me*.", "<p>x</p>", None, None, "", "", "", "0")
    reply = Reply("c" * 16, "hi", "smalltalk", answer, 1.0)
    assert messages.said_by_bot(reply, BotSettings())["content"][0]["text"] == "Hello! Ask &#42;me&#42;."
    assert "card" not in messages.said_by_bot(reply, BotSettings())


def test_who_asks_for_a_person_gets_the_contact_above_all_else() -> None:
    """Red without: `linked`; a card where questions are near."""
    answer = Answer(CONTACT, "", "I am a program.", "<p>x</p>", None, None, "", "", "", "0")
    reply = Reply("c" * 16, "agent", "smalltalk", answer, 1.0)
    settings = BotSettings(contact="Write to help@x.example.")
    text = "Write to [help@x.example](mailto:help@x.example).\n\nI am a program."
    assert messages.said_by_bot(reply, settings)["content"][0]["text"] == text
    assert messages.said_by_bot(reply, BotSettings())["content"][0]["text"] == "I am a program."
    said = messages.said_by_bot(dataclasses.replace(reply, suggestions=[Suggestion("f", "How?")]), settings)
    assert said["content"][0]["text"] == f"{text}\n\n*Related questions:*"
    assert said["card"]["chips"] == [{"question": "How?", "entry_id": "f"}]


STEPS = "Do:\n\n1. one **b**\n2. two"
MARKED_STEPS = "<mark>Do:</mark>\n\n1. <mark>one **b**</mark>\n2. <mark>two</mark>"


@pytest.mark.parametrize(
    ("text", "part", "shown"),
    [
        ("One. Two. Three.", "Two.", "One. <mark>Two.</mark> Three."),
        (f"{STEPS}\n\nEnd.", STEPS, f"{MARKED_STEPS}\n\nEnd."),
        ("**One. Two.** Three.", "One.", "**<mark>One.</mark> Two.** Three."),
        ("See [a. b](https://x.example). End.", "b](https://x.example).", None),
        ("A \ue000 b. C.", "C.", None),
    ],
)
def test_the_short_answer_is_marked_where_that_is_harmless(text: str, part: str, shown: str | None) -> None:
    begin = text.index(part)
    answer = answer_of(text, markdown_to_html(text), (begin, begin + len(part)))
    assert messages._shown(answer) == (shown or text)

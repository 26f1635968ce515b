"""Events: published once by the one path, told off the answer's way, whatever a subscriber does."""

import dataclasses
import sys
import threading
import time

import httpx
import pytest

from chatbot.core.errors import QuestionRefused
from chatbot.core.events import Event, FeedbackGiven, Publisher, Refused, Replied, Shown
from chatbot.dialogue.bot import Bot


def told(bot: Bot) -> list[Event]:
    events: list[Event] = []
    bot.events.subscribe(events.append)
    return events


def test_each_thing_that_happens_is_told_once(bot: Bot) -> None:
    """Red without `publish` in any of the five places."""
    events = told(bot)
    first = bot.ask("what do goldfish eat?")
    again = bot.ask("what do goldfish eat?")
    with pytest.raises(QuestionRefused):
        bot.ask("?!")
    shown = bot.show("may-dogs-eat-chocolate")
    assert shown
    assert bot.show("no-such-entry") is None
    assert bot.rate(shown.id, "down", "Out of date", "in May")
    assert not bot.rate("0" * 32, "up")
    assert bot.events.flush(5)
    build = bot.build.id
    numbers = [event.conversation for event in events if isinstance(event, Replied | Shown)]
    assert events == [
        Replied("what do goldfish eat?", first, False, "en", numbers[0], ""),
        Replied("what do goldfish eat?", again, True, "en", numbers[1], ""),
        Refused("?!", "empty_question", build),
        Shown("may-dogs-eat-chocolate", shown, build, "en", numbers[2], ""),
        FeedbackGiven(shown.id, "down", "Out of date", "in May"),
    ]


def test_a_reply_id_leads_to_question_entry_and_build(client: httpx.Client, bot: Bot) -> None:
    """Through the API, as a journal would do it."""
    events = told(bot)
    [reply] = client.post("/api/ask", json={"question": "what do goldfish eat"}).json()["replies"]
    client.post("/api/feedback", json={"reply_id": reply["id"], "verdict": "up"}).raise_for_status()
    assert bot.events.flush(5)
    asked, feedback = events
    assert isinstance(asked, Replied)
    assert isinstance(feedback, FeedbackGiven)
    [found] = [one for one in asked.replies.replies if one.id == feedback.reply_id]
    assert found.answer
    assert (asked.message, found.answer.entry_id, asked.replies.build_id) == (
        "what do goldfish eat", "what-do-goldfish-eat", bot.build.id,
    )  # fmt: skip


def test_who_fails_costs_nobody_anything(bot: Bot, logged: pytest.LogCaptureFixture) -> None:
    """Red without the `except`: the thread ends at the first event. Nor does the log repeat what was typed."""
    calls: list[Event] = []

    def failing(event: Event) -> None:
        calls.append(event)
        raise ValueError(f"no room for {event}")

    bot.events.subscribe(failing)
    events = told(bot)
    replies = [bot.ask(f"what do goldfish eat {number}") for number in range(3)]
    assert bot.events.flush(5)
    assert [event.replies for event in events if isinstance(event, Replied)] == replies
    assert calls == events
    assert logged.messages == ["error: Replied failed for a subscriber (ValueError)"] * 3


def test_who_is_slow_delays_nobody_and_what_finds_no_room_is_counted() -> None:
    """Red where `put` waits; where all subscribers share one queue."""
    publisher, begun, go, quick = Publisher(queued=3), threading.Event(), threading.Event(), []
    slow: list[Event] = []

    def waiting(event: Event) -> None:
        begun.set()
        go.wait(20)
        slow.append(event)

    publisher.subscribe(waiting)
    publisher.subscribe(quick.append)
    events = [FeedbackGiven(str(number), "up", "", "") for number in range(10)]
    for event in events:
        publisher.publish(event)
        assert begun.wait(20)  # the first is no longer in its queue
        assert publisher._subscriptions[1].flush(5)
    assert quick == events
    assert not publisher.flush(0.01)
    go.set()
    while not publisher.flush(5):  # its queue may still be full
        pass
    assert slow == events[: len(slow)]
    assert 3 <= len(slow) <= 4
    assert publisher.dropped == 10 - len(slow)


def test_nobody_is_held_that_was_told(bot: Bot) -> None:
    """Red where the thread keeps the last event in a name of its own."""
    told = threading.Event()
    bot.events.subscribe(lambda event: told.set())
    message = "".join(["what do ", "goldfish eat"])
    before = sys.getrefcount(message)
    bot.events.publish(dataclasses.replace(Replied("", bot.ask("cat"), False, "en", 1, ""), message=message))
    assert told.wait(5)
    deadline = time.monotonic() + 2
    while sys.getrefcount(message) > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sys.getrefcount(message) == before


def test_without_subscribers_there_are_no_threads() -> None:
    before = threading.active_count()
    publisher = Publisher()
    publisher.publish(FeedbackGiven("", "up", "", ""))
    assert publisher.flush(0)
    assert threading.active_count() == before

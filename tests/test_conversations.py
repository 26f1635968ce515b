"""Which replies belong to one conversation: known by their ids alone, on every way to ask."""

from collections.abc import Callable

import httpx
import pytest

from chatbot.core.events import Event, Replied, Shown
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.reply_ids import ReplyIds
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import Build
from chatbot.web.gradio_page.turn import messages_of_turn

QUESTION, ENTRY = "What do goldfish eat?", "may-dogs-eat-chocolate"


def told(bot: Bot) -> list[Event]:
    events: list[Event] = []
    bot.events.subscribe(events.append)
    return events


def belongings(bot: Bot, events: list[Event]) -> list[tuple[int, str]]:
    """Conversation and `after` of each event."""
    assert bot.events.flush(5)
    return [(event.conversation, event.after) for event in events if isinstance(event, Replied | Shown)]


def test_a_reply_goes_on_with_the_conversation_of_the_one_before(bot: Bot) -> None:
    """Red where a known reply, a picked entry or a further question begins a conversation."""
    events = told(bot)
    first = bot.ask(QUESTION).replies[0].id
    second = bot.ask(QUESTION, after=first).replies[0].id  # known by now
    shown = bot.show(ENTRY, after=second)
    assert shown
    bot.ask("When does a cat eat?", after=shown.id)
    bot.ask(QUESTION)
    *same, other = belongings(bot, events)
    assert {number for number, _ in same} == {same[0][0]}
    assert [after for _, after in same] == ["", first, second, shown.id]
    assert other[0] != same[0][0]
    assert other[1] == ""


def test_the_conversation_changes_no_answer(bot: Bot) -> None:
    """Red where the memory of replies depends on it: every visitor would be answered anew."""
    events = told(bot)
    first = bot.ask(QUESTION)
    again = bot.ask(QUESTION, after=first.replies[0].id)
    assert bot.events.flush(5)
    assert [event.was_known for event in events if isinstance(event, Replied)] == [False, True]
    assert again.replies[0].answer == first.replies[0].answer


def test_an_id_that_is_not_ours_or_old_begins_a_conversation(bot: Bot, pets: Build) -> None:
    """Red where the seal is not looked at: a client could join the conversation of others."""
    now = 1_800_000_000.0
    ids = ReplyIds(lambda: now)
    old = ids.new(7)
    assert ids.conversation_of(old) == 7
    now += 25 * 3600
    assert ids.conversation_of(old) is None
    of_another = Bot(Served(pets, HashingEncoder())).ask(QUESTION).replies[0].id
    given = bot.ask(QUESTION).replies[0].id
    altered = given[:8] + f"{int(given[8:16], 16) ^ 1:08x}" + given[16:]
    events = told(bot)
    for after in (of_another, altered, "", "x", "0" * 32, "undefined", "\ud800", given * 2):
        bot.ask(QUESTION, after=after)
        bot.show(ENTRY, after=after)
    found = belongings(bot, events)
    assert {after for _, after in found} == {""}
    assert len({number for number, _ in found}) > len(found) - 2  # numbers by chance


@pytest.mark.parametrize("after", ["x", "0" * 32, "z" * 5000, None])
def test_the_api_takes_any_id(client: httpx.Client, after: str | None) -> None:
    """A client must not lose an answer because a server was restarted."""
    assert client.post("/api/ask", json={"question": QUESTION, "after": after}).status_code == 200
    assert client.get(f"/api/entries/{ENTRY}", params={"after": after or ""}).status_code == 200


def test_through_the_api(client: httpx.Client, bot: Bot) -> None:
    events = told(bot)
    [first] = client.post("/api/ask", json={"question": QUESTION}).json()["replies"]
    shown = client.get(f"/api/entries/{ENTRY}?after={first['id']}").json()["reply"]
    client.post("/api/ask", json={"question": "When does a cat eat?", "after": shown["id"]}).raise_for_status()
    numbers, afters = zip(*belongings(bot, events), strict=True)
    assert (len(set(numbers)), afters) == (1, ("", first["id"], shown["id"]))


def test_through_the_chat_page(bot: Bot) -> None:
    """The page sends its messages along, so their ids are there. Notices and what failed have ids of another form."""
    events = told(bot)
    conversation: list[dict[str, object]] = []
    for question, entry in ((QUESTION, ""), ("", ENTRY), ("When does a cat eat?", "")):
        conversation += messages_of_turn(bot, question, entry, conversation)
        conversation.append({"role": "assistant", "metadata": {"id": "failed-17"}, "content": []})
    messages_of_turn(bot, QUESTION, "", [])  # cleared
    found = belongings(bot, events)
    assert len({number for number, _ in found[:3]}) == 1
    assert [bool(after) for _, after in found] == [False, True, True, False]
    assert found[3][0] != found[0][0]


def test_forged_messages_have_no_reply(bot: Bot) -> None:
    ask: Callable[[list[dict[str, object]]], object] = lambda said: messages_of_turn(bot, QUESTION, "", said)  # noqa: E731
    for metadata in (None, "x", [], {"id": None}, {"id": 7}, {"id": "0" * 31}, {"log": "x"}):
        assert ask([{"role": "assistant", "content": [], "metadata": metadata}])

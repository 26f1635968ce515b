"""What nobody should send, through every door: each gets a proper reply or an error of the contract, never a trace."""

import dataclasses
import json
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from chatbot.core.errors import QuestionRefused
from chatbot.core.text import clean, is_text, one_line
from chatbot.core.types import Answer, Replies, Reply, Status, Suggestion, Turn
from chatbot.dialogue.bot import Bot
from tests.command import run_chatbot

CANARY = "s3cr3tcanary"
SHORT = {
    "nothing": "",
    "a letter": "a",
    "Arabic": "كم مرة يجب أن أطعم قطتي؟",
    "Hebrew": "כמה פעמים להאכיל את החתול שלי?",
    "Thai": "ควรให้อาหารแมวบ่อยแค่ไหน",
    "Chinese": "猫应该多久喂一次？",
    "Devanagari": "मुझे अपनी बिल्ली को कितनी बार खिलाना चाहिए?",
    "Greek": "Πόσο συχνά πρέπει να ταΐζω τη γάτα μου;",
    "emoji": "\U0001f431\U0001f957\u2753\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a flag": "\U0001f3f4\U000e0067\U000e0062\U000e007f cat",
    "control characters": f"{CANARY}\x00\x07\x1b[31mcat\x7f\x9b food\x85",
    "zero width": f"{CANARY} c\u200ba\ufefft\u2060 f\u00adood",
    "nothing but zero width": "\u200b\u200e\ufeff",
    "directions": f"{CANARY} \u202etac\u202c \u2066x\u2069 \u202a",
    "half a pair": f"{CANARY} cat \ud83d food",
    "the other half": f"\udc31 {CANARY}",
    "a NUL": "\x00",
    "noncharacters": f"{CANARY} \ufffe\uffff\U0010ffff cat",
    "private use": f"{CANARY} \ue000 cat",
    "markup": f"<script>alert('{CANARY}')</script><img src=x onerror=alert(1)> cat",
    "Markdown": f"[{CANARY}](javascript:alert(1)) ![x](https://evil.example/x.png) `cat`",
    "SQL": f"'; DROP TABLE entries; -- {CANARY}",
    "a template": f"{{{{7*7}}}} ${{7*7}} <%= 7*7 %> #{{7*7}} %s %n {{0.__class__}} {CANARY}",
    "a shell": f"$(reboot) `reboot`; reboot | reboot && reboot {CANARY}",
    "a path": f"../../../../etc/passwd file:///etc/passwd {CANARY}",
    "a log line": f"cat\r\nerror: {CANARY}\u2028forged",
    "ligatures": "\ufdfa" * 500,
    "a word": "x" * 500,
    "questions": "a? " * 166,
    "clauses": ("what is it and how do I " * 21)[:500],
    "marks on a letter": "a" + "\u0300\u0316" * 249,
}
LONG = {
    "ten thousand letters": CANARY * 834,
    "ten thousand marks": CANARY + "\u0300\u0316" * 5000,
    "marks in the worst order": CANARY + "\u0345" * 4000 + "\u0300" * 4000 + "\u0334" * 4000,
    "marks that are none": CANARY + "\u0f73" * 10_000,
    "blanks": CANARY + " " * 10_000 + "cat",
    "question marks": "?" * 10_000,
    "lines": f"{CANARY}?\n" * 900,
    "a word of ten thousand": CANARY + "\u00e9" * 10_000,
}
HUGE = {
    "a million letters": (CANARY * 83_334)[:1_000_000],
    "a million marks": CANARY + "\u0300\u0316" * 500_000,
    "a million words": "ab " * 333_333,
    "a million characters of hiragana": "\u304b\u3099" * 500_000,
    "a million surrogates": "\ud800" * 1_000_000,
}
CODES = {"empty_question", "question_too_long", "not_text"}


def check_replies(body: dict[str, Any], message: str) -> None:
    assert set(body) == {field.name for field in dataclasses.fields(Replies)}
    assert 1 <= len(body["replies"]) <= 5
    for reply in body["replies"]:
        assert set(reply) == {field.name for field in dataclasses.fields(Reply)}
        assert reply["status"] in get_args(Status)
        assert 0 <= reply["probability"] <= 1
        assert (reply["answer"] is not None) == (reply["status"] in ("answered", "smalltalk"))
        if reply["answer"]:
            assert set(reply["answer"]) == {field.name for field in dataclasses.fields(Answer)}
        for suggestion in reply["suggestions"]:
            assert set(suggestion) == {field.name for field in dataclasses.fields(Suggestion)}
        echo = reply["question"]
        assert echo == one_line(clean(echo))  # nothing in it that hides, steers or breaks a line
        assert echo in one_line(clean(message)), "a question that nobody asked"


def check_error(error: dict[str, Any], sent: str) -> None:
    assert set(error) == {"code", "message"}
    assert len(error["message"]) > 10
    assert "Traceback" not in error["message"]
    check_silent(error["message"], sent)


def check_silent(text: str, sent: str) -> None:
    """An error tells nothing of what was sent: it would end in a log or a page."""
    assert CANARY not in text
    assert len(sent) < 8 or sent not in text


@pytest.mark.parametrize("message", [*SHORT.values(), *LONG.values(), *HUGE.values()], ids=[*SHORT, *LONG, *HUGE])
def test_the_bot_replies_or_refuses(bot: Bot, message: str) -> None:
    try:
        replies = bot.ask(message)
    except QuestionRefused as error:
        refused = error
    else:
        check_replies(dataclasses.asdict(replies), message)
        return
    assert refused.code in CODES
    check_error({"code": refused.code, "message": str(refused)}, message)


@pytest.mark.parametrize("text", [*SHORT.values(), *LONG.values(), *HUGE.values()], ids=[*SHORT, *LONG, *HUGE])
def test_a_history_of_the_same_kinds_changes_no_reply_into_an_error(bot: Bot, text: str) -> None:
    history = [Turn("user", text), Turn("assistant", text, text), Turn("user", text)] * 7
    replies = bot.ask("and that?", history, lang=text, tags=[text])
    [reply] = replies.replies
    assert reply.question == "and that?"
    assert is_text(reply.context)
    assert reply.context == one_line(clean(reply.context))


def post(client: httpx.Client, body: object) -> httpx.Response:
    """As JSON with everything beyond ASCII escaped, which alone can carry half of a surrogate pair."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/ask", content=content, headers={"content-type": "application/json"})


def check_answer(answer: httpx.Response, sent: str) -> None:
    assert answer.status_code in (200, 400, 404, 413, 422), answer.text[:200]
    if answer.status_code == 200:
        check_replies(answer.json(), sent)
    else:
        assert set(answer.json()) == {"error"}
        check_error(answer.json()["error"], sent)


def test_the_api_replies_or_refuses(client: httpx.Client) -> None:
    for message in (*SHORT.values(), *LONG.values(), *HUGE.values()):
        check_answer(post(client, {"question": message}), message)
        raw = json.dumps({"question": message}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        check_answer(post(client, raw), message)


def test_every_other_field_may_hold_the_same(client: httpx.Client) -> None:
    for text in (*SHORT.values(), *LONG.values()):
        turn = {"role": "user", "text": text}
        for body in (
            {"question": "cat food", "history": [turn, {"role": "assistant", "text": text, "entry_id": text}]},
            {"question": "cat food", "history": [{"role": text, "text": "a"}]},
            {"question": "cat food", "tags": [text] * 20},
            {"question": "cat food", "lang": text},
            {"question": "cat food", "top": text},
            {"question": "cat food", text: text},
            {"question": [text]},
            {"question": {text: text}},
            {text: "cat food"},
            text,
        ):
            answer = post(client, body)
            check_answer(answer, "cat food" if isinstance(body, dict) else text)
            assert CANARY not in answer.text or answer.json()["replies"][0]["context"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 30_000,
        b'{"question":' * 5_000,
        b'{"question": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"question": "cat", "history": ' + b'[{"text":' * 3_000 + b"1" + b"}]" * 3_000 + b"}",
        b'{"question": "cat", "top": ' + b"9" * 10_000 + b"}",
        b'{"question": "cat", "top": 1e999}',
        b'{"question": "cat", "top": NaN}',
        b'{"question": "cat", "top": -Infinity}',
        b'{"question": "cat", "top": 3.5}',
        b'{"question": "cat", "top": true}',
        b'{"question": "cat", "question": null}',
        b'{"question": "\\ud83d\\u0000"}',
        b'{"question": "\xff\xfe\xed\xa0\x80"}',
        b"\xef\xbb\xbf" + b'{"question": "cat"}',
        '{"question": "cat"}'.encode("utf-16"),
        b"\x00" * 1000,
        b"question=cat",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_body_of_another_shape_is_refused_by_name(client: httpx.Client, body: bytes) -> None:
    answer = post(client, body)
    check_answer(answer, "cat")
    if answer.status_code != 200:
        assert answer.json()["error"]["code"] in ("not_json", "invalid_request", "not_text")


@pytest.mark.parametrize("name", ["Arabic", "control", "markup", "a shell", "half a pair", "long", "nothing"])
def test_the_command_replies_or_refuses(index: Path, name: str) -> None:
    message = {
        "control": f"{CANARY}\x07\x1b[31mcat\x7f\u202e food",
        "half a pair": f"{CANARY} \udcff\udcfe",  # how bytes that are not UTF-8 arrive
        "long": CANARY * 8_000,  # Linux takes no argument over 128 KB
    }.get(name) or SHORT[name]
    done = run_chatbot("ask", "--index", index, "--json", "--", message)
    assert "Traceback" not in done.stderr
    body = json.loads(done.stdout)
    if done.returncode:
        assert (done.returncode, set(body)) == (1, {"error"})
        assert body["error"]["code"] in CODES
        check_error(body["error"], message)
        check_silent(done.stderr, message)
    else:
        check_replies(body, message)
    plain = run_chatbot("ask", "--index", index, "--", message)
    assert plain.returncode == done.returncode
    check_silent(plain.stdout + plain.stderr, message)

"""What visitors asked in vain, asked again: how much of it the served build answers, as entries were written since."""

from collections.abc import Sequence

from chatbot.dialogue.conversation import lacks_subject
from chatbot.dialogue.interpretations import judge
from chatbot.dialogue.served import Served
from chatbot.indexing.rehearsal import Share
from chatbot.insight.unanswered import Questions

_ASKED = 30  # different questions of a topic, the latest
_CONSIDERED = 20  # candidates
_TOGETHER = 256  # that are ranked at a time


def answered_now(questions: Questions, topics: Sequence[Sequence[int]], served: Served) -> list[Share]:
    """For each of `topics`, rows of `questions`: how many of its wordings `served` answers. Each is asked alone, as a
    message without others before it."""
    wordings = [list(dict.fromkeys(questions.text_of[list(rows)].tolist()))[-_ASKED:] for rows in topics]
    asked = [text for own in wordings for text in own]
    answered: set[int] = set()
    for begin in range(0, len(asked), _TOGETHER):
        numbers = asked[begin : begin + _TOGETHER]
        texts = [questions.texts[number] for number in numbers]
        found = served.find(texts, _CONSIDERED, vectors=questions.vectors[numbers])
        for number, text, ranked in zip(numbers, texts, found, strict=True):
            if judge(served, ranked, lacks_subject(text, served.build.settings.lang)).status == "answered":
                answered.add(number)
    return [Share(sum(number in answered for number in own), len(own)) for own in wordings]

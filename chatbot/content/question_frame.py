"""The frame of questions: what nearly every question of a FAQ begins or ends with, such as the site's name.

"Wexley Council: how do I pay?" beside thirty more of the kind makes all questions alike to an encoder, and visitors do
not type it. So the frame is shown, but never embedded.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_FEWEST = 4  # questions; with fewer, a common beginning may be chance
_SHARE = 0.8  # of the questions
_MARK = r"(?:[:|–—»>\uff1a\uff5c]| - )"
_FIRST = re.compile(rf"^(.{{2,80}}?{_MARK})\s*(?=\S)")
_LAST = re.compile(rf"(?<=\S)\s*({_MARK}[^:|–—»>\uff1a\uff5c]{{2,80}})$")


class Frame(NamedTuple):
    before: str = ""
    after: str = ""

    def without(self, question: str) -> str:
        """`question` without the frame; never empty."""
        text = question.strip()
        if self.before and text.lower().startswith(self.before.lower()):
            text = text[len(self.before) :].lstrip()
        if self.after and text.lower().endswith(self.after.lower()):
            text = text[: -len(self.after)].rstrip()
        return text or question


def frame_of(questions: Sequence[str]) -> Frame:
    """The part before a colon, a bar or a dash, and the part after one, that most of `questions` share."""
    if len(questions) < _FEWEST:
        return Frame()
    return Frame(_shared(questions, _FIRST), _shared(questions, _LAST))


def _shared(questions: Sequence[str], pattern: re.Pattern[str]) -> str:
    parts = [match[1].strip() for text in questions if (match := pattern.search(text.strip()))]
    if len(parts) < _SHARE * len(questions):
        return ""
    commonest = max(set(parts), key=parts.count)
    return commonest if parts.count(commonest) >= _SHARE * len(questions) else ""

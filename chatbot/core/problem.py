"""What an editor should correct: a line of the content or of `bot.toml`, what is wrong, and what to do."""

from dataclasses import dataclass
from typing import Literal

from chatbot.core.text import visible
from chatbot.core.toml_lines import Keys

TO_WRITE = "write into bot.toml which they are:\n"  # lines to copy into bot.toml follow
_BREAK = "\n"

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to correct. An error stops the build, a warning does not."""

    file: str
    line: int  # 0: the whole file
    rule: str
    message: str  # what is wrong and what to do
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line, with unusual characters of the file name escaped; then, if any, the lines for bot.toml."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        what, separator, lines = self.message.partition(TO_WRITE)
        return f"{visible(f'{where}: {what}')}{separator}{visible(lines, keep=_BREAK)}"


class WrongValue(ValueError):
    """A wrong value: what is wrong, and what to do. `keys`: where in the value."""

    def __init__(self, rule: str, message: str, keys: Keys = ()) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.keys = keys

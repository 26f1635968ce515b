"""Whether the server can answer, and whether it answers from what was published last. Shown by /readyz."""

from dataclasses import dataclass
from typing import Literal, get_args

Status = Literal["loading", "ready", "degraded", "failed"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(slots=True)
class Health:
    """`reason` is the code of the error that stands in the way; the log says it in full.

    loading: nothing to answer from yet. failed: nothing, and it cannot be had without somebody's help.
    degraded: answers, but from an older build than the newest, without the last edits, or slowly, as the exported
    encoder is damaged. ready: all is well.
    """

    status: Status = "ready"
    reason: str = ""
    behind: str = ""  # the reason why the corpus is not what is served; it holds until another build is
    has_page: bool = False  # the chat page is there, too

    @property
    def shown(self) -> tuple[str, str]:
        """Status and reason, as /readyz says them."""
        return self.status, self.reason

    def well(self) -> None:
        self.status, self.reason = "degraded" if self.behind else "ready", self.behind

    def troubled(self, can_answer: bool, reason: str) -> None:
        self.status, self.reason = "degraded" if can_answer else "failed", reason

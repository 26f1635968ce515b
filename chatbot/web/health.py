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
    encoder is damaged, or its vector engine is down; or nobody knows, as the archive that is followed cannot be read.
    ready: all is well.
    """

    status: Status = "ready"
    reason: str = ""
    behind: str = ""  # the reason why the corpus is not what is served; it holds until another build is
    stale: str = ""  # the reason why a replica could not look for a newer build, or not take it over
    engine: str = ""  # the code of what keeps the vector engine from being asked, which may end any time
    has_page: bool = False  # the chat page is there, too

    @property
    def shown(self) -> tuple[str, str]:
        """Status and reason, as /readyz says them; what may end any time comes after the rest."""
        passing = self.engine or self.stale
        return ("degraded", passing) if passing and self.status == "ready" else (self.status, self.reason)

    def well(self) -> None:
        self.status, self.reason = "degraded" if self.behind else "ready", self.behind

    def troubled(self, can_answer: bool, reason: str) -> None:
        self.status, self.reason = "degraded" if can_answer else "failed", reason

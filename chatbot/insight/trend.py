"""More or fewer than before: a count of this period beside that of the period before."""

import math
from dataclasses import dataclass

_FEW = 10  # of both periods together
_SURE = 1.96  # standard deviations of the difference of two counts


@dataclass(frozen=True, slots=True)
class Trend:
    now: int
    before: int | None  # in the period before, which is as long; None: not known

    @property
    def says(self) -> str:
        """ "more", "fewer" or "about as many" as before, "too few to tell", or "nothing known of before"."""
        if self.before is None:
            return "nothing known of before"
        both, more = self.now + self.before, self.now - self.before
        if both < _FEW:
            return "too few to tell"
        if abs(more) < _SURE * math.sqrt(both):
            return "about as many"
        return "more" if more > 0 else "fewer"

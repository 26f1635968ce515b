"""What happens while a FAQ is asked, as values, and how whoever subscribes is told of it.

`Bot` publishes each event once, whichever client asked. A subscriber is called on a thread of its own, behind a bounded
queue: one that is slow or fails costs no answer and no other subscriber anything. What finds its queue full is dropped
and counted.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from chatbot.core.types import Replies, Reply

_QUEUED = 1000  # events that wait for one subscriber

_log = logging.getLogger("chatbot.events")


@dataclass(frozen=True, slots=True)
class Replied:
    """A message was answered. Each reply has its id, the entry and the probability; `replies` names the build."""

    message: str  # as it was typed
    replies: Replies
    was_known: bool  # the same was asked of this build before


@dataclass(frozen=True, slots=True)
class Refused:
    """A message got no reply: it was empty, too long or no text."""

    message: str
    code: str  # of the `QuestionRefused`
    build_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry was picked by a visitor, from suggestions or starters."""

    entry_id: str
    reply: Reply
    build_id: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """What a visitor thinks of a reply that was given in the last day; the last word on it counts."""

    reply_id: str
    verdict: str  # "up", "down" or "none_of_these"
    reason: str
    note: str


Event = Replied | Refused | Shown | FeedbackGiven
Subscriber = Callable[[Event], None]


class Publisher:
    """Events to subscribers. For any number of threads."""

    def __init__(self, queued: int = _QUEUED) -> None:
        """`queued`: the most events that wait for one subscriber."""
        self._queued = queued
        self._subscriptions: tuple[_Subscription, ...] = ()

    def subscribe(self, subscriber: Subscriber) -> None:
        """`subscriber` is told of all that is published from now on, in order, on a thread of its own."""
        self._subscriptions += (_Subscription(subscriber, self._queued),)

    def publish(self, event: Event) -> None:
        """Never waits and never fails."""
        for subscription in self._subscriptions:
            subscription.put(event)

    @property
    def dropped(self) -> int:
        """Events that found a queue full, over all subscribers."""
        return sum(subscription.dropped for subscription in self._subscriptions)

    def settle(self, seconds: float) -> bool:
        """Waits until all that was published so far is told; False where that takes longer."""
        return all([subscription.settle(seconds) for subscription in self._subscriptions])


class _Subscription:
    def __init__(self, subscriber: Subscriber, queued: int) -> None:
        self._subscriber = subscriber
        self._events: queue.Queue[Event | threading.Event] = queue.Queue(queued)
        self.dropped = 0
        self._counting = threading.Lock()
        threading.Thread(target=self._run, name="events", daemon=True).start()

    def put(self, event: Event | threading.Event) -> bool:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            with self._counting:
                self.dropped += isinstance(event, Event)
            return False
        return True

    def settle(self, seconds: float) -> bool:
        told = threading.Event()
        return self.put(told) and told.wait(seconds)

    def _run(self) -> None:
        while True:
            self._tell(self._events.get())  # a call, so that nothing here holds what a visitor typed

    def _tell(self, event: Event | threading.Event) -> None:
        if isinstance(event, threading.Event):
            event.set()
            return
        try:
            self._subscriber(event)
        except Exception as error:  # of whoever subscribes; its text might repeat what a visitor typed
            _log.error("error: %s failed for a subscriber (%s)", type(event).__name__, type(error).__name__)

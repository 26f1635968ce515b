"""Events of a FAQ in use, as values, and their delivery to subscribers.

`Bot` publishes each event once, whichever client asked. A subscriber is called on its own thread, through a bounded
queue, so a slow or failing one affects neither answers nor other subscribers. An event that finds the queue full is
dropped and counted.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from chatbot.core.types import Replies, Reply

_QUEUED = 1000  # events that wait for one subscriber
_REST = 0.02  # seconds in which events gather: to wake a thread for each costs an answer more than the event does

_log = logging.getLogger("chatbot.events")


@dataclass(frozen=True, slots=True)
class Replied:
    """A message was answered. Each reply has its id, the entry and the probability; `replies` names the build."""

    message: str  # as it was typed
    replies: Replies
    was_known: bool  # the same message was answered by this build before
    lang: str  # that the client asked for, or else that of the FAQ, as BCP 47
    conversation: int  # a number by chance, the same for all replies of one conversation
    after: str  # id of the last reply that the client saw in this conversation; "" for none


@dataclass(frozen=True, slots=True)
class Refused:
    """A message got no reply: it was empty, too long or not text."""

    message: str
    code: str  # of the `QuestionRefused`
    build_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry was picked by a visitor, from suggestions or starters."""

    entry_id: str
    reply: Reply
    build_id: str
    lang: str  # as in `Replied`
    conversation: int
    after: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """A visitor's verdict on a reply of the last day. A later verdict replaces an earlier one."""

    reply_id: str
    verdict: str  # "up", "down" or "none_of_these"
    reason: str
    note: str


Event = Replied | Refused | Shown | FeedbackGiven
Subscriber = Callable[[Event], None]


class Publisher:
    """Delivers events to subscribers. Thread-safe."""

    def __init__(self, queued: int = _QUEUED) -> None:
        """`queued`: the most events that wait for one subscriber."""
        self._queued = queued
        self._subscriptions: tuple[_Subscription, ...] = ()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Calls `subscriber` with every event from now on, in order, on a thread of its own. That begins with the first
        event."""
        self._subscriptions += (_Subscription(subscriber, self._queued),)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Calls it no more. What was published before may still be delivered; see `flush`."""
        gone = [one for one in self._subscriptions if one.subscriber == subscriber]
        self._subscriptions = tuple(one for one in self._subscriptions if one not in gone)
        for subscription in gone:
            subscription.rest()

    def rest(self) -> None:
        """Ends the threads, each as soon as it has delivered what was published. The next event begins one again."""
        for subscription in self._subscriptions:
            subscription.rest()

    def publish(self, event: Event) -> None:
        """Never blocks and never raises."""
        for subscription in self._subscriptions:
            subscription.put(event)

    @property
    def dropped(self) -> int:
        """Number of events that found a queue full, over all subscribers."""
        return sum(subscription.dropped for subscription in self._subscriptions)

    def flush(self, seconds: float) -> bool:
        """Waits until all events published so far are delivered. False if that takes longer than `seconds`."""
        return all([subscription.flush(seconds) for subscription in self._subscriptions])


class _Subscription:
    def __init__(self, subscriber: Subscriber, queued: int) -> None:
        self.subscriber = subscriber
        self._events: queue.Queue[Event | threading.Event | None] = queue.Queue(queued)  # None wakes the thread
        self.dropped = 0
        self._changing = threading.Lock()
        self._has_thread = self._is_to_rest = False

    def put(self, event: Event | threading.Event) -> bool:
        with self._changing:
            try:
                self._events.put_nowait(event)
            except queue.Full:
                self.dropped += isinstance(event, Event)
                return False
            if not self._has_thread:
                self._has_thread = True
                threading.Thread(target=self._run, name="events", daemon=True).start()
        return True

    def flush(self, seconds: float) -> bool:
        if not self._has_thread:  # then nothing waits
            return True
        delivered = threading.Event()
        return self.put(delivered) and delivered.wait(seconds)

    def rest(self) -> None:
        with self._changing:
            self._is_to_rest = self._has_thread
            if self._has_thread and not self._events.full():
                self._events.put_nowait(None)

    def _run(self) -> None:
        while True:
            self._deliver(self._events.get())  # a call, so that no local variable keeps a visitor's words
            if self._events.empty():
                with self._changing:
                    if self._is_to_rest and self._events.empty():
                        self._is_to_rest = self._has_thread = False
                        return
                time.sleep(_REST)

    def _deliver(self, event: Event | threading.Event | None) -> None:
        if event is None:
            return
        if isinstance(event, threading.Event):
            event.set()
            return
        try:
            self.subscriber(event)
        except Exception as error:  # from a subscriber; its text might repeat a visitor's words
            _log.error("error: %s failed for a subscriber (%s)", type(event).__name__, type(error).__name__)

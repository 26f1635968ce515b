"""Calls of a service end in time, are tried again, and are not begun while it is known to be down."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot.core.errors import EngineDown, EngineSlow
from chatbot.search.service_calls import Patience, ServiceCalls, Unreachable

QUICK = Patience(failures=3, rest=0.2, tries=3, pause=0.001)


class Service:
    """Cannot be reached so many times; then it answers."""

    def __init__(self, failures: int) -> None:
        self.failures, self.asked = failures, 0

    def __call__(self, left: float) -> str:
        assert left > 0
        self.asked += 1
        if self.asked <= self.failures:
            raise Unreachable("no connection")
        return "here"


def test_what_was_not_reached_is_tried_again() -> None:
    service = Service(2)
    assert ServiceCalls("it", patience=QUICK).call(5, service) == "here"
    assert service.asked == 3


def test_what_may_not_be_done_twice_is_not() -> None:
    service = Service(1)
    with pytest.raises(EngineDown, match=r"it cannot be reached \(no connection\)"):
        ServiceCalls("it", patience=QUICK).call(5, service, False)
    assert service.asked == 1


def test_a_call_that_hangs_is_given_up() -> None:
    """Whatever it does. Red without a thread of its own."""
    end = threading.Event()
    with pytest.raises(EngineSlow) as refused:
        ServiceCalls("it", patience=QUICK).call(0.1, lambda left: end.wait(60))
    end.set()
    assert "did not answer within 0.1 s" in str(refused.value)


def test_no_try_begins_when_the_time_is_over() -> None:
    service = Service(100)
    with pytest.raises(EngineDown):
        ServiceCalls("it", patience=Patience(tries=100, pause=0.2)).call(0.3, service)
    assert 1 < service.asked < 4


def test_a_service_that_is_down_is_left_alone_for_a_while() -> None:
    """Then one may try, and its outcome decides. Red without the circuit breaker, and when all may try at once."""
    calls, service = ServiceCalls("it", patience=QUICK._replace(tries=1, rest=60)), Service(4)
    for _ in range(3):
        with pytest.raises(EngineDown, match="cannot be reached"):
            calls.call(5, service)
    assert calls.trouble == "engine_down"
    with pytest.raises(EngineDown, match="does not answer; it is tried again soon") as refused:
        calls.call(5, service)
    assert service.asked == 3
    assert 0 < refused.value.retry_after <= 60


def test_the_haste_of_one_is_no_trouble_for_others() -> None:
    """Several FAQs share a service, each with a time of its own. Red where every call that ends counts."""
    calls, end = ServiceCalls("it", patience=QUICK), threading.Event()
    for _ in range(5):
        with pytest.raises(EngineSlow):
            calls.call(0.02, lambda left: end.wait(1))
    assert calls.trouble == ""
    assert calls.call(5, Service(0)) == "here"
    end.set()


def test_after_a_while_one_may_try_and_decides_for_all() -> None:
    calls, service = ServiceCalls("it", patience=QUICK._replace(tries=1)), Service(4)
    for _ in range(3):
        with pytest.raises(EngineDown):
            calls.call(5, service)
    time.sleep(0.25)
    gate = threading.Event()

    def slowly(left: float) -> str:
        gate.wait(10)
        return service(left)

    with ThreadPoolExecutor(1) as other:
        trying = other.submit(calls.call, 5, slowly)
        time.sleep(0.05)
        with pytest.raises(EngineDown, match="tried again soon"):
            calls.call(5, service)
        gate.set()
        with pytest.raises(EngineDown, match="cannot be reached"):  # the fourth failure
            trying.result()
    time.sleep(0.25)
    assert calls.call(5, service) == "here"
    assert calls.trouble == ""
    assert [calls.call(5, service) for _ in range(5)] == ["here"] * 5


def test_an_error_of_a_service_that_answers_is_no_sign_of_trouble() -> None:
    calls = ServiceCalls("it", patience=QUICK)

    def refusing(left: float) -> str:
        raise ValueError("no such collection")

    for _ in range(5):
        with pytest.raises(ValueError, match="no such collection"):
            calls.call(5, refusing)
    assert calls.trouble == ""

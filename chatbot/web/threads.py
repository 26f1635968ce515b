"""Work that would hold up the event loop, and libraries that want one of their own."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(function: Callable[[], T]) -> T:
    """What `function` returns, from a thread of its own. When the server stops, nobody waits for that thread: a build
    that is running then is abandoned, as in a crash."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def tell(act: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: None if result.cancelled() else act())

    def run() -> None:
        try:
            value = function()
        except Exception as error:
            failed = error
            tell(lambda: result.set_exception(failed))
        else:
            tell(lambda: result.set_result(value))

    threading.Thread(target=run, daemon=True).start()
    return await result


def in_loop(function: Callable[[], T]) -> T:
    """What `function` returns, called in an event loop. Outside of one Gradio makes several for its locks, and leaves
    them open."""

    async def call() -> T:
        return function()

    return asyncio.run(call())

"""How a page of Gradio gets into an app: with addresses that are relative to it, nothing of files or strangers, and a
gate before its queue."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.state_holder import StateHolder
from starlette.routing import Mount

from chatbot.web.gradio_page.queue_gate import STREAM, UNREAD, Join, QueueGate
from chatbot.web.gradio_page.relative_page import RelativePage

Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


def mount(
    app: FastAPI,
    page: gr.Blocks,
    joins: Mapping[int, type[Join]],
    states: StateHolder,
    *,
    unread: int = UNREAD,
    stream: float = STREAM,
    forgets: bool = True,
    **look: Any,
) -> Mount:
    """Mounts `page` at "/" of `app`, below every route that it has already. `joins`: what each event takes. `states`:
    what is kept of a session. `unread`: sessions whose answers wait to be read. `stream`: seconds that one answer may
    take. `forgets`: see `QueueGate`. `look`: of `gr.mount_gradio_app`."""
    page.queue(default_concurrency_limit=None, max_size=200, api_open=False)
    # Gradio checks file paths sent by a browser only in an app that it believes to be launched.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=_theme(),
        footer_links=[],
        run_history=False,
        max_file_size="1kb",
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        **look,
    )
    # Gradio looks 100 times a second how far each turn has come, which no event here tells. With the end of a look it
    # finds that the queue was closed, so it is not too seldom either.
    page._queue.progress_update_sleep_when_free = 2
    # Around the mounted app alone, and not by `add_middleware`, which an app refuses once it serves.
    mounted = app.router.routes[-1]
    assert isinstance(mounted, Mount)
    assert isinstance(mounted.app, gr.routes.App)
    mounted.app.state_holder = states
    states.set_blocks(page)
    gate = QueueGate(RelativePage(mounted.app), joins, page._queue, unread=unread, stream=stream, forgets=forgets)
    mounted.app = gate
    app.router.lifespan_context = _ending(app.router.lifespan_context, gate)
    return mounted


def _ending(lifespan: Lifespan, gate: QueueGate) -> Lifespan:
    """`lifespan`, at whose end the queue stops to look for work. Gradio would leave that to the end of the process."""

    @asynccontextmanager
    async def ending(app: Any) -> AsyncIterator[Any]:
        async with lifespan(app) as state:
            try:
                yield state
            finally:
                gate.close()

    return ending


def _theme() -> gr.themes.Base:
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Soft(
        primary_hue="teal", neutral_hue="slate", radius_size="lg", font=fonts, font_mono=["ui-monospace", "monospace"]
    )
    # Darker than the stock theme: its button and its small print miss the contrast of 4.5 : 1 that readers need.
    return theme.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_text_color_dark="white",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
    )

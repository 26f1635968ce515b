"""Buttons in our own HTML, such as one beside each row: `<button data-press="NAME" data-value="...">`."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr


def on_press(name: str, handler: Callable[..., Any], outputs: Sequence[Any], inputs: Sequence[Any] = ()) -> Any:
    """Calls `handler` with the value of the button and `inputs`. `name`: one of the whole page.

    `desk.js` clicks a hidden button of Gradio for it. Returns the event, for what follows it.
    """
    value = gr.Textbox(visible=False)
    button = gr.Button(name, visible="hidden", elem_id=f"press-{name}")
    # The browser puts the value in, which is not on the server before.
    pressed = button.click(None, None, value, js="() => window.verbatimDesk.value", **QUIET)
    return pressed.then(handler, [value, *inputs], [*outputs], **QUIET)


def on_pause(event: Callable[..., Any], name: str, *arguments: Any, **more: Any) -> None:
    """Calls as `event` would, once nothing has been typed for a moment. `name`: one of the whole page."""
    button = gr.Button(name, visible="hidden", elem_id=f"press-{name}")
    button.click(*arguments, **more)
    event(None, None, None, js=f"() => window.verbatimDesk.soon('press-{name}')", **QUIET)


QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}

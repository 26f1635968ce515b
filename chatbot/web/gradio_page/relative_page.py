"""Gradio's page with addresses that are relative to where it was loaded.

Gradio prints the address of its server into the page, made of the Host header. Behind a proxy that sends a Host of its
own, or that shows the server below a path, it is none that a browser can reach.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = b"address-of-the-page.invalid"
_ADDRESS = b"http://" + _HOST
_PRINTED = re.compile(rb'(?<!\\)"' + re.escape(_ADDRESS) + rb'((?:[^"\\]|\\.)*)"')
# In the place of a string: where the page is, without its last part and without a slash at the end.
_HERE = rb'(location.origin+location.pathname.replace(/\/[^\/]*$/,"")+"\1")'
_MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')  # of an app to be installed, which this is not


class RelativePage:
    """Pure ASGI around Gradio's app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].removeprefix(scope.get("root_path", "")) not in ("", "/"):
            await self._app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope = {**scope, "scheme": "http", "headers": [*headers, (b"host", _HOST)]}
        begun: list[Message] = []
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                page = _MANIFEST.sub(b"", _PRINTED.sub(_HERE, b"".join(parts)))
                page = page.replace(_ADDRESS, b"")  # within examples of commands
                [start] = begun
                kept = [header for header in start["headers"] if header[0] != b"content-length"]
                await send({**start, "headers": [*kept, (b"content-length", str(len(page)).encode())]})
                await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, keep)

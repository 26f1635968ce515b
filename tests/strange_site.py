"""A site of this machine that answers as it is told, and badly where that is wanted."""

import contextlib
import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_STEADY = {
    "/drip": (b"x", 0.05),
    "/drip-head": (b"x", 0.05),
    "/endless": (b"x" * 65_536, 0.0),
}  # path -> what, how often


@dataclass
class Site:
    """Path -> (status, headers, body); `seen`: (path, headers) of each request."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(self, path: str, body: bytes | str = b"", status: int = 200, kind: str = "text/html", **more: str) -> str:
        headers = {"content-type": kind, **{name.replace("_", "-"): value for name, value in more.items()}}
        self.answers[path] = (status, headers, body.encode() if isinstance(body, str) else body)
        return self.url + path


class _Handler(http.server.BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        site = self.server.site
        site.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/drip-head":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nx: ")
        else:
            status, headers, body = site.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        piece, pause = _STEADY.get(self.path, (b"", 0.0))
        with contextlib.suppress(OSError):  # the other side has had enough
            for _ in range(200 if piece else 0):
                self.wfile.write(piece)
                time.sleep(pause)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def strange_site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.site = Site(server.server_port)
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join(10)

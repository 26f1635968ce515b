"""The examples of deploy/ for nginx and Caddy, run as they are but for ports and certificates."""

import contextlib
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.chat_queue import ChatQueue
from tests.conftest import ROOT
from tests.deployed import DEPLOY, tool
from tests.process import ServerProcess, forked_server, free_port

HOSTS = ("faq.example.org", "www.example.org")
BURST = 40  # questions of one client


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cert.pem and key.pem for both hosts."""
    folder = tmp_path_factory.mktemp("certificate")
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    command = [
        tool("openssl", "apt-get install openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
    ]
    subject = ["-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*command, *subject, *map(str, files)], check=True, capture_output=True)
    return folder


class Proxy:
    """One that runs: its ports, and clients that take 127.0.0.1 for a host and trust its certificate."""

    def __init__(self, plain: int, tls: int, certificate: Path) -> None:
        self.plain, self.tls = plain, tls
        self._trust = ssl.create_default_context(cafile=certificate / "cert.pem")

    def client(self, host: str, path: str = "", address: str | None = None, **headers: str) -> httpx.Client:
        def named(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = host

        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.tls}{path}", headers={"host": host, **headers},
            transport=httpx.HTTPTransport(verify=self._trust, local_address=address, trust_env=False),
            event_hooks={"request": [named]}, timeout=60,
        )  # fmt: skip


def nginx(proxy: Proxy, server: ServerProcess, certificate: Path, folder: Path, more: str = "") -> list[str]:
    """Its command, once it has found nothing wrong with the example. `more`: further servers of the upstream."""
    program = tool("nginx", "apt-get install nginx-light")
    text = (DEPLOY / "nginx" / "verbatim.conf").read_text()
    for pattern, new, times in (
        (r"listen 443 ", f"listen 127.0.0.1:{proxy.tls} ", 2),
        (r"listen 80;", f"listen 127.0.0.1:{proxy.plain};", 1),
        (r"/etc/letsencrypt/live/[\w.]+/fullchain.pem", f"{certificate}/cert.pem", 2),
        (r"/etc/letsencrypt/live/[\w.]+/privkey.pem", f"{certificate}/key.pem", 2),
        (r"server 127\.0\.0\.1:7860;", f"server 127.0.0.1:{server.port}; {more}", 1),
    ):
        text, found = re.subn(pattern, new, text)
        assert found == times, pattern
    temporary = " ".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    head = f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}"
    (folder / "nginx.conf").write_text(f"{head} http {{ access_log off; {temporary}\n{text}\n}}")
    command = [program, "-c", f"{folder}/nginx.conf", "-p", str(folder)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    return command


def caddy(proxy: Proxy, server: ServerProcess, certificate: Path, folder: Path) -> list[str]:
    program = tool("caddy")
    example = DEPLOY / "caddy" / "Caddyfile"
    formatted = subprocess.run([program, "fmt", "--diff", example], capture_output=True, text=True, check=False)
    assert formatted.returncode == 0, formatted.stdout
    text = example.read_text()
    for host in HOSTS:
        pair = f"tls {certificate}/cert.pem {certificate}/key.pem"
        text, found = re.subn(
            rf"^{re.escape(host)} {{$", f"{host}:{proxy.tls} {{\n\tbind 127.0.0.1\n\t{pair}", text, flags=re.M
        )
        assert found == 1, host
    text, found = re.subn(r"reverse_proxy 127\.0\.0\.1:7860", f"reverse_proxy 127.0.0.1:{server.port}", text)
    assert found == 1
    head = f"{{\n\tadmin off\n\tstorage file_system {folder}\n\thttp_port {proxy.plain}\n\thttps_port {proxy.tls}\n}}\n"
    (folder / "Caddyfile").write_text(head + text)
    return [program, "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


Begin = Callable[[Proxy, ServerProcess, Path, Path], list[str]]


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def begin(request: pytest.FixtureRequest) -> Begin:
    chosen: Begin = request.param
    return chosen


@pytest.fixture(scope="module")
def server(begin: Begin, built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """With the settings that the examples tell; one for each, as the last test uses its limits up."""
    folder = tmp_path_factory.mktemp("served")
    settings = {
        "CHATBOT_TRUSTED_PROXIES": "127.0.0.1", "CHATBOT_ALLOWED_HOSTS": "|".join((*HOSTS, "127.0.0.1")),
        "CHATBOT_ROOT_PATH": "/help", "CHATBOT_RATE_BURST": str(BURST), "CHATBOT_RATE_PER_MINUTE": "1",
    }  # fmt: skip
    index = shutil.copytree(built_once, folder / "index")
    with forked_server(folder / "absent", index, folder / "log", **settings) as running:
        running.wait_until("/readyz?page=1")
        yield running


@pytest.fixture(scope="module")
def proxy(
    begin: Begin, server: ServerProcess, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    with run(begin, server, certificate, tmp_path_factory.mktemp("proxy")) as running:
        yield running


@contextlib.contextmanager
def run(begin: Begin, server: ServerProcess, certificate: Path, folder: Path) -> Iterator[Proxy]:
    running = Proxy(free_port(), free_port(), certificate)
    command = begin(running, server, certificate, folder)
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={"HOME": str(folder)})
    try:
        deadline = time.monotonic() + 20
        while not is_up(running):
            assert process.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def is_up(proxy: Proxy) -> bool:
    try:
        with proxy.client(HOSTS[0]) as client:
            return client.get("/livez").status_code == 200
    except httpx.TransportError:
        return False


WAYS = {"a host of its own": (HOSTS[0], ""), "below a path": (HOSTS[1], "/help")}


@pytest.mark.parametrize("way", WAYS)
def test_api_pages_and_stream_answer(proxy: Proxy, way: str) -> None:
    """Over TLS with a name that the certificate has. Red without the slash that removes the path, and without Host."""
    host, path = WAYS[way]
    with proxy.client(host, path) as client:
        [reply] = client.post("/api/ask", json={"question": "What do goldfish eat?"}).json()["replies"]
        assert reply["status"] == "answered"
        page = client.get("/")
        assert "<gradio-app" in page.text
        assert "127.0.0.1" not in page.text
        assert 'href="faq.css?v=' in client.get("/faq").text
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/help"}]
        messages = ChatQueue("", client=client).turn("What do goldfish eat?")
        assert "Flakes, once a day" in str(messages)


@pytest.fixture
def dying() -> Iterator[int]:
    """The port of a server that ends each connection as soon as a request has come."""

    class Dying(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dying) as died:
        threading.Thread(target=died.serve_forever, daemon=True).start()
        yield died.server_address[1]
        died.shutdown()


@pytest.mark.parametrize("way", WAYS)
def test_nginx_asks_another_server_when_one_dies_with_a_question(
    server: ServerProcess, begin: Begin, certificate: Path, dying: int, tmp_path: Path, way: str
) -> None:
    """Visitors are spread by address. Red without `non_idempotent`; and with `ip_hash`, where all go to one server."""
    if begin is not nginx:
        pytest.skip("the example for Caddy has one server")
    begun = partial(nginx, more=f"server 127.0.0.1:{dying} max_fails=0;")
    host, path = WAYS[way]
    with run(begun, server, certificate, tmp_path) as proxy:
        for number in range(2, 12):
            with proxy.client(host, path, f"127.0.0.{number}") as client:
                assert client.post("/api/ask", json={"question": "What do goldfish eat?"}).status_code == 200
    assert "while reading response header from upstream" in (tmp_path / "error.log").read_text()


def test_nginx_does_as_the_page_of_replicas_says() -> None:
    """Red when one of the two is changed alone."""
    page = (ROOT / "docs" / "replicas.md").read_text("utf-8")
    text = (DEPLOY / "nginx" / "verbatim.conf").read_text()
    for pattern, times in (
        (r"^    hash [^;]+;", 1),
        (r"^    proxy_(?:connect_timeout|next_upstream) [^;]+;", 2),  # of both hosts
        (r"^        proxy_next_upstream [^;]+;", 2),
    ):
        told = re.findall(pattern, page, re.MULTILINE)
        assert told
        assert re.findall(pattern, text, re.MULTILINE) == told * times


@pytest.mark.parametrize("way", WAYS)
def test_the_figures_are_not_for_everybody(proxy: Proxy, way: str) -> None:
    host, path = WAYS[way]
    with proxy.client(host, path) as client:
        assert client.get("/metrics").status_code in (403, 404)


def test_no_tls_and_no_slash_lead_to_where_they_should(proxy: Proxy) -> None:
    plain = httpx.get(f"http://127.0.0.1:{proxy.plain}/faq?a=b", headers={"host": HOSTS[0]})
    assert plain.status_code in (301, 308)
    assert re.fullmatch(rf"https://{re.escape(HOSTS[0])}(:\d+)?/faq\?a=b", plain.headers["location"])
    with proxy.client(HOSTS[1]) as client:
        moved = client.get("/help")
        assert moved.status_code in (301, 302)
        assert moved.headers["location"].endswith("/help/")


@pytest.mark.parametrize(("names", "status"), [(f"{HOSTS[0]}|{HOSTS[1]}", 0), ("other.example.org", 1)])
def test_the_container_asks_itself_by_a_name_that_it_has(server: ServerProcess, names: str, status: int) -> None:
    """Red when deploy/healthcheck.py asks by address: a server with `allowed_hosts` would never be healthy."""
    asking = {"CHATBOT_PORT": str(server.port), "CHATBOT_ALLOWED_HOSTS": names}
    command = [sys.executable, DEPLOY / "healthcheck.py"]
    done = subprocess.run(command, env=asking, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert len((done.stdout + done.stderr).splitlines()) == 1


def test_a_visitor_cannot_say_to_be_another(proxy: Proxy, server: ServerProcess) -> None:
    """Red when the proxy passes X-Forwarded-For on: everybody would have as many questions as they like."""
    statuses = []
    for number in range(BURST + 5):
        forged = {"x-forwarded-for": f"203.0.113.{number}"}
        with proxy.client(HOSTS[0], **forged) as client:
            statuses.append(client.post("/api/ask", json={"question": "hello"}).status_code)
    assert 429 in statuses

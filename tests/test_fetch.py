"""Fetching, against a real server of this machine that does all that servers on the web do."""

import gzip
import socket
import ssl
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.core.errors import NotFetched, UsageError
from chatbot.importing import addresses
from chatbot.importing.charset import as_utf8
from chatbot.importing.fetch import fetch
from chatbot.importing.media_types import suffix_of
from tests.strange_site import Site, strange_site

PAGE = "<title>Caf\u00e9</title><h2>When is the caf\u00e9 open?</h2><p>Daily.</p>"


@pytest.fixture
def site() -> Iterator[Site]:
    with strange_site() as found:
        yield found


def refused(url: str, allow_private: bool = True, seconds: float = 30) -> str:
    with pytest.raises(NotFetched) as error:
        fetch(url, allow_private, seconds)
    message = str(error.value)
    assert message.startswith(f"{url}: ")
    assert "\n" not in message
    return message.removeprefix(f"{url}: ")


def test_a_page_is_fetched_as_what_it_is(site: Site) -> None:
    site.add("/old", status=301, location="faq?b=1#there", set_cookie="a=b")
    site.add("/faq?b=1", gzip.compress(PAGE.encode()), content_encoding="gzip")
    page = fetch(f"{site.url}/old#here", allow_private=True)
    assert (page.url, page.suffix, page.data) == (f"{site.url}/faq?b=1", ".html", PAGE.encode())
    assert [path for path, _ in site.seen] == ["/robots.txt", "/old", "/faq?b=1"]
    for _, headers in site.seen:
        assert headers["user-agent"].startswith("Verbatim/")
        assert "cookie" not in headers  # red where one client asks for all of them


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", "answers 404 Not Found; check the address"),
        ("/loop", "redirects more than 5 times"),
        ("/picture", "is image/png, which is not read"),
        ("/endless", "holds over 2 MB"),
        ("/bomb", "holds over 2 MB"),
        ("/damaged", "comes damaged"),
        ("/torn", "ends in the middle"),
        ("/packed", "comes packed as br"),
        ("/secret", "redirects to http://other.example/ with a password"),
        ("/local", "redirects to file:/etc/hostname, which cannot be fetched"),
        ("/private/page", "does not let programs read it (robots.txt)"),
        ("/moved", "does not let programs read it (robots.txt)"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(site: Site, path: str, reason: str) -> None:
    site.add("/robots.txt", "User-agent: *\nDisallow: /private\n", kind="text/plain")
    site.add("/loop", status=302, location="/loop")
    site.add("/picture", b"x", kind="image/png")
    site.add("/endless")
    site.add("/bomb", gzip.compress(b" " * 30_000_000), content_encoding="gzip")
    site.add("/damaged", b"not packed", content_encoding="gzip")
    site.add("/torn", gzip.compress(PAGE.encode())[:-9], content_encoding="gzip")
    site.add("/packed", b"x", content_encoding="br")
    site.add("/secret", status=302, location="http://me:hush@other.example/")
    site.add("/local", status=302, location="file:/etc/hostname")
    site.add("/private/page", PAGE)
    site.add("/moved", status=302, location="/private/page")
    message = refused(site.url + path)
    assert reason in message
    assert "hush" not in message


def test_what_is_packed_is_never_in_memory_unpacked(site: Site) -> None:
    """Red where a piece that came is unpacked at once: 64 KB become 64 MB."""
    url = site.add("/bomb", gzip.compress(b" " * 100_000_000), content_encoding="gzip")
    tracemalloc.start()
    try:
        assert "holds over 2 MB" in refused(url)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("path", ["/drip", "/drip-head"])
def test_a_server_that_drips_does_not_hold_anybody_up(site: Site, path: str) -> None:
    """Red with a time limit for each read instead of one for all."""
    site.add("/drip")
    started = time.monotonic()
    assert "not here after 1 seconds" in refused(site.url + path, seconds=1)
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
def test_a_site_whose_rules_cannot_be_told_is_left_alone(site: Site, status: int, allowed: bool) -> None:
    site.add("/faq", PAGE)
    site.add("/robots.txt", "x", status=status)
    if allowed:
        assert fetch(f"{site.url}/faq", allow_private=True).data
    else:
        assert f"/robots.txt answers {status}" in refused(f"{site.url}/faq")


def test_nobody_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert "cannot be fetched" in refused(url)
    assert "there is no host" in refused("http://nowhere.invalid/", allow_private=False)


@pytest.mark.parametrize(
    "host",
    [
        *"127.0.0.1 localhost 2130706433 0x7f.1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254".split(),
        *"100.64.0.1 224.0.0.1 240.0.0.1 255.255.255.255 [::1] [::] [fe80::1] [fd00::1] [ff02::1]".split(),
        *"[::ffff:127.0.0.1] [::ffff:a00:1] [64:ff9b::7f00:1] [2002:7f00:1::]".split(),
    ],
)
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    assert "no public address; add --allow-private" in refused(f"http://{host}/", allow_private=False)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_public_addresses_are_not(address: str) -> None:
    assert addresses.is_public(address)


def test_a_redirect_to_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 127.0.0.1 were public and 127.0.0.2 not. Red where only the first address is looked at."""
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    site.add("/away", status=302, location=f"http://127.0.0.2:{site.port}/inside")
    site.add("/inside", PAGE)
    assert "leads to 127.0.0.2, which is no public address" in refused(f"{site.url}/away", allow_private=False)
    assert "/inside" not in [path for path, _ in site.seen]


def test_the_connection_goes_to_the_address_that_was_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name leads to this server when it is looked at, and to another machine ever after. Red without the address
    in place of the name: httpx would then ask for the name again."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        if host in ("shop.example", b"shop.example"):
            asked.append("name")
            host = "127.0.0.1" if asked.count("name") <= 2 else "127.0.0.9"  # robots.txt and the page
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    site.add("/faq", PAGE)
    assert fetch(f"http://shop.example:{site.port}/faq").data == PAGE.encode()
    assert len(asked) == 2
    assert {headers["host"] for _, headers in site.seen} == {f"shop.example:{site.port}"}


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site behind TLS that is named localhost, and no other name."""
    made = subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost -days 2".split(),
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("needs openssl")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with strange_site(tls) as found:
        yield found


def test_the_certificate_is_that_of_the_name(certified: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red without `sni_hostname`: the certificate is of no number. And https never becomes http by a redirect."""
    monkeypatch.setattr(addresses, "is_public", lambda address: True)
    certified.add("/faq", PAGE)
    certified.add("/down", status=302, location="http://localhost/faq")
    url = f"https://localhost:{certified.port}"
    assert fetch(f"{url}/faq").data == PAGE.encode()
    assert "redirects from https to http://localhost/faq" in refused(f"{url}/down", allow_private=False)
    assert "certificate" in refused(f"https://127.0.0.1:{certified.port}/faq", allow_private=False).lower()


def test_a_proxy_is_used_only_where_addresses_are_not_looked_at(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    site.add("http://shop.example/faq", PAGE)
    assert fetch("http://shop.example/faq", allow_private=True).data == PAGE.encode()
    monkeypatch.setenv("HTTP_PROXY", "nonsense://[")
    assert "correct HTTP_PROXY" in refused("http://shop.example/faq")
    monkeypatch.setattr(addresses, "is_public", lambda address: True)
    assert fetch(site.add("/faq", PAGE)).data == PAGE.encode()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://shop.example/", "only addresses that begin with https:// or http://"),
        ("https:///faq", "only addresses that begin with https:// or http://"),
        ("https://me:hush@shop.example/", "names and passwords in an address are not used"),
        ("http://shop.example:port/", "not an address"),
    ],
)
def test_what_is_no_address_of_the_web_is_wrong_usage(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        fetch(url)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("data", "header", "text"),
    [
        ("caf\u00e9".encode(), "text/html", "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), "text/html; charset=ISO-8859-1", "caf\u00e9"),
        ("\u20ac5".encode("cp1252"), 'text/html; charset="latin1"', "\u20ac5"),  # as browsers take it
        ("\ufeffcaf\u00e9".encode(), "text/html; charset=latin-1", "caf\u00e9"),  # the mark is surer
        ("caf\u00e9".encode("utf-16"), "", "caf\u00e9"),
        ("<meta charset='cp1251'>\u0434".encode("cp1251"), "text/html", "<meta charset='cp1251'>\u0434"),
        ("<meta charset=utf-16>\u00e9".encode(), "", "<meta charset=utf-16>\u00e9"),  # it could not be read if it were
        ("<?xml encoding='koi8-r'?>\u0434".encode("koi8-r"), "", "<?xml encoding='koi8-r'?>\u0434"),
        ("caf\u00e9".encode(), "text/html; charset=rot13", "caf\u00e9"),
        ("\u65e5\u672c".encode("shift_jis"), "text/html; charset=Shift_JIS", "\u65e5\u672c"),
    ],
)  # fmt: skip
def test_the_encoding_is_found(data: bytes, header: str, text: str) -> None:
    assert as_utf8(data, header) == (text.encode(), "")


@pytest.mark.parametrize("header", ["text/html; charset=ISO-8859-1", "text/html; charset=windows-1251", ""])
def test_letters_that_are_utf_8_count_more_than_an_encoding_of_one_byte(header: str) -> None:
    page = "<meta charset=cp1250><p>caf\u00e9, \u4e2d</p>"
    data, note = as_utf8(page.encode(), header)
    assert data.decode() == page
    assert "but is UTF-8" in note
    one = "<meta charset=utf-8><p>caf\u00e9</p>"  # the two that are named disagree
    assert as_utf8(one.encode(), header)[0].decode() == one
    assert as_utf8(b"<p>\xc3\xa9</p>", "text/html; charset=latin-1")[0].decode() == "<p>\u00c3\u00a9</p>"


def test_an_encoding_that_nothing_names_is_taken_for_that_of_windows_and_said() -> None:
    for header in ("text/html", "text/html; charset=utf-8"):
        data, note = as_utf8("\u201ccaf\u00e9\u201d".encode("cp1252"), header)
        assert data.decode() == "\u201ccaf\u00e9\u201d"
        assert "Windows-1252" in note


@pytest.mark.parametrize(
    ("kind", "path", "suffix"),
    [
        ("text/html; charset=utf-8", "/faq.php", ".html"),
        ("application/xhtml+xml", "/", ".html"),
        ("TEXT/CSV", "/export", ".csv"),
        ("application/json", "/faq", ".json"),
        ("text/plain", "/raw/FAQ.MD", ".md"),
        ("text/plain", "/faq", ".txt"),
        ("application/octet-stream", "/faq.xlsx", ".xlsx"),
        ("", "/faq.html", ".html"),
        ("", "/faq", ""),
        ("image/png", "/faq.html", ""),
        ("video/mp4", "/faq", ""),
    ],
)
def test_a_type_is_a_format(kind: str, path: str, suffix: str) -> None:
    assert suffix_of(kind, path) == suffix

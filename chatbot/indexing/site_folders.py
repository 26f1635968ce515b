"""A folder of many FAQs: which of its folders are sites, where the index of each is, and by which hosts it is found.

    DIR/NAME/bot.toml, *.md ...       the corpus of the site NAME
    DATA/NAME/index, journal.db       what the program keeps of it; DATA is DIR/.data where nobody says otherwise

A folder that cannot be a site, or can only be one in part, never stands in the way of the others.
"""

import contextlib
import ipaddress
import logging
import os
import re
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chatbot.core.errors import ChatbotError, SettingsError, UsageError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import visible
from chatbot.indexing.store import read_manifest

DATA = ".data"  # within the folder of the sites; its name can be no site's

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_log = logging.getLogger("chatbot.sites")

Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """One site on disk. `trouble`: why it can neither be built nor opened, for whoever runs the server; or ""."""

    name: str
    corpus: Path
    home: Path  # of its index and its journal
    identity: Identity  # of the folder: another one under the same name is another site
    hosts: Sequence[str] = ()
    trouble: str = ""

    @property
    def index(self) -> Path:
        return self.home / "index"


@dataclass(frozen=True, slots=True)
class Listed:
    """What was found at one look. `hosts`: host -> name; `shared`: names of sites with a host that others have, too."""

    sites: Mapping[str, SiteFolder] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()


def _is_of_machine(host: str) -> bool:
    """Whether it is an address, or a name of the machine that the server runs on."""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host.strip("[]"))
        return True
    return host == "localhost" or host.endswith(".localhost")


def is_site_name(name: str) -> bool:
    """Whether it can stand in an address as it is."""
    return _NAME.fullmatch(name) is not None


class SiteFolders:
    """The sites below `root`, looked up again and again. What is wrong is logged once, until it is right."""

    def __init__(self, root: Path, data: Path, own_hosts: Collection[str] = ()) -> None:
        """`own_hosts`: names of the server, which no site can have. UsageError where `root` is no folder, or one that
        is a corpus itself."""
        if not root.is_dir():
            raise UsageError(f"{root}: there is no such folder; create it, and in it a folder for each site")
        if (root / SETTINGS_FILE).exists():
            raise UsageError(
                f"{root / SETTINGS_FILE}: {root} is one corpus; serve it with --corpus, "
                "or name the folder that holds the folders of the sites"
            )
        self.root = root
        self.data = data
        self.own_hosts = frozenset(name.lower() for name in own_hosts)
        self.listed = Listed()
        self._read: dict[Path, tuple[object, tuple[str, ...]]] = {}  # bot.toml -> its state, and its hosts
        self._told: set[str] = set()

    def look(self) -> Listed:
        """What is there now. Where the folder itself cannot be read, what was there before."""
        told: set[str] = set()
        try:
            with os.scandir(self.root) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._tell({f"{self.root}: cannot be read ({error.strerror}); the sites that are known are served on"})
            return self.listed
        sites = {}
        for entry in found:
            if site := self._site(entry, told):
                sites[site.name] = site
        hosts, shared = self._hosts_of(sites, told)
        self._read = {path: read for path, read in self._read.items() if path.parent.name in sites}
        self._tell(told)
        self.listed = Listed(sites, hosts, shared)
        return self.listed

    def _site(self, entry: "os.DirEntry[str]", told: set[str]) -> SiteFolder | None:
        """None for what is no site, which is told where it may have been meant as one."""
        if entry.name.startswith("."):
            return None
        path = self.root / entry.name
        with contextlib.suppress(OSError):  # removed meanwhile
            facts = entry.stat(follow_symlinks=False)
            is_link = stat.S_ISLNK(facts.st_mode)
            if not (stat.S_ISDIR(facts.st_mode) or (is_link and entry.is_dir())):
                return None
            if not is_site_name(entry.name):
                how = "name it with small letters, digits and hyphens, at most 63"
                told.add(f"{visible(str(path))}: this is no name for a site; {how}")
                return None
            identity = (facts.st_dev, facts.st_ino)
            site = SiteFolder(entry.name, path, self.data / entry.name, identity)
            if is_link:
                trouble = f"{path}: a link, which is not followed; put the folder itself in its place"
                told.add(trouble)
                return replace(site, trouble=trouble)
            if not _has_settings(path):
                told.add(f"{path}: is no site, as it has no {SETTINGS_FILE}; write one, which may be empty")
                return None
            return replace(site, hosts=self._hosts(path))
        return None

    def _hosts(self, corpus: Path) -> tuple[str, ...]:
        """Those that its bot.toml names. While that cannot be read: those before, or of the published build."""
        path = corpus / SETTINGS_FILE
        with contextlib.suppress(OSError):
            facts = path.lstat()
            if not stat.S_ISREG(facts.st_mode):
                return ()
            state = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            known = self._read.get(path)
            if known and known[0] == state:
                return known[1]
            try:
                hosts = tuple(load_bot_settings(corpus, env={}).hosts)
            except SettingsError as error:
                hosts = tuple(error.settings.hosts) or (known[1] if known else self._published(corpus.name))
            self._read[path] = state, hosts
            return hosts
        return self._read[path][1] if path in self._read else self._published(corpus.name)

    def _published(self, name: str) -> tuple[str, ...]:
        with contextlib.suppress(ChatbotError):
            manifest = read_manifest(self.data / name / "index")
            hosts = manifest["settings"].get("hosts", ()) if manifest else ()
            return tuple(host for host in hosts if isinstance(host, str))
        return ()

    def _hosts_of(self, sites: Mapping[str, SiteFolder], told: set[str]) -> tuple[dict[str, str], frozenset[str]]:
        """Host -> name. Of several with one host, the site keeps it that had it; at the start, none gets it. What the
        server itself is found by, all sites are."""
        claims: dict[str, list[str]] = {}
        shared: set[str] = set()
        for site in sites.values():
            for host in dict.fromkeys(site.hosts):
                if host in self.own_hosts or _is_of_machine(host):
                    shared.add(site.name)
                    told.add(f'{site.corpus / SETTINGS_FILE}: the host "{host}" is the server\'s own; name another')
                else:
                    claims.setdefault(host, []).append(site.name)
        hosts = {}
        for host, names in claims.items():
            before = self.listed.hosts.get(host)
            owner = names[0] if len(names) == 1 else before if before in names else None
            if owner:
                hosts[host] = owner
            if len(names) > 1:
                shared |= {name for name in names if name != owner}
                files = " and ".join(str(sites[name].corpus / SETTINGS_FILE) for name in names)
                kept = f"it stays with {owner}" if owner else "until then neither is found by it"
                told.add(f'{files} both name the host "{host}"; give each its own; {kept}')
        return hosts, frozenset(shared)

    def _tell(self, told: set[str]) -> None:
        for sentence in sorted(told - self._told):
            _log.error("error: %s", sentence)
        self._told = told


def _has_settings(corpus: Path) -> bool:
    """Whether there is a bot.toml of any kind. What is wrong with it, or with the folder, the build names."""
    try:
        (corpus / SETTINGS_FILE).lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True

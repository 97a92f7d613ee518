"""Caddy and nginx with TLS before the pages, as docs/hosting.md shows them: phones join, browsers watch through them.

The configurations are cut out of the document; only ports and the certificate are replaced.
"""

import asyncio
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.server.web.live_room import Browser, LiveRoom, live_room
from tests.server.web.programs import needs, program

DOCUMENT = Path(__file__).parents[3] / "docs" / "hosting.md"
NAME = "petard.example.org"
PHONE = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"  # elsewhere the loopback has one address only
PRETENDED = "203.0.113.9"
PATIENCE = 20.0  # seconds
PORTS_TRIED = 5

pytestmark = [pytest.mark.slow, needs("openssl", "openssl")]


@dataclass(frozen=True)
class Certificate:
    """A certificate for NAME that signs itself, and its key."""

    file: Path
    key: Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A new one, so that whoever answers with it is the proxy that this test has started."""
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(made.key), "-out", str(made.file)),
        ],
        check=True,
        capture_output=True,
    )
    return made


def shown(proxy: str) -> str:
    """The configuration that the document shows for a proxy."""
    found = re.search(rf"<!-- proxy: {proxy} -->\n```\n(.*?)```\n", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def replaced(text: str, changes: dict[str, str]) -> str:
    """A text with changes, each of which is made."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def caddy(folder: Path, port: int, web: int, certificate: Certificate) -> list[str]:
    """Write the configuration of Caddy; returns the command that starts it."""
    head = f"{NAME}:{port} {{\n    bind 127.0.0.1\n    tls {certificate.file} {certificate.key}"
    text = replaced(shown("caddy"), {f"{NAME} {{": head, "127.0.0.1:7780": f"127.0.0.1:{web}"})
    file = folder / "Caddyfile"
    file.write_text("{\n    admin off\n    auto_https disable_redirects\n}\n" + text)
    return [program("caddy") or "", "run", "--config", str(file), "--adapter", "caddyfile"]


def nginx(folder: Path, port: int, web: int, certificate: Certificate) -> list[str]:
    """Write the configuration of nginx; returns the command that starts it, as one process in the foreground."""
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "    listen [::]:443 ssl;\n": "",
        f"/etc/ssl/{NAME}.pem": str(certificate.file),
        f"/etc/ssl/private/{NAME}.key": str(certificate.key),
        "127.0.0.1:7780": f"127.0.0.1:{web}",
    }
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{name}_temp_path {folder / name};" for name in kept)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off; {paths}\n{replaced(shown('nginx'), changes)}}}\n"
    )
    return [program(*NGINX) or "", "-p", str(folder), "-e", "stderr", "-c", str(file)]


Start = Callable[[Path, int, int, Certificate], list[str]]
NGINX = ("nginx", "/usr/sbin/nginx")
PROXIES = [
    pytest.param(caddy, marks=needs("caddy", "caddy"), id="Caddy"),
    pytest.param(nginx, marks=needs("nginx", *NGINX), id="nginx"),
]


class Here(AbstractResolver):
    """Finds each name on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the loopback."""
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Proxy:
    """A running proxy, and a browser's session that trusts its certificate."""

    session: aiohttp.ClientSession
    origin: str

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The status and the text of a page."""
        async with self.session.get(self.origin + path, headers=headers) as answer:
            return answer.status, await answer.text()

    @asynccontextmanager
    async def browser(self, kind: str, **headers: str) -> AsyncIterator[Browser]:
        """A WebSocket, as our page opens it; `headers` replace what it sends."""
        sent = {"Origin": self.origin, "X-Forwarded-For": PRETENDED} | headers
        async with self.session.ws_connect(f"{self.origin}/ws/{kind}", headers=sent, max_msg_size=1 << 20) as ws:
            yield Browser(ws)


@asynccontextmanager
async def running(start: Start, folder: Path, web: int, certificate: Certificate) -> AsyncIterator[Proxy]:
    """Start a proxy at a free port, and end it."""
    trust = ssl.create_default_context(cafile=str(certificate.file))
    for _ in range(PORTS_TRIED):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = start(folder, port, web, certificate)
        with (folder / "log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={"HOME": str(folder)}
            )
        try:
            if await _answers(process, port, trust):
                connector = aiohttp.TCPConnector(ssl=trust, resolver=Here(), local_addr=(PHONE, 0))
                async with aiohttp.ClientSession(connector=connector) as session:
                    yield Proxy(session, f"https://{NAME}:{port}")
                return
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    raise AssertionError((folder / "log").read_text())


async def _answers(process: asyncio.subprocess.Process, port: int, trust: ssl.SSLContext) -> bool:
    """Wait until a proxy shows our certificate; False if it ends, as when its port has been taken."""
    async with asyncio.timeout(PATIENCE):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname=NAME)
                writer.close()
                return True
            await asyncio.sleep(0.02)
    return False


def addresses(room: LiveRoom) -> list[str]:
    """Where the room's members come from."""
    return [peer.identity.address for peer in room.loopback.server.connections.members.values()]


@pytest.mark.parametrize("start", PROXIES)
def test_a_phone_joins_and_a_browser_watches_through_the_proxy_that_the_document_shows(
    start: Start, tmp_path: Path, certificate: Certificate
) -> None:
    async def conversation() -> None:
        async with (
            live_room(names=(NAME,)) as room,
            running(start, tmp_path, room.port, certificate) as proxy,
            proxy.browser("watch") as watcher,
            proxy.browser("pad") as pad,
        ):
            status, page = await proxy.get("/j")
            assert (status, "/s/pad.js" in page) == (200, True)
            assert f">{proxy.origin.removeprefix('https://')}/j<" in (await proxy.get("/join.svg"))[1]
            await pad.join("Ada")
            assert PHONE in addresses(room), "the room counts the phone, not the proxy, and not what the phone says"
            await pad.play(60)
            await watcher.until_tick(60)

    asyncio.run(conversation())


@pytest.mark.parametrize("start", PROXIES)
def test_foreign_pages_and_names_get_nothing_through_the_proxy(
    start: Start, tmp_path: Path, certificate: Certificate
) -> None:
    async def conversation() -> None:
        async with live_room(names=(NAME,)) as room, running(start, tmp_path, room.port, certificate) as proxy:
            for kind in ("pad", "watch"):
                for origin in ("https://evil.example", "null", f"https://{NAME}", f"http://{NAME}"):
                    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                        async with proxy.browser(kind, Origin=origin):
                            pass
                    assert refused.value.status == 403, origin
            status, text = await proxy.get("/status.json", Host="evil.example")
            assert status == 421 or not text, "Caddy itself answers with an empty page"
            assert "phase" not in text
            assert (await proxy.get("/status.json"))[0] == 200

    asyncio.run(conversation())

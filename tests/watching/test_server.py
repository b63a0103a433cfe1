"""The server of ``archspec watch`` serves its own page on this machine, and nothing else."""

from __future__ import annotations

import os
import signal
import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from archspec.language.document.overrides import Overrides
from archspec.location import locate
from archspec.watching.broadcast import Broadcast
from archspec.watching.files import Observed
from archspec.watching.server import Server
from archspec.watching.states import Watched
from tests.commands.running import run
from tests.watching.following import PATIENCE, SPEC, Following, following, state


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Following]:
    with following(tmp_path_factory.mktemp("watched")) as found:
        yield found


def test_the_page_loads_nothing_and_may_stand_in_no_other(followed: Following) -> None:
    answer = followed.get()
    page = answer.read().decode()
    assert answer.status == 200
    assert "default-src 'none'" in page
    assert "connect-src 'self'" in page
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Python" not in answer.headers["Server"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "localhost.evil.example"},
        {"Host": ""},
        {"Host": "192.168.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["", "events"])
def test_other_hosts_and_pages_are_refused(
    followed: Following, path: str, headers: dict[str, str]
) -> None:
    assert followed.get(path, **headers).status == 403


def test_a_forwarded_port_is_of_this_machine(followed: Following) -> None:
    assert followed.get(Host="localhost:9999").status == 200
    assert followed.get(Host="localhost:9999", Origin="http://localhost:9999").status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_events_are_for_the_page_alone(followed: Following, site: str) -> None:
    assert followed.get("events", Sec_Fetch_Site=site).status == 404
    assert followed.get(Sec_Fetch_Site=site).status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/events", "/net.yaml", "/..", "/%2e%2e/", "//", "/x/../", "/?a", "*"],
)
def test_nothing_is_served_without_the_secret(followed: Following, path: str) -> None:
    answer = followed.ask(path)
    assert answer.status == 404
    assert followed.path.strip("/") not in answer.read().decode()


@pytest.mark.parametrize("path", ["net.yaml", "../net.yaml", "events/", "events?x", "index.html"])
def test_no_file_is_served_with_it(followed: Following, path: str) -> None:
    assert followed.get(path).status == 404


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_no_method_but_get_is_answered(followed: Following, method: str) -> None:
    assert followed.get(method=method).status == 501


def test_it_listens_on_the_loopback_address_alone(followed: Following) -> None:
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("there is no /proc/net/tcp to see which addresses are listened on")
    port = f":{followed.port:04X}"
    rows = [line.split() for line in listening.read_text().splitlines()[1:]]
    assert {row[1] for row in rows if row[1].endswith(port) and row[3] == "0A"} == {
        f"0100007F{port}"
    }


def test_clients_that_say_nothing_or_read_nothing_keep_none_waiting(followed: Following) -> None:
    address = ("127.0.0.1", followed.port)
    silent = [socket.create_connection(address) for _ in range(8)]
    deaf = [socket.create_connection(address) for _ in range(8)]
    for each in deaf:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        each.sendall(f"GET {followed.path}events HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    heard = followed.events()
    for width in range(40, 50):
        followed.write(SPEC.replace("32 /2", f"{width} /2"))
        state(heard, f"change and '→{width}' in change['headline']")
    for each in (*silent, *deaf):
        each.close()


def test_too_many_clients_are_let_go(followed: Following) -> None:
    address = ("127.0.0.1", followed.port)
    many = [socket.create_connection(address, PATIENCE) for _ in range(70)]
    assert many[-1].recv(1) == b""
    for each in many:
        each.close()
    time.sleep(0.5)
    assert followed.get().status == 200


def test_it_ends_with_an_interrupt_and_lets_its_listeners_go(tmp_path: Path) -> None:
    with following(tmp_path) as found:
        heard = found.events()
        state(heard)
        found.process.send_signal(signal.SIGINT)
        assert list(heard) == []
        assert found.process.wait(PATIENCE) == 0
        assert found.process.stdout is not None
        assert found.process.stdout.read().strip() == ""
        with pytest.raises(ConnectionRefusedError):
            found.get()


def test_a_port_that_is_taken_is_refused_with_a_way_out(followed: Following) -> None:
    done = run("watch", "zoo:vgg_16", "--port", str(followed.port))
    assert done.exit_code == 2
    assert f"cannot serve on port {followed.port}: Address already in use" in done.stderr
    assert "leave out --port" in done.stderr


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("-", "- never changes; name a file to watch"),
        ("nowhere.yaml", "nowhere.yaml does not exist"),
        ("specs", "specs is a folder; a file is expected"),
    ],
)
def test_what_cannot_be_followed_is_refused(spec: str, message: str) -> None:
    done = run("watch", spec, stdin="archspec: 1\n")
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_second_writing_within_the_same_instant_is_seen(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(SPEC, "utf-8")
    file = locate(str(spec), tmp_path)
    observed = Observed(file.tree)  # type: ignore[arg-type]  # a folder
    observed.read(file.path)
    at = spec.stat().st_mtime_ns
    spec.write_text(SPEC.replace("32 /2", "33 /2"), "utf-8")  # as long as before
    os.utime(spec, ns=(at, at))
    time.sleep(0.15)
    assert observed.has_changed()
    assert not observed.has_changed()


def test_memory_does_not_grow_with_the_saves(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(SPEC, "utf-8")
    watched = Watched(locate(str(spec), tmp_path), Overrides())
    states = Broadcast(watched.state)
    server = Server(0, watched.name, states)

    def save(width: int) -> None:
        spec.write_text(SPEC.replace("32 /2", f"{width % 40 + 1} /2"), "utf-8")
        for each in watched.check():
            states.publish(each)

    try:
        for width in range(20):
            save(width)
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for width in range(60):
            save(width)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        server.server_close()
    assert after - before < 2_000_000  # the graphs of two states, and no more of them

"""The page of a watched spec on the loopback address, for the user of this machine alone.

Any page in the browser, and any user of the machine, can talk to a port. So the address holds a
secret, a request must name this machine as its host, which stops names that were bound to it
elsewhere, and the events are given to our own page only.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from socket import socket
from threading import BoundedSemaphore, Thread
from typing import Any

from archspec.views import page
from archspec.watching.broadcast import Broadcast
from archspec.watching.states import State

ADDRESS = "127.0.0.1"
_HOSTS = (ADDRESS, "localhost")
_MOST_CONNECTIONS = 64
_PATIENCE = 10
"""Seconds that a client may keep a connection waiting."""
_HEARTBEAT = 15
"""Seconds after which a client without news is asked whether it is still there."""
_ADDITION = page.Addition("watching", connects=True)
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Server(ThreadingHTTPServer):
    """Serves the page of a spec and the events of its states; a thread for each client."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, name: str, states: Broadcast[State]) -> None:
        super().__init__((ADDRESS, port), _Handler)
        self.name, self.states = name, states
        self.token = token_urlsafe(16)
        self._free = BoundedSemaphore(_MOST_CONNECTIONS)

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{ADDRESS}:{self.server_port}/{self.token}/"

    def start(self) -> None:
        """Serve in the background."""
        Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        """Let the clients go, and stop listening."""
        self.states.end()
        self.shutdown()
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a client in a thread of its own; one too many is let go."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a client, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Say nothing of clients that are gone or too slow."""


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "archspec", ""
    timeout = _PATIENCE
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"

    def do_GET(self) -> None:
        """Give the page or the events to whom they are for."""
        if not self._is_of_this_machine():
            self.send_error(HTTPStatus.FORBIDDEN, "Only this machine is served")
        elif self._is_path(""):
            self._send_page()
        elif self._is_path("events") and self._is_of_our_page():
            self._send_events()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # as its callers name it
        """Say nothing of requests."""

    def end_headers(self) -> None:
        """Add what every answer tells the browser."""
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def _is_of_this_machine(self) -> bool:
        """Whether the address in the browser is one of this machine, through whatever port."""
        hosts = self.headers.get_all("Host", [])
        origins = self.headers.get_all("Origin", [])
        if len(hosts) != 1 or hosts[0].partition(":")[0].lower() not in _HOSTS:
            return False
        return all(origin == f"http://{hosts[0]}" for origin in origins)

    def _is_of_our_page(self) -> bool:
        return self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"

    def _is_path(self, name: str) -> bool:
        return compare_digest(self.path.encode(), f"/{self.server.token}/{name}".encode())

    def _send_page(self) -> None:
        picture = self.server.states.latest.value.picture
        content = page.write(picture.record, picture.stamp, self.server.name, _ADDITION)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_events(self) -> None:
        """Send the state and each that follows, a picture only where the client has another."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        states, sent = self.server.states, -1
        shown = self.headers.get("Last-Event-ID", "")
        while True:
            found = states.after(sent, _HEARTBEAT)
            if states.is_over:
                return
            if found is None:
                self.wfile.write(b":\n\n")
                continue
            sent, state = found
            self.wfile.write(_events(state, self.server.name, shown).encode())
            shown = state.picture.stamp

    def handle(self) -> None:
        """Serve one request; a client may leave whenever it likes."""
        with suppress(ConnectionError, TimeoutError):
            super().handle()


def _events(state: State, name: str, shown: str) -> str:
    picture = f"event: picture\nid: {state.picture.stamp}\ndata: {state.picture.record}\n\n"
    news = f"event: state\ndata: {state.told(name)}\n\n"
    return news if state.picture.stamp == shown else picture + news

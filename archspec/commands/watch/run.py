"""Serving the viewer of a spec until it is interrupted."""

from __future__ import annotations

import sys
import time
import webbrowser

import click

from archspec.commands.arguments import Reading
from archspec.commands.loading import overrides
from archspec.commands.output import leave, paint
from archspec.diagnostic import unreadable
from archspec.location import locate
from archspec.rendering import text
from archspec.rendering.excerpt import visible
from archspec.source import File, Folder, Unreadable
from archspec.watching.broadcast import Broadcast
from archspec.watching.server import Server
from archspec.watching.states import State, Watched

_TICK = 0.02
"""Seconds between two looks at the files."""
_MOST_TICKS = 10
"""Ticks that a file may keep changing, as while an editor writes it, until it is read."""


def watch(spec: str, reading: Reading, port: int, *, opens: bool) -> None:
    """Serve the viewer of a spec, and follow the spec, until an interrupt."""
    watched = Watched(_file(spec, reading), overrides(reading))
    states = Broadcast(watched.state)
    server = _server(port, watched.name, states)
    try:
        _publish(watched, states)
        server.start()
        click.echo(f"{visible(watched.name)} is shown at {server.url}  (Ctrl-C ends)")
        _tell(watched.state)
        if opens:
            webbrowser.open(server.url)
        _follow(watched, states)
    except KeyboardInterrupt:
        click.echo("", err=True)
    finally:
        server.stop()


def _file(spec: str, reading: Reading) -> File:
    """Find a spec that can change; exit if there is none."""
    try:
        file = locate(spec, reading.root)
        if not isinstance(file.tree, Folder):
            raise click.UsageError(f"{visible(spec)} never changes; name a file to watch")
        file.read()
    except Unreadable as error:
        leave((unreadable(error),), "text")
    return file


def _server(port: int, name: str, states: Broadcast[State]) -> Server:
    try:
        return Server(port, name, states)
    except OSError as error:
        message = f"cannot serve on port {port}: {error.strerror}; leave out --port for a free one"
        raise click.UsageError(message) from None


def _follow(watched: Watched, states: Broadcast[State]) -> None:
    """Look at the files again and again."""
    while True:
        time.sleep(_TICK)
        if watched.has_changed():
            _settle(watched)
            _publish(watched, states)
            _tell(watched.state)


def _settle(watched: Watched) -> None:
    """Wait while the files keep changing."""
    for _ in range(_MOST_TICKS):
        time.sleep(_TICK)
        if not watched.has_changed():
            return


def _publish(watched: Watched, states: Broadcast[State]) -> None:
    """Check the spec, and tell of it on the page."""
    for state in watched.check():
        states.publish(state)


def _tell(state: State) -> None:
    """Tell of a state in the terminal."""
    if state.change and not state.is_broken:
        click.echo(state.change["headline"])
    if state.diagnostics:
        click.echo(text.render(state.diagnostics, paint(sys.stdout)), color=True)

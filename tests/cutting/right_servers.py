"""Servers that read their streams well: those that the wrong ones are compared with, and three that everybody has.

Each takes a listening socket and serves for ever.
"""

import http.server
import json
import pickle
import shutil
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

Handle = Callable[[socket.socket], None]
Serve = Callable[[socket.socket], None]
REDIS = shutil.which("redis-server")


def one_thread_each(handle: Handle) -> Serve:
    """A server with a thread for each connection; a handler that raises closes it."""

    def run(sock: socket.socket) -> None:
        with sock, suppress(EOFError, OSError):
            handle(sock)

    def serve(listener: socket.socket) -> None:
        while True:
            sock = listener.accept()[0]
            threading.Thread(target=run, args=(sock,), daemon=True).start()

    serve.__name__ = handle.__name__
    return serve


def exactly(sock: socket.socket, size: int) -> bytes:
    """So many bytes, in however many pieces they come. Raises EOFError."""
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def framed(payload: bytes) -> bytes:
    """A payload behind its length in four bytes."""
    return struct.pack("!I", len(payload)) + payload


def answer(payload: bytes) -> bytes:
    """What the echo servers answer."""
    return framed(b"you said " + payload)


@one_thread_each
def echo(sock: socket.socket) -> None:
    """Answers frames of four bytes of length and a payload."""
    while True:
        (size,) = struct.unpack("!I", exactly(sock, 4))
        sock.sendall(answer(exactly(sock, size)))


@one_thread_each
def pickles(sock: socket.socket) -> None:
    """Answers frames that contain a pickle. (Never unpickle what strangers send: these are our own.)"""
    while True:
        (size,) = struct.unpack("!I", exactly(sock, 4))
        sock.sendall(framed(pickle.dumps(("ok", pickle.loads(exactly(sock, size))))))


def _each_line(reply: Callable[[bytes], bytes]) -> Handle:
    def handle(sock: socket.socket) -> None:
        buffer = b""
        while data := sock.recv(4096):
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                sock.sendall(reply(line))

    return handle


def bracketed(line: bytes) -> bytes:
    """What the line servers answer."""
    return b"<" + line + b">\n"


lines = one_thread_each(_each_line(bracketed))
objects = one_thread_each(_each_line(lambda line: bracketed(str(json.loads(line)["say"]).encode())))


class _Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        """Answer with the path."""
        self._reply(self.path.encode())

    def do_POST(self) -> None:
        """Answer with what was posted."""
        self._reply(self.rfile.read(int(self.headers["Content-Length"])))

    def _reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def pages(listener: socket.socket) -> None:
    """The HTTP server of the standard library, with a thread for each connection."""
    server = http.server.ThreadingHTTPServer(listener.getsockname(), _Pages, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.serve_forever()

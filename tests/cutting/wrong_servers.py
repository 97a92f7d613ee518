"""Fifteen servers with the mistakes of people who meet TCP for the first time, and four that fail when disturbed.

Each takes a listening socket and serves for ever. The right ones are in right_servers.py.
"""

import asyncio
import json
import pickle
import selectors
import socket
import struct
from contextlib import suppress

from tests.cutting.right_servers import answer, bracketed, exactly, one_thread_each


@one_thread_each
def one_recv_is_one_message(sock: socket.socket) -> None:
    """Whatever one recv returns is taken for one message."""
    while data := sock.recv(4096):
        sock.sendall(answer(data[4:]))


@one_thread_each
def drops_the_tail(sock: socket.socket) -> None:
    """Takes the whole frames out of each recv, and forgets what is left."""
    while data := sock.recv(4096):
        while len(data) >= 4 and len(data) >= (end := 4 + int.from_bytes(data[:4], "big")):
            sock.sendall(answer(data[4:end]))
            data = data[end:]


@one_thread_each
def header_in_one_recv(sock: socket.socket) -> None:
    """Loops for the body, but not for the header."""
    while header := sock.recv(4):
        (size,) = struct.unpack("!I", header)
        sock.sendall(answer(exactly(sock, size)))


@one_thread_each
def body_in_one_recv(sock: socket.socket) -> None:
    """Believes that recv(n) returns n bytes."""
    while True:
        (size,) = struct.unpack("!I", exactly(sock, 4))
        sock.sendall(answer(sock.recv(size)))


@one_thread_each
def reads_too_much(sock: socket.socket) -> None:
    """Collects until it has enough, then forgets what it has of the next frame."""
    while True:
        (size,) = struct.unpack("!I", exactly(sock, 4))
        body = b""
        while len(body) < size:
            part = sock.recv(4096)
            if not part:
                return
            body += part
        sock.sendall(answer(body[:size]))


@one_thread_each
def native_byte_order(sock: socket.socket) -> None:
    """Reads and writes lengths as this machine stores them."""
    while True:
        (size,) = struct.unpack("=I", exactly(sock, 4))
        payload = b"you said " + exactly(sock, size)
        sock.sendall(struct.pack("=I", len(payload)) + payload)


def select_and_then_block(listener: socket.socket) -> None:
    """Select says that something has come; then it waits for a whole frame, and everybody waits with it."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            try:
                (size,) = struct.unpack("!I", exactly(sock, 4))
                sock.sendall(answer(exactly(sock, size)))
            except (EOFError, OSError):
                selector.unregister(sock)
                sock.close()


def one_client_after_the_other(listener: socket.socket) -> None:
    """Serves a client until it leaves, and only then accepts the next."""
    while True:
        sock = listener.accept()[0]
        with sock, suppress(EOFError, OSError):
            while True:
                (size,) = struct.unpack("!I", exactly(sock, 4))
                sock.sendall(answer(exactly(sock, size)))


@one_thread_each
def empty_frame_is_the_end(sock: socket.socket) -> None:
    """Takes an empty frame for the end of the connection."""
    while True:
        (size,) = struct.unpack("!I", exactly(sock, 4))
        body = exactly(sock, size)
        if not body:
            return
        sock.sendall(answer(body))


@one_thread_each
def pickle_of_each_recv(sock: socket.socket) -> None:
    """No framing at all."""
    while data := sock.recv(4096):
        sock.sendall(pickle.dumps(("ok", pickle.loads(data))))


@one_thread_each
def decodes_each_recv(sock: socket.socket) -> None:
    """Decodes UTF-8 before it looks for the end of the line: a letter may be cut in two."""
    text = ""
    while data := sock.recv(4096):
        *lines, text = (text + data.decode("utf-8", "replace")).split("\n")
        for line in lines:
            sock.sendall(bracketed(line.encode()))


@one_thread_each
def lines_of_each_recv(sock: socket.socket) -> None:
    """Splits each recv into lines, whether it ends with a line or not."""
    while data := sock.recv(4096):
        for line in data.decode("utf-8", "replace").splitlines():
            sock.sendall(bracketed(line.encode()))


@one_thread_each
def too_many_line_ends(sock: socket.socket) -> None:
    """splitlines() also splits at vertical tabs, at U+0085 and at U+2028."""
    buffer = b""
    while data := sock.recv(4096):
        *lines, buffer = (buffer + data).split(b"\n")
        for line in b"\n".join([*lines, b""]).decode().splitlines():
            sock.sendall(bracketed(line.encode()))


@one_thread_each
def object_until_the_brace(sock: socket.socket) -> None:
    """Believes that a JSON object ends at the first closing brace."""
    buffer = b""
    while data := sock.recv(4096):
        buffer += data
        while b"}" in buffer:
            text, _, rest = buffer.partition(b"}")
            sock.sendall(bracketed(str(json.loads(text + b"}")["say"]).encode()))
            buffer = rest.lstrip()


@one_thread_each
def forgets_what_it_had(sock: socket.socket) -> None:
    """Keeps what one recv returned if no line ended in it, but only the last one."""
    buffer = b""
    while data := sock.recv(4096):
        if not data.endswith(b"\n"):
            buffer = data
            continue
        for line in (buffer + data).split(b"\n")[:-1]:
            sock.sendall(bracketed(line))
        buffer = b""


FIFTEEN = (
    one_recv_is_one_message,
    drops_the_tail,
    header_in_one_recv,
    body_in_one_recv,
    reads_too_much,
    native_byte_order,
    select_and_then_block,
    one_client_after_the_other,
    empty_frame_is_the_end,
    pickle_of_each_recv,
    decodes_each_recv,
    lines_of_each_recv,
    too_many_line_ends,
    object_until_the_brace,
    forgets_what_it_had,
)


def ends_with_a_reset(listener: socket.socket) -> None:
    """One loop for all; an error of one client ends it."""
    selector, buffers = selectors.DefaultSelector(), dict[socket.socket, bytes]()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            if sock is listener:
                sock = listener.accept()[0]
                buffers[sock] = b""
                selector.register(sock, selectors.EVENT_READ)
                continue
            data = sock.recv(4096)
            if not data:
                selector.unregister(sock)
                sock.close()
                continue
            *lines, buffers[sock] = (buffers[sock] + data).split(b"\n")
            for line in lines:
                sock.sendall(bracketed(line))


@one_thread_each
def believes_send(sock: socket.socket) -> None:
    """Sends on a socket that does not wait, and does not look at how much was taken. Each line asks for 40 kB."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    buffer = b""
    while data := sock.recv(4096):
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            sock.setblocking(False)
            with suppress(BlockingIOError):
                sock.send((line[:1] or b"-") * 40_000 + b"\n")
            sock.setblocking(True)


@one_thread_each
def address_of_two_parts(sock: socket.socket) -> None:
    """An IPv6 address has four parts."""
    host, _port = sock.getpeername()
    while data := sock.recv(4096):
        sock.sendall(host.encode()[:0] + data)


async def stops_at_the_end(listener: socket.socket) -> None:
    """Takes the end of what a client sends for the end of the connection, and answers no more."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            await asyncio.sleep(0.1)  # it looks something up
            if reader.at_eof():
                break
            writer.write(bracketed(line.rstrip(b"\n")))
        writer.close()

    server = await asyncio.start_server(handle, sock=listener)
    await server.serve_forever()

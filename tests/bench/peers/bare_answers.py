"""The least that a server can do for those who join: 64 bytes come in, 64 go out, and the connection stays.

python -m tests.bench.peers.bare_answers
"""

import json
import selectors
import socket
import sys


def main() -> None:
    """Answer until the process is ended."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.setblocking(False)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    while True:
        for key, _ in selector.select():
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            if sock is listener:
                client, _ = listener.accept()
                selector.register(client, selectors.EVENT_READ)
            elif sock.recv(64):
                sock.send(bytes(64))
            else:
                selector.unregister(sock)
                sock.close()


if __name__ == "__main__":
    main()

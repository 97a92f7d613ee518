"""A client for stages 2, 3 and 4: python talk.py PORT. Each line that you type is one message. Ctrl-D ends it."""

import socket
import sys
import threading

from stage1_echo import connect
from stage2_frames import Frames, frame


def print_messages(client: socket.socket) -> None:
    """Print each message until the server closes the connection."""
    frames = Frames()
    while piece := client.recv(1000):
        for message in frames.feed(piece):
            print(message.decode(errors="replace"), flush=True)
    print("The server has closed the connection.", flush=True)


def main(port: int) -> None:
    with connect(port) as client:
        client.settimeout(None)
        # One thread waits for the server, one for the keyboard: the system cannot wait for both in one call everywhere.
        threading.Thread(target=print_messages, args=(client,), daemon=True).start()
        for line in sys.stdin:
            client.sendall(frame(line.strip().encode()))


if __name__ == "__main__":
    main(int(sys.argv[1]))

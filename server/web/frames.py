"""A payload of the wire as a binary message of WebSocket (RFC 6455, section 5.2), from a server: one frame, no mask."""

CLOSE = b"\x88\x02\x03\xe8"  # the last frame: status 1000


def ws_frame(payload: bytes) -> bytes:
    r"""Return the frame of a payload.

    >>> ws_frame(b"hi"), ws_frame(bytes(126))[:4], ws_frame(bytes(1 << 16))[:10].hex()
    (b'\x82\x02hi', b'\x82~\x00~', '827f0000000000010000')
    """
    size = len(payload)
    if size < 126:
        return bytes((0x82, size)) + payload
    if size < 1 << 16:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload

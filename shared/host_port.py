"""Splits and joins HOST:PORT as people write it. An IPv6 address with a port stands in brackets. Pure."""


def split_host_port(text: str) -> tuple[str, str | None]:
    """Split HOST, HOST:PORT, [IPv6]:PORT or a bare IPv6 address; neither part is checked further.

    The port is None if there is none. Raises ValueError, one sentence, for brackets that make no sense.

    >>> split_host_port("den.local"), split_host_port("10.0.0.5:7778"), split_host_port("::1")
    (('den.local', None), ('10.0.0.5', '7778'), ('::1', None))
    >>> split_host_port("[fe80::1%eth0]:7777"), split_host_port("[::1]"), split_host_port("den:")
    (('fe80::1%eth0', '7777'), ('::1', None), ('den', ''))
    """
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or rest[:1] not in ("", ":"):
            raise ValueError(f"an IPv6 address with a port is [ADDRESS]:PORT, not {text[:60]!r}")
        return host, rest[1:] if rest else None
    host, colon, port = text.rpartition(":")
    return (host, port) if colon and ":" not in host else (text, None)


def join_host_port(host: str, port: int) -> str:
    """Return HOST:PORT, with brackets where they are needed.

    >>> join_host_port("10.0.0.5", 7777), join_host_port("::1", 7778)
    ('10.0.0.5:7777', '[::1]:7778')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

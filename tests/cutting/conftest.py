"""The fixture `cut_check`, which pytest finds by itself where pytest-tcpcut is installed."""

from tcpcut.plugin import cut_check

__all__ = ["cut_check"]

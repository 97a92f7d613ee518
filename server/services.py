"""Which services run beside the game, by the settings."""

import secrets

from server.beacon import Beacon, CannotBeFound
from server.config import Config
from server.log import Log
from server.net import Net
from server.service import Service


def open_services(config: Config, net: Net, log: Log, now: float) -> list[Service]:
    """Start what the settings ask for. What cannot start says so in the log, and the game goes on without it."""
    services: list[Service] = []
    if config.discovery:
        try:
            services.append(Beacon(net, log, secrets.randbits(64), config.discovery_port, now))
        except CannotBeFound as problem:
            log.say(str(problem), now)
    return services

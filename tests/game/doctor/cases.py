"""Facts as they are found in each case, seen from 10.77.0.3, with the server that is meant at 10.77.0.1."""

from dataclasses import replace

from petard.game.doctor.facts import (
    Asked,
    Facts,
    Listener,
    Mirror,
    Net,
    Owner,
    Reach,
    Router,
    Seen,
    Shout,
    Sort,
    Way,
)

HERE, THERE = "10.77.0.3", "10.77.0.1"
SERVER = Seen("d1", "Den", THERE, 7777, 1, "0.3")
OTHER = Seen("a1", "Attic", "10.77.0.2", 7777, 1, "0.3")
OPEN = Reach(THERE, Way.PETARD, 2.4)
SILENT = Reach(THERE, Way.SILENT)
NOTHING = Asked(None)
HEALTHY = Facts(
    "linux",
    THERE,
    7777,
    protocol=1,
    build="0.3",
    done=frozenset(Sort),
    nets=(Net("eth0", HERE, "10.77.0.0/24"), Net("eth0", "fd77::3", "fd77::/64")),
    mirror=Mirror(True),
    owner=Owner(),
    listener=Listener(7777, True),
    shouts=(Shout("eth0", "10.77.0.255", True, True),),
    servers=(SERVER,),
    router=Router("10.77.0.254", True),
    reach=OPEN,
    asked=Asked(SERVER, 1.2),
)
NOWHERE = replace(HEALTHY, host="", port=0, reach=None, asked=None, servers=())
DEAF = replace(HEALTHY, servers=(), reach=SILENT, asked=NOTHING)
FAR = replace(HEALTHY, host="10.78.0.1", servers=())
OLD = Seen("d1", "Den", THERE, 7777, 2, "0.4")
MUTE = (Shout("eth0", "10.77.0.255", False, False, "No route to host"),)
HOST = replace(
    HEALTHY, host=HERE, hosting=True, reach=Reach(HERE, Way.PETARD, 0.3), servers=(replace(SERVER, host=HERE),)
)

CASES: dict[str, Facts] = {
    "unknown name": replace(DEAF, host="ada-laptop", reach=Reach("", Way.UNKNOWN)),
    "other version": replace(HEALTHY, servers=(OLD,), asked=Asked(OLD, 1.0)),
    "server that hides": replace(HOST, servers=(), asked=NOTHING),
    "host": HOST,
    "healthy": HEALTHY,
    "other network, open": replace(FAR, reach=Reach("10.78.0.1", Way.PETARD, 3.0), asked=NOTHING),
    "no broadcast": replace(HEALTHY, servers=()),
    "no discovery": replace(HEALTHY, servers=(), asked=Asked(None, refused=True)),
    "firewall drops UDP": replace(HEALTHY, servers=(), asked=NOTHING),
    "other port": replace(HEALTHY, port=7778, reach=Reach(THERE, Way.REFUSED)),
    "firewall drops TCP": replace(HEALTHY, reach=SILENT),
    "other address": replace(DEAF, servers=(OTHER,)),
    "no Petard": replace(DEAF, reach=Reach(THERE, Way.OTHER, 5.0)),
    "nobody listens": replace(DEAF, reach=Reach(THERE, Way.REFUSED)),
    "no network": replace(DEAF, nets=(), shouts=(), reach=Reach(THERE, Way.NO_WAY)),
    "forbidden": replace(DEAF, reach=Reach(THERE, Way.FORBIDDEN)),
    "other network": replace(FAR, reach=Reach("10.78.0.1", Way.NO_WAY, 1.0), asked=NOTHING),
    "firewall rejects": replace(DEAF, reach=Reach(THERE, Way.NO_WAY, 1.0)),
    "mute": replace(DEAF, shouts=MUTE),
    "not there": replace(DEAF, servers=(replace(OTHER, reason="needs Petard 0.4, you have 0.3"),)),
    "cut off": replace(DEAF, router=Router("10.77.0.254", False)),
    "isolation": DEAF,
    "alone": NOWHERE,
}

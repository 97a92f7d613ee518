"""The facts of each case, found on 10.77.0.3, with the target server at 10.77.0.1."""

from dataclasses import replace

from petard.game.doctor.facts import (
    BroadcastResult,
    CheckKind,
    ConnectOutcome,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    QueryResult,
    Router,
    SeenServer,
    SelfTest,
    TcpResult,
)

HERE, THERE = "10.77.0.3", "10.77.0.1"
SERVER = SeenServer("d1", "Den", THERE, 7777, 1, "0.3")
OTHER = SeenServer("a1", "Attic", "10.77.0.2", 7777, 1, "0.3")
OPEN = TcpResult(THERE, ConnectOutcome.PETARD, 2.4)
SILENT = TcpResult(THERE, ConnectOutcome.SILENT)
NOTHING = QueryResult(None)
HEALTHY = Facts(
    "linux",
    THERE,
    7777,
    protocol=1,
    build="0.3",
    done=frozenset(CheckKind),
    nets=(LocalNetwork("eth0", HERE, "10.77.0.0/24"), LocalNetwork("eth0", "fd77::3", "fd77::/64")),
    mirror=SelfTest(True),
    owner=PortOwner(),
    listener=Listener(7777, True),
    shouts=(BroadcastResult("eth0", "10.77.0.255", True, True),),
    servers=(SERVER,),
    router=Router("10.77.0.254", True),
    reach=OPEN,
    asked=QueryResult(SERVER, 1.2),
)
NOWHERE = replace(HEALTHY, host="", port=0, reach=None, asked=None, servers=())
DEAF = replace(HEALTHY, servers=(), reach=SILENT, asked=NOTHING)
FAR = replace(HEALTHY, host="10.78.0.1", servers=())
OLD = SeenServer("d1", "Den", THERE, 7777, 2, "0.4")
MUTE = (BroadcastResult("eth0", "10.77.0.255", False, False, "No route to host"),)
HOST = replace(
    HEALTHY,
    host=HERE,
    hosting=True,
    reach=TcpResult(HERE, ConnectOutcome.PETARD, 0.3),
    servers=(replace(SERVER, host=HERE),),
)

CASES: dict[str, Facts] = {
    "unknown name": replace(DEAF, host="ada-laptop", reach=TcpResult("", ConnectOutcome.UNKNOWN)),
    "other version": replace(HEALTHY, servers=(OLD,), asked=QueryResult(OLD, 1.0)),
    "server that hides": replace(HOST, servers=(), asked=NOTHING),
    "host": HOST,
    "healthy": HEALTHY,
    "not searched, open": replace(HEALTHY, searches=False, servers=(), shouts=()),
    "other network, open": replace(FAR, reach=TcpResult("10.78.0.1", ConnectOutcome.PETARD, 3.0), asked=NOTHING),
    "no broadcast": replace(HEALTHY, servers=()),
    "no discovery": replace(HEALTHY, servers=(), asked=QueryResult(None, refused=True)),
    "firewall drops UDP": replace(HEALTHY, servers=(), asked=NOTHING),
    "other port": replace(HEALTHY, port=7778, reach=TcpResult(THERE, ConnectOutcome.REFUSED)),
    "firewall drops TCP": replace(HEALTHY, reach=SILENT),
    "other address": replace(DEAF, servers=(OTHER,)),
    "no Petard": replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.OTHER, 5.0)),
    "nobody listens": replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.REFUSED)),
    "no network": replace(DEAF, nets=(), shouts=(), reach=TcpResult(THERE, ConnectOutcome.NO_WAY)),
    "forbidden": replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.FORBIDDEN)),
    "other network": replace(FAR, reach=TcpResult("10.78.0.1", ConnectOutcome.NO_WAY, 1.0), asked=NOTHING),
    "firewall rejects": replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.NO_WAY, 1.0)),
    "mute": replace(DEAF, shouts=MUTE),
    "not there": replace(DEAF, servers=(replace(OTHER, reason="needs Petard 0.4, you have 0.3"),)),
    "cut off": replace(DEAF, router=Router("10.77.0.254", False)),
    "isolation": DEAF,
    "not searched": replace(NOWHERE, searches=False, shouts=()),
    "alone": NOWHERE,
}

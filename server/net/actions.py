"""What admins and services do to a server between two updates.

Rule: whatever changes the room between two updates, or sends something, is an action: captures record each of them.
"""

from typing import assert_never

from petard.server.net.broadcaster import Broadcaster
from petard.server.net.connection_ends import ConnectionEnds
from petard.server.room.chat import private_message
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.shared.demo.server_actions import (
    Announce,
    ApplySettings,
    BeginDrain,
    ChooseSetup,
    EndMatch,
    ForgetMember,
    Kick,
    ServerAction,
    Tell,
)


def perform(action: ServerAction, room: Room, broadcaster: Broadcaster, ends: ConnectionEnds, now: float) -> bool:
    """Do it; False if there can be no match with such a Setup."""
    match action:
        case Announce(text):
            broadcaster.enqueue(room.chat.announce(text))
        case Tell(peer, lines):
            broadcaster.enqueue([Outgoing(peer, private_message(line)) for line in lines])
        case ChooseSetup(setup):
            chosen = room.choose(setup)
            broadcaster.enqueue(chosen or [])
            return chosen is not None
        case EndMatch(is_restart):
            broadcaster.enqueue(room.restart_match() if is_restart else room.end_match())
        case Kick(peer, sentence, reason):
            ends.kick(peer, sentence, reason, now)
        case ForgetMember(member, reason):
            broadcaster.enqueue(room.membership.forget(member, reason))
        case BeginDrain(reason):
            room.drain(reason)
        case ApplySettings(name, idle_to_bot, members, per_address):
            settings = room.matches.settings
            settings.name, settings.idle_to_bot = name, idle_to_bot
            settings.members, settings.per_address = members, per_address
        case _:
            assert_never(action)
    return True

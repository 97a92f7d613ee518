"""What the HUD of a match shows: of the session, of the settings, and of the pads."""

from petard.game.client.session import Session
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.key_hints import cart_keys, control_hints, hint_line
from petard.game.ui.render.hud import HudInfo
from petard.game.view.mode_views import seats_in_sides
from petard.game.view.spectating import has_next_round, has_seat, may_win
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol.capability_words import RELAY_WORD
from petard.shared.protocol.messages import Phase, Round


def hud_info_of(context: ScreenContext, session: Session, announcement: Round, view: View) -> HudInfo:
    """What the HUD shows beside the View."""
    room, settings, gamepads = session.room, context.settings, context.devices.gamepads
    rounds = room.lobby.rounds if room.lobby else announcement.number
    is_ours = context.own_server.control is not None  # there is no line to speak of: this computer is busy
    throws = cart_keys(settings.keys, len(room.my_slots), gamepads.bomb_name)
    return HudInfo(
        seats=seats_in_sides(room.seats, view.mode),
        mine=room.my_slots,
        round=announcement.number,
        rounds=rounds,
        ping=None if is_ours else session.link.heartbeat.ping,
        is_slow=not is_ours and is_slow(session),
        health_most=announcement.rules.health_most,
        keys=hint_line(settings.keys, len(room.my_slots), gamepads.bomb_name),
        hints=control_hints(
            settings.keys, len(room.my_slots), gamepads.numbers, context.devices.chosen, gamepads.bomb_name
        ),
        cart_keys=throws if announcement.rules.carts else None,
        plays_next=_plays_next(session, view, announcement.number),
    )


def is_slow(session: Session) -> bool:
    """Return whether the line brings too few pictures while a round runs."""
    room, client_round = session.room, session.client_round
    if client_round is None or room.lobby is None or room.lobby.phase is not Phase.PLAYING:
        return False
    return session.server_pace is Pace.NORMAL and client_round.slow_rate is not None


def _plays_next(session: Session, view: View, number: int) -> bool:
    """Return whether a player of ours plays in the next round. `number`: of this one."""
    room = session.room
    if room.welcome and RELAY_WORD in room.welcome.words:
        return False
    is_seated = has_seat(room.seats, room.spectators, room.member, session.link.hello.players)
    rounds, sides = room.lobby.rounds if room.lobby else 1, view.mode.sides if view.mode else {}
    return is_seated and has_next_round(room.seats, may_win(view), number, rounds, sides)

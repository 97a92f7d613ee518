"""What is heard of the screens themselves: steps, presses, values, and what others do in the lobby."""

from dataclasses import replace

from petard.game.ui.screen import MatchMenuRequest, SimpleRequest
from petard.game.ui.screens.dialogs import DisconnectedScreen, PauseScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.shared.protocol.messages import Chat, Ready, Results
from tests.game.ui.person import Person, SilentAudio
from tests.game.ui.screens.lobby_person import LobbyPerson
from tests.game.ui.screens.test_menus import RequestRecorder


class NotedAudio(SilentAudio):
    """Notes the names of what it is to play."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def play(self, name: str, now: float, pan: float = 0.0, volume: float = 1.0) -> None:
        self.names.append(name)

    def taken(self) -> list[str]:
        """What was played since the last call."""
        names, self.names = self.names, []
        return names


def listening(person: Person) -> NotedAudio:
    """Give the person ears."""
    person.context.audio = audio = NotedAudio()
    return audio


def test_a_step_a_value_a_press_and_the_way_back_sound_different() -> None:
    person = RequestRecorder()
    audio = listening(person)
    person.before(OptionsScreen(person.context))
    person.goes_to("music", "keys")
    assert set(audio.taken()) == {"move"}
    person.keys("right")
    assert audio.taken() == ["switch"]
    person.pushes("usual", "mouse")
    assert audio.taken()[-1] == "select"
    person.keys("escape")
    assert audio.taken() == ["back"]
    assert person.requests == [SimpleRequest.TITLE]


def test_a_lost_connection_is_heard_once() -> None:
    person = RequestRecorder()
    audio = listening(person)
    person.before(DisconnectedScreen(person.context, "The server closed the connection."))
    person.waits(1.0)
    assert audio.taken() == ["offline"]


def test_the_menu_over_a_match_is_heard_when_it_opens_and_not_on_the_way_back_from_the_options() -> None:
    person = LobbyPerson()
    audio = listening(person)
    person.before(ResultsScreen(person.context))
    del person.navigator.answer
    person.keys("escape")
    assert audio.taken() == ["pause"]
    person.navigator.answer(MatchMenuRequest.OPTIONS, person.now)
    person.navigator.answer(MatchMenuRequest.PAUSE_MENU, person.now)
    person.waits()
    assert isinstance(person.screen, PauseScreen)
    assert audio.taken() == []


def test_in_the_lobby_others_are_heard_when_they_join_get_ready_write_and_leave() -> None:
    person = LobbyPerson()
    audio = listening(person)
    person.waits()
    assert audio.taken() == ["lobby"]
    person.ends.join(3, "Cy")
    person.waits()
    assert audio.taken() == ["join"]
    person.ends.sessions[3].link.send(Ready(True))
    person.waits()
    assert audio.taken() == ["ready"]
    person.ends.sessions[3].send_chat("hello")
    person.waits()
    assert audio.taken() == ["chat"]
    person.ends.leave(3)
    person.waits()
    assert audio.taken() == ["leave"]


def test_the_champion_of_a_match_is_heard_once_and_the_winner_of_a_round_is_not() -> None:
    person = LobbyPerson()
    audio = listening(person)
    person.before(ResultsScreen(person.context))
    session = person.context.session
    assert session is not None
    results = Results(1, 0, (), False, -1, 300)
    session.room.results = results
    person.waits()
    assert audio.taken() == []
    session.room.results = replace(results, match_over=True, champion=0)
    person.waits(0.5)
    assert audio.taken() == ["champion"]


def test_a_clip_is_heard_when_its_key_is_pressed() -> None:
    person = LobbyPerson()
    audio = listening(person)
    del person.navigator.answer
    person.navigator.answer(MatchMenuRequest.SAVE_CLIP, person.now)
    assert audio.taken() == ["clip"]


def test_a_line_of_the_room_itself_is_silent_in_the_lobby() -> None:
    person = LobbyPerson()
    person.waits()
    audio = listening(person)
    assert person.context.session is not None
    person.context.session.chat.lines.append(Chat(-1, "", "The map is now small."))
    person.waits()
    assert audio.taken() == []

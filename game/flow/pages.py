"""The screens that need nothing but the context: which of them answers a request."""

from typing import Literal

from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import Screen, ShowJoin, ShowTutorial, SimpleRequest
from petard.game.ui.screens.dialogs import PasswordScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.internet import InternetScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.tutorial import TutorialScreen

SimplePage = Literal[
    SimpleRequest.INTERNET, SimpleRequest.CHOOSE_PASSWORD, SimpleRequest.OPTIONS, SimpleRequest.HOW_TO_PLAY
]


def page_for(request: SimplePage | ShowJoin | ShowTutorial, context: ScreenContext) -> Screen:
    match request:
        case ShowJoin(address):
            return JoinScreen(context, address)
        case ShowTutorial(after):
            return TutorialScreen(context, after)
        case SimpleRequest.INTERNET:
            return InternetScreen(context)
        case SimpleRequest.CHOOSE_PASSWORD:
            return PasswordScreen(context)
        case SimpleRequest.OPTIONS:
            return OptionsScreen(context)
        case SimpleRequest.HOW_TO_PLAY:
            return HowToPlayScreen(context)

"""Carries out what the list of rooms on the Internet wants: HTTP requests to the directory, and Pings to rooms.

Rule 1: nothing is sent to anybody before the person has opened the list, nor while it is not shown.
Rule 2: the directory is the one of the settings; without one there is no list.
"""

from collections.abc import Callable
from typing import Protocol

from petard.game.config.arguments import Address
from petard.game.config.directory_url import BadDirectoryUrl, DirectoryUrl, directory_url_of
from petard.game.flow.room_pings import RoomPings
from petard.game.net.fetch_result import FetchAnswer, FetchFailure, FetchResult, FetchTarget
from petard.game.texts.phrases import Phrase, tr
from petard.game.ui.context import ScreenContext
from petard.game.view.internet_list import InternetList
from petard.shared.lazy import lazy
from petard.shared.protocol.messages import BUILD

FETCHER = "petard.game.net.http_fetcher"  # its libraries take 40 ms to import, which a start has no time for
FAILURES: dict[FetchFailure, Phrase] = {
    FetchFailure.NO_NAME: tr("{place} is not known. Is this computer on the Internet?"),
    FetchFailure.NO_ANSWER: tr("{place} does not answer. Is this computer on the Internet?"),
    FetchFailure.NO_ROUTE: tr("There is no way from here to {place}. Is this computer on the Internet?"),
    FetchFailure.REFUSED: tr("No directory runs at {place} now."),
    FetchFailure.UNTRUSTED: tr("{place} has no valid certificate, so another one may answer in its place."),
    FetchFailure.NO_HTTP: tr("What answers at {place} is no directory."),
    FetchFailure.TOO_LARGE: tr("{place} sent more than a list of rooms can be."),
}


class Fetcher(Protocol):
    """What is needed of an HttpFetcher."""

    def ask(self, path: str, etag: str, now: float) -> None: ...

    def poll(self, now: float) -> FetchResult | None: ...


FetcherFactory = Callable[[FetchTarget], Fetcher]


def http_fetcher(target: FetchTarget) -> Fetcher:
    fetcher: Fetcher = lazy(FETCHER).HttpFetcher(target, f"Petard/{BUILD}")
    return fetcher


class DirectoryBrowser:
    """`pings` of the rooms that are shown; `context.joinable.internet` is the list."""

    def __init__(self, context: ScreenContext, make_fetcher: FetcherFactory = http_fetcher) -> None:
        self._context, self._make_fetcher = context, make_fetcher
        self._url: DirectoryUrl | None = None
        self._fetcher: Fetcher | None = None  # None: the person has not opened the list yet
        self.pings = RoomPings()
        try:
            self._url = directory_url_of(context.settings.directory) if context.settings.directory else None
        except BadDirectoryUrl:  # settings and arguments are checked, so this is a mistake of a program
            return
        if self._url:
            context.joinable.internet = InternetList(self._url.place, lambda host, port: str(Address(host, port)))

    def update(self, is_wanted: bool, now: float) -> None:
        """Go on with the requests. `is_wanted`: the list is shown."""
        internet = self._context.joinable.internet
        if self._url is None or internet is None or not is_wanted:
            return
        if self._fetcher is None:
            target = FetchTarget(self._url.scheme == "https", self._url.host, self._url.port)
            self._fetcher = self._make_fetcher(target)
        if request := internet.next_request(now):
            path, etag = request
            self._fetcher.ask(self._url.prefix + path, etag, now)
        match self._fetcher.poll(now):
            case FetchAnswer(status, etag, body, peer):
                internet.receive(status, etag, body, peer, now)
            case FetchFailure() as failure:
                internet.fail(FAILURES[failure].fill(place=internet.place), now)
        self.pings.poll(internet.sight.shown, now)
        internet.sight.pings = self.pings.results

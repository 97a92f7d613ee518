"""Whether this computer keeps a copy of somebody else's room: what the server asks, and what the person wants."""

from dataclasses import dataclass


@dataclass(slots=True)
class CopyConsent:
    """For the offer that is open. The lobby shows it, and sets `wanted`."""

    is_offered: bool = False  # a copy may be kept here
    is_kept: bool = False  # a standby of ours runs
    wanted: bool | None = None  # what the person has chosen for this room; None: nothing yet

    def begin(self) -> None:
        """We are on another server, or on none: nothing is offered, and nothing was chosen."""
        self.is_offered = self.is_kept = False
        self.wanted = None


def keeps_copy(consent: CopyConsent, setting: str, asks: bool, is_near: bool) -> bool | None:
    """Whether to keep a copy; None: the person has to be asked.

    `setting`: "yes", "ask" or "no", the person's own. `asks`: the room wants each player to be asked. `is_near`: the
    server is in the same network, as in a room of friends: there "ask" means yes unless the room asks, and one press
    refuses.

    >>> [keeps_copy(CopyConsent(), "ask", asks, near) for asks, near in ((False, True), (False, False), (True, True))]
    [True, None, None]
    >>> keeps_copy(CopyConsent(), "no", False, True), keeps_copy(CopyConsent(wanted=True), "no", True, False)
    (False, True)
    """
    if consent.wanted is not None:
        return consent.wanted
    if setting == "no":
        return False
    return True if not asks and (setting == "yes" or is_near) else None

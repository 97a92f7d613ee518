"""The page of the lobby with the items of the match, as switches and weights; and the match as one text.

Rule 1: it shows what the server has sent last. A change of ours is shown at once, and kept for CHANGE_SHOWN seconds.
Rule 2: only the host changes anything; the others read it here, and may copy the text.
Rule 3: a text that is no match, or that this room cannot play, changes nothing: one sentence says why.
"""

from collections.abc import Callable
from dataclasses import asdict, replace

from petard.assets.palette import ACCENT, GOOD, MUTED, PAPER
from petard.game.texts.names import spoken
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import clipboard_text, put_into_clipboard
from petard.game.ui.layout import BODY, SMALL, column, row
from petard.game.ui.render.canvas import TALL_WIDTH, WIDTH, Canvas
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.item_field import ItemField, about
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.shared.protocol.match_text import MATCH_TEXT_MOST, BadMatchText, match_text, setup_with
from petard.shared.protocol.messages import Lobby, Setup
from petard.shared.rules.item_choice import items_text, known_items, weights_with
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import PRESETS, RuleSet

CHANGE_SHOWN = 0.6  # seconds that a change of ours is shown before the server confirms it
EDGE = 56.0  # from the side of the page to the widgets
COPIED = tr("Copied. Another host can paste it here, or give it to petard-server --match.")
NOT_COPIED = tr("This system does not let the game copy.")
NO_MATCH = tr("That text is no match: it begins with petard, and has {most} characters at most.", most=MATCH_TEXT_MOST)
NOTHING = tr("There is no text to paste.")
HOST_ONLY = tr("Only the host changes the items.")
NO_PLACE = tr("In {rules} there are neither bricks nor loose items, so none comes.")
NO_ITEMS = tr("All items are off: there will be none.")
HOW_OFTEN = tr("The larger the number, the more often the item comes.")


def setup_of(lobby: Lobby) -> Setup:
    """Return the Setup that the server has."""
    mode = lobby.mode
    numbers = lobby.rounds, lobby.bots, lobby.skill, lobby.away
    return Setup(lobby.map, lobby.rules, *numbers, mode.name, mode.sides, mode.friendly_fire, mode.items, mode.map_vote)


def keep_setup(context: ScreenContext, setup: Setup) -> None:
    """Keep the Setup for the next room. "Play" starts the same match as ever, so that of such a room is not kept."""
    if not context.own_server.is_solo:
        context.settings = replace(context.settings, **asdict(setup) | {"away": setup.away.value})


def _rules_of(lobby: Lobby) -> RuleSet:
    return PRESETS.get(lobby.rules, RuleSet())


class ItemsPage(Menu):
    """Lies over the lobby; `request` says that it is closed."""

    has_tall_page = True

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        assert context.session.room.lobby is not None
        self._session, self._lobby = context.session, context.session.room.lobby
        self._said = ""  # about the last copy or paste
        self._changed_at = -CHANGE_SHOWN
        super().__init__(context)
        self._follow()

    def widgets(self) -> list[Widget]:
        wide = self.page_wide - 2 * EDGE
        first, gap = ((EDGE, 140, wide, 60), 8) if self.is_tall else ((EDGE, 106, wide, 33), 6)
        boxes = column(first, len(Item), gap)
        end = boxes[-1][1] + first[3] + 18
        self._text = TextField("text", (EDGE, end, wide, 46), "", MATCH_TEXT_MOST, tr("the match as text"))
        texts = {"copy": tr("Copy the match"), "paste": tr("Paste a match"), "usual": tr("Usual items")}
        share = (wide - 3 * 14) / 4
        places = row(EDGE, end + 60, 50, (share,) * 4, 14)
        if self.is_tall:
            half = (wide - 14) / 2
            places = [*row(EDGE, end + 66, 60, (half,) * 2, 14), *row(EDGE, end + 138, 60, (half,) * 2, 14)]
        return [
            *(ItemField(f"item:{item.value}", box, item=item) for item, box in zip(Item, boxes, strict=True)),
            self._text,
            *(Button(key, box, words, size=BODY) for (key, words), box in zip(texts.items(), places, strict=False)),
            Button("back", places[-1], tr("Done"), GOOD, BODY),
        ]

    def arrange(self) -> None:
        super().arrange()
        self._follow()

    @property
    def _fields(self) -> list[ItemField]:
        return [widget for widget in self.form.widgets if isinstance(widget, ItemField)]

    def tick(self, now: float) -> None:
        super().tick(now)
        if now - self._changed_at >= CHANGE_SHOWN:
            self._follow()

    def _follow(self) -> None:
        self._lobby = self._session.room.lobby or self._lobby
        is_host, rules = self._session.room.is_host, _rules_of(self._lobby)
        weights = weights_with(rules, known_items(self._lobby.mode.items))
        for field in self._fields:
            field.enabled, field.weight = is_host, weights[field.item]
            field.usual, field.total = weights_with(rules, {})[field.item], sum(weights.values())
        for key in ("text", "paste", "usual"):
            self.form[key].enabled = is_host
            self.form[key].hidden = key != "text" and not is_host
        if not self.form.typing and self.form.keyboard is None:
            self._text.set_text(match_text(setup_of(self._lobby)))

    def activate(self, key: str) -> None:
        actions: dict[str, Callable[[], None]] = {
            "copy": self._copy,
            "paste": lambda: self._use(clipboard_text()),
            "text": lambda: self._use(self._text.text),
            "usual": lambda: self._choose(""),
        }
        if key in actions:
            actions[key]()
            return
        usual = weights_with(_rules_of(self._lobby), {})
        changed = {field.item: field.weight for field in self._fields if field.weight != usual[field.item]}
        self._choose(items_text(changed))

    def _choose(self, items: str) -> None:
        self._said = ""
        self._send(replace(setup_of(self._lobby), items=items))

    def _send(self, setup: Setup) -> None:
        """Send a Setup, and show it before the server confirms it."""
        self._session.link.send(setup)
        keep_setup(self.context, setup)
        self._changed_at = self.now
        self._lobby = replace(self._lobby, mode=replace(self._lobby.mode, items=setup.items))
        total = sum(field.weight for field in self._fields)
        for field in self._fields:
            field.total = total
        if not self.form.typing:
            self._text.set_text(match_text(setup))

    def _copy(self) -> None:
        self._said = COPIED if put_into_clipboard(match_text(setup_of(self._lobby))) else NOT_COPIED

    def _use(self, text: str) -> None:
        """Play what a text describes, if this room can."""
        try:
            setup = setup_with(setup_of(self._lobby), text) if text.strip() else None
        except BadMatchText as problem:
            self._said = (
                tr("That text is no match: its part {part} is wrong.", part=problem.key) if problem.key else NO_MATCH
            )
            return
        if self.form.focus == "text":
            self.move_focus("back")
        if setup is None:
            self._said = NOTHING
        elif setup.map not in self._lobby.maps:
            self._said = tr("This room has no map {name}.", name=spoken(setup.map))
        elif setup.rules not in self._lobby.presets:
            self._said = tr("This room has no rules {name}.", name=spoken(setup.rules))
        else:
            self._said = tr("The match is as in the text.")
            self._send(setup)
            self._changed_at = self.now - CHANGE_SHOWN  # all of it may have changed

    @property
    def line(self) -> str:
        """What to say below the heading."""
        rules = _rules_of(self._lobby)
        if self._said:
            return self._said
        if not self._session.room.is_host:
            return HOST_ONLY
        if not rules.bricks and not rules.loose:
            return NO_PLACE.fill(rules=spoken(self._lobby.rules))
        focused = self.form.focused
        if self.is_tall and isinstance(focused, ItemField):
            return about(focused.item)
        return HOW_OFTEN if any(field.weight for field in self._fields) else NO_ITEMS

    def draw_background(self, canvas: Canvas, now: float) -> None:
        wide, tall = (TALL_WIDTH, 1160) if self.is_tall else (WIDTH, 688)
        draw_sheet(canvas, 20, 16, wide - 40, tall)
        canvas.text(tr("Items of the match"), wide / 2, 50, 44, PAPER, "center", wide - 120)
        colour = ACCENT if self._said else MUTED
        canvas.text(self.line, wide / 2, 112 if self.is_tall else 86, SMALL, colour, "center", wide - 100)

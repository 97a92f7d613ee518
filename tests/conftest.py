"""What all tests share: no window but where a test opens one, and properties that do not mind a busy machine."""

import os

from hypothesis import settings

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
settings.register_profile("petard", deadline=None)
settings.load_profile("petard")

"""The QR codes of the pages and of the lobby: they hold the link, and a reader of others decodes them."""

import re
import shutil
import subprocess
from pathlib import Path

import pygame
import pytest

from petard.game.ui.widgets.phone_card import qr_picture
from petard.server.web.join_picture import join_svg
from petard.shared.protocol.joincode import phone_link
from petard.shared.protocol.qr_code import QUIET, qr_modules

LINKS = ("http://10.0.0.5:7780/j", phone_link("[2001:db8:1111:2222:3333:4444:5555:6666]:65535"))
ZBARIMG = shutil.which("zbarimg")


def decoded(picture: pygame.Surface, file: Path) -> str:
    """What a reader of QR codes finds in a picture."""
    assert ZBARIMG
    pygame.image.save(picture, file)
    command = [ZBARIMG, "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip()


@pytest.mark.skipif(not ZBARIMG, reason="zbarimg is not installed")
@pytest.mark.parametrize("link", LINKS)
def test_a_code_of_two_pixels_a_module_is_read_from_a_picture_of_720_lines(link: str, tmp_path: Path) -> None:
    screen = pygame.Surface((1280, 720), 0, 32)
    screen.fill((54, 50, 88))
    count = len(qr_modules(link)) + 2 * QUIET
    code = qr_picture(link, 2 * count + 1)
    assert code.get_width() == 2 * count
    screen.blit(code, (700, 400))
    assert decoded(screen, tmp_path / "screen.png") == link


@pytest.mark.parametrize("link", LINKS)
def test_the_picture_of_the_pages_has_the_same_modules_and_the_address_below_its_quiet_ground(link: str) -> None:
    svg = join_svg(link).decode()
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)}
    assert dark == {(x, y) for y, row in enumerate(qr_modules(link), QUIET) for x, on in enumerate(row, QUIET) if on}
    assert f">{link.removeprefix('http://')}</text>" in svg
    side = len(qr_modules(link)) + 2 * QUIET
    place = re.search(rf'0 0 {side} (\d+)".* y="([\d.]+)" font-size="([\d.]+)"', svg)
    assert place
    tall, baseline, size = map(float, place.groups())
    assert side <= baseline - 0.75 * size < baseline < tall

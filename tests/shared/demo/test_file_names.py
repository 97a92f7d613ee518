"""File names of demos, and what a header keeps of them."""

import pytest

from petard.shared.demo.file_names import PARENT_MOST, parent_label
from petard.shared.protocol.names import is_display_line


@pytest.mark.parametrize("name", ["cafe\u0301.petard", "a" * (PARENT_MOST - 1) + " b.petard", "a\udc80\u3000b.petard"])
def test_a_header_can_keep_any_file_name(name: str) -> None:
    kept = parent_label(name)
    assert 0 < len(kept) <= PARENT_MOST
    assert is_display_line(kept)

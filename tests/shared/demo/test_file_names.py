"""What the files of demos are called, and what a header keeps of such a name."""

import pytest

from petard.shared.demo.file_names import PARENT_MOST, parent_label
from petard.shared.protocol.names import is_display_line


@pytest.mark.parametrize("name", ["cafe\u0301.petard", "a" * (PARENT_MOST - 1) + " b.petard", "a\udc80\u3000b.petard"])
def test_whatever_a_file_is_called_a_header_can_keep_its_name(name: str) -> None:
    kept = parent_label(name)
    assert 0 < len(kept) <= PARENT_MOST
    assert is_display_line(kept)

"""Print the table of commands into docs/hosting.md: `python -m tests.tools.commands_doc`."""

from pathlib import Path

from petard.server.policy.admin_commands import ORDERS, AdminRole

PAGE = Path(__file__).parents[2] / "docs" / "hosting.md"
OPEN, CLOSE = "<!-- table: commands -->\n", "<!-- end -->"


def commands_table() -> str:
    """All commands, and who may say them, in the order of `help`."""
    lines: list[tuple[str, ...]] = [
        ("command", *(role.value for role in AdminRole), "what"),
        ("---",) * (len(AdminRole) + 2),
    ]
    for order in ORDERS:
        marks = ("yes" if role in order.may else "" for role in AdminRole)
        lines.append((f"`{order.form}`".replace("|", "\\|"), *marks, order.about.replace("|", "\\|")))
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def with_table(page: str) -> str:
    """Return the page with the table as the code has it now."""
    before, mark, rest = page.partition(OPEN)
    after = rest.partition(CLOSE)[2]
    return f"{before}{mark}{commands_table()}{CLOSE}{after}"


def main() -> None:
    """Write the table into the page."""
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Write the tables that are made from code into the documents: `python -m tests.tools.docs`.

Everything between the tables is written by hand. tests/test_documents.py fails where a table is out of date.
"""

from tests.bench import report
from tests.test_architecture import layers_table
from tests.tools import doctor_doc, hosting_doc, protocol_doc, rules_doc, security_doc, sound_doc
from tests.tools.links import ROOT
from tests.tools.markdown import Tables, fill

PAGES: dict[str, Tables] = {
    "ARCHITECTURE.md": {"layers": layers_table},
    "PROTOCOL.md": protocol_doc.TABLES_OF_THE_PAGE,
    "docs/hosting.md": hosting_doc.TABLES,
    "docs/lan.md": doctor_doc.TABLES,
    "docs/performance.md": report.TABLES,
    "docs/rules.md": rules_doc.TABLES,
    "docs/security.md": security_doc.TABLES,
    "docs/sound.md": sound_doc.TABLES,
}


def main() -> None:
    """Write all tables."""
    for name, tables in PAGES.items():
        page = ROOT / name
        page.write_text(fill(page.read_text("utf-8"), tables), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

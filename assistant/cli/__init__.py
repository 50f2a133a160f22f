"""The command line `budget-qa`: one function for each command of the contract.

Commands only parse, call and show. Whatever is slow to import (the PDF reader, the store, the
page) is imported by the command that needs it, so that ``--help`` and a question come at once.
"""

from __future__ import annotations

import sys

from assistant.cli import documents, evaluation, questions, serving
from assistant.cli.program import app, run

__all__ = ["app", "documents", "evaluation", "main", "questions", "run", "serving"]

# Help lists the commands as a newcomer meets them, not by the modules they stand in.
_ORDER = ("demo", "ingest", "ask", "docs", "remove", "tables", "audit", "eval", "serve")
app.registered_commands.sort(key=lambda made: _ORDER.index(str(made.name)))


def main() -> None:
    """Entry point of the console script `budget-qa`."""
    sys.exit(run(sys.argv[1:]))

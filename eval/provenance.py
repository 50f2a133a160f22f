"""Says what was measured: which system at which commit, on which questions, over which documents.

A rate without this cannot be measured again, nor told apart from a rate of another day.
"""

from __future__ import annotations

import hashlib
import subprocess
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from eval.dataset import GoldQuestion
from eval.report import Run

SYSTEM = "budget-qa"


def describe_run(
    dataset: Path,
    questions: Iterable[GoldQuestion],
    documents: Collection[str] = (),
    *,
    system: str = SYSTEM,
    scoped: bool = True,
) -> Run:
    """What a run that starts now measures: `questions` of `dataset` over the PDFs named `documents`."""
    held = {_letters(document) for document in documents}
    about = {document for gold in questions for document in gold.documents}
    return Run(
        system=system,
        version=_version(),
        commit=_commit(),
        date=datetime.now().astimezone().replace(microsecond=0),
        dataset=dataset.name,
        dataset_sha256=hashlib.sha256(dataset.read_bytes()).hexdigest(),
        documents=sorted(documents),
        missing=sorted(name for name in about if not any(_letters(name) in one for one in held))
        if held
        else [],
        scoped=scoped,
    )


def _letters(document: str) -> str:
    """A file name as systems that compose letters differently would still write it."""
    return unicodedata.normalize("NFC", document)


def _version() -> str | None:
    try:
        return version("budget-qa")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return None


def _commit() -> str | None:
    """The checkout's commit, with ``+`` where files were changed since; None outside of a checkout."""
    folder = Path(__file__).parent
    try:
        said = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"],
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=10,
        )
        tracked = subprocess.run(
            ["git", "-C", str(folder), "ls-files", "--error-unmatch", Path(__file__).name],
            capture_output=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    # Installed below somebody else's checkout, its commit says nothing of this program.
    return said.stdout.strip() if tracked.returncode == 0 else None

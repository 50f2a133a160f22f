"""Public budget documents that ship with the project; ``SOURCES.md`` says what each is."""

from pathlib import Path

FOLDER = Path(__file__).parent

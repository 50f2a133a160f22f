"""Errors whose messages a clerk can act on; each is one Chinese sentence."""


class BudgetQAError(Exception):
    """Base of every error that is shown to a user as it is."""


class UnreadablePDF(BudgetQAError):
    """The file cannot be read as a budget PDF (not a PDF, encrypted, damaged, no text)."""

"""Text that people typed, or that a file brought along."""

import unicodedata


def one_line(text: str) -> str:
    """One line, without what cannot be seen."""
    seen = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    return " ".join(seen.split())

"""Text that people typed, or that a file brought along."""

import unicodedata


def lines(text: str) -> str:
    """As it was written, line by line, without what cannot be seen or kept."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs")).strip()


def one_line(text: str) -> str:
    """One line, without what cannot be seen."""
    seen = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    return " ".join(seen.split())

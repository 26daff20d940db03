"""Text that people write one thing a line."""


def lines(text: str) -> list[str]:
    """The lines that hold anything, without the space around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]

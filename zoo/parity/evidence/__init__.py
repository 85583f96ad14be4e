"""What a failed cell leaves behind: a folder that shows it again without this package."""

from zoo.parity.evidence.folder import write

__all__ = ["write"]

"""Data files are read only if they are byte for byte what was shipped.

A comparison of frameworks on other data than the record says would look right and be wrong, so a
missing or altered file is an error, never a fallback.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from zoo.errors import UsageError


class DataFileError(UsageError):
    """A data file of the package cannot be used.

    Attributes:
        path: the file.
        expected: SHA-256 of the file that was shipped, in hexadecimal.
        found: SHA-256 of the file that is there; None if it cannot be read.
    """

    def __init__(self, path: Path, expected: str, found: str | None, problem: str) -> None:
        self.path, self.expected, self.found = path, expected, found
        super().__init__(
            f"data file {path} {problem}. To restore it: "
            "pip install --force-reinstall --no-deps parityzoo (in a checkout: git checkout it)"
        )


def read_checked(path: Path, sha256: str) -> bytes:
    """The bytes of `path`, whose SHA-256 must be `sha256` (hexadecimal).

    Raises:
        DataFileError: the file is missing, cannot be read, or is not the one that was shipped.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise DataFileError(path, sha256, None, problem) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        problem = f"is not the one that was shipped: SHA-256 is {found}, should be {sha256}"
        raise DataFileError(path, sha256, found, problem)
    return content

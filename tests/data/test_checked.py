from __future__ import annotations

import hashlib

import pytest

from zoo.data.checked import DataFileError, read_checked
from zoo.errors import UsageError

CONTENT = b"0,1,2\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_intact_file(tmp_path):
    """A file with the right checksum is returned byte for byte."""
    path = tmp_path / "data.csv"
    path.write_bytes(CONTENT)
    assert read_checked(path, SHA256) == CONTENT


def test_altered_file(tmp_path):
    """One changed byte is refused in one line with both checksums and what to do."""
    path = tmp_path / "data.csv"
    path.write_bytes(b"0,1,3\n")
    with pytest.raises(DataFileError) as caught:
        read_checked(path, SHA256)
    error = caught.value
    assert (error.path, error.expected) == (path, SHA256)
    assert error.found == hashlib.sha256(b"0,1,3\n").hexdigest()
    for part in (str(path), error.found, SHA256, "--force-reinstall"):
        assert part in str(error)
    assert "\n" not in str(error)


def test_missing_file(tmp_path):
    """A missing file is bad input with a way out, not a FileNotFoundError."""
    with pytest.raises(UsageError, match=r"gone\.csv cannot be read .*--force-reinstall") as caught:
        read_checked(tmp_path / "gone.csv", SHA256)
    assert caught.value.found is None


def test_folder_in_its_place(tmp_path):
    """A folder with the file's name is reported like a missing file."""
    with pytest.raises(DataFileError, match="cannot be read"):
        read_checked(tmp_path, SHA256)

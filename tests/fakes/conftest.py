"""The example backend's own tests run where it is installed: see tests/test_third_party.py."""

collect_ignore = ["tiny"]

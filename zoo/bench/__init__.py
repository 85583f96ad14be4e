"""Benchmarks that can be cited: raw samples, uncertainty, and proof for what was timed."""

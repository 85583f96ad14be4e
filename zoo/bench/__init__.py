"""Benchmarks: records of times, and what is derived from them."""

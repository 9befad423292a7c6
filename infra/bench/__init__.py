"""Benchmarks: what a claim about cost or time rests on, with its reference measured in the same run."""

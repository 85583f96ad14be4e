"""Formulas of the same meaning as the oracle's in which rounding does more harm."""

from __future__ import annotations

FORMULAS = ("one_pass_variance", "folded_batch_norm")
"""All of them, by name; all are of batch norm.

`one_pass_variance`: the variance of a batch is the mean of squares less the squared mean, in whose
difference digits are lost (Chan, Golub and LeVeque 1983, the textbook algorithm).
`folded_batch_norm`: y is x scale + (bias - mean scale), differentiated as it stands. The gradient
of the weight is then a difference of two sums, each as many times larger than the sum over
deviations as the mean is than the spread.
"""

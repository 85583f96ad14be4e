from __future__ import annotations

from jax.example_libraries import stax

from zoo.conventions.asking import lacks


def lstm_gate_order():
    """jax.example_libraries.stax"""
    raise lacks(stax, "LSTM", "LSTMCell")


def lstm_forget_bias():
    """jax.example_libraries.stax"""
    raise lacks(stax, "LSTM", "LSTMCell")


def gru_update_gate():
    """jax.example_libraries.stax"""
    raise lacks(stax, "GRU", "GRUCell")


def gru_reset_gate():
    """jax.example_libraries.stax"""
    raise lacks(stax, "GRU", "GRUCell")

from __future__ import annotations

from zoo.conventions.question import NUMBER, WORD, Question, Section

SECTION = Section(
    "recurrent",
    "Recurrent layers",
    (
        Question(
            "lstm_gate_order",
            "LSTM: order of the gates in the packed weights?",
            WORD,
            "Weights of the right shape load into the wrong gates.",
        ),
        Question(
            "lstm_forget_bias",
            "LSTM: what is added to the forget gate at the start?",
            NUMBER,
            "With 1 it remembers from the start, with 0 it forgets half in each step.",
            digits=4,
        ),
        Question(
            "gru_update_gate",
            "GRU: does an update gate of 1 keep the old state or take the new one?",
            WORD,
            "Weights load, and the gate works the other way round.",
            ("keeps the old", "takes the new"),
        ),
        Question(
            "gru_reset_gate",
            "GRU: does the reset gate act on the state before the matrix product or after it?",
            WORD,
            "The two give different outputs for the same weights.",
            ("before", "after"),
        ),
    ),
)

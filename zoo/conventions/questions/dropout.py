from __future__ import annotations

from zoo.conventions.question import NUMBER, WORD, Question, Section

SECTION = Section(
    "dropout",
    "Dropout",
    (
        Question(
            "dropout_initial_mode",
            "Dropout called without having been told the mode: does it drop?",
            WORD,
            "A served model drops activations, or a trained one never did.",
            ("drops", "does nothing"),
        ),
        Question(
            "dropout_argument",
            "Dropout given 0.9: is that the share dropped or the share kept?",
            WORD,
            "The other reading of 0.1 trains a network with a tenth of its activations.",
            ("dropped", "kept"),
        ),
        Question(
            "dropout_scale",
            "Dropout that keeps a quarter, in training: by what is a kept value multiplied?",
            NUMBER,
            "Scaled in training, nothing has to be done in evaluation.",
            digits=4,
        ),
        Question(
            "dropout_of_infinity",
            "Dropout of an infinity that is dropped?",
            NUMBER,
            "A product with 0 gives NaN where a selection gives 0.",
        ),
    ),
)

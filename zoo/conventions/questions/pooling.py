from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

SECTION = Section(
    "pooling",
    "Pooling",
    (
        Question(
            "max_pool_partial_window",
            "Max pooling of 6 values, window 3, stride 2: how many outputs by default?",
            NUMBER,
            "Rounding up adds a row and a column to every map, and changes what a dense layer "
            "behind them expects.",
        ),
        Question(
            "max_pool_window_in_padding",
            "Max pooling of 1, 2, 3, 4, 5, rounding up, window 2, stride 3, padding 1: outputs?",
            VECTOR,
            "A last window that lies in the padding alone yields nothing, or a number that ruins "
            "all that follows.",
        ),
        Question(
            "max_pool_stride",
            "Max pooling with a window of 2: stride by default?",
            NUMBER,
            "A stride of 1 instead of the window's size keeps the map large.",
        ),
        Question(
            "max_pool_padding_value",
            "Max pooling of −1 everywhere, padded: value at the border?",
            NUMBER,
            "Padding by zero would win over negative values.",
        ),
        Question(
            "avg_pool_counts_padding",
            "Average pooling with padding, by default: do padded places count?",
            WORD,
            "Values at the border differ by a third for a window of 3.",
            ("yes", "no"),
        ),
    ),
)

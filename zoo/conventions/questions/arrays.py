from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

DTYPES = ("float16", "bfloat16", "float32", "float64", "int8", "int32", "int64", "error")

SECTION = Section(
    "arrays",
    "Types and indices",
    (
        Question(
            "float64_array",
            "A tensor from a float64 NumPy array, by the default constructor: its dtype?",
            WORD,
            "Data loses half its digits without a word.",
            DTYPES,
        ),
        Question(
            "float64_through_dense",
            "A dense layer made for float64 on a float64 input: dtype of the output?",
            WORD,
            "What says float64 may compute in float32.",
            DTYPES,
        ),
        Question(
            "python_float",
            "A tensor from the Python number 1.5: its dtype?",
            WORD,
            "A constant can pull a whole expression to another precision.",
            DTYPES,
        ),
        Question(
            "python_integer",
            "A tensor from the Python list [1, 2]: its dtype?",
            WORD,
            "Indices in a floating-point type, or in one of half the range.",
            DTYPES,
        ),
        Question("arange_dtype", "arange(3): dtype?", WORD, "Positions in floats.", DTYPES),
        Question("zeros_dtype", "zeros(3): dtype?", WORD, "The default precision.", DTYPES),
        Question(
            "int32_plus_float32",
            "int32 + float32: dtype?",
            WORD,
            "An error, float32, or float64 at twice the memory.",
            DTYPES,
        ),
        Question(
            "float32_plus_float64",
            "float32 + float64: dtype?",
            WORD,
            "The wider one, the narrower one, or an error.",
            DTYPES,
        ),
        Question(
            "float16_plus_python_float",
            "float16 + the Python number 1.5: dtype?",
            WORD,
            "Half precision that a constant silently ends.",
            DTYPES,
        ),
        Question("int32_sum_dtype", "Sum of int32: dtype?", WORD, "Sums overflow, or not.", DTYPES),
        Question(
            "integer_mean",
            "Mean of the int32 numbers 1 and 2?",
            WORD,
            "1 where the result is an integer too.",
            ("1", "1.5", "error"),
        ),
        Question(
            "integer_division",
            "int32 1 / 2?",
            WORD,
            "The slash divides like Python's or like C's.",
            ("0", "0.5", "error"),
        ),
        Question(
            "index_out_of_range",
            "x[5] of three values: what happens?",
            WORD,
            "A clamped index hides a bug in the data.",
            ("error", "last value", "nan"),
        ),
        Question(
            "index_negative",
            "x[−1] of three values: which one?",
            WORD,
            "Python's rule nearly everywhere.",
            ("error", "first value", "last value"),
        ),
        Question(
            "one_hot_out_of_range",
            "One-hot of the label 5 with 3 classes?",
            WORD,
            "A row of zeros trains on nothing.",
            ("error", "zeros"),
        ),
        Question(
            "argmax_ties", "argmax of (1, 3, 3)?", NUMBER, "Accuracy depends on it when scores tie."
        ),
        Question(
            "argmax_of_nan", "argmax of (1, nan, 3)?", NUMBER, "A diverged model predicts a class."
        ),
        Question(
            "top_k_ties", "Indices of the top 2 of (1, 3, 3, 3)?", VECTOR, "Beams that tie differ."
        ),
        Question(
            "sort_with_nan", "Sorted (2, nan, 1)?", VECTOR, "NaN may come first, last or anywhere."
        ),
        Question(
            "max_of_nothing",
            "Maximum of an empty array?",
            WORD,
            "An error, or a number that goes on.",
            ("error", "-inf", "lowest float", "0"),
        ),
    ),
)

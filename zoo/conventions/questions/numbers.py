from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

SECTION = Section(
    "numbers",
    "Numbers",
    (
        Question(
            "round_half",
            "round of (0.5, 1.5, 2.5)?",
            VECTOR,
            "To even or away from zero: quantized models differ.",
        ),
        Question(
            "variance_divisor",
            "Variance of n values by default: divided by?",
            WORD,
            "A factor of two for two values.",
            ("n", "n - 1"),
        ),
        Question(
            "variance_of_one_value",
            "Variance of one value by default?",
            NUMBER,
            "NaN where it is divided by n − 1.",
        ),
        Question(
            "median_of_four",
            "Median of (1, 2, 3, 4)?",
            NUMBER,
            "The lower of the middle two, or their mean.",
        ),
        Question(
            "remainder_of_negative",
            "−7 % 3?",
            NUMBER,
            "Python's sign or C's: hashing into buckets may go negative.",
        ),
        Question(
            "floor_division_of_negative",
            "−7 // 3 in int32?",
            NUMBER,
            "Towards minus infinity or towards zero.",
        ),
        Question(
            "denormal_product",
            "1e-40 × 0.5 in float32, as a share of 5e-41?",
            NUMBER,
            "Flushed to 0 or kept.",
            digits=3,
        ),
        Question("max_of_nan", "Maximum of (1, nan)?", NUMBER, "A NaN that a maximum hides."),
        Question("maximum_of_nan", "maximum(nan, 1)?", NUMBER, "A NaN that a maximum hides."),
        Question("relu_of_nan", "ReLU of NaN?", NUMBER, "Divergence passes unseen where it is 0."),
        Question("sign_of_nan", "sign of NaN?", NUMBER, "Sign-based optimizers hide NaN."),
        Question("clip_of_nan", "clip(nan, 0, 1)?", NUMBER, "Clipping gradients hides NaN."),
        Question(
            "float16_sum",
            "Sum of 4096 ones in float16?",
            NUMBER,
            "2048 where the sum itself is kept in half precision.",
        ),
        Question(
            "float16_mean_of_large",
            "Mean of sixteen 10,000s in float16?",
            NUMBER,
            "The sum, 160,000, is beyond float16; the mean is not.",
        ),
        Question(
            "float32_matmul",
            "Product of matrices of float32 holding 1 + 2⁻¹²: are its bits kept?",
            WORD,
            "TensorFloat-32 and bfloat16 round the inputs to 11 or 8 bits.",
            ("float32", "reduced"),
        ),
        Question(
            "erf_precision",
            "The error function of a float64 tensor: precision of the result?",
            WORD,
            "A result in float64 need not have its digits.",
            ("single", "double"),
        ),
        Question(
            "dense_precision",
            "A dense layer made for float64, on a float64 input: precision of the result?",
            WORD,
            "What is of type float64 may have been computed in float32 on the way.",
            ("single", "double"),
        ),
        Question(
            "gelu_precision",
            "GELU with the error function, of a float64 tensor: precision of the result?",
            WORD,
            "Comparisons in float64 stumble over it.",
            ("single", "double"),
        ),
    ),
)

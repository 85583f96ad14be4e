from __future__ import annotations

from zoo.conventions.question import NUMBER, WORD, Question, Section

SECTION = Section(
    "attention",
    "Masks and attention",
    (
        Question(
            "softmax_all_masked",
            "Softmax of a row of minus infinities?",
            NUMBER,
            "A padded sequence of length 0 poisons the whole batch's gradient.",
        ),
        Question(
            "masked_softmax_all_masked",
            "Softmax with its own mask or length argument, everything masked: first value of two?",
            NUMBER,
            "0, NaN and the uniform 1/2 all occur.",
            digits=4,
        ),
        Question(
            "attention_all_masked",
            "Attention as a function with a mask that hides every key: what comes out?",
            WORD,
            "Zeros, NaN and the average of all values are three different models.",
            ("zeros", "nan", "average"),
        ),
        Question(
            "attention_layer_all_masked",
            "Multi-head attention layer in evaluation with a mask that hides every key: what comes "
            "out?",
            WORD,
            "A layer need not do what the function below it does.",
            ("zeros", "nan", "average"),
        ),
        Question(
            "attention_layer_with_dropout_all_masked",
            "The same of a layer built with dropout, in evaluation, where it drops nothing?",
            WORD,
            "Another code path of the same layer may treat the mask in another way.",
            ("zeros", "nan", "average"),
        ),
        Question(
            "attention_scale",
            "Attention: by what are the products of queries and keys of 16 features multiplied?",
            NUMBER,
            "T5 does not scale, others scale by 1/√d.",
            digits=4,
        ),
        Question(
            "attention_mask_true",
            "Attention as a function: what does True in a boolean mask mean?",
            WORD,
            "Inverted, the model sees exactly what it should not.",
            ("attend", "hide"),
        ),
        Question(
            "attention_layer_mask_true",
            "Multi-head attention layer: what does True in a boolean mask mean?",
            WORD,
            "Function and layer of one framework contradict each other.",
            ("attend", "hide"),
        ),
    ),
)

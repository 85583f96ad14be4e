from __future__ import annotations

from zoo.conventions.question import NUMBER, WORD, Question, Section

SECTION = Section(
    "activations",
    "Activations",
    (
        Question(
            "gelu_form",
            "GELU as a layer: with the error function or with the tanh approximation?",
            WORD,
            "The two differ by up to 5e-4, in every layer of a Transformer.",
            ("erf", "tanh"),
        ),
        Question(
            "gelu_operator_form",
            "GELU as a function: with the error function or with the tanh approximation?",
            WORD,
            "One framework's function and layer need not be the same.",
            ("erf", "tanh"),
        ),
        Question(
            "leaky_relu_slope",
            "Leaky ReLU as a layer: default slope?",
            NUMBER,
            "A factor of thirty between frameworks.",
            digits=4,
        ),
        Question(
            "leaky_relu_operator_slope",
            "Leaky ReLU as a function: default slope?",
            NUMBER,
            "One framework's function and layer need not be the same.",
            digits=4,
        ),
        Question(
            "prelu_initial_slope",
            "PReLU: slope to start with?",
            NUMBER,
            "From 0 it starts as a ReLU.",
            digits=4,
        ),
        Question(
            "elu_at_minus_one",
            "ELU of −1 with its defaults?",
            NUMBER,
            "The function is one formula, its alpha a default.",
            digits=5,
        ),
        Question(
            "elu_operator_at_minus_one",
            "ELU of −1 as a function with its defaults?",
            NUMBER,
            "One framework's function and layer need not be the same.",
            digits=5,
        ),
        Question(
            "selu_at_one",
            "SELU of 1?",
            NUMBER,
            "Its scale is part of the definition.",
            digits=5,
        ),
        Question(
            "swish_at_one",
            "Swish (SiLU) of 1, by default?",
            NUMBER,
            "Where beta is a parameter, its default decides.",
            digits=5,
        ),
        Question(
            "hard_sigmoid_at_one",
            "Hard sigmoid of 1?",
            NUMBER,
            "x/6 + 1/2 and 0.2 x + 1/2 share one name.",
            digits=4,
        ),
        Question(
            "hard_swish_at_one",
            "Hard swish of 1?",
            NUMBER,
            "It is built on a hard sigmoid, of which there are two.",
            digits=4,
        ),
        Question(
            "softplus_excess",
            "Softplus of 20.5 in float64, minus 20.5?",
            NUMBER,
            "Above a threshold it may become the identity.",
            digits=3,
        ),
        Question(
            "softmax_axis",
            "Softmax of a rank-3 array: along which axis by default?",
            NUMBER,
            "Attention scores are normalized over the wrong axis without any error.",
        ),
        Question(
            "log_softmax_far",
            "Log-softmax of (0, 1000) in float32: first value?",
            NUMBER,
            "Computed as the logarithm of a softmax it would be minus infinity.",
        ),
        Question(
            "logsumexp_of_minus_infinities",
            "Log-sum-exp of (−inf, −inf)?",
            NUMBER,
            "Masked scores give minus infinity, or NaN that spreads.",
        ),
    ),
)

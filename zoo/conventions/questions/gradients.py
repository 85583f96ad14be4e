from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

FLAT = ("0", "1", "none")
TIES = "One subgradient is as good as another, until two frameworks are compared."

SECTION = Section(
    "gradients",
    "Gradients at kinks, ties and zeros",
    (
        Question("relu_at_zero", "ReLU′(0)?", NUMBER, "Units that start at 0 learn, or do not."),
        Question("relu6_at_zero", "ReLU6′(0)?", NUMBER, TIES),
        Question("relu6_at_six", "ReLU6′(6)?", NUMBER, TIES),
        Question("abs_at_zero", "abs′(0)?", NUMBER, "An L1 penalty moves weights that are 0."),
        Question(
            "sign_anywhere", "sign′(2)?", WORD,
            "No gradient at all is an error in a graph that needs one.", FLAT,
        ),
        Question(
            "round_anywhere", "Derivative of rounding at 1.2?", WORD,
            "No gradient at all is an error in a graph that needs one.", FLAT,
        ),
        Question(
            "leaky_relu_at_zero", "Leaky ReLU with slope 0.1: derivative at 0?", NUMBER, TIES
        ),
        Question("elu_at_zero", "ELU with alpha 2: derivative at 0?", NUMBER, TIES),
        Question(
            "hard_sigmoid_at_corner",
            "Hard sigmoid: derivative at the corner where it becomes 1?",
            NUMBER,
            TIES,
            digits=4,
        ),
        Question(
            "maximum_first", "maximum(x, 0): derivative by x at 0?", NUMBER,
            "A ReLU written as a maximum is not the ReLU.",
        ),
        Question(
            "maximum_second", "maximum(0, x): derivative by x at 0?", NUMBER,
            "The order of the arguments decides.",
        ),
        Question(
            "clip_at_lower_bound", "clip(x, 0, 1): derivative at 0?", NUMBER,
            "PPO's ratio starts exactly where the objective is clipped or not.",
        ),
        Question("clip_at_upper_bound", "clip(x, 0, 1): derivative at 1?", NUMBER, TIES),
        Question(
            "max_ties", "Maximum over all of (1, 1, 0): gradient?", VECTOR,
            "Shared among equals, given to each in full, or to one alone.",
        ),
        Question(
            "max_along_axis_ties", "Maximum along an axis of (1, 1, 0): gradient?", VECTOR,
            "The same function along an axis may follow another rule.",
        ),
        Question("min_ties", "Minimum over all of (0, 0, 1): gradient?", VECTOR, TIES),
        Question(
            "max_pool_ties", "Max pooling over (1, 1): gradient?", VECTOR,
            "Images have many equal pixels.",
        ),
        Question("sort_ties", "Sorting (2, 2, 1), times (1, 10, 100): gradient?", VECTOR, TIES),
        Question(
            "norm_at_zero", "Euclidean norm of (0, 0): gradient?", VECTOR,
            "A NaN from one zero vector spreads to every weight.",
        ),
        Question(
            "std_of_equals", "Standard deviation of (1, 1): gradient?", VECTOR,
            "Minibatch statistics of constant inputs give NaN.",
        ),
        Question("sqrt_at_zero", "sqrt′(0)?", NUMBER, "Infinity times zero is NaN further down."),
        Question("log_at_zero", "log′(0)?", NUMBER, "Infinity times zero is NaN further down."),
        Question(
            "power_zero_at_zero", "x to the power of 0.0: derivative at 0?", NUMBER,
            "Polynomials with a constant term give NaN at 0.",
        ),
        Question(
            "where_sqrt_at_zero", "where(x > 0, sqrt(x), 0): derivative at 0?", NUMBER,
            "The branch not taken still contributes 0 times infinity.",
        ),
        Question(
            "prod_with_zero", "Product of (2, 0, 3): gradient?", VECTOR,
            "The short formula divides by zero.",
        ),
        Question(
            "prod_with_two_zeros", "Product of (0, 0, 3): gradient?", VECTOR,
            "The short formula divides by zero.",
        ),
    ),
)  # fmt: skip

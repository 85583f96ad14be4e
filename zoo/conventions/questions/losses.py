from __future__ import annotations

from zoo.conventions.question import NUMBER, WORD, Question, Section

REDUCTIONS = ("mean", "sum", "per example")

SECTION = Section(
    "losses",
    "Losses",
    (
        Question(
            "cross_entropy_reduction",
            "Softmax cross entropy of three examples: what comes out by default?",
            WORD,
            "A sum instead of a mean multiplies the learning rate by the batch size.",
            REDUCTIONS,
        ),
        Question(
            "cross_entropy_class_axis",
            "Softmax cross entropy on logits of rank 3: where are the classes?",
            WORD,
            "With equal sizes, positions are taken for classes without an error.",
            ("1", "last"),
        ),
        Question(
            "cross_entropy_ignored_label",
            "Softmax cross entropy: which label is ignored by default (−100, −1, or none)?",
            WORD,
            "Padding that is ignored here is an error or a class there.",
            ("−100", "−1", "none"),
        ),
        Question(
            "cross_entropy_all_ignored",
            "Softmax cross entropy with every label ignored?",
            NUMBER,
            "NaN or 0: a batch of padding ends the training, or does not.",
        ),
        Question(
            "label_smoothing",
            "Cross entropy of the logits (2, 0, 0) with label 0 smoothed by 0.1?",
            NUMBER,
            "The mass may go to all classes or to the others alone.",
            digits=5,
        ),
        Question(
            "squared_error",
            "Squared error of the outputs 0, 0 against 1, 3, averaged?",
            NUMBER,
            "5, or 2.5 where a factor of one half is included: half the learning rate.",
            digits=5,
        ),
        Question(
            "squared_error_reduction",
            "Squared error with errors 1, √2 and √6 in three examples: what comes out by default?",
            WORD,
            "A vector is summed by the backward pass of one framework.",
            REDUCTIONS,
        ),
        Question(
            "huber_beyond_threshold",
            "Huber loss with threshold 2 at an error of 4?",
            NUMBER,
            "6 by Huber's formula, 3 where it is divided by the threshold.",
            digits=5,
        ),
        Question(
            "kl_divergence_divisor",
            "KL divergence of a batch of 2 with 3 classes: what is the sum divided by?",
            WORD,
            "Divided by all elements it is not a KL divergence.",
            ("nothing", "examples", "elements"),
        ),
        Question(
            "probability_zero_loss",
            "Binary cross entropy from probabilities, in float32: loss of a probability of 0 for "
            "the true class?",
            NUMBER,
            "The loss is capped, and its gradient vanishes where it matters most.",
            digits=3,
        ),
        Question(
            "ctc_blank",
            "CTC loss: which class is the blank by default?",
            WORD,
            "A model trained with the other one decodes to nonsense.",
            ("first class", "last class"),
        ),
    ),
)

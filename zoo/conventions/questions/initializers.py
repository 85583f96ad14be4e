from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

LAWS = ("zeros", "constant", "uniform", "normal", "truncated normal")

SECTION = Section(
    "initializers",
    "Initial values",
    (
        Question(
            "dense_weight_law",
            "Dense layer: law of the initial weight?",
            WORD,
            "Where training starts is a part of the method.",
            LAWS,
        ),
        Question(
            "dense_weight_std",
            "Dense layer from 1000 to 500: standard deviation of the initial weight?",
            NUMBER,
            "0.018, 0.032, 0.037 and 0.040 start four different trainings.",
            digits=2,
        ),
        Question(
            "dense_bias_law",
            "Dense layer: law of the initial bias?",
            WORD,
            "Most start at zero, not all.",
            LAWS,
        ),
        Question(
            "embedding_law",
            "Embedding: law of the initial weight?",
            WORD,
            "Where training starts is a part of the method.",
            LAWS,
        ),
        Question(
            "embedding_std",
            "Embedding of 1000 × 500: standard deviation of the initial weight?",
            NUMBER,
            "1 and 0.03 differ most of all defaults in this table.",
            digits=2,
        ),
        Question(
            "he_normal_law",
            "He (Kaiming) normal: is it truncated?",
            WORD,
            "One name, two laws.",
            LAWS,
        ),
        Question(
            "he_normal_std",
            "He (Kaiming) normal for 1000 inputs and 500 outputs, by default: standard deviation?",
            NUMBER,
            "0.045 for the fan-in; a mean of both fans or a leaky slope change it.",
            digits=2,
        ),
        Question(
            "glorot_normal_law",
            "Glorot (Xavier) normal: is it truncated?",
            WORD,
            "One name, two laws.",
            LAWS,
        ),
        Question(
            "truncated_normal_std",
            "Truncated normal asked for a standard deviation of 1: the one that comes out?",
            NUMBER,
            "Cut at two deviations, the spread is 0.88 unless corrected.",
            digits=2,
        ),
        Question(
            "normal_std",
            "Normal initializer: default standard deviation?",
            NUMBER,
            "From 0.01 to 1.",
            digits=2,
        ),
        Question(
            "uniform_bounds",
            "Uniform initializer: default bounds?",
            VECTOR,
            "Symmetric in one framework, from 0 upwards in another.",
            digits=2,
        ),
        Question(
            "first_number_of_seed_zero",
            "First uniform random number in float32 after seeding with 0?",
            NUMBER,
            "A seed does not carry over: equal starts need equal arrays.",
            digits=5,
        ),
    ),
)

from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, WORD, Question, Section

SECTION = Section(
    "normalization",
    "Normalization",
    (
        Question(
            "batch_norm_running_variance",
            "Batch norm: is the variance kept for evaluation the biased one (divided by n) or the "
            "unbiased one (n − 1)?",
            WORD,
            "The same training gives another model in evaluation mode, most so for small batches.",
            ("biased", "unbiased"),
        ),
        Question(
            "batch_norm_kept_fraction",
            "Batch norm: which share of the running mean survives a step, by default?",
            NUMBER,
            "0.99 needs ten times the steps of 0.9 to forget its start.",
            digits=4,
        ),
        Question(
            "batch_norm_momentum_weighs",
            "Batch norm: does the argument (momentum, decay) weigh the old or the new statistic?",
            WORD,
            "The number 0.1 of one framework is the 0.9 of another; copied, it ruins evaluation.",
            ("old", "new"),
        ),
        Question(
            "batch_norm_epsilon",
            "Batch norm layer: default epsilon, from its effect on a tiny variance.",
            NUMBER,
            "1e-3 instead of 1e-5 changes every output by up to half a part in a thousand of unit "
            "variance, and much more where activations are small.",
            digits=2,
        ),
        Question(
            "batch_norm_operator_epsilon",
            "Batch norm as a function: default epsilon.",
            NUMBER,
            "The function below a layer need not have the layer's default.",
            digits=2,
        ),
        Question(
            "batch_norm_operator_scale",
            "Batch norm as a function, called without options: is a scale of 2 used?",
            WORD,
            "A scale that is read, stored and then ignored is hard to see.",
            ("used", "ignored"),
        ),
        Question(
            "batch_norm_single_value",
            "Batch norm in training on one value for each channel?",
            WORD,
            "A last batch of one example ends the training here, and poisons statistics there.",
            ("error", "zero", "nan"),
        ),
        Question(
            "layer_norm_epsilon",
            "Layer norm layer: default epsilon.",
            NUMBER,
            "Pretrained weights assume the epsilon they were trained with.",
            digits=2,
        ),
        Question(
            "layer_norm_operator_epsilon",
            "Layer norm as a function: default epsilon.",
            NUMBER,
            "The function below a layer need not have the layer's default.",
            digits=2,
        ),
        Question(
            "group_norm_epsilon",
            "Group norm layer: default epsilon.",
            NUMBER,
            "Pretrained weights assume the epsilon they were trained with.",
            digits=2,
        ),
        Question(
            "group_norm_scale",
            "Group norm: does the scale have one value per channel or one per group?",
            WORD,
            "A scale per group has fewer parameters, and other people's weights do not fit.",
            ("per channel", "per group"),
        ),
        Question(
            "instance_norm_epsilon",
            "Instance norm: default epsilon.",
            NUMBER,
            "Pretrained weights assume the epsilon they were trained with.",
            digits=2,
        ),
        Question(
            "rms_norm_epsilon",
            "RMS norm: default epsilon.",
            NUMBER,
            "Language models differ in it by a factor of ten and more.",
            digits=2,
        ),
        Question(
            "large_mean_variance",
            "Normalizing float32 values of mean 10,000 and standard deviation 1: are the digits "
            "kept or lost?",
            WORD,
            "E[x²] − E[x]² loses all digits of the variance where the mean is large.",
            ("kept", "lost"),
        ),
        Question(
            "l2_normalize_tiny_vector",
            "L2 normalization of (3e-7, 4e-7) with the default epsilon?",
            VECTOR,
            "Epsilon bounds the norm, is added to it, or bounds its square: a factor of 30 here.",
            digits=4,
        ),
        Question(
            "local_response_norm",
            "Local response norm of a 1 in the middle of five channels, zeros around it, with "
            "size 5, alpha 1, beta 1, k 1?",
            NUMBER,
            "1/2 if alpha multiplies the sum, 5/6 if it multiplies the mean: AlexNet's alpha of "
            "1e-4 is meant one way only.",
            digits=5,
        ),
    ),
)

from __future__ import annotations

from zoo.conventions.question import VECTOR, WORD, Question, Section

ON_BAD_INDEX = ("error", "first row", "last row", "nan", "zeros")

SECTION = Section(
    "layers",
    "Layers and layouts",
    (
        Question(
            "dense_weight_layout",
            "Dense layer: axes of the weight?",
            WORD,
            "A square weight loads either way, silently transposed.",
            ("out, in", "in, out"),
        ),
        Question(
            "dense_on_rank_3",
            "Dense layer of 3 units on an input of shape (2, 4, 5): shape of the output?",
            VECTOR,
            "Applied to a sequence, one framework's layer flattens it.",
        ),
        Question(
            "conv_image_layout",
            "2-D convolution: axes of the image, by default?",
            WORD,
            "Images in the other layout run without an error if the sizes happen to fit.",
            ("batch, channels, height, width", "batch, height, width, channels"),
        ),
        Question(
            "conv_kernel_layout",
            "2-D convolution: axes of the kernel, by default?",
            WORD,
            "Weights need a transposition, and 3 × 3 kernels on 3 channels load without it.",
        ),
        Question(
            "conv_impulse",
            "1-D convolution of 0, 0, 1, 0, 0 with the kernel 1, 2, 3, no padding?",
            VECTOR,
            "3, 2, 1 is cross-correlation, 1, 2, 3 is the convolution of textbooks.",
        ),
        Question(
            "conv_same_pads",
            'Convolution with padding "same", stride 2, window 3 on 8 values: pads left and right?',
            VECTOR,
            "(0, 1) and (1, 0) shift the image by a pixel; published weights know only one.",
        ),
        Question(
            "transposed_conv_kernel_layout",
            "2-D transposed convolution: axes of the kernel?",
            WORD,
            "Input and output channels change places with respect to the convolution in some "
            "frameworks and not in others.",
        ),
        Question(
            "transposed_conv_impulse",
            "1-D transposed convolution of a single 1 with the kernel 1, 2, 3?",
            VECTOR,
            "Where it is not the gradient of the convolution, the kernel comes out reversed.",
        ),
        Question(
            "depthwise_kernel_layout",
            "Depthwise 2-D convolution: axes of the kernel?",
            WORD,
            "Grouped convolutions pack channels and multiplier into one axis.",
        ),
        Question(
            "depthwise_order",
            "Depthwise convolution of 2 channels with multiplier 2: which input channel does each "
            "output channel see?",
            VECTOR,
            "The other order of channel and multiplier permutes all channels that follow.",
        ),
        Question(
            "flatten_order",
            "Flattening an image of the default layout: which axis varies fastest?",
            WORD,
            "The rows of the dense layer that follows need a permutation.",
            ("width", "channels"),
        ),
        Question(
            "embedding_index_too_large",
            "Embedding of 3 rows, index 5?",
            WORD,
            "A wrong vocabulary trains without any sign of it.",
            ON_BAD_INDEX,
        ),
        Question(
            "embedding_index_negative",
            "Embedding of 3 rows, index −1?",
            WORD,
            "Padding marked by −1 becomes a real row.",
            ON_BAD_INDEX,
        ),
    ),
)

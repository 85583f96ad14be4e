from __future__ import annotations

from zoo.conventions.question import NUMBER, VECTOR, Question, Section

STEPS = "a weight of 1 after the gradients 1 and 0.5, learning rate 0.1"

SECTION = Section(
    "optimizers",
    "Optimizers: two steps",
    (
        Question(
            "sgd_momentum", f"SGD, momentum 0.9: {STEPS}?", VECTOR,
            "With a constant learning rate all agree.", digits=5,
        ),
        Question(
            "sgd_momentum_changed_rate",
            "SGD, momentum 0.9, learning rate 0.1 and then 0.2: a weight of 1 after the gradients "
            "1 and 0.5?",
            VECTOR,
            "Inside or outside the velocity: a schedule tells the two apart.", digits=5,
        ),
        Question(
            "nesterov", f"Nesterov momentum 0.9: {STEPS}?", VECTOR,
            "One name, two algorithms.", digits=5,
        ),
        Question(
            "sgd_weight_decay", f"SGD, momentum 0.9, weight decay 0.1: {STEPS}?", VECTOR,
            "Added to the gradient, the decay enters the velocity; decoupled, it does not.",
            digits=5,
        ),
        Question(
            "adam", f"Adam, epsilon 0.5: {STEPS}?", VECTOR,
            "Epsilon is added before or after the bias correction, a factor of 32 in the first "
            "step.", digits=5,
        ),
        Question(
            "adam_first_step_of_tiny_gradient",
            "Adam with its defaults but learning rate 1: first step of a gradient of 1e-7?",
            NUMBER,
            "Size and place of the default epsilon in one number.", digits=3,
        ),
        Question(
            "adam_weight_decay", f"Adam, weight decay 0.1: {STEPS}?", VECTOR,
            "Added to the gradient the decay is normalized away; decoupled it acts.", digits=5,
        ),
        Question(
            "adamw", f"AdamW, weight decay 0.1: {STEPS}?", VECTOR,
            "The decay is multiplied by the learning rate, or is not.", digits=5,
        ),
        Question(
            "rmsprop", f"RMSprop, decay 0.9, epsilon 0.5: {STEPS}?", VECTOR,
            "Epsilon stands inside the root or outside.", digits=5,
        ),
        Question(
            "rmsprop_centred", f"Centred RMSprop, decay 0.9, epsilon 0.5: {STEPS}?", VECTOR,
            "Some include a momentum that cannot be switched off.", digits=5,
        ),
        Question(
            "rmsprop_momentum",
            f"RMSprop, decay 0.9, momentum 0.9, epsilon 0.5: {STEPS}?", VECTOR,
            "Momentum comes before the learning rate or after it.", digits=5,
        ),
        Question(
            "rmsprop_kept_fraction", "RMSprop: default decay, from the first two steps?", NUMBER,
            "0.99 and 0.9 forget at very different rates.", digits=2,
        ),
        Question(
            "adagrad", f"Adagrad, epsilon 0.5, sums starting at 0: {STEPS}?", VECTOR,
            "Epsilon stands inside the root or outside.", digits=5,
        ),
        Question(
            "adagrad_defaults", f"Adagrad with its other defaults: {STEPS}?", VECTOR,
            "Sums start at 0 or at 0.1.", digits=5,
        ),
        Question(
            "adadelta", "Adadelta with its own defaults, learning rate 1 where it has one: a "
            "weight of 1 after the gradients 1 and 0.5?", VECTOR,
            "Its default epsilon and decay decide the first thousand steps.", digits=4,
        ),
        Question("adamax", f"Adamax: {STEPS}?", VECTOR, "Epsilon, where there is one.", digits=5),
        Question(
            "nadam", f"NAdam: {STEPS}?", VECTOR,
            "The schedule of its momentum is a convention too.", digits=5,
        ),
        Question(
            "clip_by_global_norm",
            "Gradient (3e-5, 4e-5) clipped to a global norm of 1e-5: first value over 1e-5?",
            NUMBER,
            "0.6 unless an epsilon is added to the norm.", digits=5,
        ),
        Question(
            "sgd_learning_rate", "SGD: default learning rate?", NUMBER,
            "Never rely on it.", digits=3,
        ),
        Question(
            "adam_learning_rate", "Adam: default learning rate?", NUMBER,
            "The one number on which most agree.", digits=3,
        ),
    ),
)  # fmt: skip

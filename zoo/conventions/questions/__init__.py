"""All questions, in the order of the table."""

from __future__ import annotations

from zoo.conventions.question import Question, Section
from zoo.conventions.questions import (
    activations,
    arrays,
    attention,
    dropout,
    gradients,
    initializers,
    layers,
    losses,
    normalization,
    numbers,
    optimizers,
    pooling,
    recurrent,
    resizing,
)

SECTIONS: tuple[Section, ...] = (
    normalization.SECTION,
    layers.SECTION,
    pooling.SECTION,
    resizing.SECTION,
    activations.SECTION,
    attention.SECTION,
    recurrent.SECTION,
    losses.SECTION,
    dropout.SECTION,
    initializers.SECTION,
    gradients.SECTION,
    optimizers.SECTION,
    arrays.SECTION,
    numbers.SECTION,
)

QUESTIONS: dict[str, Question] = {
    question.name: question for section in SECTIONS for question in section.questions
}

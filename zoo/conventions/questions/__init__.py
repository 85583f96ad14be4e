"""All questions, in the order of the table."""

from __future__ import annotations

from zoo.conventions.question import Question, Section
from zoo.conventions.questions import (
    activations,
    arrays,
    attention,
    dropout,
    gradients,
    initialisers,
    layers,
    losses,
    normalisation,
    numbers,
    optimisers,
    pooling,
    recurrent,
    resizing,
)

SECTIONS: tuple[Section, ...] = (
    normalisation.SECTION,
    layers.SECTION,
    pooling.SECTION,
    resizing.SECTION,
    activations.SECTION,
    attention.SECTION,
    recurrent.SECTION,
    losses.SECTION,
    dropout.SECTION,
    initialisers.SECTION,
    gradients.SECTION,
    optimisers.SECTION,
    arrays.SECTION,
    numbers.SECTION,
)

QUESTIONS: dict[str, Question] = {
    question.name: question for section in SECTIONS for question in section.questions
}

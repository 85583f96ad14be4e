from __future__ import annotations

from zoo.conventions.question import VECTOR, Question, Section

SECTION = Section(
    "resizing",
    "Resizing images",
    (
        Question(
            "resize_bilinear",
            "Bilinear, 0 to 15 as a 4 × 4 image to 2 × 2, by default?",
            VECTOR,
            "Corners aligned, half pixels or antialiasing: three answers for one word.",
            digits=4,
        ),
        Question(
            "resize_bicubic",
            "Bicubic, 0 to 15 as a 4 × 4 image to 3 × 3, by default: first row?",
            VECTOR,
            "The cubic's coefficient is −0.5 or −0.75, and edges are treated differently.",
            digits=4,
        ),
        Question(
            "resize_nearest",
            "Nearest neighbour, 0 to 4 in a row to three values, by default?",
            VECTOR,
            "Masks and labels shift by a pixel.",
            digits=4,
        ),
    ),
)

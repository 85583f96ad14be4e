"""What the parent saw becomes one symptom and one line."""

from __future__ import annotations

import signal

import pytest

from zoo.worker.symptoms import ended, raised


@pytest.mark.parametrize(
    ("status", "log", "symptom", "detail"),
    [
        (-signal.SIGSEGV, "", "crashed", "SIGSEGV (Segmentation fault)"),
        (-signal.SIGKILL, "", "out-of-memory", "killed, probably out of memory"),
        (-signal.SIGABRT, "what(): std::bad_alloc", "out-of-memory", "SIGABRT (Aborted) after"),
        (-signal.SIGABRT, "assertion failed", "crashed", "SIGABRT (Aborted)"),
        (1, "a\nNo module named 'numpy'", "crashed", "status 1, saying: No module named 'numpy'"),
        (None, "", "protocol", "closed, but the worker still ran"),
    ],
)
def test_the_exit_status_tells_the_symptom(status, log, symptom, detail):
    error = ended("infer", status, "closed", log)
    assert (error.symptom, error.stage, error.log) == (symptom, "infer", log)
    assert detail in error.detail


@pytest.mark.parametrize(
    "message",
    [
        "std::bad_alloc",
        "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory",
        "OOM when allocating tensor with shape[9,9] [Op:MatMul]",
        "[Errno 12] Cannot allocate memory",
    ],
)
def test_the_words_of_each_framework_for_no_memory_are_known(message):
    told = {"symptom": "raised", "type": "RuntimeError", "message": message, "traceback": ""}
    assert raised("train", told, "").symptom == "out-of-memory"


def test_an_exception_without_a_message_is_its_type():
    told = {"symptom": "raised", "type": "KeyError", "message": "", "traceback": ""}
    assert raised("load", told, "").detail == "KeyError"

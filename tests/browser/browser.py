"""A window of Chromium on no screen: Qt's, as it is the one that pip installs.

Without a display Qt draws `offscreen`; Chromium does not start its sandbox for the user root.
"""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path
from typing import Any, Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")

from PyQt6.QtCore import QDeadlineTimer, QEventLoop, Qt, QTimer, QUrl
from PyQt6.QtTest import QTest
from PyQt6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestInterceptor,
)
from PyQt6.QtWebEngineWidgets import QWebEngineView

SECONDS = 120


class Requests(QWebEngineUrlRequestInterceptor):
    """Addresses that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def interceptRequest(self, info: Any) -> None:  # noqa: N802
        self.urls.append(info.requestUrl().toString())


class Page(QWebEnginePage):
    """What a page says on the console: errors, and what its security policy refused."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.said: list[str] = []

    def javaScriptConsoleMessage(self, level: Any, text: str, line: int, source: str) -> None:  # noqa: N802
        self.said.append(f"{source}:{line}: {text}")


class Browser:
    """One window; `open` begins anew.

    Attributes:
        requests: addresses that were asked for since a page was opened.
        said: what the page said on the console.
    """

    def __init__(self) -> None:
        self._interceptor = Requests()
        self._profile = QWebEngineProfile()
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._view = QWebEngineView()
        self._page = Page(self._profile)
        self._view.setPage(self._page)

    @property
    def requests(self) -> list[str]:
        return self._interceptor.urls

    @property
    def said(self) -> list[str]:
        return self._page.said

    def open(self, path: Path, width: int = 1280, height: int = 800) -> None:
        """Open a file in a window of CSS pixels."""
        self.requests.clear()
        self.said.clear()
        self._view.resize(width, height)
        self._view.show()
        assert answer(partial(self._load, url(path)))
        self._view.activateWindow()
        self._view.focusProxy().setFocus()

    def _load(self, address: QUrl, done: Callable[[bool], None]) -> None:
        self._page.loadFinished.connect(done, Qt.ConnectionType.SingleShotConnection)
        self._page.load(address)

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, a promise's when it is kept."""
        self.evaluate(
            "window.answer = null;"
            f"Promise.resolve({script}).then("
            "value => { answer = JSON.stringify({value}) }, error => { answer = `${error}` })"
        )
        limit = QDeadlineTimer(1000 * SECONDS)
        while (text := self.evaluate("answer")) is None:
            assert not limit.hasExpired(), f"no answer within {SECONDS} seconds: {script}"
            QTest.qWait(5)
        assert text.startswith("{"), text
        return json.loads(text).get("value")

    def evaluate(self, script: str) -> Any:
        """The value of a script's last statement."""
        return answer(lambda done: self._page.runJavaScript(script, done))

    def press(self, key: Qt.Key) -> None:
        """Press a key and wait until the page is drawn anew."""
        QTest.keyClick(self._view.focusProxy(), key)
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def print(self) -> bytes:
        """A PDF of the page, on A4."""
        return bytes(answer(self._page.printToPdf))

    def close(self) -> None:
        """Give the page back before its profile."""
        self._view.close()
        self._page.deleteLater()
        QTest.qWait(0)


def answer(ask: Callable[[Callable[[Any], None]], Any]) -> Any:
    """What is answered to a function that takes a function for the answer."""
    loop, answers = QEventLoop(), []

    def done(given: Any) -> None:
        answers.append(given)
        loop.quit()

    ask(done)
    limit = QTimer()
    limit.timeout.connect(loop.quit)
    limit.start(1000 * SECONDS)
    if not answers:
        loop.exec()
    assert answers, f"the browser gave no answer within {SECONDS} seconds"
    return answers[0]


def url(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))

"""VTK inside `QOpenGLWidget`: the one place that knows how the two share a context (VTK 9.7, PySide6 6.11).

Each odd line answers a failure that was seen without it: VTK asks for its context some twenty times a frame, and `makeCurrent` of the
widget also binds the widget's framebuffer; VTK caches GL state that Qt changes; a change of top-level window makes a new context; nothing
may render outside `paintGL`. Such a view lives in a window of its own: beside it Qt composes the whole window through GL.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

GL_FRAMEBUFFER, GL_DRAW_FRAMEBUFFER, GL_COLOR_ATTACHMENT0 = 0x8D40, 0x8CA9, 0x8CE0
GL_COLOR_BUFFER_BIT, GL_NEAREST, GL_LEQUAL, GL_SCISSOR_TEST = 0x4000, 0x2600, 0x0203, 0x0C11


class GLView(QOpenGLWidget):
    """A widget that shows what a VTK renderer draws. Change the scene, then `update()`; call `shutdown()` before it is destroyed."""

    def __init__(self, renderer: Any, parent: QWidget | None = None) -> None:  # noqa: ANN401  VTK has no types
        super().__init__(parent)
        core = QSurfaceFormat()
        core.setVersion(3, 2)
        core.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        core.setSamples(0)
        self.setFormat(core)
        self.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.NoPartialUpdate)
        self.frames = 0
        self._window: Any = _window(self, renderer)

    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels, as Qt sizes the widget's framebuffer."""
        size = self.size() * self.devicePixelRatioF()
        return size.width(), size.height()

    def hurry(self, hurried: bool) -> None:
        """Coarse pictures while something moves, fine ones when it rests."""
        self._window.SetDesiredUpdateRate(12.0 if hurried else 0.001)
        self.update()

    def initializeGL(self) -> None:  # noqa: N802  Qt's name
        """A context was made: the first, or another after a change of top-level window."""
        self.context().aboutToBeDestroyed.connect(self._drop_context, Qt.ConnectionType.DirectConnection)
        self._window.OpenGLInitContext()  # loads VTK's GL functions: before any call of GetState()
        self._window.GetState().Reset()
        self._window.SetMapped(1)
        self._window.SetReadyForRendering(True)

    def paintGL(self) -> None:  # noqa: N802  Qt's name
        """Renders into VTK's framebuffers and copies the result into the widget's."""
        width, height = self.device_size()
        if self._window.GetSize() != (width, height):
            self._window.SetSize(width, height)
        state = self._window.GetState()
        state.Reset()  # Qt has changed GL's state behind VTK's back
        state.Push()
        state.vtkglDepthFunc(GL_LEQUAL)
        self._window.Render()
        self.makeCurrent()  # rendering may have let another widget paint
        state.vtkglBindFramebuffer(GL_DRAW_FRAMEBUFFER, self.defaultFramebufferObject())
        state.vtkglDrawBuffer(GL_COLOR_ATTACHMENT0)
        state.vtkglDisable(GL_SCISSOR_TEST)  # it would cut the copy
        self._window.BlitDisplayFramebuffer(0, 0, 0, width, height, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_NEAREST)
        _make_opaque(state)
        state.Pop()
        state.vtkglBindFramebuffer(GL_FRAMEBUFFER, self.defaultFramebufferObject())
        self.frames += 1

    def shutdown(self) -> None:
        """Frees VTK's GL objects while widget and context are whole."""
        if self._window is not None:
            self._drop_context()
            self._window.RemoveAllObservers()

    def _drop_context(self) -> None:
        if self._window.GetReadyForRendering():
            self.makeCurrent()
            self._window.Finalize()
            self._window.SetReadyForRendering(False)
            self._window.SetMapped(0)
            self.doneCurrent()


def _window(view: GLView, renderer: Any) -> Any:  # noqa: ANN401  VTK has no types
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401, PLC0415  late import: VTK is loaded when a volume is first asked for
    from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow  # noqa: PLC0415  likewise

    window = vtkGenericOpenGLRenderWindow()
    window.SetReadyForRendering(False)
    window.SetMultiSamples(0)
    window.SetFrameBlitModeToNoBlit()  # the default copies into framebuffer 0, which is not ours
    window.SetSwapBuffers(True)
    window.SetOwnContext(0)
    window.AddRenderer(renderer)
    _observe(view, window)
    return window


def _observe(view: GLView, window: Any) -> None:  # noqa: ANN401  VTK has no types
    me = weakref.ref(view)  # no cycle from the widget over its window to itself

    def is_current() -> bool:
        found, now = me(), QOpenGLContext.currentContext()
        return found is not None and isValid(found) and now is not None and now == found.context()

    def make_current(*_: object) -> None:
        found = me()
        if not is_current() and found is not None and isValid(found):
            found.makeCurrent()

    window.AddObserver("WindowMakeCurrentEvent", make_current)
    window.AddObserver("WindowIsCurrentEvent", lambda asked, _: asked.SetIsCurrent(is_current()))
    window.AddObserver("WindowSupportsOpenGLEvent", lambda asked, _: asked.SetSupportsOpenGL(1))
    window.AddObserver("WindowIsDirectEvent", lambda asked, _: asked.SetIsDirect(1))
    window.AddObserver("WindowFrameEvent", lambda *_: None)  # Qt swaps, not VTK


def _make_opaque(state: Any) -> None:  # noqa: ANN401  VTK has no types
    """Alpha 1 everywhere, else Qt blends what lies behind through the picture."""
    state.vtkglColorMask(False, False, False, True)
    state.vtkglClearColor(0, 0, 0, 1)
    state.vtkglClear(GL_COLOR_BUFFER_BIT)
    state.vtkglColorMask(True, True, True, True)

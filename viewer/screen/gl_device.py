"""A context of OpenGL without a window: textures in, one picture of 8 bits out. Belongs to the thread of the windows.

It is drawn into memory of the GPU and read back, then painted as any picture: Qt goes on composing the window by the processor, words stay
as sharp as they were, a pixel stays a pixel at every scale of the screen, and a driver that fails takes no window with it.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from viewer.screen.gl_calls import calls_of
from viewer.screen.gl_shaders import FRAGMENTS, VERTEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

VERTEX_SHADER, FRAGMENT_SHADER, COMPILED = 0x8B31, 0x8B30, 0x8B82  # COMPILED: of a program, linked
TEXTURE, UNIT, FRAMEBUFFER, ATTACHMENT, COMPLETE = 0x0DE1, 0x84C0, 0x8D40, 0x8CE0, 0x8CD5
NEAREST, MIN, MAG, TRIANGLES, RENDERER, LARGEST = 0x2600, 0x2801, 0x2800, 4, 0x1F01, 0x0D33
UNPACK, PACK, BYTE = 0x0CF5, 0x0D05, 0x1401
OFF = (0x0BE2, 0x0B71, 0x0C11, 0x0BD0)  # blending, depth, scissors, dithering
# (type, samples): how a texture holds it, what is given, of which type
FORMS = {
    ("uint8", 1): (0x8232, 0x8D94, BYTE),
    ("uint16", 1): (0x8234, 0x8D94, 0x1403),
    ("int32", 1): (0x8235, 0x8D94, 0x1404),
    ("uint8", 3): (0x8D7D, 0x8D98, BYTE),
}
TARGETS = {1: (0x8229, 0x1903), 4: (0x8058, 0x1908)}  # samples: 8 bits each, and what is read


class GlLost(Exception):  # noqa: N818  it is a fact, not a fault
    """The GPU or its driver does not do what was asked; the words say what, for IT."""


class GlDevice:
    """Textures, programs and a target.

    Raises:
        GlLost: there is no such context here. Every method raises it too; then the device is done with.
    """

    def __init__(self) -> None:
        form = QSurfaceFormat()
        form.setVersion(3, 3)
        form.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
        self._context, self._surface = QOpenGLContext(), QOffscreenSurface()
        self._context.setFormat(form)
        self._surface.setFormat(form)
        if not self._context.create():
            raise GlLost("no context")
        self._surface.create()
        self._enter()
        try:
            self._gl = calls_of(self._context)
        except LookupError as missing:
            raise GlLost(str(missing)) from None
        self.renderer = (self._gl["GetString"](RENDERER) or b"").decode("latin-1")
        self.largest = self._number("GetIntegerv", LARGEST)
        self._programs = {name: self._program(source) for name, source in FRAGMENTS.items()}
        self._gl["BindVertexArray"](self._made("GenVertexArrays"))
        self._framebuffer = self._made("GenFramebuffers")
        self._target, self._target_is = self.texture(), (0, 0, 0)
        for name in OFF:
            self._gl["Disable"](name)
        self._gl["PixelStorei"](UNPACK, 1)
        self._gl["PixelStorei"](PACK, 4)
        self._check("set up")

    def texture(self) -> int:
        """A new one, empty."""
        self._enter()
        name = self._made("GenTextures")
        self._gl["BindTexture"](TEXTURE, name)
        self._gl["TexParameteri"](TEXTURE, MIN, NEAREST)
        self._gl["TexParameteri"](TEXTURE, MAG, NEAREST)
        return name

    def fill(self, texture: int, values: NDArray[Any], *, same_shape: bool) -> None:
        """Gives a texture its values [row, column(, 3)]; `same_shape`: as the values before, whose room serves again."""
        self._enter()
        data = np.ascontiguousarray(values)
        held, given, kind = FORMS[data.dtype.name, data.shape[2] if data.ndim == 3 else 1]
        rows, columns = data.shape[:2]
        self._gl["BindTexture"](TEXTURE, texture)
        if same_shape:
            self._gl["TexSubImage2D"](TEXTURE, 0, 0, 0, columns, rows, given, kind, data.ctypes.data)
        else:
            self._gl["TexImage2D"](TEXTURE, 0, held, columns, rows, 0, given, kind, data.ctypes.data)
        self._check("texture")

    def draw(
        self, program: str, size: tuple[int, int], samples: int, textures: Mapping[str, int], numbers: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """A picture [row, column] or [row, column, 4], rows padded to four bytes as QImage has them.

        Args:
            program: of `gl_shaders.FRAGMENTS`.
            size: columns and rows of the picture.
            samples: 1, or 4 for colour.
            textures: by the names of the program.
            numbers: likewise, one or two of them.
        """
        self._enter()
        self._aim(size, samples)
        self._gl["UseProgram"](self._programs[program])
        for unit, (name, texture) in enumerate(textures.items()):
            self._gl["ActiveTexture"](UNIT + unit)
            self._gl["BindTexture"](TEXTURE, texture)
            self._set(program, name, (unit,))
        for name, value in numbers.items():
            self._set(program, name, value)
        self._gl["ActiveTexture"](UNIT)
        self._gl["DrawArrays"](TRIANGLES, 0, 3)
        columns, rows = size
        out = np.empty((rows, (columns * samples + 3) // 4 * 4), np.uint8)
        self._gl["ReadPixels"](0, 0, columns, rows, TARGETS[samples][1], BYTE, out.ctypes.data)
        self._check("picture")
        return out

    def _aim(self, size: tuple[int, int], samples: int) -> None:
        if self._target_is != (*size, samples):
            held, given = TARGETS[samples]
            self._gl["BindTexture"](TEXTURE, self._target)
            self._gl["TexImage2D"](TEXTURE, 0, held, *size, 0, given, BYTE, None)
            self._gl["BindFramebuffer"](FRAMEBUFFER, self._framebuffer)
            self._gl["FramebufferTexture2D"](FRAMEBUFFER, ATTACHMENT, TEXTURE, self._target, 0)
            if self._gl["CheckFramebufferStatus"](FRAMEBUFFER) != COMPLETE:
                raise GlLost("no such target")
            self._target_is = (*size, samples)
        self._gl["BindFramebuffer"](FRAMEBUFFER, self._framebuffer)
        self._gl["Viewport"](0, 0, *size)

    def _set(self, program: str, name: str, value: tuple[int, ...]) -> None:
        place = self._gl["GetUniformLocation"](self._programs[program], name.encode())
        self._gl["Uniform1i" if len(value) == 1 else "Uniform2i"](place, *value)

    def _program(self, fragment: str) -> int:
        made = self._gl["CreateProgram"]()
        for kind, source in ((VERTEX_SHADER, VERTEX), (FRAGMENT_SHADER, fragment)):
            shader = self._gl["CreateShader"](kind)
            text = ctypes.c_char_p(source.encode())
            self._gl["ShaderSource"](shader, 1, ctypes.byref(text), None)
            self._gl["CompileShader"](shader)
            self._gl["AttachShader"](made, shader)
        self._gl["LinkProgram"](made)
        if not self._number("GetProgramiv", made, COMPILED):
            raise GlLost("a shader does not compile")
        return int(made)

    def _made(self, call: str) -> int:
        return self._number(call, 1)

    def _number(self, call: str, *arguments: int) -> int:
        found = ctypes.c_int(0)
        self._gl[call](*arguments, ctypes.byref(found))
        return found.value

    def _enter(self) -> None:
        if QOpenGLContext.currentContext() != self._context and not self._context.makeCurrent(self._surface):
            raise GlLost("the context is lost")

    def _check(self, what: str) -> None:
        error = self._gl["GetError"]()
        if error:
            raise GlLost(f"{what}: {error:#x}")

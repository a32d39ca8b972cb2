"""The few calls of OpenGL 3.3 that the GL back end makes, straight from the driver; a context must be current."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QOpenGLContext

INT, UINT, ADDRESS, TEXT = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p, ctypes.c_char_p
# name without its "gl": what it gives, what it takes
CALLS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ActiveTexture": (None, (UINT,)),
    "AttachShader": (None, (UINT, UINT)),
    "BindFramebuffer": (None, (UINT, UINT)),
    "BindTexture": (None, (UINT, UINT)),
    "BindVertexArray": (None, (UINT,)),
    "CheckFramebufferStatus": (UINT, (UINT,)),
    "CompileShader": (None, (UINT,)),
    "CreateProgram": (UINT, ()),
    "CreateShader": (UINT, (UINT,)),
    "Disable": (None, (UINT,)),
    "DrawArrays": (None, (UINT, INT, INT)),
    "FramebufferTexture2D": (None, (UINT, UINT, UINT, UINT, INT)),
    "GenFramebuffers": (None, (INT, ADDRESS)),
    "GenTextures": (None, (INT, ADDRESS)),
    "GenVertexArrays": (None, (INT, ADDRESS)),
    "GetError": (UINT, ()),
    "GetIntegerv": (None, (UINT, ADDRESS)),
    "GetProgramiv": (None, (UINT, UINT, ADDRESS)),
    "GetString": (TEXT, (UINT,)),
    "GetUniformLocation": (INT, (UINT, TEXT)),
    "LinkProgram": (None, (UINT,)),
    "PixelStorei": (None, (UINT, INT)),
    "ReadPixels": (None, (INT, INT, INT, INT, UINT, UINT, ADDRESS)),
    "ShaderSource": (None, (UINT, INT, ADDRESS, ADDRESS)),
    "TexImage2D": (None, (UINT, INT, INT, INT, INT, INT, UINT, UINT, ADDRESS)),
    "TexParameteri": (None, (UINT, UINT, INT)),
    "TexSubImage2D": (None, (UINT, INT, INT, INT, INT, INT, UINT, UINT, ADDRESS)),
    "Uniform1i": (None, (INT, INT)),
    "Uniform2i": (None, (INT, INT, INT)),
    "UseProgram": (None, (UINT,)),
    "Viewport": (None, (INT, INT, INT, INT)),
}


def calls_of(context: QOpenGLContext) -> dict[str, Callable[..., Any]]:
    """Every call of the table by its name.

    Raises:
        LookupError: the driver lacks one.
    """
    kind: Callable[..., Any] = ctypes.CFUNCTYPE
    if sys.platform == "win32":
        kind = ctypes.WINFUNCTYPE
    found = {}
    for name, (gives, takes) in CALLS.items():
        address = int(context.getProcAddress(f"gl{name}".encode()))
        if not address:
            raise LookupError(f"gl{name} is missing")
        found[name] = kind(gives, *takes)(address)
    return found

"""What the GPU runs: greys by the table of the raster back end, sampled where and as Qt's raster engine samples them.

Positions are integers of 1/65536 pixel that `gl_positions` computes as Qt does, one for each column and row of the target; the four
neighbours are weighed in steps of 1/256 and cut off after each direction, first down, then across, as Qt does it. So nothing is left to a
driver's own idea of a filter.
"""

from __future__ import annotations

VERTEX = """#version 330 core
void main() {  // one triangle over everything
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
"""

_STORED = """
uniform usampler2D picture;  // patterns of stored values
uniform usampler2D table;    // 256 columns, row = high byte
uvec3 texel(ivec2 at) {
    uint value = texelFetch(picture, clamp(at, ivec2(0), extent - 1), 0).r;
    return uvec3(texelFetch(table, ivec2(int(value & 255u), int(value >> 8u)), 0).r);
}
"""

_PICTURE = """
uniform usampler2D picture;  // 8-bit greys or colours
uvec3 texel(ivec2 at) { return texelFetch(picture, clamp(at, ivec2(0), extent - 1), 0).rgb; }
"""

_HEAD = """#version 330 core
uniform ivec2 extent;        // columns and rows of the picture
uniform isampler2D across;   // position in the picture for each column of the target
uniform isampler2D down;     // and for each row
uniform int swapped;         // turned by a quarter: columns of the target run along rows of the picture
uniform int blended;         // four neighbours, else the one
out vec4 shade;
"""

_MAIN = """
void main() {
    int a = texelFetch(across, ivec2(int(gl_FragCoord.x), 0), 0).r;
    int b = texelFetch(down, ivec2(int(gl_FragCoord.y), 0), 0).r;
    ivec2 at = swapped == 1 ? ivec2(b, a) : ivec2(a, b);
    ivec2 whole = at >> 16;
    uvec3 grey = texel(whole);
    if (blended == 1) {
        uvec2 part = uvec2((at & 65535) >> 8);
        uvec3 left = (grey * (256u - part.y) + texel(whole + ivec2(0, 1)) * part.y) >> 8u;
        uvec3 right = (texel(whole + ivec2(1, 0)) * (256u - part.y) + texel(whole + ivec2(1, 1)) * part.y) >> 8u;
        grey = (left * (256u - part.x) + right * part.x) >> 8u;
    }
    shade = vec4(vec3(grey) / 255.0, 1.0);
}
"""

FRAGMENTS = {"stored": _HEAD + _STORED + _MAIN, "picture": _HEAD + _PICTURE + _MAIN}

// Pointer and marks over a picture that is shown. All places are shares of the picture's own width and height, 0 to 1.

const POINTER_MS = 4000; // a pointer that does not move goes away
const share = (n) => typeof n === "number" && n >= 0 && n <= 1;

// What may come over the channel, by its name; anything else is not drawn.
const NEEDS = { pointer: ["x", "y"], circle: ["x", "y", "r"], line: ["x", "y", "x2", "y2"], clear: [] };
export const sound = (message) => Object.hasOwn(NEEDS, message?.m) && NEEDS[message.m].every((name) => share(message[name]));

// The marks of one picture ("live" or a snapshot's digest), and the pointer on it.
export class Marks {
  constructor() {
    Object.assign(this, { on: new Map(), pointer: null });
  }

  take(message) {
    if (!sound(message)) return false;
    const on = String(message.on ?? "live");
    if (message.m === "pointer") this.pointer = { ...message, on, at: Date.now() };
    else if (message.m === "clear") this.on.delete(on);
    else this.on.set(on, [...(this.on.get(on) ?? []), message].slice(-50));
    return true;
  }

  // Draws over a picture: `box` is where the picture itself stands inside the canvas, in CSS pixels.
  draw(canvas, box, on, colour) {
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    Object.assign(pen, { strokeStyle: colour, fillStyle: colour, lineWidth: 3, lineCap: "round", shadowColor: "#000", shadowBlur: 3 });
    for (const mark of this.on.get(on) ?? []) stroke(pen, mark, box);
    const { pointer } = this;
    if (pointer && pointer.on === on && Date.now() - pointer.at < POINTER_MS) dot(pen, pointer, box);
  }
}

function stroke(pen, mark, { left, top, width, height }) {
  pen.beginPath();
  if (mark.m === "circle") pen.ellipse(left + mark.x * width, top + mark.y * height, mark.r * width, mark.r * width, 0, 0, 2 * Math.PI);
  else {
    pen.moveTo(left + mark.x * width, top + mark.y * height);
    pen.lineTo(left + mark.x2 * width, top + mark.y2 * height);
  }
  pen.stroke();
}

function dot(pen, { x, y }, { left, top, width, height }) {
  const [cx, cy] = [left + x * width, top + y * height];
  pen.beginPath();
  pen.arc(cx, cy, 6, 0, 2 * Math.PI);
  pen.fill();
  pen.beginPath();
  pen.arc(cx, cy, 14, 0, 2 * Math.PI);
  pen.stroke();
}

// Where a picture of a natural size stands inside an element that shows it whole (`object-fit: contain`).
export function contained(element, width, height) {
  const scale = Math.min(element.clientWidth / width, element.clientHeight / height) || 0;
  const [w, h] = [width * scale, height * scale];
  return { left: (element.clientWidth - w) / 2, top: (element.clientHeight - h) / 2, width: w, height: h };
}

// Pointers and marks over a picture that is shown. All places are shares of the picture's own width and height, 0 to 1; `on` names the
// picture: "live", or the digest of a still one. A mark on the live picture is a wish to whoever shows it: that desk knows the image, and
// tells the whole of what stands there ("marks") whenever it scrolls, zooms or turns. On a still picture each side keeps what it hears.

const POINTER_MS = 2500; // a pointer that does not move goes away
const MOST = 50; // marks on one picture; the oldest goes
const BEYOND = 8; // a mark of an image that is zoomed may lie so far outside
const EACH_SECOND = 60; // messages of one person; twice that at once
const SHAPES = { circle: ["x", "y", "r"], line: ["x", "y", "x2", "y2"] };
const NEEDS = { pointer: ["x", "y"], ...SHAPES, clear: [], marks: [] };

// Whose: as at the desk (app/look/tokens.py, app/consult/marks.py), by kind; a second person of a kind has another.
const HANDS = ["#6FB1FF", "#FFD479", "#C9A7FF", "#7CCB94", "#FF9E7A", "#8FE0E6", "#F29BC8", "#D3D77A"];
const TINTS = { physician: 0, patient: 1, local_physician: 2, relative: 3, interpreter: 4, coordinator: 5 };
const MORE_TINTS = [6, 7];

const share = (n, beyond = 0) => typeof n === "number" && n >= -beyond && n <= 1 + beyond;
const named = (table, name) => typeof name === "string" && Object.hasOwn(table, name);

// What may come over the channel, by its name; anything else is not drawn.
export const sound = (message) => named(NEEDS, message?.m) && NEEDS[message.m].every((name) => share(message[name])) && (message.m !== "marks" || Array.isArray(message.marks));

export function tint(people, id) {
  const person = people.find((p) => p.id === id);
  if (!person) return HANDS[0];
  const place = people.filter((p) => p.kind === person.kind).map((p) => p.id).sort().indexOf(id);
  return HANDS[place === 0 ? TINTS[person.kind] : MORE_TINTS[Math.min(place, MORE_TINTS.length) - 1]];
}

// The marks of every picture, and who points where.
export class Marks {
  constructor() {
    Object.assign(this, { on: new Map(), pointers: new Map(), left: new Map() });
  }

  // A message of a person who is in, about a picture of the room; gives that picture, or "" where the message is not taken.
  take(message, by, { people, snapshots }) {
    const person = people.find((p) => p.id === by);
    const on = message?.on ?? "live";
    if (!person || !this.#lets(by) || !sound(message) || (on !== "live" && !snapshots.some((s) => s.sha256 === on))) return "";
    const mine = this.on.get(on) ?? [];
    if (message.m === "pointer") this.pointers.set(by, { x: message.x, y: message.y, on, at: Date.now() });
    else if (message.m === "marks") this.#whole(message, person, on, people);
    else if (on === "live") return ""; // a wish to whoever shows it
    else if (message.m === "clear") this.on.set(on, person.kind === "physician" ? [] : mine.filter((mark) => mark.by !== by));
    else this.on.set(on, [...mine, { ...message, by }].slice(-MOST));
    return on;
  }

  #whole({ marks }, person, on, people) {
    if (on === "live" && !person.desk) return;
    const may = (id) => (on === "live" ? people.some((p) => p.id === id) : id === person.id);
    const told = marks.slice(0, MOST).filter((mark) => named(SHAPES, mark?.m) && may(mark.by) && SHAPES[mark.m].every((name) => share(mark[name], BEYOND)));
    const others = on === "live" ? [] : (this.on.get(on) ?? []).filter((mark) => mark.by !== person.id);
    this.on.set(on, [...others, ...told].slice(-MOST));
  }

  #lets(by) {
    const now = Date.now();
    const [left, at] = this.left.get(by) ?? [2 * EACH_SECOND, now];
    const more = Math.min(left + ((now - at) / 1000) * EACH_SECOND, 2 * EACH_SECOND);
    this.left.set(by, [Math.max(more - 1, 0), now]);
    return more >= 1;
  }

  // Draws over a picture: `box` is where the picture itself stands inside the canvas, in CSS pixels.
  draw(canvas, box, on, people) {
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    Object.assign(pen, { lineWidth: 3, lineCap: "round", shadowColor: "#000", shadowBlur: 3 });
    for (const mark of this.on.get(on) ?? []) stroke(pen, mark, box, tint(people, mark.by));
    for (const [by, pointer] of this.pointers) {
      const name = people.find((p) => p.id === by)?.name ?? "";
      if (pointer.on === on && Date.now() - pointer.at < POINTER_MS) dot(pen, pointer, box, tint(people, by), name);
    }
  }
}

function stroke(pen, mark, { left, top, width, height }, colour) {
  pen.strokeStyle = colour;
  pen.beginPath();
  if (mark.m === "circle") pen.ellipse(left + mark.x * width, top + mark.y * height, mark.r * width, mark.r * width, 0, 0, 2 * Math.PI);
  else {
    pen.moveTo(left + mark.x * width, top + mark.y * height);
    pen.lineTo(left + mark.x2 * width, top + mark.y2 * height);
  }
  pen.stroke();
}

function dot(pen, { x, y }, { left, top, width, height }, colour, name) {
  const [cx, cy] = [left + x * width, top + y * height];
  Object.assign(pen, { strokeStyle: colour, fillStyle: colour });
  pen.beginPath();
  pen.arc(cx, cy, 4, 0, 2 * Math.PI);
  pen.fill();
  pen.beginPath();
  pen.arc(cx, cy, 14, 0, 2 * Math.PI);
  pen.stroke();
  if (name) tag(pen, cx, cy, name, left + width, colour);
}

// The name beside a pointer, inside the picture.
function tag(pen, cx, cy, name, right, colour) {
  pen.font = "600 13px system-ui, sans-serif";
  const wide = pen.measureText(name).width + 12;
  const x = cx + 20 + wide <= right ? cx + 20 : cx - 20 - wide;
  pen.save();
  pen.shadowBlur = 0;
  pen.fillStyle = colour;
  pen.fillRect(x, cy - 11, wide, 22);
  pen.fillStyle = "#0B1420";
  Object.assign(pen, { textAlign: "left", textBaseline: "middle" });
  pen.fillText(name, x + 6, cy + 1);
  pen.restore();
}

// Where a picture of a natural size stands inside an element that shows it whole (`object-fit: contain`).
export function contained(element, width, height) {
  const scale = Math.min(element.clientWidth / width, element.clientHeight / height) || 0;
  const [w, h] = [width * scale, height * scale];
  return { left: (element.clientWidth - w) / 2, top: (element.clientHeight - h) / 2, width: w, height: h };
}

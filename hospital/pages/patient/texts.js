// What people read, from one table for each language; times, countries and directions.

export const LANGUAGES = {
  en: { name: "English", dir: "ltr" },
  es: { name: "Español", dir: "ltr" },
  fr: { name: "Français", dir: "ltr" },
  de: { name: "Deutsch", dir: "ltr" },
  ar: { name: "العربية", dir: "rtl" },
  "zh-Hans": { name: "简体中文", dir: "ltr" },
};
const CHINESE = /^zh(-(hans|cn|sg))?$/i;

let table = {};
let current = "en";

// Loads a language and sets the page's direction by it; an unknown one becomes English.
export async function use(wanted) {
  const language = nearest(wanted);
  const answer = await fetch(new URL(`texts/${language}.json`, import.meta.url));
  table = await answer.json();
  current = language;
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].dir;
  return language;
}

export function nearest(wanted) {
  if (CHINESE.test(wanted)) return "zh-Hans";
  const [short] = String(wanted).split("-");
  return wanted in LANGUAGES ? wanted : short in LANGUAGES ? short : "en";
}

export const language = () => current;

// A text by its key, `{name}` filled in. In a right to left sentence a name keeps its own direction (Unicode isolates).
export function t(key, values = {}) {
  if (!(key in table)) throw new Error(`no text ${key}`);
  const isolated = LANGUAGES[current].dir === "rtl" ? (value) => `\u2068${value}\u2069` : String;
  return table[key].replace(/\{(\w+)\}/g, (_, name) => isolated(values[name]));
}

// A text of the hospital that is a table of languages itself.
export const chosen = (texts) => (typeof texts === "string" ? texts : texts[current] ?? texts.en ?? Object.values(texts)[0] ?? "");

// "Tuesday 1 December, 15:00" in a zone; the reader's own zone where the zone is unknown to the browser.
export function when(iso, zone) {
  const shape = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" };
  return formatted(iso, zone, shape);
}

export const clock = (iso) => formatted(iso, undefined, { hour: "2-digit", minute: "2-digit" });

// The reader's own kind of a language (24 hours or 12, day or month first), where it is theirs.
function custom() {
  const own = navigator.languages.find((wanted) => nearest(wanted) === current && wanted !== current);
  return own ?? (current === "en" ? "en-GB" : current);
}

function formatted(iso, zone, shape) {
  try {
    return new Intl.DateTimeFormat(custom(), { ...shape, timeZone: zone }).format(new Date(iso));
  } catch {
    return new Intl.DateTimeFormat(custom(), shape).format(new Date(iso));
  }
}

// "Africa/Lagos" as a person says it.
export const place = (zone) => zone.split("/").pop().replaceAll("_", " ");

// Countries in the reader's language, sorted by it: [[code, name]].
export function countries(codes) {
  const names = new Intl.DisplayNames([current], { type: "region" });
  const order = new Intl.Collator(current);
  return codes.map((code) => [code, names.of(code)]).sort((a, b) => order.compare(a[1], b[1]));
}

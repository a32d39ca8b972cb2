// Times on two clocks: the hospital's and the patient's.

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
const SHORT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY = { weekday: "short", day: "numeric", month: "short" };

const written = (iso, timeZone, shape) => new Intl.DateTimeFormat("en-GB", { ...shape, timeZone }).format(new Date(iso));

export const long = (iso, zone) => written(iso, zone, LONG);
export const short = (iso, zone) => written(iso, zone, SHORT);
export const clock = (iso, zone) => written(iso, zone, CLOCK);
export const day = (iso, zone) => written(iso, zone, DAY);

// "Africa/Lagos" as a person says it.
export const place = (zone) => zone.split("/").pop().replaceAll("_", " ");

// "Tue 1 Dec, 15:00 in Berlin" and, where another clock shows another time, "20:00 in Dhaka", with its day where that is another too.
export function both(iso, here, there) {
  const mine = `${short(iso, here)} in ${place(here)}`;
  if (!there || there === here) return [mine];
  const same = day(iso, here) === day(iso, there);
  return [mine, `${same ? clock(iso, there) : short(iso, there)} in ${place(there)}`];
}

// The day of a time on a clock, as a date field takes it.
export const date = (iso, zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(iso));
export const today = (zone) => date(Date.now(), zone);

export const minutesSince = (iso) => Math.max(0, Math.round((Date.now() - new Date(iso)) / 60000));

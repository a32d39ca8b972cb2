// What states and kinds are called.

export const KINDS = { patient: "Patient", relative: "Relative", interpreter: "Interpreter", local_physician: "Local physician", physician: "Physician", coordinator: "Coordinator" };
export const LANGUAGES = { en: "English", es: "Spanish", fr: "French", de: "German", ar: "Arabic", "zh-Hans": "Chinese (simplified)" };

export const CONSULT = {
  scheduled: "Scheduled",
  open: "Open",
  in_call: "In call",
  reconnecting: "Reconnecting",
  ended: "Ended",
  cancelled: "Cancelled",
  no_show: "Nobody came",
  by_telephone: "By telephone",
};

export const PERSON = {
  invited: "has not come yet",
  checked_in: "has checked in",
  blocked: "stopped by the rules of their place",
  waiting: "waits to be let in",
  admitted: "is being connected",
  here: "is in the call",
  lost: "has lost the line",
  left: "has left",
};

// [what is told, whether it needs somebody]
export const LINK = {
  none: ["No link", true],
  valid: ["Link works, not opened yet", false],
  open: ["Link is open in a browser", false],
  expired: ["Link has expired", true],
  revoked: ["Link is closed", true],
  too_many: ["Link closed after too many wrong attempts", true],
  ended: ["Link ended with the consult", false],
};

export const LETTER = {
  link: "Invitation with link",
  code: "One-time code",
  "reminder 24 h": "Reminder, a day before",
  "reminder 1 h": "Reminder, an hour before",
  moved: "New time",
  cancelled: "Cancellation",
  handover: "Handed over to you by the physician",
  blocked: "Stopped by the rules of their place",
};

export const POST = { waiting: "waits to be sent", taken: "is being sent", sent: "sent", dropped: "not needed any more" };
export const CASE = { ready: "Ready", assigned: "Assigned", opined: "Opinion received" };
export const caseState = (state) => CASE[state] ?? "Not ready";
export const proof = { code: "proves themselves by a one-time code", birth_date: "proves themselves by the patient's birth date" };

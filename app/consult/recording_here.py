"""The recording that this desk makes of a call: as long as the room says so, and not a moment longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.consult.session import Failed, Recorded
from sync.protocol.consult import Consent

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.consult.session import Event, MediaSession
    from sync.protocol.consult import Ask, RoomState

BY_ITSELF = Failed("The recording has ended by itself; what was recorded until then is kept.", "Ask everybody again, if it shall go on.")
OUT_OF_REACH = Failed(
    "The recording has ended: the hospital is out of reach, and nobody could refuse.", "Ask everybody again once the hospital is back."
)


class RecordingHere:
    """One call's. `keep` gets every part, from any thread, also when the call has ended.

    Args:
        media: carries the call, and records.
        ask: asks the room.
    """

    def __init__(self, media: MediaSession, ask: Callable[[Ask], None]) -> None:
        self._media, self._ask = media, ask
        self._take = ""  # what is recorded now
        self._over = ""  # what has ended here: the room may not know yet
        self.keep: Callable[[Recorded], None] = lambda _part: None

    def kept_or(self, told: Callable[[object], None]) -> Callable[[Event], None]:
        """What gets the media's events: parts are kept whatever becomes of the call; all else is told, and a last part as well."""
        keep = self.keep

        def take(event: Event) -> None:
            part = event if isinstance(event, Recorded) else None
            if part is not None:
                keep(part)
            if part is None or part.last:
                told(event)

        return take

    def follow(self, state: RoomState) -> None:
        """Begins or ends it as the room says."""
        now = state.recording
        self._record(now.take if now.state == "on" and now.by == state.me and now.take != self._over else "")

    def end(self) -> None:
        """The call ends here."""
        self._record("")

    def answer(self, agree: bool) -> None:
        """One's own word; a no ends it here and now, whether or not the room can be reached."""
        if not agree:
            self._over = self._take
            self._record("")
        self._ask(Consent(agree=agree))

    def lost(self) -> Failed | None:
        """The line to the room is down: nobody's no would be heard, so it ends; gives what to say where it was on."""
        if not self._take:
            return None
        self.answer(agree=False)
        return OUT_OF_REACH

    def ended(self, part: Recorded | None = None) -> Failed | None:
        """The media, or its last part, says that it has ended: where nobody ended it, the room is told, and what to say is given."""
        if not self._take or (part is not None and part.take != self._take):
            return None
        self._over, self._take = self._take, ""
        self._ask(Consent(agree=False))
        return BY_ITSELF

    def _record(self, take: str) -> None:
        if take != self._take:
            self._take = take
            self._media.record(take)

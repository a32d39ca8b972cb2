"""The server's settings: one TOML file, every key described by this model, `overread-server check` validates it.

`docs/server-configuration.md` is made from the model (`hospital.settings_page`).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from record.trouble import Kind, Trouble

FILE_NAME = "overread-server.toml"


class Section(BaseModel):
    """Frozen; a key that is not known is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HospitalSection(Section):
    """What people and documents call this hospital."""

    name: Annotated[str, Field(min_length=1, max_length=120, description="The hospital's name, as physicians see it.")] = "Hospital"


class ServerSection(Section):
    """Where desks reach the server."""

    host: Annotated[str, Field(description="The address to listen on; 0.0.0.0 for every interface.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on; 0 takes a free one.")] = 8443
    names: Annotated[
        list[str],
        Field(description="Further host names and addresses in the TLS certificate; the first one stands in enrolment codes."),
    ] = []
    stop_seconds: Annotated[int, Field(ge=1, le=600, description="How long a stop waits for answers under way.")] = 20


class PeopleSection(Section):
    """Where people's browsers reach the server for a consult; a listener beside the one of the desks."""

    host: Annotated[str, Field(description="The address to listen on; 0.0.0.0 for every interface.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on; 0 takes a free one.")] = 8444
    address: Annotated[
        str,
        Field(
            max_length=200,
            description="How links begin, such as `https://consult.hospital.example`. Empty: the first of server.names, and the port.",
        ),
    ] = ""
    certificate_file: Annotated[
        Path | None,
        Field(description="A publicly trusted certificate with its chain (PEM). Absent: a leaf of the hospital's own authority."),
    ] = None
    key_file: Annotated[Path | None, Field(description="Its private key (PEM).")] = None


class StaffSection(Section):
    """Where coordinators' browsers reach the server; a listener of its own, for the hospital's inner network alone."""

    host: Annotated[str, Field(description="The address to listen on; one of the inner network, never 0.0.0.0 on a public machine.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65535, description="The port to listen on; 0 takes a free one.")] = 8445
    certificate_file: Annotated[
        Path | None,
        Field(description="A certificate that the browsers trust, with its chain (PEM). Absent: a leaf of the hospital's own authority."),
    ] = None
    key_file: Annotated[Path | None, Field(description="Its private key (PEM).")] = None
    idle_minutes: Annotated[int, Field(ge=1, le=480, description="After how long without a request a coordinator is signed out.")] = 30


class ConsultSection(Section):
    """The video consult."""

    telephone: Annotated[str, Field(max_length=40, description="Whom people call when something does not work.")] = ""
    zone: Annotated[str, Field(max_length=64, description="The hospital's time zone, an IANA name.")] = "UTC"
    turn_urls: Annotated[
        list[str],
        Field(
            description="The relays in the order in which they are tried: `turn:HOST:3478?transport=udp`, `turn:HOST:3478?transport=tcp`, "
            "`turns:HOST:443?transport=tcp`."
        ),
    ] = []
    turn_secret_file: Annotated[
        Path | None,
        Field(description="A file whose first line is coturn's shared secret (its option static-auth-secret)."),
    ] = None
    relay_only: Annotated[
        bool, Field(description="Whether media go through the relays alone, so that nobody sees another's network address.")
    ] = True
    places_file: Annotated[Path | None, Field(description="The table of rules by place (TOML). Absent: the program's own.")] = None
    notices_file: Annotated[Path | None, Field(description="The notices that people accept (TOML). Absent: the program's own.")] = None
    recording: Annotated[
        Literal["never", "by_consent"],
        Field(description="Whether consults may be recorded: `never`, or `by_consent` of everybody who is in, each for themselves."),
    ] = "never"
    attempts: Annotated[int, Field(ge=1, le=20, description="How many wrong codes or birth dates close a link.")] = 5
    code_minutes: Annotated[int, Field(ge=1, le=120, description="How long a one-time code is valid.")] = 15
    link_hours: Annotated[int, Field(ge=1, le=168, description="How long after the consult's end its links are valid.")] = 4
    idle_minutes: Annotated[
        int, Field(ge=1, le=240, description="After how long without a sign of the first browser a link may be opened in another one.")
    ] = 5


class KeysSection(Section):
    """Where the secrets rest that open the data folder."""

    passphrase_file: Annotated[
        Path | None,
        Field(description="A file whose first line is the passphrase for the master key. Absent: the operating system's keyring."),
    ] = None
    signing_passphrase_file: Annotated[
        Path | None,
        Field(description="A file whose first line is the signing authority's passphrase. Absent: `approve` asks for it."),
    ] = None


class DesksSection(Section):
    """Enrolment of desks, and what they may do without hearing from the hospital."""

    lease_days: Annotated[int, Field(ge=1, le=365, description="How long a desk works offline before it locks itself.")] = 14
    idle_lock_minutes: Annotated[int, Field(ge=1, le=240, description="After how long without input a desk locks.")] = 10
    enrolment_days: Annotated[int, Field(ge=1, le=60, description="How long an enrolment code can be used.")] = 7
    certificate_days: Annotated[int, Field(ge=30, le=3650, description="How long a physician's signing certificate is valid.")] = 730
    token_minutes: Annotated[int, Field(ge=1, le=60, description="How long a desk's token is valid.")] = 10
    attempts: Annotated[int, Field(ge=1, le=100, description="How many wrong passwords lock an account for a while.")] = 5
    locked_minutes: Annotated[int, Field(ge=1, le=1440, description="How long such an account stays locked.")] = 15


class OpinionsSection(Section):
    """What opinions say and how large they may be."""

    most_megabytes: Annotated[int, Field(ge=1, le=512, description="The largest opinion that is taken.")] = 64
    statement: Annotated[str, Field(max_length=400, description="The hospital's own statement in the footer of each opinion.")] = (
        "This second opinion is based on the records listed in it."
    )
    no_examination_notice: Annotated[str, Field(max_length=600, description="The notice that nobody was examined.")] = (
        "This opinion was given without a physical examination of the patient; it does not replace one."
    )


class WorkersSection(Section):
    """The processes that read files from outside."""

    count: Annotated[int, Field(ge=1, le=64, description="How many at once.")] = 2
    memory_megabytes: Annotated[int, Field(ge=256, le=65536, description="The most memory one may take.")] = 2048
    seconds: Annotated[int, Field(ge=5, le=3600, description="The most time for one file.")] = 60


class AuditSection(Section):
    """Proof that the audit record is whole."""

    heads_file: Annotated[
        Path | None,
        Field(description="Where signed heads of the audit chain are appended; best on another machine. Absent: in the data folder."),
    ] = None


class LogsSection(Section):
    """Structured logs, one JSON object a line, without patient data."""

    level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="From what weight on lines are written.")] = "info"


class Settings(Section):
    """The whole file."""

    hospital: HospitalSection = HospitalSection()
    server: ServerSection = ServerSection()
    people: PeopleSection = PeopleSection()
    staff: StaffSection = StaffSection()
    consult: ConsultSection = ConsultSection()
    keys: KeysSection = KeysSection()
    desks: DesksSection = DesksSection()
    opinions: OpinionsSection = OpinionsSection()
    workers: WorkersSection = WorkersSection()
    audit: AuditSection = AuditSection()
    logs: LogsSection = LogsSection()


def load(path: Path) -> Settings:
    """The settings of a TOML file; paths in it count from the file's folder.

    Raises:
        Trouble: INPUT, naming every key that is wrong.
    """
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise _unusable("it cannot be read", str(error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _unusable("it is not TOML", str(error)) from error
    try:
        settings = Settings.model_validate(value)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        raise _unusable(f"wrong keys: {wrong}", wrong) from error
    return _anchored(settings, path.resolve().parent)


def find(data: Path, named: Path | None) -> Settings:
    """The settings named on the command line, else those in the data folder, else the defaults."""
    if named is not None:
        return load(named)
    inside = data / FILE_NAME
    return load(inside) if inside.exists() else Settings()


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Paths count from the file's folder."""
    changed = {name: _anchored_section(section, folder) for name, section in settings}
    return settings.model_copy(update=changed)


def _anchored_section(section: Section, folder: Path) -> Section:
    return section.model_copy(update={name: folder / path for name, path in section if isinstance(path, Path)})


def _unusable(why: str, details: str) -> Trouble:
    return Trouble(
        f"The settings file cannot be used: {why}.",
        "Correct it by docs/server-configuration.md, then run “overread-server check”.",
        details,
        Kind.INPUT,
    )

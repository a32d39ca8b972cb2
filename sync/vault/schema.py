"""The two databases as numbered steps. A step that was released never changes; a new one is added below.

In the clear stand only ids, numbers, states and times; whatever names a person or tells about one is a sealed value under its case's key.
"""

from __future__ import annotations

INDEX: tuple[str, ...] = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE cases (
        id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body BLOB,
        manifest_version INTEGER, manifest_object TEXT, modalities TEXT NOT NULL DEFAULT '',
        studies INTEGER NOT NULL DEFAULT 0, series INTEGER NOT NULL DEFAULT 0, instances INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0, stood INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE TABLE assignments (
        id TEXT PRIMARY KEY, case_id TEXT NOT NULL, revision INTEGER NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX assignments_by_case ON assignments (case_id);
    CREATE TABLE manifests (
        case_id TEXT NOT NULL, version INTEGER NOT NULL, object TEXT NOT NULL, length INTEGER NOT NULL, signature TEXT NOT NULL,
        adopted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (case_id, version)
    ) WITHOUT ROWID;
    CREATE TABLE objects (
        case_id TEXT NOT NULL, object TEXT NOT NULL, length INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
        file_id BLOB, failures INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (case_id, object)
    ) WITHOUT ROWID;
    CREATE INDEX objects_by_state ON objects (state, case_id);
    CREATE TABLE messages (
        kind TEXT NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
    CREATE TABLE dropped (case_id TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
)

WORK: tuple[str, ...] = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE secrets (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE case_keys (
        case_id TEXT PRIMARY KEY, key_id BLOB NOT NULL, wrapped BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE drafts (assignment TEXT PRIMARY KEY, case_id TEXT NOT NULL, body BLOB NOT NULL, saved_at TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE opened (case_id TEXT NOT NULL, token TEXT NOT NULL, body BLOB NOT NULL, at TEXT NOT NULL, PRIMARY KEY (case_id, token))
        WITHOUT ROWID;
    CREATE TABLE places (case_id TEXT NOT NULL, token TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (case_id, token)) WITHOUT ROWID;
    CREATE TABLE waivers (assignment TEXT NOT NULL, token TEXT NOT NULL, case_id TEXT NOT NULL, body BLOB NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (assignment, token)) WITHOUT ROWID;
    CREATE TABLE opinions (
        assignment TEXT NOT NULL, revision INTEGER NOT NULL, case_id TEXT NOT NULL, state TEXT NOT NULL,
        manifest_version INTEGER NOT NULL, manifest_digest TEXT NOT NULL,
        document_sha256 TEXT NOT NULL, document_bytes INTEGER NOT NULL, document_file BLOB NOT NULL,
        signed_sha256 TEXT, signed_bytes INTEGER, signed_file BLOB, signer_sha256 TEXT, signed_at TEXT, refusal BLOB,
        PRIMARY KEY (assignment, revision)
    ) WITHOUT ROWID;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL, assignment TEXT NOT NULL,
        revision INTEGER NOT NULL, body BLOB NOT NULL, intent TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'pending',
        attempts INTEGER NOT NULL DEFAULT 0, answer BLOB
    );
    CREATE INDEX outbox_by_state ON outbox (state, id);
    CREATE TABLE receipts (
        assignment TEXT NOT NULL, revision INTEGER NOT NULL, receipt TEXT NOT NULL, received_at TEXT NOT NULL, quarantined INTEGER NOT NULL,
        jws TEXT NOT NULL, PRIMARY KEY (assignment, revision)
    ) WITHOUT ROWID;
    CREATE TABLE audit (counter INTEGER PRIMARY KEY, line TEXT NOT NULL, digest TEXT NOT NULL);
    CREATE TABLE audit_heads (counter INTEGER PRIMARY KEY, digest TEXT NOT NULL, jws TEXT NOT NULL);
    """,
)

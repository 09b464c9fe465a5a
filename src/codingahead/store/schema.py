"""The shape of a pack's SQLite part. A pack is built anew, never migrated: FORMAT changes whenever this file does."""

FORMAT = 1

TABLES = """
CREATE TABLE release (
  rid INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, publisher TEXT NOT NULL, title TEXT NOT NULL,
  effective_from TEXT NOT NULL, effective_to TEXT, expected_until TEXT, file TEXT NOT NULL, sha256 TEXT NOT NULL,
  rows INTEGER NOT NULL, complete INTEGER NOT NULL, cumulative INTEGER NOT NULL, fields TEXT NOT NULL, notice TEXT NOT NULL DEFAULT '');
CREATE TABLE code_span (
  system TEXT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, title TEXT, short TEXT,
  billable INTEGER NOT NULL, parent TEXT, rid INTEGER NOT NULL, last_rid INTEGER NOT NULL, row INTEGER,
  PRIMARY KEY (system, code, kind, valid_from)) WITHOUT ROWID;
CREATE TABLE node (
  rid INTEGER NOT NULL, code TEXT NOT NULL, level TEXT NOT NULL, title TEXT NOT NULL, parent TEXT, position INTEGER NOT NULL,
  PRIMARY KEY (rid, code)) WITHOUT ROWID;
CREATE TABLE note (
  rid INTEGER NOT NULL, code TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (rid, code, position)) WITHOUT ROWID;
CREATE TABLE seventh (
  rid INTEGER NOT NULL, code TEXT NOT NULL, character TEXT NOT NULL, meaning TEXT NOT NULL,
  PRIMARY KEY (rid, code, character)) WITHOUT ROWID;
CREATE TABLE index_entry (
  rid INTEGER NOT NULL, position INTEGER NOT NULL, level INTEGER NOT NULL, letter TEXT NOT NULL, path TEXT NOT NULL, modifiers TEXT NOT NULL,
  code TEXT, manifestation TEXT, see TEXT, see_also TEXT, parent INTEGER,
  PRIMARY KEY (rid, position)) WITHOUT ROWID;
CREATE TABLE table_entry (
  rid INTEGER NOT NULL, position INTEGER NOT NULL, level INTEGER NOT NULL, letter TEXT NOT NULL, path TEXT NOT NULL, modifiers TEXT NOT NULL,
  cells TEXT NOT NULL, see TEXT, parent INTEGER,
  PRIMARY KEY (rid, position)) WITHOUT ROWID;
CREATE TABLE pcs_table (rid INTEGER NOT NULL, prefix TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (rid, prefix)) WITHOUT ROWID;
CREATE TABLE pcs_definition (
  rid INTEGER NOT NULL, section TEXT NOT NULL, axis TEXT NOT NULL, label TEXT NOT NULL, definition TEXT, explanation TEXT, includes TEXT NOT NULL);
CREATE TABLE record (
  code TEXT NOT NULL, rid INTEGER NOT NULL, variant TEXT NOT NULL, row INTEGER, data TEXT NOT NULL,
  PRIMARY KEY (code, rid, variant)) WITHOUT ROWID;
CREATE TABLE add_on (
  rid INTEGER NOT NULL, edit_type TEXT NOT NULL, add_on TEXT NOT NULL, primary_code TEXT NOT NULL, effective TEXT, deleted TEXT,
  add_on_deleted TEXT, primary_deleted TEXT, note TEXT NOT NULL, row INTEGER);
CREATE TABLE mapping (
  rid INTEGER NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, to_system TEXT NOT NULL, to_code TEXT NOT NULL, kind TEXT NOT NULL,
  effective TEXT, flags TEXT NOT NULL, row INTEGER);
CREATE TABLE descriptor (
  rid INTEGER NOT NULL, system TEXT NOT NULL, code TEXT NOT NULL, short TEXT, medium TEXT, long TEXT, consumer TEXT, clinician TEXT NOT NULL,
  PRIMARY KEY (system, code, rid)) WITHOUT ROWID;
CREATE TABLE content (system TEXT NOT NULL, code TEXT NOT NULL, rid INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (system, code)) WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX code_span_code ON code_span (code, system);
CREATE INDEX code_span_parent ON code_span (system, parent);
CREATE INDEX node_parent ON node (rid, parent, position);
CREATE INDEX index_entry_code ON index_entry (code);
CREATE INDEX index_entry_parent ON index_entry (rid, parent);
CREATE INDEX index_entry_letter ON index_entry (rid, letter, level);
CREATE INDEX table_entry_letter ON table_entry (rid, letter, level);
CREATE INDEX pcs_definition_label ON pcs_definition (label);
CREATE INDEX add_on_add_on ON add_on (add_on);
CREATE INDEX add_on_primary ON add_on (primary_code);
CREATE INDEX mapping_code ON mapping (code, kind);
CREATE INDEX mapping_to ON mapping (to_code, kind);
ANALYZE;
"""

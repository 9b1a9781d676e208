-- Repeated strings by number. Kinds: 1 dataset, 2 account, 3 action, 4 source address, 5 outcome.
CREATE TABLE term(id INTEGER PRIMARY KEY, kind INT NOT NULL, value TEXT NOT NULL, UNIQUE(kind, value));

-- Up to 256 events. `fields`: zstd of one line an event: the document, a tab, and the rest of the event as a JSON
-- array. `n` lines, `live` of them still shown, `t0`..`t1` their times, `received` the last receipt, `size` unpacked bytes.
CREATE TABLE block(
  id INTEGER PRIMARY KEY, t0 INT NOT NULL, t1 INT NOT NULL, received INT NOT NULL, n INT NOT NULL, live INT NOT NULL,
  size INT NOT NULL, fields BLOB NOT NULL
);
CREATE INDEX block_small ON block(id) WHERE live < 128;

-- The records as they were sent, apart from what search reads. Zstd of a JSON array of byte lengths, a newline, the texts.
CREATE TABLE raw(block INTEGER PRIMARY KEY, size INT NOT NULL, body BLOB NOT NULL);

-- One row an event, at line `at` of its block. `hash`: first 64 bits of SHA-1(dataset, NUL, identity).
-- Copies of one record agree on the second, not on the millisecond, so (second, hash) is what makes an event one.
-- account, action, ip, outcome: a term, NULL where there is none, 0 where there are several.
CREATE TABLE event(
  seq INTEGER PRIMARY KEY, time INT NOT NULL, hash INT NOT NULL, dataset INT NOT NULL,
  account INT, action INT, ip INT, outcome INT, block INT NOT NULL, at INT NOT NULL,
  second INT GENERATED ALWAYS AS ((time - (time < 0) * 999) / 1000) VIRTUAL
);
CREATE UNIQUE INDEX event_id ON event(second, hash);
CREATE INDEX event_account ON event(account, time) WHERE account IS NOT NULL;
CREATE INDEX event_action ON event(action, time) WHERE action IS NOT NULL;
CREATE INDEX event_ip ON event(ip, time) WHERE ip IS NOT NULL;

-- Events that carry no time of their own: the time they were given when they came first.
CREATE TABLE seen(hash INTEGER PRIMARY KEY, time INT NOT NULL, received INT NOT NULL);
CREATE INDEX seen_received ON seen(received);

-- Whole bodies that were taken, so that a retry of one is known.
CREATE TABLE receipt(digest TEXT PRIMARY KEY, id TEXT NOT NULL, received INT NOT NULL) WITHOUT ROWID;
CREATE INDEX receipt_received ON receipt(received);

CREATE TABLE dead_letter(
  id INTEGER PRIMARY KEY AUTOINCREMENT, received INT NOT NULL, dataset TEXT, source TEXT NOT NULL,
  code TEXT NOT NULL, detail TEXT NOT NULL, raw TEXT NOT NULL, replayed INT
);
CREATE INDEX dead_letter_received ON dead_letter(received);

CREATE TABLE traffic(
  minute INT NOT NULL, source TEXT NOT NULL, dataset TEXT NOT NULL, events INT NOT NULL, rejected INT NOT NULL,
  PRIMARY KEY(minute, source, dataset)
) WITHOUT ROWID;
CREATE TABLE source(
  source TEXT NOT NULL, dataset TEXT NOT NULL, first_received INT NOT NULL, last_received INT NOT NULL,
  last_time INT NOT NULL, events INT NOT NULL, rejected INT NOT NULL, PRIMARY KEY(source, dataset)
) WITHOUT ROWID;

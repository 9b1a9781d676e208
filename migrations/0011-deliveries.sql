-- What people are told, kept until the channel took it. `cursor`: the change of alerts and incidents up to which it was
-- decided what to tell; decided and kept in one transaction, so that nothing is told twice or forgotten.
CREATE TABLE delivery(
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, subject TEXT NOT NULL, revision INT NOT NULL,
  created INT NOT NULL, due INT NOT NULL, attempts INT NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
  finished INT, error TEXT, body TEXT NOT NULL, UNIQUE(channel, subject, revision)
);
CREATE INDEX delivery_waiting ON delivery(due) WHERE state = 'waiting';
CREATE TABLE delivery_cursor(one INTEGER PRIMARY KEY CHECK (one = 1), revision INT NOT NULL);
-- What each channel was told last of an incident (or of an alert that belongs to none).
CREATE TABLE told(channel TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(channel, subject)) WITHOUT ROWID;

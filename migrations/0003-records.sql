-- What people make: rules, exceptions, users, keys, channels, settings.
CREATE TABLE record(
  kind TEXT NOT NULL, id TEXT NOT NULL, version INT NOT NULL, body TEXT NOT NULL, created INT NOT NULL,
  updated INT NOT NULL, PRIMARY KEY(kind, id)
);
CREATE TABLE audit(
  id INTEGER PRIMARY KEY AUTOINCREMENT, time INT NOT NULL, actor TEXT NOT NULL, verb TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL
);

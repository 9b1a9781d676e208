-- Which fields the events of each dataset have ever had a value in, for telling what a rule asks for in vain. Noted when
-- nothing else is to do. `first`, `last`: when it was noted; `last` is renewed once a day at most.
CREATE TABLE field_seen(
  dataset TEXT NOT NULL, path TEXT NOT NULL, first INT NOT NULL, last INT NOT NULL, PRIMARY KEY(dataset, path)
) WITHOUT ROWID;
-- Events up to this number have been looked at.
CREATE TABLE field_look(one INTEGER PRIMARY KEY CHECK (one = 1), seq INT NOT NULL);

-- Whole blocks go by age or for want of room, oldest receipt first.
CREATE INDEX block_received ON block(received);
-- The highest numbers of blocks and events that were removed: numbers never come back, since readers remember them.
INSERT INTO counter(name, value) VALUES ('block', 0), ('event', 0);
-- What was removed: `day` counts from 1970, `reason` is age or disk, `what` the kind of things, `items` how many.
-- `t_from`..`t_to`: times of the events. `last`: when it last happened. `noted`: the audit trail tells of it.
CREATE TABLE removed(
  day INT NOT NULL, reason TEXT NOT NULL, what TEXT NOT NULL, items INT NOT NULL, t_from INT, t_to INT,
  last INT NOT NULL, noted INT NOT NULL DEFAULT 0, PRIMARY KEY(day, reason, what)
) WITHOUT ROWID;

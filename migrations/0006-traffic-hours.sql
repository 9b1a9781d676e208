-- What each source sent by the hour, kept for weeks, so that its rhythm can be learned after its minutes are gone.
-- Whoever counts a minute counts its hour in the same transaction. `first`, `last`: minutes with traffic;
-- `pause`: the longest time between two of them that follow each other.
CREATE TABLE traffic_hour(
  source TEXT NOT NULL, dataset TEXT NOT NULL, hour INT NOT NULL, events INT NOT NULL, rejected INT NOT NULL,
  first INT NOT NULL, last INT NOT NULL, pause INT NOT NULL, PRIMARY KEY(source, dataset, hour)
) WITHOUT ROWID;
CREATE INDEX traffic_hour_age ON traffic_hour(hour);
INSERT INTO traffic_hour(source, dataset, hour, events, rejected, first, last, pause)
  SELECT source, dataset, minute - minute % 3600000 AS hour, sum(events), sum(rejected), min(minute), max(minute),
    max(coalesce(gap, 0))
  FROM (
    SELECT source, dataset, minute, events, rejected,
      minute - lag(minute) OVER (PARTITION BY source, dataset, minute - minute % 3600000 ORDER BY minute) AS gap
    FROM traffic
  )
  GROUP BY 1, 2, 3;

-- How long events took from their own time to their receipt: counts by steps of the delay, each 19 % longer.
CREATE TABLE traffic_delay(
  hour INT NOT NULL, source TEXT NOT NULL, dataset TEXT NOT NULL, step INT NOT NULL, events INT NOT NULL,
  PRIMARY KEY(hour, source, dataset, step)
) WITHOUT ROWID;

-- The newest rejection of each source, which otherwise takes a search through all of them.
ALTER TABLE source ADD COLUMN rejected_at INT;
ALTER TABLE source ADD COLUMN rejected_code TEXT;
ALTER TABLE source ADD COLUMN rejected_detail TEXT;
UPDATE source SET (rejected_at, rejected_code, rejected_detail) = (
  SELECT received, code, detail FROM dead_letter
  WHERE dead_letter.source = source.source AND coalesce(dead_letter.dataset, 'unknown') = source.dataset
  ORDER BY id DESC LIMIT 1
) WHERE rejected > 0;

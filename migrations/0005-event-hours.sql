-- How many events each hour holds: `hour` counts from 1970. Whoever adds events adds them here in the same transaction.
CREATE TABLE event_hour(hour INTEGER PRIMARY KEY, events INT NOT NULL);
INSERT INTO event_hour(hour, events)
  SELECT (second - (second % 3600 + 3600) % 3600) / 3600, count(*) FROM event INDEXED BY event_id WHERE second IS NOT NULL GROUP BY 1;
CREATE TRIGGER event_gone AFTER DELETE ON event BEGIN
  UPDATE event_hour SET events = events - 1
  WHERE hour = (old.second - (old.second % 3600 + 3600) % 3600) / 3600;
END;

-- The last number given out: `revision` to a change of an alert or incident, `pending` to a change of a pending group,
-- `pruned` counts events deleted by age, `late` and `ahead` those that came late or with a time in the future, `too_late`
-- those whose rules reach into hits already deleted.
CREATE TABLE counter(name TEXT PRIMARY KEY, value INT NOT NULL) WITHOUT ROWID;
INSERT INTO counter(name, value) VALUES ('revision', 0), ('pending', 0), ('pruned', 0), ('late', 0), ('ahead', 0), ('too_late', 0);

-- `hash`: first 64 bits of SHA-1 of the event's id. `received`: when it was stored; its age counts from there.
CREATE TABLE hit(
  rule TEXT NOT NULL, version INT NOT NULL, key TEXT NOT NULL, time INT NOT NULL, hash INT NOT NULL, step INT NOT NULL,
  event TEXT NOT NULL, account TEXT, value TEXT, received INT NOT NULL,
  PRIMARY KEY(rule, version, key, time, hash, step)
) WITHOUT ROWID;
CREATE INDEX hit_received ON hit(rule, received);
-- Times around which hits of a rule were deleted, one row a day of them: what comes in there may lack its partners.
CREATE TABLE hit_gone(
  rule TEXT NOT NULL, version INT NOT NULL, day INT NOT NULL, t_from INT NOT NULL, t_to INT NOT NULL,
  PRIMARY KEY(rule, version, day)
) WITHOUT ROWID;
-- Events that an exception left out of a rule's correlation. `hash` as in `hit`.
CREATE TABLE hidden(exception TEXT NOT NULL, hash INT NOT NULL, PRIMARY KEY(exception, hash)) WITHOUT ROWID;

CREATE TABLE pending(
  rule TEXT NOT NULL, key TEXT NOT NULL, day INT NOT NULL, t_from INT NOT NULL, t_to INT NOT NULL, due INT NOT NULL,
  revision INT NOT NULL, PRIMARY KEY(rule, key, day)
) WITHOUT ROWID;
CREATE INDEX pending_due ON pending(due);

-- `t_from`..`t_to` span the completions, `first_seen`..`last_seen` the evidence. `events`: distinct events in evidence.
CREATE TABLE alert(
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, key TEXT NOT NULL, severity TEXT NOT NULL,
  status TEXT NOT NULL, incident TEXT, merged_into TEXT, drill INT NOT NULL, t_from INT NOT NULL, t_to INT NOT NULL,
  first_seen INT NOT NULL, last_seen INT NOT NULL, revision INT NOT NULL UNIQUE, change TEXT NOT NULL,
  events INT NOT NULL DEFAULT 0, body TEXT NOT NULL
);
CREATE INDEX alert_near ON alert(rule, key, t_to);
CREATE INDEX alert_seen ON alert(last_seen, id);
CREATE INDEX alert_status ON alert(status, last_seen, id);
CREATE INDEX alert_incident ON alert(incident) WHERE incident IS NOT NULL;
-- Lower-cased, the account in trouble and all others involved.
CREATE TABLE alert_user(user TEXT NOT NULL, alert INT NOT NULL, PRIMARY KEY(user, alert)) WITHOUT ROWID;
CREATE INDEX alert_user_alert ON alert_user(alert);

CREATE TABLE alert_evidence(
  alert INT NOT NULL, hash INT NOT NULL, step INT NOT NULL, time INT NOT NULL, event TEXT NOT NULL, account TEXT, value TEXT
);
CREATE UNIQUE INDEX alert_evidence_row ON alert_evidence(alert, hash, step);
CREATE INDEX alert_evidence_time ON alert_evidence(alert, time);
-- Distinct values and accounts of an alert's evidence, so that counting them reads no evidence.
CREATE TABLE alert_value(alert INT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(alert, value)) WITHOUT ROWID;
CREATE TABLE alert_account(alert INT NOT NULL, account TEXT NOT NULL, PRIMARY KEY(alert, account)) WITHOUT ROWID;

CREATE TABLE incident(
  id TEXT PRIMARY KEY, user TEXT, user_lower TEXT, entity TEXT NOT NULL, status TEXT NOT NULL, merged_into TEXT,
  drill INT NOT NULL, first_seen INT NOT NULL, last_seen INT NOT NULL, revision INT NOT NULL UNIQUE, change TEXT NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX incident_user ON incident(user, last_seen);
CREATE INDEX incident_entity ON incident(entity, last_seen) WHERE user IS NULL;
CREATE INDEX incident_seen ON incident(last_seen, id);

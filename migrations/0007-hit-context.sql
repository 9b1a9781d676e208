-- What tuning needs of an event, as JSON: its address, its device, where it sends mail on to. NULL where the rule heeds none.
ALTER TABLE hit ADD COLUMN context TEXT;

-- Alerts of rules that are material for others are left out of lists.
ALTER TABLE alert ADD COLUMN building_block INT NOT NULL DEFAULT 0;

-- The trail is a chain: each entry holds the hash of the entry before it with its own content (store/audit-chain.ts). What
-- was written before is chained when the file is opened; SQL cannot hash.
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';

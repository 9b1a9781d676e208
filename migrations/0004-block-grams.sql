-- Which runs of four characters the documents of a block hold, as a bitmap; an empty one says nothing. Made when
-- nothing else is to do, so a block without a row may hold anything.
CREATE TABLE block_grams(block INTEGER PRIMARY KEY, bits BLOB NOT NULL);
CREATE TRIGGER block_gone AFTER DELETE ON block BEGIN DELETE FROM block_grams WHERE block = old.id; END;

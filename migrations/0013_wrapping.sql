-- An archive may want deliveries in a BagIt bag. The message then tells of the bag as what left, and of the container in it.
alter table archives add column bag boolean not null default false;
alter table archive_messages add column wrapped jsonb not null default '{}';

-- Containers that lie here for people to carry, and answers of archives, are read back like the objects of documents
-- (0011). What our own check of a container passed at is another thing (checked).
alter table archive_messages
	add column sha512      text not null default '',
	add column read_back   timestamptz,
	add column quarantined timestamptz;
alter table archive_answers
	add column sha512      text not null default '',
	add column read_back   timestamptz,
	add column quarantined timestamptz;

-- Who confirmed a record in the archive's place, and why; empty: the archive did, or nobody yet.
alter table disposal_records
	add column confirmed_by     uuid,
	add column confirmed_reason text not null default '';

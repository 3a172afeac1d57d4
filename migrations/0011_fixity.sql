-- Reading stored objects back: when each was read last, the second digest where the installation takes one, and whether
-- it is withheld from everybody because it is not what it was. The name of a digest's column is its algorithm.

alter table renditions
	add column sha512      text not null default '', -- empty: not taken yet
	add column checked     timestamptz,              -- null: never
	add column quarantined timestamptz;              -- null: sound, as far as is known
-- New rows only: looking at all old ones would hold up the release that is still serving.
alter table renditions add constraint renditions_sha512 check (sha512 = '' or sha512 ~ '^[0-9a-f]{128}$') not valid;
-- Who waits longest is read next.
create index renditions_checked on renditions (office_id, checked nulls first, id) where quarantined is null;
create index renditions_quarantined on renditions (office_id, id) where quarantined is not null;

-- Who closed a finding; null while open, and for those closed by the product itself.
alter table findings add column resolved_by uuid;

-- A round reads everything that is due when it begins. Its row is the place where it goes on after a restart: what it has
-- read so far has renditions.checked after started.
create table fixity_rounds (
	office_id  uuid not null references offices,
	number     int not null check (number >= 1),
	started    timestamptz not null,
	due        timestamptz not null, -- what was last read before this belongs to the round
	ended      timestamptz,
	algorithms text not null check (algorithms <> ''),
	objects    bigint not null default 0,
	bytes      bigint not null default 0,
	differing  bigint not null default 0,
	missing    bigint not null default 0,
	primary key (office_id, number)
);
create unique index fixity_rounds_open on fixity_rounds (office_id) where ended is null;
select eakte_fence('fixity_rounds');

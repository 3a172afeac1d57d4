-- Who may come in. Secrets are kept as digests only.

create table users (
	office_id     uuid not null references offices,
	id            uuid not null,
	login         text not null check (login <> ''),
	name          text not null default '',
	roles         text[] not null default '{}',
	language      text not null default '',
	password_hash text not null default '',
	disabled      boolean not null default false,
	created       timestamptz not null,
	primary key (office_id, id),
	unique (office_id, login)
);
select eakte_fence('users');

create table access_codes (
	office_id uuid not null,
	id        uuid not null,
	case_id   uuid not null,
	matter_id uuid,
	hash      bytea not null,
	expires   timestamptz not null,
	revoked   boolean not null default false,
	created   timestamptz not null,
	primary key (office_id, id),
	unique (office_id, hash),
	foreign key (office_id, case_id) references cases (office_id, id),
	foreign key (office_id, case_id, matter_id) references matters (office_id, case_id, id)
);
create index access_codes_case on access_codes (office_id, case_id);
select eakte_fence('access_codes', 'case_id');

create table service_tokens (
	office_id uuid not null references offices,
	id        uuid not null,
	name      text not null,
	hash      bytea not null,
	scopes    text[] not null default '{}',
	expires   timestamptz,
	revoked   boolean not null default false,
	created   timestamptz not null,
	primary key (office_id, id),
	unique (office_id, hash)
);
select eakte_fence('service_tokens');

create table sessions (
	office_id  uuid not null references offices,
	hash       bytea not null,
	case_id    uuid, -- an applicant's
	actor_kind text not null,
	actor_id   uuid not null,
	roles      text[] not null default '{}',
	scopes     text[] not null default '{}',
	csrf       text not null,
	created    timestamptz not null,
	last_seen  timestamptz not null,
	expires    timestamptz not null,
	primary key (office_id, hash),
	foreign key (office_id, case_id) references cases (office_id, id)
);
create index sessions_expires on sessions (office_id, expires);
select eakte_fence('sessions', 'case_id');

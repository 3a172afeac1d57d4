-- Answers already given, and what periodic care found.

create table answers (
	office_id uuid not null references offices,
	actor_id  uuid not null, -- all zero: the system
	key       text not null,
	case_id   uuid, -- an applicant's
	body_hash bytea not null,
	status    int not null,
	answer    bytea not null,
	created   timestamptz not null default now(),
	primary key (office_id, actor_id, key),
	foreign key (office_id, case_id) references cases (office_id, id)
);
create index answers_created on answers (office_id, created);
select eakte_fence('answers', 'case_id');

create table findings (
	office_id   uuid not null references offices,
	id          uuid not null,
	kind        text not null,
	subject     text not null,
	document_id uuid,
	detail      text not null default '',
	found       timestamptz not null,
	resolved    timestamptz,
	primary key (office_id, id),
	foreign key (office_id, document_id) references documents (office_id, id)
);
-- The same thing found again is the same finding as long as it is open.
create unique index findings_open on findings (office_id, kind, subject) where resolved is null;
select eakte_fence('findings');

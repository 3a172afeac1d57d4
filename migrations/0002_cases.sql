-- Case files, matters, parties; what comes in; documents and what is known of them; requests.
--
-- Every key starts with office_id and every reference carries it, so that a row can never point into another office.
-- What hangs on a case or a document carries case_id as well, because the fence looks at nothing else.

create table case_counters (
	office_id uuid not null references offices,
	year      int not null,
	last      int not null,
	primary key (office_id, year)
);
select eakte_fence('case_counters');

create table cases (
	office_id       uuid not null references offices,
	id              uuid not null,
	reference       text not null check (reference <> ''),
	title           text not null default '',
	language        text not null default '',
	status          text not null
		check (status in ('initiated', 'submitted', 'received', 'processing', 'action_required', 'completed')),
	external_system text not null default '',
	external_ref    text not null default '',
	opened          timestamptz not null,
	changed         timestamptz not null,
	closed          timestamptz,
	primary key (office_id, id),
	unique (office_id, reference)
);
create unique index cases_external on cases (office_id, external_system, external_ref) where external_ref <> '';
create index cases_changed on cases (office_id, changed);
select eakte_fence('cases', 'id');

create table matters (
	office_id          uuid not null,
	id                 uuid not null,
	case_id            uuid not null,
	procedure          text not null,
	facts              jsonb not null default '{}',
	application        json, -- as received, to the byte
	application_schema text not null default '',
	opened             timestamptz not null,
	closed             timestamptz,
	primary key (office_id, id),
	unique (office_id, case_id, id),
	foreign key (office_id, case_id) references cases (office_id, id)
);
select eakte_fence('matters', 'case_id');

create table parties (
	office_id   uuid not null,
	id          uuid not null,
	case_id     uuid not null,
	matter_id   uuid not null,
	role        text not null,
	surname     text not null default '',
	given_names text not null default '',
	birth_date  text not null default '',
	nationality text not null default '',
	primary key (office_id, id),
	foreign key (office_id, case_id, matter_id) references matters (office_id, case_id, id)
);
create index parties_matter on parties (office_id, matter_id);
select eakte_fence('parties', 'case_id');

create table submissions (
	office_id uuid not null,
	id        uuid not null,
	case_id   uuid not null,
	matter_id uuid,
	channel   text not null,
	status    text not null check (status in ('open', 'complete')),
	language  text not null default '',
	opened    timestamptz not null,
	closed    timestamptz,
	primary key (office_id, id),
	unique (office_id, case_id, id),
	foreign key (office_id, case_id) references cases (office_id, id),
	foreign key (office_id, case_id, matter_id) references matters (office_id, case_id, id)
);
select eakte_fence('submissions', 'case_id');

create table uploads (
	office_id     uuid not null,
	id            uuid not null,
	case_id       uuid not null,
	submission_id uuid not null,
	document_id   uuid not null, -- minted with the upload; the document follows when it is whole
	file_name     text not null,
	media_type    text not null,
	length        bigint not null,
	stored        bigint not null default 0 check (stored >= 0),
	multipart     text not null default '',
	parts         jsonb not null default '[]',
	tail          text not null default '',
	tail_size     bigint not null default 0,
	hash_state    bytea,
	done          boolean not null default false,
	expires       timestamptz not null,
	created       timestamptz not null,
	primary key (office_id, id),
	unique (office_id, document_id),
	foreign key (office_id, case_id, submission_id) references submissions (office_id, case_id, id)
);
create index uploads_submission on uploads (office_id, case_id, submission_id);
create index uploads_expires on uploads (office_id, expires);
select eakte_fence('uploads', 'case_id');

create table requests (
	office_id uuid not null,
	id        uuid not null,
	case_id   uuid not null,
	matter_id uuid,
	state     text not null check (state in ('created', 'fulfilled', 'overdue', 'cancelled')),
	due       date,
	created   timestamptz not null,
	primary key (office_id, id),
	unique (office_id, case_id, id),
	foreign key (office_id, case_id) references cases (office_id, id),
	foreign key (office_id, case_id, matter_id) references matters (office_id, case_id, id)
);
select eakte_fence('requests', 'case_id');

create table documents (
	office_id       uuid not null,
	id              uuid not null,
	case_id         uuid not null,
	matter_id       uuid,
	submission_id   uuid,
	parent_id       uuid,
	status          text not null
		check (status in ('received', 'processing', 'filed', 'review', 'rejected', 'withdrawn')),
	station         text not null default '',
	code            text not null default '',
	notes           text[] not null default '{}',
	generation      int not null check (generation >= 1),
	version         int not null check (version >= 1),
	file_name       text not null,
	media_type      text not null,
	size            bigint not null check (size >= 0),
	sha256          text not null check (sha256 ~ '^[0-9a-f]{64}$'),
	pages           int not null default 0 check (pages >= 0),
	type            text not null default '',
	type_confidence double precision not null default 0 check (type_confidence between 0 and 1),
	type_by         text not null default '',
	channel         text not null,
	request_id      uuid,
	received        timestamptz not null,
	changed         timestamptz not null,
	primary key (office_id, id),
	unique (office_id, case_id, id),
	foreign key (office_id, case_id) references cases (office_id, id),
	foreign key (office_id, case_id, matter_id) references matters (office_id, case_id, id),
	foreign key (office_id, submission_id) references submissions (office_id, id),
	foreign key (office_id, parent_id) references documents (office_id, id),
	foreign key (office_id, case_id, request_id) references requests (office_id, case_id, id)
);
-- The same bytes are in a case once, unless they were taken back or came inside something else.
create unique index documents_digest on documents (office_id, case_id, sha256)
	where status <> 'withdrawn' and parent_id is null;
create index documents_case on documents (office_id, case_id, received);
create index documents_submission on documents (office_id, submission_id);
create index documents_parent on documents (office_id, parent_id) where parent_id is not null;
create index documents_review on documents (office_id, changed) where status = 'review';
create index documents_passing on documents (office_id, changed) where status in ('received', 'processing');
select eakte_fence('documents', 'case_id');

-- What hangs on a document follows it into another case (on update cascade).

create table pages (
	office_id   uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	number      int not null check (number >= 1),
	width       double precision not null default 0,
	height      double precision not null default 0,
	rotation    int not null default 0,
	blank       boolean not null default false,
	digital     boolean not null default false,
	language    text not null default '',
	confidence  double precision not null default 0,
	text        text not null default '',
	quality     text not null default '',
	code        text not null default '',
	recognised  boolean not null default false,
	primary key (office_id, document_id, number),
	foreign key (office_id, case_id, document_id) references documents (office_id, case_id, id) on update cascade
);
select eakte_fence('pages', 'case_id');

create table renditions (
	office_id   uuid not null,
	id          uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	kind        text not null,
	page        int not null default 0 check (page >= 0),
	media_type  text not null,
	format      text not null default '',
	object_key  text not null,
	size        bigint not null check (size >= 0),
	sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
	generation  int not null check (generation >= 1),
	created     timestamptz not null,
	primary key (office_id, id),
	unique (office_id, document_id, kind, page, generation),
	foreign key (office_id, case_id, document_id) references documents (office_id, case_id, id) on update cascade
);
select eakte_fence('renditions', 'case_id');

create table segments (
	office_id   uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	number      int not null check (number >= 1),
	first_page  int not null check (first_page >= 1),
	last_page   int not null,
	type        text not null default '',
	confidence  double precision not null default 0,
	primary key (office_id, document_id, number),
	check (last_page >= first_page),
	foreign key (office_id, case_id, document_id) references documents (office_id, case_id, id) on update cascade
);
select eakte_fence('segments', 'case_id');

create table fields (
	office_id   uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	position    int not null,
	name        text not null,
	value       text not null,
	raw         text not null default '',
	page        int not null default 0,
	box         double precision[] not null check (cardinality(box) = 4),
	confidence  double precision not null default 0,
	by          text not null default '',
	primary key (office_id, document_id, position),
	foreign key (office_id, case_id, document_id) references documents (office_id, case_id, id) on update cascade
);
select eakte_fence('fields', 'case_id');

-- The access log: who read which content. Only ever added to.
create table content_reads (
	office_id   uuid not null,
	id          uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	kind        text not null,
	page        int not null default 0,
	actor_kind  text not null,
	actor_id    uuid,
	at          timestamptz not null default now(),
	primary key (office_id, id),
	foreign key (office_id, case_id, document_id) references documents (office_id, case_id, id) on update cascade
);
create index content_reads_document on content_reads (office_id, document_id, at);
select eakte_fence('content_reads', 'case_id');

create table request_items (
	office_id     uuid not null,
	case_id       uuid not null,
	request_id    uuid not null,
	number        int not null check (number >= 1),
	document_type text not null,
	reason        text not null default '',
	state         text not null check (state in ('open', 'received', 'accepted', 'refused')),
	document_id   uuid,
	primary key (office_id, request_id, number),
	foreign key (office_id, case_id, request_id) references requests (office_id, case_id, id),
	foreign key (office_id, document_id) references documents (office_id, id)
);
select eakte_fence('request_items', 'case_id');

-- Documents whose own period ends before that of their case file (docs/archive.md), as the table said when it was last
-- computed: what pages list. Whether one may really go is asked of the table itself, at every step.
create table document_retentions (
	office_id   uuid not null,
	case_id     uuid not null,
	document_id uuid not null,
	due         date not null,
	basis       text not null default '',
	primary key (office_id, document_id),
	foreign key (office_id, case_id) references cases (office_id, id) on delete cascade,
	foreign key (office_id, document_id) references documents (office_id, id) on delete cascade
);
create index document_retentions_case on document_retentions (office_id, case_id);
create index document_retentions_due on document_retentions (office_id, due);
select eakte_fence('document_retentions');

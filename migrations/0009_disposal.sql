-- The way out: retention, disposal, destruction (docs/archive.md). None of it is an applicant's business, so no table here
-- names its case to the fence.

create table retention_rules (
	office_id      uuid not null references offices,
	number         int not null check (number >= 1),
	unit           text not null default '',
	title          text not null default '',
	procedures     text[] not null default '{}',
	document_types text[] not null default '{}',
	years          int not null default 0 check (years between 0 and 999),
	months         int not null default 0 check (months between 0 and 999),
	unlimited      boolean not null default false,
	end_of_year    boolean not null default false,
	basis          text not null default '',
	proposal       text not null default 'B' check (proposal in ('A', 'V', 'B')),
	primary key (office_id, number)
);
select eakte_fence('retention_rules');

create table retentions (
	office_id uuid not null,
	case_id   uuid not null,
	unit      text not null default '',
	resolved  text not null default '',
	start     date,
	due       date,
	years     int not null default 0,
	unlimited boolean not null default false,
	basis     text not null default '',
	proposal  text not null default 'B' check (proposal in ('A', 'V', 'B')),
	primary key (office_id, case_id),
	foreign key (office_id, case_id) references cases (office_id, id)
);
create index retentions_due on retentions (office_id, due);
select eakte_fence('retentions');

create table holds (
	office_id uuid not null,
	id        uuid not null,
	case_id   uuid not null,
	reason    text not null default '',
	set_by    uuid,
	set_at    timestamptz not null,
	lifted_by uuid,
	lifted    timestamptz,
	primary key (office_id, id),
	foreign key (office_id, case_id) references cases (office_id, id)
);
create index holds_case on holds (office_id, case_id);
select eakte_fence('holds');

create table archives (
	office_id  uuid not null references offices,
	id         uuid not null,
	name       text not null check (name <> ''),
	short      text not null default '',
	prefix     text not null default '',
	key        text not null default '',
	version    text not null,
	two_step   boolean not null default false,
	originals  boolean not null default false,
	size_limit bigint not null default 0 check (size_limit >= 0),
	transport  jsonb not null default '{}',
	sender     jsonb not null default '{}',
	created    timestamptz not null,
	primary key (office_id, id)
);
select eakte_fence('archives');

create table disposals (
	office_id  uuid not null,
	id         uuid not null,
	archive_id uuid not null,
	state      text not null
		check (state in ('open', 'offered', 'appraised', 'delivered', 'archived', 'closed', 'cancelled')),
	two_step   boolean not null default false,
	blocked    boolean not null default false,
	code       text not null default '',
	made_by    uuid,
	created    timestamptz not null,
	changed    timestamptz not null,
	primary key (office_id, id),
	foreign key (office_id, archive_id) references archives (office_id, id)
);
select eakte_fence('disposals');

-- Records outlive the case files they tell of: no reference to cases or matters. live: neither recalled nor destroyed, in a
-- disposal that is neither closed nor called off.
create table disposal_records (
	office_id   uuid not null,
	disposal_id uuid not null,
	id          uuid not null,
	level       text not null check (level in ('case', 'matter')),
	case_id     uuid not null,
	reference   text not null,
	proposal    text not null default 'B' check (proposal in ('A', 'V', 'B')),
	decision    text not null default 'B' check (decision in ('A', 'V', 'B')),
	reason      text not null default '',
	decided_by  uuid,
	archived    boolean not null default false,
	archive_ref text not null default '',
	recalled    timestamptz,
	destroyed   timestamptz,
	live        boolean not null default true,
	primary key (office_id, disposal_id, id),
	check (level = 'matter' or id = case_id),
	check (not live or (recalled is null and destroyed is null)),
	foreign key (office_id, disposal_id) references disposals (office_id, id)
);
-- A case file or matter is in one disposal at a time.
create unique index disposal_records_live on disposal_records (office_id, id) where live;
create index disposal_records_case on disposal_records (office_id, case_id) where live;
select eakte_fence('disposal_records');

create table archive_messages (
	office_id   uuid not null,
	id          uuid not null,
	disposal_id uuid not null,
	type        text not null,
	number      int not null check (number >= 1),
	of          int not null check (of >= number),
	created     timestamptz not null,
	through     bigint not null,
	file        text not null default '',
	size        bigint not null default 0 check (size >= 0),
	sha256      text not null default '',
	entries     jsonb not null default '[]',
	checked     timestamptz,
	sent        timestamptz,
	primary key (office_id, id),
	unique (office_id, disposal_id, type, number),
	check (sent is null or checked is not null),
	foreign key (office_id, disposal_id) references disposals (office_id, id)
);
select eakte_fence('archive_messages');

create table archive_answers (
	office_id   uuid not null,
	id          uuid not null,
	archive_id  uuid not null,
	disposal_id uuid,
	type        text not null default '',
	file        text not null default '',
	size        bigint not null check (size >= 0),
	sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
	object_key  text not null default '',
	state       text not null check (state in ('taken', 'unexpected', 'seen')),
	code        text not null default '',
	received    timestamptz not null,
	primary key (office_id, id),
	unique (office_id, archive_id, sha256),
	foreign key (office_id, archive_id) references archives (office_id, id),
	foreign key (office_id, disposal_id) references disposals (office_id, id)
);
create index archive_answers_disposal on archive_answers (office_id, disposal_id);
select eakte_fence('archive_answers');

-- What is left of a case file in the end. Four eyes are held here too.
create table destructions (
	office_id    uuid not null,
	id           uuid not null,
	case_id      uuid not null,
	disposal_id  uuid,
	reference    text not null,
	decision     text not null check (decision in ('A', 'V', 'B')),
	archive_ref  text not null default '',
	whole        boolean not null,
	documents    uuid[] not null,
	digests      text[] not null,
	basis        text not null check (basis <> ''),
	proposed_by  uuid not null,
	proposed     timestamptz not null,
	confirmed_by uuid,
	confirmed    timestamptz,
	after        timestamptz,
	withdrawn    timestamptz,
	begun        timestamptz,
	done         timestamptz,
	primary key (office_id, id),
	constraint destructions_four_eyes check (confirmed_by <> proposed_by),
	check ((confirmed_by is null) = (confirmed is null) and (confirmed is null) = (after is null)),
	check (begun is null or (confirmed is not null and withdrawn is null and begun >= after)),
	check (done is null or begun is not null),
	check (whole = (disposal_id is not null)),
	check (cardinality(documents) = cardinality(digests) and (whole or cardinality(documents) > 0)),
	foreign key (office_id, disposal_id) references disposals (office_id, id)
);
create unique index destructions_open on destructions (office_id, case_id) where done is null and withdrawn is null;
create index destructions_case on destructions (office_id, case_id);
select eakte_fence('destructions');

-- eakte_may_destroy refuses unless a destruction that has begun covers the case file, or these documents of it.
create function eakte_may_destroy(p_case uuid, p_documents uuid[]) returns void
	language plpgsql volatile
	set search_path = pg_catalog, public, pg_temp
as $$
declare
	v_office uuid := public.eakte_office();
begin
	if v_office is null or public.eakte_case() is not null then
		raise exception 'destroy: no office is set, or an applicant acts' using errcode = 'insufficient_privilege';
	end if;
	perform 1 from public.cases c where c.office_id = v_office and c.id = p_case for update;
	perform 1 from public.destructions x
		where x.office_id = v_office and x.case_id = p_case and x.begun is not null and x.done is null
			and x.withdrawn is null and x.confirmed_by <> x.proposed_by and x.after <= clock_timestamp()
			and case when p_documents is null then x.whole else not x.whole and x.documents @> p_documents end;
	if not found then
		raise exception 'destroy: nothing that was confirmed and has begun covers it' using errcode = 'insufficient_privilege';
	end if;
	perform 1 from public.holds h where h.office_id = v_office and h.case_id = p_case and h.lifted is null;
	if found then
		raise exception 'destroy: a hold' using errcode = 'insufficient_privilege';
	end if;
end
$$;

-- eakte_delete_documents deletes documents with everything that hangs on them. Other documents forget them.
create function eakte_delete_documents(p_office uuid, p_documents uuid[]) returns void
	language plpgsql volatile
	set search_path = pg_catalog, public, pg_temp
as $$
begin
	delete from public.content_reads where office_id = p_office and document_id = any(p_documents);
	delete from public.fields where office_id = p_office and document_id = any(p_documents);
	delete from public.segments where office_id = p_office and document_id = any(p_documents);
	delete from public.pages where office_id = p_office and document_id = any(p_documents);
	delete from public.renditions where office_id = p_office and document_id = any(p_documents);
	delete from public.findings where office_id = p_office and document_id = any(p_documents);
	delete from public.uploads where office_id = p_office and document_id = any(p_documents);
	update public.request_items set document_id = null where office_id = p_office and document_id = any(p_documents);
	update public.documents set similar_to = null where office_id = p_office and similar_to = any(p_documents);
	update public.documents set parent_id = null where office_id = p_office and parent_id = any(p_documents);
	delete from public.documents where office_id = p_office and id = any(p_documents);
end
$$;

-- eakte_destroy_documents and eakte_destroy_case delete the rows, once and for all. The log stays: it holds no personal
-- data. They run as their owner, for the application may not delete from the access log, and check what the fence would.
create function eakte_destroy_documents(p_case uuid, p_documents uuid[]) returns void
	language plpgsql volatile security definer
	set search_path = pg_catalog, public, pg_temp
as $$
declare
	v_office uuid := public.eakte_office();
begin
	perform public.eakte_may_destroy(p_case, coalesce(p_documents, '{}'));
	perform public.eakte_delete_documents(v_office,
		array(select d.id from public.documents d
			where d.office_id = v_office and d.case_id = p_case and d.id = any(p_documents)));
end
$$;

create function eakte_destroy_case(p_case uuid) returns void
	language plpgsql volatile security definer
	set search_path = pg_catalog, public, pg_temp
as $$
declare
	v_office uuid := public.eakte_office();
begin
	perform public.eakte_may_destroy(p_case, null);
	-- A document that went on to another case file keeps the submission it came with.
	update public.documents d set submission_id = null from public.submissions s
		where d.office_id = v_office and d.case_id <> p_case and s.office_id = v_office and s.id = d.submission_id
			and s.case_id = p_case;
	perform public.eakte_delete_documents(v_office,
		array(select d.id from public.documents d where d.office_id = v_office and d.case_id = p_case));
	delete from public.request_items where office_id = v_office and case_id = p_case;
	delete from public.requests where office_id = v_office and case_id = p_case;
	delete from public.uploads where office_id = v_office and case_id = p_case;
	delete from public.submissions where office_id = v_office and case_id = p_case;
	delete from public.parties where office_id = v_office and case_id = p_case;
	delete from public.access_codes where office_id = v_office and case_id = p_case;
	delete from public.sessions where office_id = v_office and case_id = p_case;
	delete from public.answers where office_id = v_office and case_id = p_case;
	delete from public.matters where office_id = v_office and case_id = p_case;
	delete from public.holds where office_id = v_office and case_id = p_case;
	delete from public.retentions where office_id = v_office and case_id = p_case;
	delete from public.cases where office_id = v_office and id = p_case;
end
$$;

revoke all on function eakte_may_destroy(uuid, uuid[]) from public;
revoke all on function eakte_delete_documents(uuid, uuid[]) from public;
revoke all on function eakte_destroy_documents(uuid, uuid[]) from public;
revoke all on function eakte_destroy_case(uuid) from public;

-- Entries that only the log knows (eakte.audit.…) take no number in their case, or consumers of the feed would miss one. And
-- they may tell of a case file that is no more.
drop index events_case;
create unique index events_case on events (office_id, case_id, case_seq) where case_id is not null and case_seq > 0;
create index events_of_case on events (office_id, case_id, seq) where case_id is not null;

create or replace function append_event(
	p_id uuid, p_case uuid, p_type text, p_subject text, p_actor_kind text, p_actor_id uuid, p_data text,
	out seq bigint, out case_seq bigint, out "time" timestamptz, out prev_hash bytea, out hash bytea
)
	language plpgsql volatile security definer
	set search_path = pg_catalog, public, pg_temp
as $$
declare
	v_office uuid := public.eakte_office();
	v_fence  uuid := public.eakte_case();
begin
	if v_office is null then
		raise exception 'append_event: no office is set' using errcode = 'insufficient_privilege';
	end if;
	if v_fence is not null and p_case is distinct from v_fence then
		raise exception 'append_event: not the case of this transaction' using errcode = 'insufficient_privilege';
	end if;
	perform set_config('eakte.case', '', true);

	perform pg_advisory_xact_lock(hashtextextended('eakte.events/' || v_office, 0));

	insert into public.event_heads as h (office_id, seq, hash)
		values (v_office, 0, decode(repeat('00', 32), 'hex'))
		on conflict on constraint event_heads_pkey do nothing;
	select h.seq + 1, h.hash into seq, prev_hash from public.event_heads h where h.office_id = v_office for update;

	case_seq := 0;
	if p_case is not null then
		perform 1 from public.cases c where c.office_id = v_office and c.id = p_case;
		if not found and p_type like 'eakte.audit.%' then
			perform 1 from public.destructions x where x.office_id = v_office and x.case_id = p_case;
		end if;
		if not found then
			raise exception 'append_event: the office has no such case' using errcode = 'foreign_key_violation';
		end if;
		if p_type not like 'eakte.audit.%' then
			insert into public.event_case_heads as h (office_id, case_id, seq) values (v_office, p_case, 1)
				on conflict on constraint event_case_heads_pkey do update set seq = h.seq + 1
				returning h.seq into case_seq;
		end if;
	end if;

	"time" := clock_timestamp();
	hash := sha256(
		public.eakte_part('eakte.event.v1'::text) || public.eakte_part(prev_hash) || public.eakte_part(v_office::text) ||
		public.eakte_part(seq::text) || public.eakte_part(p_id::text) || public.eakte_part(coalesce(p_case::text, '')) ||
		public.eakte_part(case_seq::text) || public.eakte_part(p_type) || public.eakte_part(p_subject) ||
		public.eakte_part(p_actor_kind) || public.eakte_part(coalesce(p_actor_id::text, '')) ||
		public.eakte_part(to_char("time" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ||
		public.eakte_part(p_data));

	insert into public.events (office_id, seq, id, case_id, case_seq, type, subject, actor_kind, actor_id, time, data,
			prev_hash, hash)
		values (v_office, seq, p_id, p_case, case_seq, p_type, p_subject, p_actor_kind, p_actor_id, "time",
			p_data::json, prev_hash, hash);
	update public.event_heads h set seq = append_event.seq, hash = append_event.hash where h.office_id = v_office;

	perform pg_notify('eakte_events', v_office || ':' || seq);
	perform set_config('eakte.case', coalesce(v_fence::text, ''), true);
end
$$;

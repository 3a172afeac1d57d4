-- The event log: audit trail and feed in one. Written by append_event alone; the application may only read it.
--
-- Readers follow the log by the highest sequence seen. That is safe only if numbers become visible in their order, so
-- append_event takes the office's lock before it takes a number, and whoever calls it commits next.

create table events (
	office_id  uuid not null references offices,
	seq        bigint not null,
	id         uuid not null,
	case_id    uuid,
	case_seq   bigint not null,
	type       text not null,
	subject    text not null,
	actor_kind text not null,
	actor_id   uuid,
	time       timestamptz not null,
	data       json not null, -- not jsonb: the digest is over exactly this text
	prev_hash  bytea not null,
	hash       bytea not null,
	primary key (office_id, seq),
	unique (office_id, id)
);
create unique index events_case on events (office_id, case_id, case_seq) where case_id is not null;
select eakte_fence('events', 'case_id');

create table event_heads (
	office_id uuid primary key references offices,
	seq       bigint not null,
	hash      bytea not null
);
select eakte_fence('event_heads');

create table event_case_heads (
	office_id uuid not null references offices,
	case_id   uuid not null,
	seq       bigint not null,
	primary key (office_id, case_id)
);
select eakte_fence('event_case_heads', 'case_id');

-- eakte_part is one field of the byte string a digest is taken over: its length in bytes as 32 bits, most significant
-- first, then its bytes.
create function eakte_part(part bytea) returns bytea
	language sql immutable parallel safe
	return int4send(length(part)) || part;

create function eakte_part(part text) returns bytea
	language sql stable parallel safe
	return int4send(octet_length(convert_to(part, 'UTF8'))) || convert_to(part, 'UTF8');

-- append_event adds one entry to the log of the transaction's office.
--
-- The digest is SHA-256 over these parts in this order, each as eakte_part writes it; what is absent is empty:
--   "eakte.event.v1", digest of the entry before (the first: 32 zero bytes), office, sequence, id, case,
--   case sequence (0 without a case), type, subject, kind of actor, actor, time, data.
-- Ids in canonical lower-case form, numbers in decimal, time in UTC as 2026-11-22T09:00:00.000000Z, data as it is.
--
-- It runs as its owner, so it repeats what the fence would say, and then lifts the case's fence for its own work: an
-- owner who is no superuser stands behind the fence too.
create function append_event(
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
		if not found then
			raise exception 'append_event: the office has no such case' using errcode = 'foreign_key_violation';
		end if;
		insert into public.event_case_heads as h (office_id, case_id, seq) values (v_office, p_case, 1)
			on conflict on constraint event_case_heads_pkey do update set seq = h.seq + 1
			returning h.seq into case_seq;
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

revoke all on function append_event(uuid, uuid, text, text, text, uuid, text) from public;

-- How far each consumer of the feed has read, as it says itself.
create table checkpoints (
	office_id uuid not null references offices,
	consumer  text not null check (consumer <> ''),
	seq       bigint not null,
	changed   timestamptz not null default now(),
	primary key (office_id, consumer)
);
select eakte_fence('checkpoints');

create table endpoints (
	office_id  uuid not null references offices,
	id         uuid not null,
	url        text not null,
	algorithm  text not null,
	types      text[] not null default '{}',
	generation int not null default 1,
	rotated    timestamptz,
	state      text not null check (state in ('active', 'paused', 'off')),
	created    timestamptz not null,
	primary key (office_id, id)
);
select eakte_fence('endpoints');

-- event_id has no foreign key: a test bell rings for an event that is in no log.
create table deliveries (
	office_id   uuid not null,
	id          uuid not null,
	endpoint_id uuid not null,
	event_id    uuid not null,
	attempt     int not null,
	status      int not null,
	answer      text not null default '',
	latency     bigint not null, -- nanoseconds
	at          timestamptz not null,
	primary key (office_id, id),
	foreign key (office_id, endpoint_id) references endpoints (office_id, id)
);
create index deliveries_endpoint on deliveries (office_id, endpoint_id, at);
create index deliveries_success on deliveries (office_id, endpoint_id, at) where status between 200 and 299;
select eakte_fence('deliveries');

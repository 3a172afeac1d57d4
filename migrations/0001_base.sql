-- What every later migration stands on: the fence. A transaction says for which office it works (setting
-- eakte.office) and, when an applicant acts, for which case (eakte.case). Unset means: nothing is visible.

create function eakte_office() returns uuid
	language sql stable parallel safe
	return nullif(current_setting('eakte.office', true), '')::uuid;

create function eakte_case() returns uuid
	language sql stable parallel safe
	return nullif(current_setting('eakte.case', true), '')::uuid;

-- eakte_fence puts a table behind the fence. case_column names the column that holds a row's case; without one the
-- table is none of an applicant's business and an applicant's transaction sees nothing of it.
create function eakte_fence(fenced regclass, case_column name default null) returns void
	language plpgsql
as $$
declare
	rule text := 'office_id = eakte_office()';
begin
	if case_column is null then
		rule := rule || ' and eakte_case() is null';
	else
		rule := rule || format(' and (eakte_case() is null or %I = eakte_case())', case_column);
	end if;
	execute format('alter table %s enable row level security', fenced);
	execute format('alter table %s force row level security', fenced);
	execute format('create policy fence on %s using (%s) with check (%s)', fenced, rule, rule);
end
$$;

revoke all on function eakte_fence(regclass, name) from public;

-- The directory of offices is public. An office is changed only from inside.
create table offices (
	id       uuid primary key,
	key      text not null unique check (key ~ '^[a-z0-9-]{1,63}$'),
	name     text not null,
	language text not null,
	limits   jsonb not null default '{}',
	created  timestamptz not null
);

alter table offices enable row level security;
alter table offices force row level security;
create policy directory on offices for select using (true);
create policy opening on offices for insert with check (eakte_case() is null);
create policy own on offices for update using (id = eakte_office() and eakte_case() is null);

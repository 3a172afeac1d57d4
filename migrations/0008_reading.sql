-- What a page is known by again (pipeline.Print), and the codes on it.
alter table pages add column print_image text not null default '';
alter table pages add column print_text text not null default '';
alter table pages add column codes jsonb not null default '[]';

-- The other document of the case that shows the same; what is wrong with the picture, as its sender can help it.
alter table documents add column similar_to uuid;
alter table documents add foreign key (office_id, similar_to) references documents (office_id, id);
alter table documents add column quality text not null default '';
alter table documents add column flaws text[] not null default '{}';

-- What an office's corrections taught, version by version, and what people chose among the versions. The version in use
-- is the last one that is; versions are only ever added, so they are their own audit trail.
create table lessons (
	office_id  uuid not null references offices,
	number     int not null check (number >= 1),
	kind       text not null check (kind in ('learnt', 'chosen', 'off')),
	made       timestamptz not null,
	actor_kind text not null,
	actor_id   uuid,
	again      int not null default 0, -- the version that was chosen; 0: none
	examples   int not null default 0,
	held_back  int not null default 0,
	before     double precision not null default 0,
	after      double precision not null default 0,
	better     boolean not null default false,
	file       bytea not null default '',
	primary key (office_id, number)
);
select eakte_fence('lessons');

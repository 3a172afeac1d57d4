-- Reconciling asks by key whether an object of the store belongs to something.
create index renditions_key on renditions (office_id, object_key);

-- What the stations hand on: what kind of thing a document came from, how a page is read and how it is turned.
alter table documents add column source text not null default '';
alter table pages add column kind text not null default '';
alter table pages add column turn int not null default 0;

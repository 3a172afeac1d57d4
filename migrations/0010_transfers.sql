-- What our own check of a finished container found; a container with findings never leaves.
alter table archive_messages add column findings jsonb not null default '[]';
-- Containers that people carry lie in the store until their disposal is over.
alter table archive_messages add column object_key text not null default '';
create index archive_messages_key on archive_messages (office_id, object_key) where object_key <> '';
create index archive_answers_key on archive_answers (office_id, object_key) where object_key <> '';

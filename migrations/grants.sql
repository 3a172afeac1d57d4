-- What the application may do, and nothing else. Run after every migration; a table missing here cannot be used.

revoke create on schema public from public;
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;

grant usage on schema public to eakte_app;

grant select, insert, update, delete on
	case_counters, cases, matters, parties, submissions, uploads, requests, request_items, documents, pages, renditions,
	segments, fields, users, access_codes, service_tokens, sessions, checkpoints, endpoints, deliveries, answers, findings
	to eakte_app;

grant select, insert, update on offices to eakte_app;

-- The way out. What proves something is never deleted, and of a destruction only its progress changes.
grant select, insert, update, delete on retention_rules, document_retentions to eakte_app;
grant select, insert, update on
	retentions, holds, archives, disposals, disposal_records, archive_messages, archive_answers to eakte_app;
grant select,
	insert (office_id, id, case_id, disposal_id, reference, decision, archive_ref, whole, documents, digests, basis,
		proposed_by, proposed),
	update (confirmed_by, confirmed, after, withdrawn, begun, done) on destructions to eakte_app;
grant execute on function eakte_destroy_case(uuid), eakte_destroy_documents(uuid, uuid[]) to eakte_app;

grant select, insert, update on fixity_rounds to eakte_app;
grant select, insert on content_reads, lessons to eakte_app;
grant select on schema_version, events, event_heads, event_case_heads to eakte_app;
grant execute on function append_event(uuid, uuid, text, text, text, uuid, text) to eakte_app;

-- River's own: every table and sequence, so that its next version needs no change here. Not its migrations.
do $$
declare
	thing regclass;
	kind  "char";
begin
	for thing, kind in
		select oid::regclass, relkind from pg_class
		where relnamespace = 'public'::regnamespace and relname like 'river\_%' and relkind in ('r', 'p', 'S')
	loop
		if kind = 'S' then
			execute format('grant usage, select on sequence %s to eakte_app', thing);
		elsif thing = 'river_migration'::regclass then
			execute format('grant select on %s to eakte_app', thing);
		else
			execute format('grant select, insert, update, delete on %s to eakte_app', thing);
		end if;
	end loop;
end
$$;

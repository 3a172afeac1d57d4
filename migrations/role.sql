-- The application's role. Roles belong to the whole cluster, and another database of it may be migrating right now.
do $$
begin
	if not exists (select from pg_roles where rolname = 'eakte_app') then
		create role eakte_app login nosuperuser nobypassrls nocreatedb nocreaterole;
	end if;
exception
	when duplicate_object or unique_violation then null; -- the other one was faster
end
$$;

do $$
begin
	if exists (select from pg_roles where rolname = 'eakte_app' and (rolsuper or rolbypassrls or rolcreaterole)) then
		raise exception 'role eakte_app is a superuser, creates roles or bypasses row-level security'
			using hint = 'alter role eakte_app nosuperuser nobypassrls nocreaterole';
	end if;
end
$$;

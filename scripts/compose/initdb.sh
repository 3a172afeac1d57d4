#!/bin/sh
# Run once by the postgres image, on an empty volume: the application's role with its password. Everything else is
# `eakte migrate`'s work, which finds the role and leaves it as it is.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
	--set=password="$(cat /run/secrets/database_app_password)" <<'SQL'
create role eakte_app login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
SQL

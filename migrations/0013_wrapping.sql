-- An archive may want deliveries in a BagIt bag. The message then tells of the bag as what left, and of the container in it.
alter table archives add column bag boolean not null default false;
alter table archive_messages add column wrapped jsonb not null default '{}';

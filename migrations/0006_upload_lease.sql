-- The one request that may write to an upload, and until when unless it prolongs its lease. A killed process loses it.

alter table uploads
	add column writer       uuid,
	add column writer_until timestamptz;

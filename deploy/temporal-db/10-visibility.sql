-- Run once, by the PostgreSQL image, when it makes an empty volume. The tables come from the schema tool afterwards.
CREATE DATABASE temporal_visibility;
\connect temporal_visibility
CREATE EXTENSION IF NOT EXISTS btree_gin;

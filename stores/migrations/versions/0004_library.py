"""Documents of every kind, with drafts and approvals beside what is published; and why some are in doubt."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen the table, keep what was published, and hold all of a revision's text to what was written."""
    op.execute(_WIDER)
    op.execute(_AS_WRITTEN)
    op.execute(_MARKS)


_WIDER = """
DROP TRIGGER documents_stay_as_written ON documents;
DROP FUNCTION refuse_rewriting();
ALTER TABLE documents RENAME COLUMN sop TO id;
ALTER TABLE documents
    ADD COLUMN kind TEXT DEFAULT 'sop' NOT NULL,
    ADD COLUMN data JSONB,
    ADD COLUMN text TEXT,
    ADD COLUMN tags TEXT[] DEFAULT '{}'::text[] NOT NULL,
    ADD COLUMN categories TEXT[] DEFAULT '{}'::text[] NOT NULL,
    ADD COLUMN clients TEXT[] DEFAULT '{}'::text[] NOT NULL,
    ADD COLUMN skills TEXT[] DEFAULT '{}'::text[] NOT NULL,
    ADD COLUMN created_at TIMESTAMPTZ,
    ADD COLUMN note TEXT DEFAULT '' NOT NULL,
    ADD COLUMN based_on INTEGER,
    ADD COLUMN approved_at TIMESTAMPTZ,
    ADD COLUMN retired_at TIMESTAMPTZ,
    ADD COLUMN asked TEXT,
    ADD CONSTRAINT documents_asked_key UNIQUE (asked);
UPDATE documents SET
    data = jsonb_build_object('id', id, 'kind', 'sop', 'title', title),
    text = format(E'---\nid: %s\nkind: sop\ntitle: %s\n---\n\n%s', id, to_json(title), body),
    created_at = published_at,
    approved_at = published_at;
ALTER TABLE documents
    ALTER COLUMN kind DROP DEFAULT,
    ALTER COLUMN data SET NOT NULL,
    ALTER COLUMN text SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN approver DROP NOT NULL,
    ALTER COLUMN published_at DROP NOT NULL;
CREATE INDEX documents_by_kind ON documents (kind, state);
"""
_AS_WRITTEN = """
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.revision, NEW.kind, NEW.title, NEW.body, NEW.data, NEW.text, NEW.author, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.revision, OLD.kind, OLD.title, OLD.body, OLD.data, OLD.text, OLD.author, OLD.created_at) THEN
        RAISE EXCEPTION 'revision % of % is written: make another', OLD.revision, OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'retired' AND NEW.state <> 'retired' THEN
        RAISE EXCEPTION 'revision % of % is retired: make another', OLD.revision, OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_stay_as_written BEFORE UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
"""
_MARKS = """
CREATE TABLE stale_marks (
    n BIGINT GENERATED ALWAYS AS IDENTITY,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    marked_at TIMESTAMPTZ NOT NULL,
    cleared_at TIMESTAMPTZ,
    cleared_by TEXT,
    cleared_why TEXT,
    PRIMARY KEY (n)
);
CREATE UNIQUE INDEX stale_marks_standing ON stale_marks (document, reason) WHERE cleared_at IS NULL;
"""

"""The first schema: journal and read side, desk, tokens, policies, messages, reviews and documents."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    op.execute(_TABLES)
    op.execute(_GUARDS)


_TABLES = """
CREATE TABLE journal (
    ticket_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    request_id TEXT NOT NULL,
    event JSONB NOT NULL,
    recorded_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    xid XID8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (ticket_id, seq)
);
CREATE INDEX journal_by_transaction ON journal (xid);
CREATE INDEX journal_near_misses ON journal (at) WHERE kind = 'near_miss_logged';

CREATE TABLE tickets (
    ticket_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    imported BOOLEAN NOT NULL,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT,
    priority TEXT NOT NULL,
    vip BOOLEAN NOT NULL,
    stage TEXT NOT NULL,
    tier SMALLINT,
    owner TEXT NOT NULL,
    owned_since TIMESTAMPTZ NOT NULL,
    accepted_at TIMESTAMPTZ,
    coordinator TEXT NOT NULL,
    on_hold TEXT,
    taken_in_at TIMESTAMPTZ NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    first_response_at TIMESTAMPTZ,
    resolved_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    changed_at TIMESTAMPTZ NOT NULL,
    escalations INTEGER NOT NULL,
    returns INTEGER NOT NULL,
    near_misses INTEGER NOT NULL,
    reopen_count INTEGER NOT NULL,
    reached_tier_3 BOOLEAN NOT NULL,
    merged_into TEXT,
    next_deadline TEXT,
    next_due_at TIMESTAMPTZ,
    risk_at TIMESTAMPTZ,
    breach_at TIMESTAMPTZ,
    breached BOOLEAN NOT NULL,
    facts JSONB NOT NULL,
    state JSONB NOT NULL,
    PRIMARY KEY (ticket_id)
);
CREATE INDEX tickets_alike ON tickets (category, client);
CREATE INDEX tickets_newest_first ON tickets (taken_in_at, ticket_id);
CREATE INDEX tickets_open ON tickets (stage, owner)
    WHERE stage = ANY (ARRAY['triage'::text, 'tier_1'::text, 'tier_2'::text, 'tier_3'::text]);

CREATE TABLE pools (
    tier SMALLINT NOT NULL,
    PRIMARY KEY (tier)
);

CREATE TABLE roster (
    one BOOLEAN NOT NULL CONSTRAINT roster_is_one_row CHECK (one),
    revision BIGINT NOT NULL,
    policy_version TEXT NOT NULL,
    body JSONB NOT NULL,
    PRIMARY KEY (one)
);

CREATE TABLE people (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    tier SMALLINT,
    skills TEXT[] NOT NULL,
    calendar TEXT NOT NULL,
    capacity INTEGER NOT NULL CONSTRAINT people_capacity CHECK (capacity >= 0),
    team_lead_of SMALLINT[] NOT NULL,
    email TEXT,
    apprise TEXT[] NOT NULL,
    partner TEXT,
    active BOOLEAN DEFAULT true NOT NULL,
    absent_until TIMESTAMPTZ,
    last_assigned_at TIMESTAMPTZ,
    PRIMARY KEY (id)
);

CREATE TABLE overrides (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    rota TEXT NOT NULL,
    who TEXT NOT NULL,
    start_at TIMESTAMPTZ NOT NULL,
    end_at TIMESTAMPTZ NOT NULL,
    added BOOLEAN NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT overrides_in_order CHECK (start_at < end_at)
);

CREATE TABLE assignments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    ticket_id TEXT NOT NULL,
    person TEXT NOT NULL,
    via TEXT NOT NULL,
    within_capacity BOOLEAN NOT NULL,
    assigned_at TIMESTAMPTZ NOT NULL,
    released_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    CONSTRAINT assignments_person_fkey FOREIGN KEY(person) REFERENCES people (id)
);
CREATE INDEX assignments_load ON assignments (person) WHERE released_at IS NULL;
CREATE UNIQUE INDEX assignments_one_open ON assignments (ticket_id) WHERE released_at IS NULL;

CREATE TABLE answers (
    key TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    person TEXT NOT NULL,
    via TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE tokens (
    id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    role TEXT NOT NULL,
    person TEXT NOT NULL,
    clients TEXT[],
    note TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    PRIMARY KEY (id),
    UNIQUE (hash)
);

CREATE TABLE policies (
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    body JSONB NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE policy_choices (
    n BIGINT GENERATED ALWAYS AS IDENTITY,
    version TEXT NOT NULL,
    chosen_by TEXT NOT NULL,
    chosen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (n),
    CONSTRAINT policy_choices_version_fkey FOREIGN KEY(version) REFERENCES policies (version)
);

CREATE TABLE messages (
    key TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    template TEXT NOT NULL,
    urgent BOOLEAN NOT NULL,
    recipient TEXT NOT NULL,
    recipient_kind TEXT NOT NULL,
    params JSONB NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX messages_of_ticket ON messages (ticket_id, at);

CREATE TABLE receipts (
    message_key TEXT NOT NULL,
    outlet TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    provider_id TEXT,
    detail TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    CONSTRAINT receipts_pkey PRIMARY KEY (message_key, outlet)
);

CREATE TABLE reviews (
    ticket_id TEXT NOT NULL,
    client TEXT NOT NULL,
    owner TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    draft JSONB NOT NULL,
    overdue_at TIMESTAMPTZ,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    reason TEXT DEFAULT '' NOT NULL,
    answers JSONB DEFAULT '{}'::jsonb NOT NULL,
    PRIMARY KEY (ticket_id)
);
CREATE INDEX reviews_by_state ON reviews (state, due_at);

CREATE TABLE documents (
    sop TEXT NOT NULL,
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    approver TEXT NOT NULL,
    review TEXT,
    published_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT documents_pkey PRIMARY KEY (sop, revision),
    CONSTRAINT documents_review_key UNIQUE (review)
);
CREATE UNIQUE INDEX documents_one_published ON documents (sop) WHERE state = 'published';
"""

# What must hold whoever writes: the journal only grows, published text stays as it is, nobody is overloaded.
_GUARDS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policies_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON policies
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.sop, NEW.revision, NEW.title, NEW.body, NEW.author) IS DISTINCT FROM
       (OLD.sop, OLD.revision, OLD.title, OLD.body, OLD.author) THEN
        RAISE EXCEPTION 'revision % of % is written: make another', OLD.revision, OLD.sop
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_stay_as_written BEFORE UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE FUNCTION refuse_overload() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    room integer;
BEGIN
    SELECT capacity INTO room FROM people WHERE id = NEW.person FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM assignments WHERE person = NEW.person AND released_at IS NULL) >= room THEN
        RAISE EXCEPTION '% is at capacity', NEW.person USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assignments_within_capacity BEFORE INSERT ON assignments
    FOR EACH ROW WHEN (NEW.within_capacity) EXECUTE FUNCTION refuse_overload();
"""

-- The record of what happened can be added to and nothing else, whoever asks: the program, a bug in it, or somebody with a console.
CREATE FUNCTION "wilco"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'wilco.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER "events_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "wilco"."events" FOR EACH STATEMENT EXECUTE FUNCTION "wilco"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "event_seals_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "wilco"."event_seals" FOR EACH STATEMENT EXECUTE FUNCTION "wilco"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "decisions_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "wilco"."decisions" FOR EACH STATEMENT EXECUTE FUNCTION "wilco"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "revisions_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "wilco"."revisions" FOR EACH STATEMENT EXECUTE FUNCTION "wilco"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "policies_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "wilco"."policies" FOR EACH STATEMENT EXECUTE FUNCTION "wilco"."refuse_change"();
--> statement-breakpoint
-- The transition table of src/db/states.ts once more: a state moved by hand, or by code that forgot the guard, is refused.
CREATE FUNCTION "wilco"."guard_proposal_state"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.state::text || '>' || NEW.state::text = ANY (ARRAY[
    'proposed>approved', 'proposed>rejected', 'proposed>expired', 'proposed>withdrawn', 'proposed>void',
    'approved>executing', 'approved>withdrawn', 'approved>void',
    'executing>executed', 'executing>failed', 'executing>unknown', 'executing>waiting',
    'waiting>executing', 'waiting>void',
    'unknown>executed', 'unknown>failed',
    'failed>approved'
  ])) THEN
    RAISE EXCEPTION 'a proposal cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "proposals_state" BEFORE UPDATE OF "state" ON "wilco"."proposals" FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION "wilco"."guard_proposal_state"();

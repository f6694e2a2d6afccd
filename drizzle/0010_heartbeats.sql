DROP INDEX "wilco"."agent_runs_schedule";--> statement-breakpoint
ALTER TABLE "wilco"."offers" ALTER COLUMN "person_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."agent_runs" ADD COLUMN "reports" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."agent_runs" ADD COLUMN "told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "wilco"."offers" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."offers" ADD COLUMN "verb" text DEFAULT 'approve' NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "watches" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "skipped" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "quiet" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "outcome" text;--> statement-breakpoint
ALTER TABLE "wilco"."offers" ADD CONSTRAINT "offers_run_id_agent_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "wilco"."agent_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_runs_untold" ON "wilco"."agent_runs" USING btree ("updated_at") WHERE "wilco"."agent_runs"."trigger" = 'heartbeat' and "wilco"."agent_runs"."told_at" is null;--> statement-breakpoint
CREATE INDEX "agent_runs_schedule" ON "wilco"."agent_runs" USING btree ("schedule_id","created_at") WHERE "wilco"."agent_runs"."schedule_id" is not null;--> statement-breakpoint
-- A heartbeat is nobody's order. What it hands on to another agent is the same heartbeat, whoever wrote that row and as what; and it stays one.
ALTER TABLE "wilco"."agent_runs" ADD CONSTRAINT "agent_runs_heartbeat_nobodys" CHECK (trigger <> 'heartbeat' OR person_id IS NULL);
--> statement-breakpoint
CREATE FUNCTION "wilco"."inherit_heartbeat"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent record;
BEGIN
  SELECT trigger, schedule_id INTO parent FROM "wilco"."agent_runs" WHERE id = NEW.parent_id;
  IF parent.trigger = 'heartbeat' THEN
    NEW.trigger := 'heartbeat';
    NEW.person_id := NULL;
    NEW.person_name := NULL;
    NEW.schedule_id := coalesce(NEW.schedule_id, parent.schedule_id);
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "agent_runs_inherit_heartbeat" BEFORE INSERT ON "wilco"."agent_runs" FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
  EXECUTE FUNCTION "wilco"."inherit_heartbeat"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."refuse_heartbeat_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what began as a heartbeat stays one';
END $$;
--> statement-breakpoint
CREATE TRIGGER "agent_runs_stay_heartbeats" BEFORE UPDATE ON "wilco"."agent_runs" FOR EACH ROW
  WHEN (OLD.trigger = 'heartbeat' AND NEW.trigger <> 'heartbeat') EXECUTE FUNCTION "wilco"."refuse_heartbeat_change"();
--> statement-breakpoint
-- A proposal of a heartbeat's run says so, and goes on saying so.
CREATE FUNCTION "wilco"."require_heartbeat_mark"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "wilco"."agent_runs" r WHERE r.id = NEW.agent_run_id AND r.trigger = 'heartbeat') THEN
    RAISE EXCEPTION 'what a heartbeat proposes is marked as such';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "proposals_heartbeat_mark" BEFORE INSERT OR UPDATE OF agent_heartbeat, agent_run_id ON "wilco"."proposals" FOR EACH ROW
  WHEN (NEW.agent_run_id IS NOT NULL AND NOT NEW.agent_heartbeat) EXECUTE FUNCTION "wilco"."require_heartbeat_mark"();
--> statement-breakpoint
CREATE TRIGGER "proposals_stay_heartbeats" BEFORE UPDATE OF agent_heartbeat ON "wilco"."proposals" FOR EACH ROW
  WHEN (OLD.agent_heartbeat AND NOT NEW.agent_heartbeat) EXECUTE FUNCTION "wilco"."refuse_heartbeat_change"();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "wilco"."refuse_heartbeat_autopilot"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "wilco"."proposals" p LEFT JOIN "wilco"."agent_runs" r ON r.id = p.agent_run_id
      WHERE p.id = NEW.proposal_id AND (p.agent_heartbeat OR r.trigger = 'heartbeat')) THEN
    RAISE EXCEPTION 'what a heartbeat proposed is decided by people';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- A heartbeat's run has nothing to tell when it begins. Its digest is told anew when it comes to rest, and when one of its proposals moves.
CREATE FUNCTION "wilco"."begin_told"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.told_at := now();
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "agent_runs_told" BEFORE INSERT ON "wilco"."agent_runs" FOR EACH ROW WHEN (NEW.trigger = 'heartbeat')
  EXECUTE FUNCTION "wilco"."begin_told"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."untell_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.told_at := NULL;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "agent_runs_untold" BEFORE UPDATE OF state ON "wilco"."agent_runs" FOR EACH ROW
  WHEN (NEW.trigger = 'heartbeat' AND NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('parked', 'done', 'failed', 'cancelled')) EXECUTE FUNCTION "wilco"."untell_run"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."untell_run_of"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whatever it says now: a digest that is being told at this moment is waited for, and has not seen this.
  UPDATE "wilco"."agent_runs" SET told_at = NULL WHERE id = NEW.agent_run_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "proposals_untell_run" AFTER UPDATE ON "wilco"."proposals" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.agent_heartbeat AND NEW.agent_run_id IS NOT NULL AND (NEW.state, NEW.revision) IS DISTINCT FROM (OLD.state, OLD.revision))
  EXECUTE FUNCTION "wilco"."untell_run_of"();

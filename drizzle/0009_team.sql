ALTER TABLE "wilco"."deliveries" DROP CONSTRAINT "deliveries_message_id_unique";--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "task_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD COLUMN "author_name" text;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD COLUMN "output" jsonb;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD COLUMN "message_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD COLUMN "run_id" uuid;--> statement-breakpoint
CREATE INDEX "agent_runs_task" ON "wilco"."agent_runs" USING btree ("finished_at") WHERE "wilco"."agent_runs"."task_id" is not null;--> statement-breakpoint
CREATE INDEX "proposals_task" ON "wilco"."proposals" USING btree ("task_id") WHERE "wilco"."proposals"."task_id" is not null;--> statement-breakpoint
CREATE INDEX "tasks_thread" ON "wilco"."tasks" USING btree ("thread_id") WHERE "wilco"."tasks"."thread_id" is not null;--> statement-breakpoint
ALTER TABLE "wilco"."deliveries" ADD CONSTRAINT "deliveries_message" UNIQUE("message_id","thread_id");--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD CONSTRAINT "task_notes_message_id_unique" UNIQUE("message_id");--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD CONSTRAINT "task_notes_run_id_unique" UNIQUE("run_id");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "wilco"."deliver_message"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wilco.deliveries (thread_id, message_id) VALUES (NEW.thread_id, NEW.id)
    ON CONFLICT (message_id, thread_id) DO UPDATE SET desired = wilco.deliveries.desired + 1, state = 'queued';
  IF NEW.proposal_id IS NOT NULL THEN
    UPDATE wilco.proposals SET outside = true WHERE id = NEW.proposal_id AND NOT outside;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- What agents and Wilco post in the team room, and each card in it, stands in every channel that is the team's on another surface, too.
CREATE FUNCTION "wilco"."deliver_to_team"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  place record;
BEGIN
  FOR place IN
    SELECT l.project_id, l.platform, l.workspace || '.' || l.team_channel AS channel FROM wilco.project_links l
      JOIN wilco.threads t ON t.id = NEW.thread_id AND t.project_id = l.project_id
      WHERE l.team_channel IS NOT NULL ORDER BY l.platform, l.workspace
  LOOP
    INSERT INTO wilco.threads (id, project_id, surface, channel, title)
      VALUES (place.platform || ':' || place.channel || ':feed', place.project_id, place.platform, place.channel, 'Team') ON CONFLICT (id) DO NOTHING;
    INSERT INTO wilco.deliveries (thread_id, message_id) VALUES (place.platform || ':' || place.channel || ':feed', NEW.id)
      ON CONFLICT (message_id, thread_id) DO NOTHING;
    UPDATE wilco.proposals SET outside = true WHERE id = NEW.proposal_id AND NOT outside;
  END LOOP;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "messages_deliver_team" AFTER INSERT ON "wilco"."messages" FOR EACH ROW
  WHEN (NEW.thread_id = 'room:team:feed' AND NEW.author_kind <> 'person' AND (NEW.kind <> 'text' OR NEW.proposal_id IS NOT NULL))
  EXECUTE FUNCTION "wilco"."deliver_to_team"();
--> statement-breakpoint
-- What became of a post is shown wherever it stands.
CREATE FUNCTION "wilco"."deliver_resolved"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE wilco.deliveries SET desired = desired + 1, state = CASE WHEN state = 'sending' THEN state ELSE 'queued' END WHERE message_id = NEW.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "messages_deliver_resolved" AFTER UPDATE OF "resolved_as" ON "wilco"."messages" FOR EACH ROW
  WHEN (NEW.resolved_as IS DISTINCT FROM OLD.resolved_as) EXECUTE FUNCTION "wilco"."deliver_resolved"();
--> statement-breakpoint
-- The team room is there from the beginning; a project that is older gets it now.
INSERT INTO "wilco"."threads" (id, project_id, surface, channel, title) SELECT 'room:team:feed', p.id, 'room', 'team', 'Team' FROM "wilco"."projects" p
  ORDER BY p.created_at LIMIT 1 ON CONFLICT (id) DO NOTHING;

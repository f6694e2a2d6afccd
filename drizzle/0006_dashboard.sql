CREATE TABLE "wilco"."feed_readers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."notifications" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"thing" text NOT NULL,
	"proposal_id" uuid,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"pushed_at" timestamp with time zone,
	CONSTRAINT "notifications_once" UNIQUE("person_id","thing")
);
--> statement-breakpoint
CREATE TABLE "wilco"."hour_totals" (
	"project_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"success" integer NOT NULL,
	"failed" integer NOT NULL,
	"killed" integer NOT NULL,
	"skipped" integer NOT NULL,
	"running" integer NOT NULL,
	"action_micros" bigint NOT NULL,
	"reserved_micros" bigint NOT NULL,
	"model_calls" integer NOT NULL,
	"model_failed" integer NOT NULL,
	"input_tokens" bigint NOT NULL,
	"output_tokens" bigint NOT NULL,
	"model_micros" bigint NOT NULL,
	CONSTRAINT "hour_totals_project_id_hour_pk" PRIMARY KEY("project_id","hour")
);
--> statement-breakpoint
ALTER TABLE "wilco"."notifications" ADD CONSTRAINT "notifications_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."notifications" ADD CONSTRAINT "notifications_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."notifications" ADD CONSTRAINT "notifications_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."hour_totals" ADD CONSTRAINT "hour_totals_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notifications_inbox" ON "wilco"."notifications" USING btree ("person_id","created_at","id");--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "wilco"."notifications" USING btree ("person_id") WHERE "wilco"."notifications"."read_at" is null and "wilco"."notifications"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_open" ON "wilco"."notifications" USING btree ("proposal_id") WHERE "wilco"."notifications"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_unwell" ON "wilco"."notifications" USING btree ("project_id") WHERE "wilco"."notifications"."kind" = 'health' and "wilco"."notifications"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_unpushed" ON "wilco"."notifications" USING btree ("created_at") WHERE "wilco"."notifications"."pushed_at" is null;--> statement-breakpoint
CREATE INDEX "proposals_outbox" ON "wilco"."proposals" USING btree ("project_id","state") WHERE "wilco"."proposals"."tool" = 'send_email';--> statement-breakpoint
-- What failed provably cost nothing; a run says what it did cost from here on.
UPDATE "wilco"."runs" r SET "cost_micros" = 0 FROM "wilco"."effects" e WHERE e."id" = r."effect_id" AND e."state" = 'failed' AND r."cost_micros" > 0;
--> statement-breakpoint
-- A connection that fails or is well again, a worker that comes or goes, a model's answer: told by the table itself, so that no writer forgets.
CREATE FUNCTION "wilco"."tell_connection"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "wilco"."events" (project_id, kind, data) SELECT p.id, 'connection.changed', jsonb_build_object('name', NEW.name, 'ok', NEW.ok) FROM "wilco"."projects" p;
  PERFORM pg_notify('wilco_events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "connections_new" AFTER INSERT ON "wilco"."connections" FOR EACH ROW EXECUTE FUNCTION "wilco"."tell_connection"();
--> statement-breakpoint
CREATE TRIGGER "connections_changed" AFTER UPDATE ON "wilco"."connections" FOR EACH ROW WHEN (OLD.ok IS DISTINCT FROM NEW.ok) EXECUTE FUNCTION "wilco"."tell_connection"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."tell_worker"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "wilco"."events" (project_id, kind, data)
    SELECT p.id, CASE WHEN NEW.stopped_at IS NULL THEN 'worker.started' ELSE 'worker.stopped' END, jsonb_build_object('workerId', NEW.id) FROM "wilco"."projects" p;
  PERFORM pg_notify('wilco_events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "workers_new" AFTER INSERT ON "wilco"."workers" FOR EACH ROW EXECUTE FUNCTION "wilco"."tell_worker"();
--> statement-breakpoint
CREATE TRIGGER "workers_changed" AFTER UPDATE ON "wilco"."workers" FOR EACH ROW WHEN (OLD.stopped_at IS DISTINCT FROM NEW.stopped_at) EXECUTE FUNCTION "wilco"."tell_worker"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."tell_model_call"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "wilco"."events" (project_id, kind, thread_id, person_id, data) VALUES (NEW.project_id, 'model.called', NEW.thread_id, NEW.person_id, jsonb_build_object('callId', NEW.id, 'outcome', NEW.outcome));
  PERFORM pg_notify('wilco_events', '');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "model_calls_new" AFTER INSERT ON "wilco"."model_calls" FOR EACH ROW WHEN (NEW.outcome <> 'started') EXECUTE FUNCTION "wilco"."tell_model_call"();
--> statement-breakpoint
CREATE TRIGGER "model_calls_changed" AFTER UPDATE ON "wilco"."model_calls" FOR EACH ROW WHEN (OLD.outcome IS DISTINCT FROM NEW.outcome) EXECUTE FUNCTION "wilco"."tell_model_call"();
--> statement-breakpoint
-- A run that changes after its hour was added up strikes the hour out; whoever adds hours up takes the same lock alone.
CREATE FUNCTION "wilco"."strike_hour"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1464421448);
  DELETE FROM "wilco"."hour_totals" WHERE project_id = OLD.project_id AND hour = date_bin('1 hour', OLD.started_at, 'epoch');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "runs_strike_hour" AFTER UPDATE ON "wilco"."runs" FOR EACH ROW
  WHEN (OLD.started_at < now() - interval '5 minutes' AND (OLD.result IS DISTINCT FROM NEW.result OR OLD.cost_micros IS DISTINCT FROM NEW.cost_micros))
  EXECUTE FUNCTION "wilco"."strike_hour"();

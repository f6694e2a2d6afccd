ALTER TYPE "wilco"."agent_state" ADD VALUE 'planned';--> statement-breakpoint
ALTER TYPE "wilco"."agent_state" ADD VALUE 'retired';--> statement-breakpoint
ALTER TYPE "wilco"."decision_kind" ADD VALUE 'autopilot';--> statement-breakpoint
CREATE TABLE "wilco"."agent_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"agent_key" text NOT NULL,
	"trigger" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"goal" text NOT NULL,
	"thread_id" text NOT NULL,
	"message_id" uuid,
	"task_id" uuid,
	"schedule_id" uuid,
	"parent_id" uuid,
	"person_id" uuid,
	"person_name" text,
	"actor_role" "wilco"."role" NOT NULL,
	"priority" integer DEFAULT 5 NOT NULL,
	"transcript" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"steps" integer DEFAULT 0 NOT NULL,
	"worker_id" uuid,
	"fence" integer DEFAULT 0 NOT NULL,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"outcome" text,
	"confidence" real,
	"error_code" text,
	"problem" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"queued_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."agent_steps" (
	"run_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"kind" text NOT NULL,
	"tool" text,
	"text" text DEFAULT '' NOT NULL,
	"proposal_id" uuid,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"duration_ms" integer DEFAULT 0 NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_steps_run_id_seq_pk" PRIMARY KEY("run_id","seq")
);
--> statement-breakpoint
CREATE TABLE "wilco"."facts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"agent_key" text,
	"text" text NOT NULL,
	"person_id" uuid,
	"proposal_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."budget_use" (
	"project_id" text NOT NULL,
	"spender" text NOT NULL,
	"period" text NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"reserved_tokens" bigint DEFAULT 0 NOT NULL,
	"spent_tokens" bigint DEFAULT 0 NOT NULL,
	"told_percent" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "budget_use_project_id_spender_period_pk" PRIMARY KEY("project_id","spender","period")
);
--> statement-breakpoint
CREATE TABLE "wilco"."stops" (
	"project_id" text NOT NULL,
	"scope" text NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"killed" boolean DEFAULT false NOT NULL,
	"changed_by" uuid,
	"reason" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stops_project_id_scope_pk" PRIMARY KEY("project_id","scope")
);
--> statement-breakpoint
CREATE TABLE "wilco"."group_members" (
	"project_id" text NOT NULL,
	"group_key" text NOT NULL,
	"person_id" uuid NOT NULL,
	CONSTRAINT "group_members_project_id_group_key_person_id_pk" PRIMARY KEY("project_id","group_key","person_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."groups" (
	"project_id" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "groups_project_id_key_pk" PRIMARY KEY("project_id","key")
);
--> statement-breakpoint
ALTER TABLE "wilco"."agents" ADD COLUMN "proposal_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."agents" ADD COLUMN "created_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."model_calls" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."decisions" ADD COLUMN "rule_id" text;--> statement-breakpoint
ALTER TABLE "wilco"."decisions" ADD COLUMN "policy_version" integer;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "agent_key" text;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "agent_domain" text;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "agent_autonomy" text;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "agent_heartbeat" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "agent_run_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "confidence" real;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "reasoning" text;--> statement-breakpoint
ALTER TABLE "wilco"."revisions" ADD COLUMN "approver_group" text;--> statement-breakpoint
ALTER TABLE "wilco"."revisions" ADD COLUMN "decider" text DEFAULT 'people' NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."revisions" ADD COLUMN "because" text;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "kind" text DEFAULT 'job' NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD COLUMN "fingerprint" text;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "kind" text DEFAULT 'text' NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "run_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "resolved_as" text;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "resolved_by" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "resolved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD COLUMN "agent_key" text;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD COLUMN "assignee_id" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD COLUMN "thread_id" text;--> statement-breakpoint
ALTER TABLE "wilco"."agent_runs" ADD CONSTRAINT "agent_runs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."agent_runs" ADD CONSTRAINT "agent_runs_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "wilco"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."agent_runs" ADD CONSTRAINT "agent_runs_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."agent_steps" ADD CONSTRAINT "agent_steps_run_id_agent_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "wilco"."agent_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."facts" ADD CONSTRAINT "facts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."facts" ADD CONSTRAINT "facts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."stops" ADD CONSTRAINT "stops_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."stops" ADD CONSTRAINT "stops_changed_by_people_id_fk" FOREIGN KEY ("changed_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."group_members" ADD CONSTRAINT "group_members_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."group_members" ADD CONSTRAINT "group_members_project_id_group_key_groups_project_id_key_fk" FOREIGN KEY ("project_id","group_key") REFERENCES "wilco"."groups"("project_id","key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."groups" ADD CONSTRAINT "groups_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_runs_queued" ON "wilco"."agent_runs" USING btree ("priority","queued_at","id") WHERE "wilco"."agent_runs"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "agent_runs_open" ON "wilco"."agent_runs" USING btree ("project_id","agent_key") WHERE "wilco"."agent_runs"."state" in ('queued', 'running', 'parked');--> statement-breakpoint
CREATE INDEX "agent_runs_recent" ON "wilco"."agent_runs" USING btree ("project_id","agent_key","created_at","id");--> statement-breakpoint
CREATE INDEX "agent_runs_thread" ON "wilco"."agent_runs" USING btree ("thread_id") WHERE "wilco"."agent_runs"."state" in ('queued', 'running', 'parked');--> statement-breakpoint
CREATE INDEX "agent_runs_schedule" ON "wilco"."agent_runs" USING btree ("schedule_id") WHERE "wilco"."agent_runs"."schedule_id" is not null;--> statement-breakpoint
CREATE INDEX "facts_recent" ON "wilco"."facts" USING btree ("project_id","agent_key","created_at");--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD CONSTRAINT "messages_resolved_by_people_id_fk" FOREIGN KEY ("resolved_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD CONSTRAINT "tasks_assignee_id_people_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_calls_agent" ON "wilco"."model_calls" USING btree ("project_id","agent_key","at");--> statement-breakpoint
CREATE INDEX "decisions_recent" ON "wilco"."decisions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "proposals_agent" ON "wilco"."proposals" USING btree ("project_id","agent_key","proposed_at") WHERE "wilco"."proposals"."agent_key" is not null;--> statement-breakpoint
CREATE INDEX "proposals_agent_run" ON "wilco"."proposals" USING btree ("agent_run_id") WHERE "wilco"."proposals"."agent_run_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_posts" ON "wilco"."messages" USING btree ("thread_id","created_at") WHERE "wilco"."messages"."kind" <> 'text';--> statement-breakpoint
-- What becomes of the last open card of a run that is parked wakes that run, in the very transaction that decides it. At commit, so that a card
-- which takes the place of another counts; under the run's row, so that a run which is just being parked is not missed.
CREATE FUNCTION "wilco"."wake_agent_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "wilco"."agent_runs" WHERE id = NEW.agent_run_id FOR UPDATE;
  UPDATE "wilco"."agent_runs" r SET state = 'queued', queued_at = now(), updated_at = now()
    WHERE r.id = NEW.agent_run_id AND r.state = 'parked'
      AND NOT EXISTS (SELECT 1 FROM "wilco"."proposals" p WHERE p.agent_run_id = r.id AND p.state IN ('proposed', 'approved', 'executing', 'waiting', 'unknown'));
  IF FOUND THEN
    PERFORM pg_notify('wilco_jobs', '');
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "proposals_wake_run" AFTER UPDATE ON "wilco"."proposals" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.agent_run_id IS NOT NULL AND NEW.state IN ('rejected', 'expired', 'withdrawn', 'void', 'executed', 'failed'))
  EXECUTE FUNCTION "wilco"."wake_agent_run"();
--> statement-breakpoint
-- An autopilot decision names the rule that allowed it; nothing that a heartbeat proposed is ever decided by one.
ALTER TABLE "wilco"."decisions" ADD CONSTRAINT "decisions_autopilot_rule" CHECK (kind::text <> 'autopilot' OR (rule_id IS NOT NULL AND policy_version IS NOT NULL));
--> statement-breakpoint
CREATE FUNCTION "wilco"."refuse_heartbeat_autopilot"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "wilco"."proposals" p JOIN "wilco"."agent_runs" r ON r.id = p.agent_run_id WHERE p.id = NEW.proposal_id AND r.trigger = 'heartbeat') THEN
    RAISE EXCEPTION 'what a heartbeat proposed is decided by people';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "decisions_no_heartbeat_autopilot" BEFORE INSERT ON "wilco"."decisions" FOR EACH ROW WHEN (NEW.kind::text = 'autopilot')
  EXECUTE FUNCTION "wilco"."refuse_heartbeat_autopilot"();
--> statement-breakpoint
-- A pause of one agent is kept where every stop is kept.
INSERT INTO "wilco"."stops" (project_id, scope, paused) SELECT project_id, 'agent:' || key, true FROM "wilco"."agents" WHERE state::text = 'paused';
--> statement-breakpoint
UPDATE "wilco"."agents" SET state = 'active' WHERE state::text = 'paused';

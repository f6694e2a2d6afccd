CREATE SCHEMA IF NOT EXISTS "wilco";
--> statement-breakpoint
CREATE TYPE "wilco"."role" AS ENUM('viewer', 'operator', 'approver', 'admin', 'owner');--> statement-breakpoint
CREATE TYPE "wilco"."decision_kind" AS ENUM('approved', 'rejected', 'retried', 'settled', 'withdrawn');--> statement-breakpoint
CREATE TYPE "wilco"."effect_state" AS ENUM('started', 'executed', 'failed', 'unknown');--> statement-breakpoint
CREATE TYPE "wilco"."proposal_state" AS ENUM('proposed', 'approved', 'rejected', 'expired', 'withdrawn', 'void', 'executing', 'waiting', 'executed', 'failed', 'unknown');--> statement-breakpoint
CREATE TYPE "wilco"."risk" AS ENUM('low', 'med', 'high');--> statement-breakpoint
CREATE TYPE "wilco"."run_result" AS ENUM('success', 'failed', 'killed', 'skipped');--> statement-breakpoint
CREATE TYPE "wilco"."author_kind" AS ENUM('person', 'wilco', 'system');--> statement-breakpoint
CREATE TYPE "wilco"."message_state" AS ENUM('queued', 'delivered', 'processed', 'failed');--> statement-breakpoint
CREATE TYPE "wilco"."task_state" AS ENUM('open', 'in_progress', 'completed', 'cancelled');--> statement-breakpoint
CREATE TABLE "wilco"."budget_days" (
	"project_id" text NOT NULL,
	"day" date NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "budget_days_project_id_day_pk" PRIMARY KEY("project_id","day")
);
--> statement-breakpoint
CREATE TABLE "wilco"."event_seals" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"event_id" bigint NOT NULL,
	"hash" text NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_seals_event_id_unique" UNIQUE("event_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "wilco"."events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"project_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"thread_id" text,
	"proposal_id" uuid,
	"task_id" uuid,
	"person_id" uuid,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."policies" (
	"project_id" text NOT NULL,
	"version" integer NOT NULL,
	"document" jsonb NOT NULL,
	"proposal_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policies_project_id_version_pk" PRIMARY KEY("project_id","version")
);
--> statement-breakpoint
CREATE TABLE "wilco"."switches" (
	"project_id" text PRIMARY KEY NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"killed" boolean DEFAULT false NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"changed_by" uuid,
	"reason" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"roles" text NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stopped_at" timestamp with time zone,
	"acknowledged_epoch" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"key_hash" text,
	"created_by" uuid,
	"project_id" text NOT NULL,
	"person_id" uuid,
	"max_role" "wilco"."role" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash")
);
--> statement-breakpoint
CREATE TABLE "wilco"."identities" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"user_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "identities_key" UNIQUE("platform","workspace","user_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."members" (
	"project_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"role" "wilco"."role" NOT NULL,
	"joined_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	CONSTRAINT "members_project_id_person_id_pk" PRIMARY KEY("project_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"time_zone" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."projects" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"solo" boolean DEFAULT false NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wilco"."sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wilco"."decisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"proposal_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"kind" "wilco"."decision_kind" NOT NULL,
	"digest" text NOT NULL,
	"person_id" uuid NOT NULL,
	"via" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."effects" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"proposal_id" uuid NOT NULL,
	"occurrence" integer DEFAULT 0 NOT NULL,
	"attempt" integer NOT NULL,
	"decision_id" uuid NOT NULL,
	"digest" text NOT NULL,
	"state" "wilco"."effect_state" DEFAULT 'started' NOT NULL,
	"worker_id" uuid NOT NULL,
	"job_id" text NOT NULL,
	"dispatched_at" timestamp with time zone,
	"fence" integer DEFAULT 1 NOT NULL,
	"idempotency_key" text NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "effects_once" UNIQUE("proposal_id","occurrence","attempt")
);
--> statement-breakpoint
CREATE TABLE "wilco"."proposals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"tool" text NOT NULL,
	"state" "wilco"."proposal_state" DEFAULT 'proposed' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"proposed_by" uuid,
	"requester" text NOT NULL,
	"input_hash" text NOT NULL,
	"origin" text,
	"proposed_by_name" text NOT NULL,
	"proposed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"executed_at" timestamp with time zone,
	"reason" text,
	"replaced_by" uuid,
	"result" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "proposals_origin_unique" UNIQUE("origin")
);
--> statement-breakpoint
CREATE TABLE "wilco"."revisions" (
	"proposal_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"input_text" text NOT NULL,
	"tool_hash" text NOT NULL,
	"account" text NOT NULL,
	"digest" text NOT NULL,
	"risk" "wilco"."risk" NOT NULL,
	"target" text NOT NULL,
	"preview" jsonb NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"policy_version" integer NOT NULL,
	"rule_id" text NOT NULL,
	"rule_hash" text NOT NULL,
	"approvals_needed" integer NOT NULL,
	"approver_role" "wilco"."role" NOT NULL,
	"self_approval" boolean NOT NULL,
	"edited_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revisions_proposal_id_revision_pk" PRIMARY KEY("proposal_id","revision")
);
--> statement-breakpoint
CREATE TABLE "wilco"."runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"effect_id" uuid,
	"tool" text NOT NULL,
	"result" "wilco"."run_result",
	"error_code" text,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "runs_effect" UNIQUE("effect_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."votes" (
	"proposal_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"person_id" uuid NOT NULL,
	"shown_digest" text NOT NULL,
	"via" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "votes_proposal_id_revision_person_id_pk" PRIMARY KEY("proposal_id","revision","person_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."inbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"surface" text NOT NULL,
	"event_id" text NOT NULL,
	"message_id" uuid,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_event" UNIQUE("surface","event_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."messages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"thread_id" text NOT NULL,
	"author_kind" "wilco"."author_kind" NOT NULL,
	"person_id" uuid,
	"author_name" text,
	"actor_role" "wilco"."role",
	"text" text NOT NULL,
	"card" jsonb,
	"proposal_id" uuid,
	"state" "wilco"."message_state" DEFAULT 'processed' NOT NULL,
	"problem" text,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."threads" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"surface" text NOT NULL,
	"channel" text NOT NULL,
	"title" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_message_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."task_notes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"task_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"person_id" uuid,
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."tasks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"assignee_agent_key" text,
	"priority" integer NOT NULL,
	"due_on" text,
	"state" "wilco"."task_state" DEFAULT 'open' NOT NULL,
	"proposal_id" uuid,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "wilco"."policies" ADD CONSTRAINT "policies_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."switches" ADD CONSTRAINT "switches_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."switches" ADD CONSTRAINT "switches_changed_by_people_id_fk" FOREIGN KEY ("changed_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."api_keys" ADD CONSTRAINT "api_keys_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."api_keys" ADD CONSTRAINT "api_keys_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."api_keys" ADD CONSTRAINT "api_keys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."identities" ADD CONSTRAINT "identities_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."members" ADD CONSTRAINT "members_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."members" ADD CONSTRAINT "members_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."sessions" ADD CONSTRAINT "sessions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."sign_in_links" ADD CONSTRAINT "sign_in_links_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."decisions" ADD CONSTRAINT "decisions_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."decisions" ADD CONSTRAINT "decisions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."effects" ADD CONSTRAINT "effects_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."effects" ADD CONSTRAINT "effects_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "wilco"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD CONSTRAINT "proposals_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD CONSTRAINT "proposals_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "wilco"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD CONSTRAINT "proposals_proposed_by_people_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD CONSTRAINT "proposals_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."revisions" ADD CONSTRAINT "revisions_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."revisions" ADD CONSTRAINT "revisions_edited_by_people_id_fk" FOREIGN KEY ("edited_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."runs" ADD CONSTRAINT "runs_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."runs" ADD CONSTRAINT "runs_effect_id_effects_id_fk" FOREIGN KEY ("effect_id") REFERENCES "wilco"."effects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."votes" ADD CONSTRAINT "votes_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."votes" ADD CONSTRAINT "votes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."inbox" ADD CONSTRAINT "inbox_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "wilco"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD CONSTRAINT "messages_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "wilco"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD CONSTRAINT "messages_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."threads" ADD CONSTRAINT "threads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD CONSTRAINT "task_notes_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "wilco"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."task_notes" ADD CONSTRAINT "task_notes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD CONSTRAINT "tasks_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."tasks" ADD CONSTRAINT "tasks_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_order" ON "wilco"."events" USING btree ("xid","id");--> statement-breakpoint
CREATE INDEX "events_task" ON "wilco"."events" USING btree ("task_id","id");--> statement-breakpoint
CREATE INDEX "events_proposal" ON "wilco"."events" USING btree ("proposal_id","id");--> statement-breakpoint
CREATE INDEX "api_keys_live" ON "wilco"."api_keys" USING btree ("key_hash") WHERE "wilco"."api_keys"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "identities_person" ON "wilco"."identities" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "members_person" ON "wilco"."members" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "sessions_person" ON "wilco"."sessions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "decisions_proposal" ON "wilco"."decisions" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "effects_open" ON "wilco"."effects" USING btree ("state","started_at");--> statement-breakpoint
CREATE INDEX "effects_decision" ON "wilco"."effects" USING btree ("decision_id");--> statement-breakpoint
CREATE INDEX "proposals_state" ON "wilco"."proposals" USING btree ("project_id","state","proposed_at","id");--> statement-breakpoint
CREATE INDEX "proposals_recent" ON "wilco"."proposals" USING btree ("project_id","proposed_at","id");--> statement-breakpoint
CREATE INDEX "proposals_thread" ON "wilco"."proposals" USING btree ("thread_id");--> statement-breakpoint
CREATE UNIQUE INDEX "proposals_pending" ON "wilco"."proposals" USING btree ("project_id","requester","tool","input_hash") WHERE "wilco"."proposals"."state" = 'proposed';--> statement-breakpoint
CREATE INDEX "runs_recent" ON "wilco"."runs" USING btree ("project_id","started_at");--> statement-breakpoint
CREATE INDEX "runs_proposal" ON "wilco"."runs" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "messages_thread" ON "wilco"."messages" USING btree ("thread_id","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_open" ON "wilco"."messages" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "messages_proposal" ON "wilco"."messages" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "threads_recent" ON "wilco"."threads" USING btree ("project_id","last_message_at","id");--> statement-breakpoint
CREATE INDEX "task_notes_task" ON "wilco"."task_notes" USING btree ("task_id","created_at");--> statement-breakpoint
CREATE INDEX "tasks_open" ON "wilco"."tasks" USING btree ("project_id","state","priority","created_at");
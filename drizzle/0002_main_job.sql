CREATE TYPE "wilco"."agent_state" AS ENUM('active', 'paused');--> statement-breakpoint
CREATE TYPE "wilco"."schedule_state" AS ENUM('active', 'paused', 'ended');--> statement-breakpoint
ALTER TYPE "wilco"."decision_kind" ADD VALUE 'scheduled';--> statement-breakpoint
ALTER TYPE "wilco"."author_kind" ADD VALUE 'agent' BEFORE 'system';--> statement-breakpoint
CREATE TABLE "wilco"."agents" (
	"project_id" text NOT NULL,
	"key" text NOT NULL,
	"state" "wilco"."agent_state" DEFAULT 'active' NOT NULL,
	"config" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agents_project_id_key_pk" PRIMARY KEY("project_id","key")
);
--> statement-breakpoint
CREATE TABLE "wilco"."connections" (
	"name" text PRIMARY KEY NOT NULL,
	"ok" boolean NOT NULL,
	"detail" text NOT NULL,
	"latency_ms" integer,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ok_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wilco"."push_subscriptions" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"keys" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wilco"."document_versions" (
	"document_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"content" text NOT NULL,
	"proposal_id" uuid,
	"person_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "document_versions_document_id_version_pk" PRIMARY KEY("document_id","version")
);
--> statement-breakpoint
CREATE TABLE "wilco"."documents" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"doc_type" text NOT NULL,
	"agent_key" text DEFAULT '' NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "documents_one" UNIQUE("project_id","agent_key","doc_type")
);
--> statement-breakpoint
CREATE TABLE "wilco"."model_calls" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"person_id" uuid,
	"agent_key" text,
	"thread_id" text,
	"message_id" uuid,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"outcome" text NOT NULL,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"cache_read_tokens" integer DEFAULT 0 NOT NULL,
	"cache_write_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"unit_prices" jsonb,
	"duration_ms" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."schedules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"pattern" text NOT NULL,
	"time_zone" text NOT NULL,
	"tool" text,
	"input_text" text,
	"tool_hash" text,
	"rule_hash" text,
	"instructions" text DEFAULT '' NOT NULL,
	"target_agent_key" text,
	"thread_id" text NOT NULL,
	"proposal_id" uuid NOT NULL,
	"created_by" uuid,
	"state" "wilco"."schedule_state" DEFAULT 'active' NOT NULL,
	"occurrence" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"last_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wilco"."secrets" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"ciphertext" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "secrets_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "wilco"."attachments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"message_id" uuid NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"size" integer NOT NULL,
	"content" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "wilco"."people" ADD COLUMN "preferences" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "undoes" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "agent_key" text;--> statement-breakpoint
ALTER TABLE "wilco"."agents" ADD CONSTRAINT "agents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."push_subscriptions" ADD CONSTRAINT "push_subscriptions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."document_versions" ADD CONSTRAINT "document_versions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "wilco"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."document_versions" ADD CONSTRAINT "document_versions_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."document_versions" ADD CONSTRAINT "document_versions_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."documents" ADD CONSTRAINT "documents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."model_calls" ADD CONSTRAINT "model_calls_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD CONSTRAINT "schedules_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD CONSTRAINT "schedules_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "wilco"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD CONSTRAINT "schedules_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" ADD CONSTRAINT "schedules_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."secrets" ADD CONSTRAINT "secrets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."secrets" ADD CONSTRAINT "secrets_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."attachments" ADD CONSTRAINT "attachments_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "wilco"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agents_state" ON "wilco"."agents" USING btree ("state");--> statement-breakpoint
CREATE INDEX "push_subscriptions_person" ON "wilco"."push_subscriptions" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "document_versions_proposal" ON "wilco"."document_versions" USING btree ("proposal_id");--> statement-breakpoint
CREATE INDEX "model_calls_recent" ON "wilco"."model_calls" USING btree ("project_id","at");--> statement-breakpoint
CREATE INDEX "model_calls_person" ON "wilco"."model_calls" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "schedules_due" ON "wilco"."schedules" USING btree ("next_at") WHERE "wilco"."schedules"."state" = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "schedules_name" ON "wilco"."schedules" USING btree ("project_id","name") WHERE "wilco"."schedules"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "attachments_message" ON "wilco"."attachments" USING btree ("message_id");
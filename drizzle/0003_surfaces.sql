CREATE TYPE "wilco"."delivery_state" AS ENUM('queued', 'sending', 'sent', 'failed');--> statement-breakpoint
CREATE TABLE "wilco"."deliveries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "wilco"."deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"thread_id" text NOT NULL,
	"message_id" uuid NOT NULL,
	"desired" integer DEFAULT 1 NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"state" "wilco"."delivery_state" DEFAULT 'queued' NOT NULL,
	"remote_id" text,
	"shown" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"leased_by" uuid,
	"leased_until" timestamp with time zone,
	"problem" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_message_id_unique" UNIQUE("message_id")
);
--> statement-breakpoint
CREATE TABLE "wilco"."link_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "wilco"."project_links" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"project_id" text NOT NULL,
	"team_channel" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "project_links_platform_workspace_pk" PRIMARY KEY("platform","workspace")
);
--> statement-breakpoint
CREATE TABLE "wilco"."shown_cards" (
	"person_id" uuid NOT NULL,
	"proposal_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"digest" text NOT NULL,
	"shown_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shown_cards_person_id_proposal_id_revision_pk" PRIMARY KEY("person_id","proposal_id","revision")
);
--> statement-breakpoint
ALTER TABLE "wilco"."proposals" ADD COLUMN "outside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."deliveries" ADD CONSTRAINT "deliveries_thread_id_threads_id_fk" FOREIGN KEY ("thread_id") REFERENCES "wilco"."threads"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."deliveries" ADD CONSTRAINT "deliveries_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "wilco"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."link_codes" ADD CONSTRAINT "link_codes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."project_links" ADD CONSTRAINT "project_links_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."shown_cards" ADD CONSTRAINT "shown_cards_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."shown_cards" ADD CONSTRAINT "shown_cards_proposal_id_proposals_id_fk" FOREIGN KEY ("proposal_id") REFERENCES "wilco"."proposals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_open" ON "wilco"."deliveries" USING btree ("thread_id","seq") WHERE "wilco"."deliveries"."sent" < "wilco"."deliveries"."desired" and "wilco"."deliveries"."state" <> 'failed';--> statement-breakpoint
CREATE INDEX "deliveries_remote" ON "wilco"."deliveries" USING btree ("remote_id");
--> statement-breakpoint
-- Everything that stands in a thread of an outside surface is delivered there, whoever wrote it. The room draws itself from the tables.
CREATE FUNCTION "wilco"."deliver_message"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wilco.deliveries (thread_id, message_id) VALUES (NEW.thread_id, NEW.id)
    ON CONFLICT (message_id) DO UPDATE SET desired = wilco.deliveries.desired + 1, state = 'queued';
  IF NEW.proposal_id IS NOT NULL THEN
    UPDATE wilco.proposals SET outside = true WHERE id = NEW.proposal_id AND NOT outside;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "messages_deliver" AFTER INSERT ON "wilco"."messages" FOR EACH ROW
  WHEN (NEW.author_kind <> 'person' AND NEW.thread_id NOT LIKE 'room:%') EXECUTE FUNCTION "wilco"."deliver_message"();
--> statement-breakpoint
-- What a person wrote is there already; that it failed is not.
CREATE TRIGGER "messages_deliver_failure" AFTER UPDATE OF "state" ON "wilco"."messages" FOR EACH ROW
  WHEN (NEW.author_kind = 'person' AND NEW.thread_id NOT LIKE 'room:%' AND NEW.state = 'failed' AND OLD.state <> 'failed') EXECUTE FUNCTION "wilco"."deliver_message"();
--> statement-breakpoint
CREATE FUNCTION "wilco"."deliver_proposal"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE wilco.deliveries d SET desired = d.desired + 1, state = CASE WHEN d.state = 'sending' THEN d.state ELSE 'queued' END
    FROM wilco.messages m WHERE m.id = d.message_id AND m.proposal_id = NEW.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "proposals_deliver" AFTER UPDATE ON "wilco"."proposals" FOR EACH ROW
  WHEN (NEW.outside AND OLD.outside) EXECUTE FUNCTION "wilco"."deliver_proposal"();

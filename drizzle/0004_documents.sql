CREATE TABLE "wilco"."offers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"thread_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"items" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "wilco"."offers" ADD CONSTRAINT "offers_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "wilco"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wilco"."offers" ADD CONSTRAINT "offers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "wilco"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "proposals_undoes" ON "wilco"."proposals" USING btree ("undoes") WHERE "wilco"."proposals"."undoes" is not null and "wilco"."proposals"."state" not in ('rejected', 'expired', 'withdrawn', 'void');
--> statement-breakpoint
-- What was undone shows it on its own card, wherever that stands.
CREATE FUNCTION "wilco"."show_undo"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE wilco.proposals SET updated_at = now() WHERE id = NEW.undoes AND outside;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "proposals_show_undo" AFTER INSERT OR UPDATE OF "state" ON "wilco"."proposals" FOR EACH ROW
  WHEN (NEW.undoes IS NOT NULL) EXECUTE FUNCTION "wilco"."show_undo"();
--> statement-breakpoint
-- A list that was taken is another card in the same place.
CREATE TRIGGER "messages_deliver_card" AFTER UPDATE OF "card" ON "wilco"."messages" FOR EACH ROW
  WHEN (NEW.author_kind <> 'person' AND NEW.thread_id NOT LIKE 'room:%') EXECUTE FUNCTION "wilco"."deliver_message"();

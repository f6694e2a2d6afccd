ALTER TABLE "wilco"."messages" ADD COLUMN "answers" uuid;--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD COLUMN "calls" text[];--> statement-breakpoint
ALTER TABLE "wilco"."messages" ADD CONSTRAINT "messages_answers" UNIQUE("answers");
--> statement-breakpoint
-- An answer that is still being written stands in its outside thread as far as it is, and in the same message when it is done.
CREATE TRIGGER "messages_deliver_growing" AFTER UPDATE OF "text", "calls", "answers" ON "wilco"."messages" FOR EACH ROW
  WHEN (OLD.answers IS NOT NULL AND NEW.thread_id NOT LIKE 'room:%') EXECUTE FUNCTION "wilco"."deliver_message"();

ALTER TABLE "wilco"."switches" ADD COLUMN "lifted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "wilco"."schedules" DROP COLUMN "input_text";--> statement-breakpoint
ALTER TABLE "wilco"."schedules" DROP COLUMN "tool_hash";--> statement-breakpoint
ALTER TABLE "wilco"."schedules" DROP COLUMN "rule_hash";
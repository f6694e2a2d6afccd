CREATE TABLE "wilco"."group_ties" (
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"project_id" text NOT NULL,
	"group_key" text NOT NULL,
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"remote_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "group_ties_project_id_group_key_pk" PRIMARY KEY("project_id","group_key"),
	CONSTRAINT "group_ties_id_unique" UNIQUE("id")
);
--> statement-breakpoint
ALTER TABLE "wilco"."decisions" ADD COLUMN "proof" jsonb;--> statement-breakpoint
ALTER TABLE "wilco"."votes" ADD COLUMN "proof" jsonb;--> statement-breakpoint
ALTER TABLE "wilco"."group_ties" ADD CONSTRAINT "group_ties_project_id_group_key_groups_project_id_key_fk" FOREIGN KEY ("project_id","group_key") REFERENCES "wilco"."groups"("project_id","key") ON DELETE cascade ON UPDATE no action;
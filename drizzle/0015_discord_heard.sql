CREATE TABLE "wilco"."heard" (
	"surface" text NOT NULL,
	"part" text NOT NULL,
	"remote_id" text NOT NULL,
	"heard_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "heard_surface_part_pk" PRIMARY KEY("surface","part")
);

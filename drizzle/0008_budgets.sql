CREATE TABLE "wilco"."budget_promises" (
	"holder" uuid NOT NULL,
	"project_id" text NOT NULL,
	"spender" text NOT NULL,
	"period" text NOT NULL,
	"micros" bigint NOT NULL,
	"tokens" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "budget_promises_holder_spender_period_pk" PRIMARY KEY("holder","spender","period")
);
--> statement-breakpoint
ALTER TABLE "wilco"."budget_use" ADD COLUMN "granted_micros" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "wilco"."budget_use" ADD COLUMN "granted_tokens" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "budget_promises_age" ON "wilco"."budget_promises" USING btree ("at");--> statement-breakpoint
-- What stood in the days of the project goes on in the one table of all spenders. What was promised there is settled with its effect, under its id.
INSERT INTO "wilco"."budget_use" (project_id, spender, period, reserved_micros, spent_micros)
  SELECT project_id, 'project', to_char(day, 'YYYY-MM-DD'), 0, spent_micros FROM "wilco"."budget_days";
--> statement-breakpoint
INSERT INTO "wilco"."budget_promises" (holder, project_id, spender, period, micros, tokens, at)
  SELECT e.id, p.project_id, 'project', to_char(e.started_at AT TIME ZONE 'utc', 'YYYY-MM-DD'), e.cost_micros, 0, e.started_at
  FROM "wilco"."effects" e JOIN "wilco"."proposals" p ON p.id = e.proposal_id
  WHERE e.state = 'started' AND e.cost_micros > 0;
--> statement-breakpoint
INSERT INTO "wilco"."budget_use" AS u (project_id, spender, period, reserved_micros)
  SELECT project_id, spender, period, sum(micros) FROM "wilco"."budget_promises" GROUP BY project_id, spender, period
  ON CONFLICT (project_id, spender, period) DO UPDATE SET reserved_micros = u.reserved_micros + excluded.reserved_micros;
--> statement-breakpoint
DROP TABLE "wilco"."budget_days";

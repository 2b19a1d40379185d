CREATE TABLE "schedule_runs" (
	"schedule" text NOT NULL,
	"due_at" bigint NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" bigint,
	"error" text,
	"ended_at" bigint,
	CONSTRAINT "schedule_runs_schedule_due_at_pk" PRIMARY KEY("schedule","due_at")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"view" text NOT NULL,
	"form" text NOT NULL,
	"every" text NOT NULL,
	"hour" integer NOT NULL,
	"tz" text NOT NULL,
	"period" text NOT NULL,
	"recipients" jsonb NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"owner" text NOT NULL,
	"created_at" bigint NOT NULL,
	"next_at" bigint NOT NULL
);

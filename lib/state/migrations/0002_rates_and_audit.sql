CREATE TABLE "budgets" (
	"scope" text NOT NULL,
	"name" text NOT NULL,
	"amount" text NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" bigint NOT NULL,
	CONSTRAINT "budgets_scope_name_pk" PRIMARY KEY("scope","name")
);
--> statement-breakpoint
CREATE TABLE "finding_decisions" (
	"key" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"decided_by" text NOT NULL,
	"decided_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_cards" (
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"per_minute" text NOT NULL,
	"per_screen_minute" text DEFAULT '0' NOT NULL,
	"per_published_minute" text DEFAULT '0' NOT NULL,
	"valid_from" text NOT NULL,
	"valid_to" text,
	"conditions" jsonb NOT NULL,
	"included_minutes" integer DEFAULT 0 NOT NULL,
	"minimum_charge" text DEFAULT '0' NOT NULL,
	"tiers" jsonb NOT NULL,
	"tax_name" text,
	"tax_percent" text DEFAULT '0' NOT NULL,
	"created_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"replaced_at" bigint,
	CONSTRAINT "rate_cards_id_version_pk" PRIMARY KEY("id","version")
);

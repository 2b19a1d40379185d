CREATE TABLE "alert_messages" (
	"breach" text NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" bigint NOT NULL,
	"error" text,
	"ended_at" bigint,
	CONSTRAINT "alert_messages_breach_kind_by_pk" PRIMARY KEY("breach","kind","by")
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"measure" text NOT NULL,
	"way" text NOT NULL,
	"mark" double precision NOT NULL,
	"days" integer NOT NULL,
	"min_calls" integer DEFAULT 0 NOT NULL,
	"query" text NOT NULL,
	"tz" text NOT NULL,
	"recipients" jsonb NOT NULL,
	"webhook_url" text,
	"webhook_cipher" text,
	"active" boolean DEFAULT true NOT NULL,
	"owner" text NOT NULL,
	"created_at" bigint NOT NULL,
	"checked_at" bigint,
	"value" double precision,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "breaches" (
	"id" text PRIMARY KEY NOT NULL,
	"alert" text NOT NULL,
	"at" bigint NOT NULL,
	"value" double precision NOT NULL,
	"resolved_at" bigint,
	"resolved_value" double precision
);
--> statement-breakpoint
CREATE TABLE "invites" (
	"id" text PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"person_id" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint,
	CONSTRAINT "invites_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"conf" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" bigint NOT NULL,
	"received_at" bigint NOT NULL,
	"calls" integer,
	"error" text
);
--> statement-breakpoint
ALTER TABLE "people" ALTER COLUMN "password_hash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "retention_days" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "notify_hash" text;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "totp_cipher" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "totp_since" bigint;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "totp_last" bigint;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "recovery" jsonb;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "oidc_subject" text;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "scope" jsonb DEFAULT '{"limits":{},"masked":false}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "invites" ADD CONSTRAINT "invites_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "one_open_breach" ON "breaches" USING btree ("alert") WHERE resolved_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "one_waiting_notice" ON "notices" USING btree ("account","conf") WHERE state = 'waiting';--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_oidc_subject_unique" UNIQUE("oidc_subject");
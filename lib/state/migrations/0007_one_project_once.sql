CREATE TABLE "failed_days" (
	"account" text NOT NULL,
	"day" text NOT NULL,
	"error" text NOT NULL,
	"failed_at" bigint NOT NULL,
	CONSTRAINT "failed_days_account_day_pk" PRIMARY KEY("account","day")
);
--> statement-breakpoint
ALTER TABLE "accounts" DROP CONSTRAINT "accounts_name_unique";--> statement-breakpoint
ALTER TABLE "accounts" ALTER COLUMN "app_key_cipher" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "project" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "counts_withdrawn" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "counts_doubled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "counted" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "removed_at" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "one_account_of_a_name" ON "accounts" USING btree ("name") WHERE removed_at IS NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_project_unique" UNIQUE("project");
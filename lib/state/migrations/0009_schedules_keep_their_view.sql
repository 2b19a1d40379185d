ALTER TABLE "schedule_runs" ADD COLUMN "sent_to" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "view_name" text;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "page" text;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "query" text;--> statement-breakpoint
UPDATE "schedules" SET "view_name" = "views"."name", "page" = "views"."page", "query" = "views"."query" FROM "views" WHERE "views"."id" = "schedules"."view";--> statement-breakpoint
ALTER TABLE "schedules" DROP COLUMN "view";

ALTER TABLE "alerts" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "shares" ADD COLUMN "token" text;--> statement-breakpoint
-- The token of the environment is the operator's; one that was made with another token is of whoever made that one.
UPDATE "api_tokens" SET "created_by" = 'operator' WHERE "created_by" IS NULL;--> statement-breakpoint
WITH RECURSIVE "chain" AS (
	SELECT "id", "created_by" FROM "api_tokens"
	UNION ALL
	SELECT "chain"."id", "parent"."created_by" FROM "chain" JOIN "api_tokens" "parent" ON "parent"."id" = "chain"."created_by"
)
UPDATE "api_tokens" SET "created_by" = "chain"."created_by" FROM "chain"
WHERE "chain"."id" = "api_tokens"."id" AND NOT EXISTS (SELECT 1 FROM "api_tokens" "other" WHERE "other"."id" = "chain"."created_by");--> statement-breakpoint
UPDATE "shares" SET "token" = "api_tokens"."id", "owner_id" = "api_tokens"."created_by" FROM "api_tokens" WHERE "api_tokens"."id" = "shares"."owner_id";--> statement-breakpoint
-- Until now only names were kept. Where more than one, or nobody, has the name, somebody has to take it over.
UPDATE "shares" SET "owner_id" = coalesce(
	(SELECT min("id") FROM "people" WHERE "name" = "shares"."owner" HAVING count(*) = 1),
	(SELECT min("created_by") FROM "api_tokens" WHERE "name" = "shares"."owner" AND NOT EXISTS (SELECT 1 FROM "people" WHERE "name" = "shares"."owner") HAVING count(DISTINCT "created_by") = 1)
) WHERE "owner_id" IS NULL;--> statement-breakpoint
UPDATE "schedules" SET "owner_id" = coalesce(
	(SELECT min("id") FROM "people" WHERE "name" = "schedules"."owner" HAVING count(*) = 1),
	(SELECT min("created_by") FROM "api_tokens" WHERE "name" = "schedules"."owner" AND NOT EXISTS (SELECT 1 FROM "people" WHERE "name" = "schedules"."owner") HAVING count(DISTINCT "created_by") = 1)
);--> statement-breakpoint
UPDATE "alerts" SET "owner_id" = coalesce(
	(SELECT min("id") FROM "people" WHERE "name" = "alerts"."owner" HAVING count(*) = 1),
	(SELECT min("created_by") FROM "api_tokens" WHERE "name" = "alerts"."owner" AND NOT EXISTS (SELECT 1 FROM "people" WHERE "name" = "alerts"."owner") HAVING count(DISTINCT "created_by") = 1)
);

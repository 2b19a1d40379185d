CREATE TABLE "sign_in_places" (
	"subject" text NOT NULL,
	"address" text NOT NULL,
	"last_at" bigint NOT NULL,
	CONSTRAINT "sign_in_places_subject_address_pk" PRIMARY KEY("subject","address")
);

-- trueup: up
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
DO $trueup$ BEGIN CREATE TYPE "job_status" AS ENUM ('queued', 'processing', 'completed', 'failed'); EXCEPTION WHEN duplicate_object THEN NULL; END $trueup$;
CREATE OR REPLACE FUNCTION "update_updated_at"() RETURNS trigger
LANGUAGE plpgsql AS $trueup$
BEGIN
  NEW."updated_at" := now();
  RETURN NEW;
END
$trueup$;
CREATE OR REPLACE FUNCTION "check_job_status"() RETURNS trigger
LANGUAGE plpgsql AS $trueup$
BEGIN
  IF OLD."status" IS DISTINCT FROM NEW."status" AND NOT coalesce((OLD."status"::text, NEW."status"::text) IN (('queued', 'processing'), ('processing', 'completed'), ('processing', 'failed')), false) THEN
    RAISE EXCEPTION 'status may not change in this way'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'trigger_jobs_status';
  END IF;
  RETURN NEW;
END
$trueup$;
CREATE TABLE "jobs" (
  "id" uuid DEFAULT uuid_generate_v4() NOT NULL,
  "client_id" character varying(50) COLLATE "C" NOT NULL,
  "status" "job_status" DEFAULT 'queued' NOT NULL,
  "pdf_url" character varying(2048) COLLATE "C" NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "completed_at" timestamp with time zone,
  "error_message" text COLLATE "C",
  CONSTRAINT "jobs_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "jobs_completed_has_time" CHECK (status <> 'completed' OR completed_at IS NOT NULL),
  CONSTRAINT "jobs_failed_has_reason" CHECK (status <> 'failed' OR error_message IS NOT NULL)
);
COMMENT ON INDEX "jobs_pkey" IS 'trueup {"partition": 1, "ttl": null, "names": {}}';
CREATE INDEX "idx_jobs_status" ON "jobs" ("status");
COMMENT ON INDEX "idx_jobs_status" IS 'trueup {"name": "idx_jobs_status", "partition": 1, "sort": 0}';
CREATE INDEX "idx_jobs_client_id" ON "jobs" ("client_id");
COMMENT ON INDEX "idx_jobs_client_id" IS 'trueup {"name": "idx_jobs_client_id", "partition": 1, "sort": 0}';
CREATE INDEX "idx_jobs_status_created_at" ON "jobs" ("status", "created_at");
COMMENT ON INDEX "idx_jobs_status_created_at" IS 'trueup {"name": "idx_jobs_status_created_at", "partition": 1, "sort": 1}';
CREATE INDEX "idx_jobs_client_id_created_at" ON "jobs" ("client_id", "created_at");
COMMENT ON INDEX "idx_jobs_client_id_created_at" IS 'trueup {"name": "idx_jobs_client_id_created_at", "partition": 1, "sort": 1}';
CREATE INDEX "idx_jobs_created_at" ON "jobs" USING btree ("created_at");
COMMENT ON TABLE "jobs" IS 'PDF files to read, and where each is';
COMMENT ON COLUMN "jobs"."id" IS 'the identifier of the job';
COMMENT ON COLUMN "jobs"."client_id" IS 'who sent it, from the request context of API Gateway; no foreign key';
COMMENT ON COLUMN "jobs"."status" IS 'where the job is';
COMMENT ON COLUMN "jobs"."pdf_url" IS 'the URL of the PDF file';
COMMENT ON COLUMN "jobs"."created_at" IS 'when it was sent';
COMMENT ON COLUMN "jobs"."updated_at" IS 'the last update, by a trigger of the database';
COMMENT ON COLUMN "jobs"."completed_at" IS 'when it was completed; empty until then';
COMMENT ON COLUMN "jobs"."error_message" IS 'why it failed; empty unless it did';
CREATE OR REPLACE TRIGGER "trigger_jobs_updated_at" BEFORE UPDATE ON "jobs" FOR EACH ROW EXECUTE FUNCTION "update_updated_at"();
CREATE OR REPLACE TRIGGER "trigger_jobs_status" BEFORE UPDATE ON "jobs" FOR EACH ROW EXECUTE FUNCTION "check_job_status"();
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE TABLE "job_results" (
  "id" uuid DEFAULT uuid_generate_v4() NOT NULL,
  "job_id" uuid NOT NULL,
  "extracted_data" jsonb,
  "confidence_score" numeric(3,2),
  "tokens_used" integer,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "job_results_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "job_results_confidence_score_check" CHECK ("confidence_score" >= 0 AND "confidence_score" <= 1),
  CONSTRAINT "job_results_job_id_key" UNIQUE ("job_id")
);
COMMENT ON INDEX "job_results_pkey" IS 'trueup {"partition": 1, "ttl": null, "names": {}}';
CREATE INDEX "idx_job_results_job_id" ON "job_results" ("job_id");
COMMENT ON INDEX "idx_job_results_job_id" IS 'trueup {"name": "idx_job_results_job_id", "partition": 1, "sort": 0}';
COMMENT ON TABLE "job_results" IS 'What was read from the PDF file of a job';
COMMENT ON COLUMN "job_results"."id" IS 'the identifier of the result';
COMMENT ON COLUMN "job_results"."job_id" IS 'the job; it has one result at most';
COMMENT ON COLUMN "job_results"."extracted_data" IS 'all extracted fields, as flexible JSON';
COMMENT ON COLUMN "job_results"."confidence_score" IS 'the confidence of the whole extraction, from 0.00 to 1.00';
COMMENT ON COLUMN "job_results"."tokens_used" IS 'the tokens that it took, to track costs';
COMMENT ON COLUMN "job_results"."created_at" IS 'when the extraction was done';
ALTER TABLE "job_results" ADD CONSTRAINT "job_results_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "jobs" ON DELETE CASCADE;

-- trueup: down
DROP TABLE IF EXISTS "job_results", "jobs";
DO $trueup$ BEGIN DROP FUNCTION IF EXISTS "update_updated_at"(); EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $trueup$;
DO $trueup$ BEGIN DROP FUNCTION IF EXISTS "check_job_status"(); EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $trueup$;
DO $trueup$ BEGIN DROP TYPE IF EXISTS "job_status"; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $trueup$;

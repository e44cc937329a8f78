-- trueup: up
ALTER TABLE "job_results" ADD COLUMN "model" character varying(100) COLLATE "C";
COMMENT ON COLUMN "job_results"."model" IS 'the language model that read it';
ALTER TABLE "job_results" ADD COLUMN "cost" numeric(12,6);
COMMENT ON COLUMN "job_results"."cost" IS 'what the tokens cost when they were used; with a currency only';
ALTER TABLE "job_results" ADD COLUMN "currency" text COLLATE "C";
COMMENT ON COLUMN "job_results"."currency" IS 'the currency of the cost';
ALTER TABLE "job_results" ADD CONSTRAINT "job_results_cost_check" CHECK ("cost" >= 0) NOT VALID;
ALTER TABLE "job_results" VALIDATE CONSTRAINT "job_results_cost_check";
ALTER TABLE "job_results" ADD CONSTRAINT "job_results_currency_check" CHECK ("currency" IN ('EUR', 'USD')) NOT VALID;
ALTER TABLE "job_results" VALIDATE CONSTRAINT "job_results_currency_check";
ALTER TABLE "job_results" ADD CONSTRAINT "job_results_cost_has_currency" CHECK ((cost IS NULL) = (currency IS NULL)) NOT VALID;
ALTER TABLE "job_results" VALIDATE CONSTRAINT "job_results_cost_has_currency";

-- trueup: down
ALTER TABLE "job_results" DROP CONSTRAINT IF EXISTS "job_results_cost_has_currency";
ALTER TABLE "job_results" DROP CONSTRAINT IF EXISTS "job_results_currency_check";
ALTER TABLE "job_results" DROP CONSTRAINT IF EXISTS "job_results_cost_check";
ALTER TABLE "job_results" DROP COLUMN "currency";
ALTER TABLE "job_results" DROP COLUMN "cost";
ALTER TABLE "job_results" DROP COLUMN "model";

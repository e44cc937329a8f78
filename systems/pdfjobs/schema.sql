--
-- PostgreSQL database dump
--



SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: uuid-ossp; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;


--
-- Name: EXTENSION "uuid-ossp"; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION "uuid-ossp" IS 'generate universally unique identifiers (UUIDs)';


--
-- Name: job_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.job_status AS ENUM (
    'queued',
    'processing',
    'completed',
    'failed'
);


--
-- Name: check_job_status(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.check_job_status() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF OLD."status" IS DISTINCT FROM NEW."status" AND NOT coalesce((OLD."status"::text, NEW."status"::text) IN (('queued', 'processing'), ('processing', 'completed'), ('processing', 'failed')), false) THEN
    RAISE EXCEPTION 'status may not change in this way'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'trigger_jobs_status';
  END IF;
  RETURN NEW;
END
$$;


--
-- Name: update_updated_at(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW."updated_at" := now();
  RETURN NEW;
END
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: job_results; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_results (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    job_id uuid NOT NULL,
    extracted_data jsonb,
    confidence_score numeric(3,2),
    tokens_used integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT job_results_confidence_score_check CHECK (((confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric)))
);


--
-- Name: TABLE job_results; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.job_results IS 'What was read from the PDF file of a job';


--
-- Name: COLUMN job_results.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.id IS 'the identifier of the result';


--
-- Name: COLUMN job_results.job_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.job_id IS 'the job; it has one result at most';


--
-- Name: COLUMN job_results.extracted_data; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.extracted_data IS 'all extracted fields, as flexible JSON';


--
-- Name: COLUMN job_results.confidence_score; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.confidence_score IS 'the confidence of the whole extraction, from 0.00 to 1.00';


--
-- Name: COLUMN job_results.tokens_used; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.tokens_used IS 'the tokens that it took, to track costs';


--
-- Name: COLUMN job_results.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.job_results.created_at IS 'when the extraction was done';


--
-- Name: jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.jobs (
    id uuid DEFAULT public.uuid_generate_v4() NOT NULL,
    client_id character varying(50) NOT NULL COLLATE pg_catalog."C",
    status public.job_status DEFAULT 'queued'::public.job_status NOT NULL,
    pdf_url character varying(2048) NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    completed_at timestamp with time zone,
    error_message text COLLATE pg_catalog."C",
    CONSTRAINT jobs_completed_has_time CHECK (((status <> 'completed'::public.job_status) OR (completed_at IS NOT NULL))),
    CONSTRAINT jobs_failed_has_reason CHECK (((status <> 'failed'::public.job_status) OR (error_message IS NOT NULL)))
);


--
-- Name: TABLE jobs; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.jobs IS 'PDF files to read, and where each is';


--
-- Name: COLUMN jobs.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.id IS 'the identifier of the job';


--
-- Name: COLUMN jobs.client_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.client_id IS 'who sent it, from the request context of API Gateway; no foreign key';


--
-- Name: COLUMN jobs.status; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.status IS 'where the job is';


--
-- Name: COLUMN jobs.pdf_url; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.pdf_url IS 'the URL of the PDF file';


--
-- Name: COLUMN jobs.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.created_at IS 'when it was sent';


--
-- Name: COLUMN jobs.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.updated_at IS 'the last update, by a trigger of the database';


--
-- Name: COLUMN jobs.completed_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.completed_at IS 'when it was completed; empty until then';


--
-- Name: COLUMN jobs.error_message; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.error_message IS 'why it failed; empty unless it did';


--
-- Name: job_results job_results_job_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_results
    ADD CONSTRAINT job_results_job_id_key UNIQUE (job_id);


--
-- Name: job_results job_results_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_results
    ADD CONSTRAINT job_results_pkey PRIMARY KEY (id);


--
-- Name: jobs jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);


--
-- Name: idx_job_results_job_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_job_results_job_id ON public.job_results USING btree (job_id);


--
-- Name: INDEX idx_job_results_job_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_job_results_job_id IS 'trueup {"name": "idx_job_results_job_id", "partition": 1, "sort": 0}';


--
-- Name: idx_jobs_client_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_jobs_client_id ON public.jobs USING btree (client_id);


--
-- Name: INDEX idx_jobs_client_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_jobs_client_id IS 'trueup {"name": "idx_jobs_client_id", "partition": 1, "sort": 0}';


--
-- Name: idx_jobs_client_id_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_jobs_client_id_created_at ON public.jobs USING btree (client_id, created_at);


--
-- Name: INDEX idx_jobs_client_id_created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_jobs_client_id_created_at IS 'trueup {"name": "idx_jobs_client_id_created_at", "partition": 1, "sort": 1}';


--
-- Name: idx_jobs_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_jobs_created_at ON public.jobs USING btree (created_at);


--
-- Name: idx_jobs_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_jobs_status ON public.jobs USING btree (status);


--
-- Name: INDEX idx_jobs_status; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_jobs_status IS 'trueup {"name": "idx_jobs_status", "partition": 1, "sort": 0}';


--
-- Name: idx_jobs_status_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_jobs_status_created_at ON public.jobs USING btree (status, created_at);


--
-- Name: INDEX idx_jobs_status_created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_jobs_status_created_at IS 'trueup {"name": "idx_jobs_status_created_at", "partition": 1, "sort": 1}';


--
-- Name: INDEX job_results_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.job_results_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX jobs_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.jobs_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: jobs trigger_jobs_status; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER trigger_jobs_status BEFORE UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.check_job_status();


--
-- Name: jobs trigger_jobs_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER trigger_jobs_updated_at BEFORE UPDATE ON public.jobs FOR EACH ROW EXECUTE FUNCTION public.update_updated_at();


--
-- Name: job_results job_results_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_results
    ADD CONSTRAINT job_results_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--

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
-- Name: postgis; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;


--
-- Name: EXTENSION postgis; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION postgis IS 'PostGIS geometry and geography spatial types and functions';


--
-- Name: count_version(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.count_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW."version" IS NOT DISTINCT FROM OLD."version" THEN
    NEW."version" := OLD."version" + 1;
  END IF;
  RETURN NEW;
END
$$;


--
-- Name: protect_inbuilt_agents(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.protect_inbuilt_agents() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.is_inbuilt AND (NEW.agent_id, NEW.agent_class, NEW.system_prompt, NEW.tools)
      NOT IN (VALUES ('geo-agent', 'ingestion', 'Find where it happened.', '["geocode"]'::jsonb), ('temporal-agent', 'ingestion', 'Find when it happened.', '[]'::jsonb), ('entity-agent', 'ingestion', 'Find who and what is named.', '[]'::jsonb), ('when-agent', 'query', 'Answer when.', '["search"]'::jsonb), ('where-agent', 'query', 'Answer where.', '["search", "map"]'::jsonb), ('why-agent', 'query', 'Say why.', '[]'::jsonb), ('assign-agent', 'management', 'Choose a team.', '["teams"]'::jsonb)) THEN
      RAISE EXCEPTION 'no agent of this kind comes with the product'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.is_inbuilt OR (TG_OP = 'UPDATE' AND NEW.is_inbuilt) THEN
    RAISE EXCEPTION 'an agent that came with the product may not change'
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END
$$;


--
-- Name: update_updated_at_column(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_updated_at_column() RETURNS trigger
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
-- Name: agent_definitions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.agent_definitions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    agent_id character varying(255) NOT NULL COLLATE pg_catalog."C",
    agent_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    agent_class text NOT NULL COLLATE pg_catalog."C",
    tenant_id uuid NOT NULL,
    system_prompt text NOT NULL COLLATE pg_catalog."C",
    tools jsonb NOT NULL,
    agent_dependencies jsonb NOT NULL,
    output_schema jsonb NOT NULL,
    max_output_keys integer NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    is_inbuilt boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT agent_definitions_agent_class_check CHECK ((agent_class = ANY (ARRAY['ingestion'::text, 'query'::text, 'management'::text]))),
    CONSTRAINT agent_definitions_agent_id_check CHECK ((char_length((agent_id)::text) >= 1)),
    CONSTRAINT agent_definitions_agent_name_check CHECK ((char_length((agent_name)::text) >= 1)),
    CONSTRAINT agent_definitions_max_output_keys_check CHECK ((max_output_keys >= 1)),
    CONSTRAINT agent_definitions_version_check CHECK ((version >= 0))
);

ALTER TABLE ONLY public.agent_definitions FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE agent_definitions; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.agent_definitions IS 'Agents of all three classes';


--
-- Name: COLUMN agent_definitions.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.id IS 'the identifier of the row';


--
-- Name: COLUMN agent_definitions.agent_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.agent_id IS 'names it in playbooks; unique in the tenant';


--
-- Name: COLUMN agent_definitions.agent_name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.agent_name IS 'what people call it';


--
-- Name: COLUMN agent_definitions.description; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.description IS 'what it does';


--
-- Name: COLUMN agent_definitions.agent_class; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.agent_class IS 'when it runs';


--
-- Name: COLUMN agent_definitions.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.tenant_id IS 'whose agent it is';


--
-- Name: COLUMN agent_definitions.system_prompt; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.system_prompt IS 'what the model is told';


--
-- Name: COLUMN agent_definitions.tools; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.tools IS 'the tools that it may call';


--
-- Name: COLUMN agent_definitions.agent_dependencies; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.agent_dependencies IS 'the agents whose output it reads, by agent_id';


--
-- Name: COLUMN agent_definitions.output_schema; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.output_schema IS 'the JSON schema of its output';


--
-- Name: COLUMN agent_definitions.max_output_keys; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.max_output_keys IS 'how many keys its output has at most';


--
-- Name: COLUMN agent_definitions.enabled; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.enabled IS 'whether it runs';


--
-- Name: COLUMN agent_definitions.is_inbuilt; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.is_inbuilt IS 'whether it came with the product';


--
-- Name: COLUMN agent_definitions.version; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.version IS 'counts its updates';


--
-- Name: COLUMN agent_definitions.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.created_at IS 'when it was made';


--
-- Name: COLUMN agent_definitions.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.updated_at IS 'the last update';


--
-- Name: COLUMN agent_definitions.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.agent_definitions.created_by IS 'the user who made it';


--
-- Name: domain_configurations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.domain_configurations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    domain_id character varying(255) NOT NULL COLLATE pg_catalog."C",
    domain_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    tenant_id uuid NOT NULL,
    ingestion_playbook jsonb NOT NULL,
    query_playbook jsonb NOT NULL,
    management_playbook jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT domain_configurations_domain_id_check CHECK ((char_length((domain_id)::text) >= 1)),
    CONSTRAINT domain_configurations_domain_name_check CHECK ((char_length((domain_name)::text) >= 1))
);

ALTER TABLE ONLY public.domain_configurations FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE domain_configurations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.domain_configurations IS 'Domains of reports, with their playbooks';


--
-- Name: COLUMN domain_configurations.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.id IS 'the identifier of the row';


--
-- Name: COLUMN domain_configurations.domain_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.domain_id IS 'names it in incidents; unique in the tenant';


--
-- Name: COLUMN domain_configurations.domain_name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.domain_name IS 'what people call it';


--
-- Name: COLUMN domain_configurations.description; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.description IS 'what it is for';


--
-- Name: COLUMN domain_configurations.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.tenant_id IS 'whose domain it is';


--
-- Name: COLUMN domain_configurations.ingestion_playbook; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.ingestion_playbook IS 'the agents of ingestion, in order';


--
-- Name: COLUMN domain_configurations.query_playbook; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.query_playbook IS 'the agents of questions, in order';


--
-- Name: COLUMN domain_configurations.management_playbook; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.management_playbook IS 'the agents of management, in order';


--
-- Name: COLUMN domain_configurations.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.created_at IS 'when it was made';


--
-- Name: COLUMN domain_configurations.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.updated_at IS 'the last update';


--
-- Name: COLUMN domain_configurations.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.domain_configurations.created_by IS 'the user who made it';


--
-- Name: image_evidence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.image_evidence (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    incident_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    s3_bucket character varying(255) NOT NULL COLLATE pg_catalog."C",
    s3_key character varying(1024) NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT image_evidence_s3_bucket_check CHECK ((char_length((s3_bucket)::text) >= 1)),
    CONSTRAINT image_evidence_s3_key_check CHECK ((char_length((s3_key)::text) >= 1))
);

ALTER TABLE ONLY public.image_evidence FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE image_evidence; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.image_evidence IS 'Where in S3 the pictures of incidents are';


--
-- Name: COLUMN image_evidence.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.id IS 'the identifier of the picture';


--
-- Name: COLUMN image_evidence.incident_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.incident_id IS 'what it shows';


--
-- Name: COLUMN image_evidence.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.tenant_id IS 'whose picture it is';


--
-- Name: COLUMN image_evidence.s3_bucket; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.s3_bucket IS 'the bucket of the object';


--
-- Name: COLUMN image_evidence.s3_key; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.s3_key IS 'the key of the object';


--
-- Name: COLUMN image_evidence.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.created_at IS 'when it was added';


--
-- Name: COLUMN image_evidence.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.updated_at IS 'the last update';


--
-- Name: COLUMN image_evidence.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.image_evidence.created_by IS 'the user who added it';


--
-- Name: incidents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.incidents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id uuid NOT NULL,
    domain_id character varying(255) NOT NULL COLLATE pg_catalog."C",
    location public.geography(Point,4326),
    structured_data jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT incidents_domain_id_check CHECK ((char_length((domain_id)::text) >= 1))
);

ALTER TABLE ONLY public.incidents FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE incidents; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.incidents IS 'Incidents and where they happened, for programs that still use this table';


--
-- Name: COLUMN incidents.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.id IS 'the identifier of the incident';


--
-- Name: COLUMN incidents.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.tenant_id IS 'whose incident it is';


--
-- Name: COLUMN incidents.domain_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.domain_id IS 'the domain it belongs to';


--
-- Name: COLUMN incidents.location; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.location IS 'where it happened, in WGS 84';


--
-- Name: COLUMN incidents.structured_data; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.structured_data IS 'what the agents found out';


--
-- Name: COLUMN incidents.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.created_at IS 'when it was reported';


--
-- Name: COLUMN incidents.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.updated_at IS 'the last update';


--
-- Name: COLUMN incidents.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.incidents.created_by IS 'the user who reported it';


--
-- Name: teams; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.teams (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    team_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    tenant_id uuid NOT NULL,
    members jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT teams_team_name_check CHECK ((char_length((team_name)::text) >= 1))
);

ALTER TABLE ONLY public.teams FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE teams; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.teams IS 'Groups of users';


--
-- Name: COLUMN teams.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.id IS 'the identifier of the team';


--
-- Name: COLUMN teams.team_name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.team_name IS 'what it is called';


--
-- Name: COLUMN teams.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.tenant_id IS 'whose team it is';


--
-- Name: COLUMN teams.members; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.members IS 'the identifiers of its users';


--
-- Name: COLUMN teams.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.created_at IS 'when it was made';


--
-- Name: COLUMN teams.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.updated_at IS 'the last update';


--
-- Name: COLUMN teams.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.teams.created_by IS 'the user who made it';


--
-- Name: tenants; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tenants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_name character varying(255) NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    CONSTRAINT tenants_tenant_name_check CHECK ((char_length((tenant_name)::text) >= 1))
);

ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE tenants; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.tenants IS 'Organisations that share the database and see nothing of each other';


--
-- Name: COLUMN tenants.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tenants.id IS 'the identifier of the tenant';


--
-- Name: COLUMN tenants.tenant_name; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tenants.tenant_name IS 'what it is called';


--
-- Name: COLUMN tenants.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tenants.created_at IS 'when it was made';


--
-- Name: COLUMN tenants.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tenants.updated_at IS 'the last update';


--
-- Name: COLUMN tenants.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.tenants.created_by IS 'the user who made it; empty for one that came before its users';


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    username character varying(255) NOT NULL COLLATE pg_catalog."C",
    email character varying(255) NOT NULL COLLATE pg_catalog."C",
    cognito_sub character varying(255) NOT NULL COLLATE pg_catalog."C",
    tenant_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    CONSTRAINT users_cognito_sub_check CHECK ((char_length((cognito_sub)::text) >= 1)),
    CONSTRAINT users_email_check CHECK ((char_length((email)::text) >= 1)),
    CONSTRAINT users_username_check CHECK ((char_length((username)::text) >= 1))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE users; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.users IS 'Accounts of people, linked to Cognito';


--
-- Name: COLUMN users.id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.id IS 'the identifier of the user';


--
-- Name: COLUMN users.username; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.username IS 'unique in the tenant';


--
-- Name: COLUMN users.email; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.email IS 'unique in the tenant';


--
-- Name: COLUMN users.cognito_sub; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.cognito_sub IS 'the subject of the account in Cognito, unique everywhere';


--
-- Name: COLUMN users.tenant_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.tenant_id IS 'whose user it is';


--
-- Name: COLUMN users.created_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.created_at IS 'when it was made';


--
-- Name: COLUMN users.updated_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.updated_at IS 'the last update';


--
-- Name: COLUMN users.created_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.created_by IS 'the user who made it';


--
-- Name: agent_definitions agent_definitions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_definitions
    ADD CONSTRAINT agent_definitions_pkey PRIMARY KEY (id);


--
-- Name: agent_definitions agent_definitions_tenant_id_agent_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_definitions
    ADD CONSTRAINT agent_definitions_tenant_id_agent_id_key UNIQUE (tenant_id, agent_id);


--
-- Name: domain_configurations domain_configurations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.domain_configurations
    ADD CONSTRAINT domain_configurations_pkey PRIMARY KEY (id);


--
-- Name: domain_configurations domain_configurations_tenant_id_domain_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.domain_configurations
    ADD CONSTRAINT domain_configurations_tenant_id_domain_id_key UNIQUE (tenant_id, domain_id);


--
-- Name: image_evidence image_evidence_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.image_evidence
    ADD CONSTRAINT image_evidence_pkey PRIMARY KEY (id);


--
-- Name: incidents incidents_id_tenant_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_id_tenant_id_key UNIQUE (id, tenant_id);


--
-- Name: incidents incidents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_pkey PRIMARY KEY (id);


--
-- Name: teams teams_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (id);


--
-- Name: tenants tenants_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);


--
-- Name: users users_cognito_sub_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_cognito_sub_key UNIQUE (cognito_sub);


--
-- Name: users users_id_tenant_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_id_tenant_id_key UNIQUE (id, tenant_id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: users users_tenant_id_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_email_key UNIQUE (tenant_id, email);


--
-- Name: users users_tenant_id_username_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_username_key UNIQUE (tenant_id, username);


--
-- Name: INDEX agent_definitions_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.agent_definitions_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX domain_configurations_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.domain_configurations_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: idx_agents_enabled; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_enabled ON public.agent_definitions USING btree (enabled);


--
-- Name: idx_agents_tenant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_tenant ON public.agent_definitions USING btree (tenant_id);


--
-- Name: INDEX idx_agents_tenant; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_agents_tenant IS 'trueup {"name": "idx_agents_tenant", "partition": 1, "sort": 0}';


--
-- Name: idx_agents_tenant_class; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_agents_tenant_class ON public.agent_definitions USING btree (tenant_id, agent_class);


--
-- Name: INDEX idx_agents_tenant_class; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_agents_tenant_class IS 'trueup {"name": "idx_agents_tenant_class", "partition": 2, "sort": 0}';


--
-- Name: idx_domains_tenant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_domains_tenant ON public.domain_configurations USING btree (tenant_id);


--
-- Name: INDEX idx_domains_tenant; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_domains_tenant IS 'trueup {"name": "idx_domains_tenant", "partition": 1, "sort": 0}';


--
-- Name: idx_image_evidence_incident; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_image_evidence_incident ON public.image_evidence USING btree (incident_id);


--
-- Name: INDEX idx_image_evidence_incident; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_image_evidence_incident IS 'trueup {"name": "idx_image_evidence_incident", "partition": 1, "sort": 0}';


--
-- Name: idx_image_evidence_tenant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_image_evidence_tenant ON public.image_evidence USING btree (tenant_id);


--
-- Name: INDEX idx_image_evidence_tenant; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_image_evidence_tenant IS 'trueup {"name": "idx_image_evidence_tenant", "partition": 1, "sort": 0}';


--
-- Name: idx_incidents_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_incidents_created_at ON public.incidents USING btree (created_at DESC);


--
-- Name: idx_incidents_location; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_incidents_location ON public.incidents USING gist (location);


--
-- Name: idx_incidents_structured_data; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_incidents_structured_data ON public.incidents USING gin (structured_data);


--
-- Name: idx_incidents_tenant_domain; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_incidents_tenant_domain ON public.incidents USING btree (tenant_id, domain_id);


--
-- Name: INDEX idx_incidents_tenant_domain; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.idx_incidents_tenant_domain IS 'trueup {"name": "idx_incidents_tenant_domain", "partition": 2, "sort": 0}';


--
-- Name: INDEX image_evidence_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.image_evidence_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX incidents_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.incidents_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX teams_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.teams_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX tenants_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.tenants_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: INDEX users_pkey; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON INDEX public.users_pkey IS 'trueup {"partition": 1, "ttl": null, "names": {}}';


--
-- Name: agent_definitions agent_definitions_version_count; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER agent_definitions_version_count BEFORE UPDATE ON public.agent_definitions FOR EACH ROW EXECUTE FUNCTION public.count_version();


--
-- Name: agent_definitions inbuilt_agents_are_protected; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER inbuilt_agents_are_protected BEFORE INSERT OR DELETE OR UPDATE ON public.agent_definitions FOR EACH ROW EXECUTE FUNCTION public.protect_inbuilt_agents();


--
-- Name: agent_definitions update_agent_definitions_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_agent_definitions_updated_at BEFORE UPDATE ON public.agent_definitions FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: domain_configurations update_domain_configurations_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_domain_configurations_updated_at BEFORE UPDATE ON public.domain_configurations FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: image_evidence update_image_evidence_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_image_evidence_updated_at BEFORE UPDATE ON public.image_evidence FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: incidents update_incidents_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_incidents_updated_at BEFORE UPDATE ON public.incidents FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: teams update_teams_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_teams_updated_at BEFORE UPDATE ON public.teams FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: tenants update_tenants_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_tenants_updated_at BEFORE UPDATE ON public.tenants FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: users update_users_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();


--
-- Name: agent_definitions agent_definitions_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_definitions
    ADD CONSTRAINT agent_definitions_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: agent_definitions agent_definitions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.agent_definitions
    ADD CONSTRAINT agent_definitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: domain_configurations domain_configurations_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.domain_configurations
    ADD CONSTRAINT domain_configurations_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: domain_configurations domain_configurations_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.domain_configurations
    ADD CONSTRAINT domain_configurations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: image_evidence image_evidence_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.image_evidence
    ADD CONSTRAINT image_evidence_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: image_evidence image_evidence_incident_id_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.image_evidence
    ADD CONSTRAINT image_evidence_incident_id_tenant_id_fkey FOREIGN KEY (incident_id, tenant_id) REFERENCES public.incidents(id, tenant_id) ON DELETE CASCADE;


--
-- Name: image_evidence image_evidence_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.image_evidence
    ADD CONSTRAINT image_evidence_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: incidents incidents_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: incidents incidents_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT incidents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: teams teams_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: teams teams_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: tenants tenants_created_by_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_created_by_id_fkey FOREIGN KEY (created_by, id) REFERENCES public.users(id, tenant_id);


--
-- Name: users users_created_by_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_created_by_tenant_id_fkey FOREIGN KEY (created_by, tenant_id) REFERENCES public.users(id, tenant_id);


--
-- Name: users users_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);


--
-- Name: agent_definitions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.agent_definitions ENABLE ROW LEVEL SECURITY;

--
-- Name: domain_configurations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.domain_configurations ENABLE ROW LEVEL SECURITY;

--
-- Name: image_evidence; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.image_evidence ENABLE ROW LEVEL SECURITY;

--
-- Name: incidents; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.incidents ENABLE ROW LEVEL SECURITY;

--
-- Name: teams; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.teams ENABLE ROW LEVEL SECURITY;

--
-- Name: tenants; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

--
-- Name: agent_definitions trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.agent_definitions USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: domain_configurations trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.domain_configurations USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: image_evidence trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.image_evidence USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: incidents trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.incidents USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: teams trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.teams USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: tenants trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.tenants USING ((id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: users trueup_tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY trueup_tenant ON public.users USING ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid)) WITH CHECK ((tenant_id = (COALESCE(NULLIF(current_setting('trueup.tenant'::text, true), ''::text), current_setting('no tenant is set'::text)))::uuid));


--
-- Name: users; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

--
-- PostgreSQL database dump complete
--

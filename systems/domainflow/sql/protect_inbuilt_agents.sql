-- Agents that came with the product are the same for all who use it: no update, no deletion, and
-- none that becomes one later, or that says so and is another. A release that changes one disables the trigger, as the table's owner.
CREATE OR REPLACE FUNCTION protect_inbuilt_agents() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.is_inbuilt AND (NEW.agent_id, NEW.agent_class, NEW.system_prompt, NEW.tools)
      NOT IN (VALUES INBUILT_AGENTS) THEN
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
$body$

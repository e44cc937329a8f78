-- Agents that came with the product are the same for all who use it: no update, no deletion, and
-- none that becomes one later. A release that changes one disables the trigger, as the table's owner.
CREATE OR REPLACE FUNCTION protect_inbuilt_agents() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
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

-- Asks that function on each write of the table.
CREATE OR REPLACE TRIGGER inbuilt_agents_are_protected
BEFORE INSERT OR UPDATE OR DELETE ON {agent_definitions}
FOR EACH ROW EXECUTE FUNCTION protect_inbuilt_agents()

"""What every door through which a vote comes has in common, as SQL."""

WHILE_OPEN = """
                -- The share lock makes a close wait for this vote, and this vote see a close: counted or refused, never lost.
                -- The lock on the elector puts a vote and a recusal of the same elector one after the other.
                SELECT b.* INTO vote_ballot FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id
                    WHERE e.id = NEW.elector_id FOR SHARE OF b FOR NO KEY UPDATE OF e;
                IF vote_ballot.status <> 'open' OR clock_timestamp() >= vote_ballot.closes_at THEN
                    RAISE EXCEPTION 'the ballot is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_only_while_open';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM council_motion WHERE id = NEW.motion_id AND ballot_id = vote_ballot.id) THEN
                    RAISE EXCEPTION 'the motion belongs to another ballot' USING ERRCODE = 'check_violation';
                END IF;
"""
# While it is a draft the closing time says nothing: what a meeting decided is entered after it.
UNTIL_THE_END = WHILE_OPEN.replace(
    "vote_ballot.status <> 'open' OR clock_timestamp() >= vote_ballot.closes_at",
    "vote_ballot.status <> 'draft' AND (vote_ballot.status <> 'open' OR clock_timestamp() >= vote_ballot.closes_at)",
)
WHO_STEPPED_ASIDE = """
                IF EXISTS (SELECT 1 FROM council_recusal WHERE motion_id = NEW.motion_id
                    AND (elector_id = NEW.elector_id OR elector_id IN (SELECT holder_id FROM council_proxy WHERE giver_id = NEW.elector_id))) OR EXISTS (
                    -- A person with two places steps aside at both, unless somebody else votes at the other.
                    SELECT 1 FROM council_recusal r JOIN council_elector there ON there.id = r.elector_id JOIN council_elector here ON here.id = NEW.elector_id
                    WHERE r.motion_id = NEW.motion_id AND there.ballot_id = here.ballot_id AND there.person_id = here.person_id
                        AND NOT EXISTS (SELECT 1 FROM council_proxy WHERE giver_id = NEW.elector_id)) THEN
                    RAISE EXCEPTION 'the elector is recused' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_not_when_recused';
                END IF;
"""
"""They need the variable `vote_ballot council_ballot%ROWTYPE` and NEW.elector_id, NEW.motion_id."""

package storagetest

// Parts is a table of the parts that were put on their way: those in the outbox, and those of
// messages that have left it, which the history tells of. id orders the parts of a chat and lane
// as they were said.
const Parts = `(
	SELECT bot, chat, cause, lane, CASE WHEN history_id <> 0 THEN history_id ELSE id END AS id, kind, state, unknowns, external_id FROM outbox
	UNION ALL
	SELECT bot, chat, cause || '/0', 0, id, kind, outcome, 0, external_id FROM history
	WHERE outgoing AND kind = 'say' AND outcome <> '' AND NOT EXISTS (
		SELECT 1 FROM outbox o WHERE o.bot = history.bot AND o.chat = history.chat AND o.cause = history.cause || '/0')
) parts`

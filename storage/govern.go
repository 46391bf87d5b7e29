package storage

// governed is what must be true of a recipient r of the broadcast $1 at the bot $2
// for their message to be released now, besides that they wait: it passes over them
// and leaves them as they are. Nobody is told while an operator holds them.
const governed = ` AND r.contact NOT IN (SELECT t.contact FROM tickets t WHERE t.state = 'taken' AND t.holder <> '' AND t.contact <> '')`

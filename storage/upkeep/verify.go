package upkeep

import (
	"context"
	"fmt"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
)

// claimed is something that must be true of the tables: no row is a breach.
type claimed struct {
	breach string // what the rows are, for a person to read
	rows   string // counts the breaches, and names one
	values []any
}

// claims are checked by single statements, so that each sees one moment and the
// service may run.
func claims() []claimed {
	return []claimed{
		{breach: "conversations without their contact", rows: `
SELECT count(*) AS n, COALESCE(min(c.bot || ':' || c.chat), '') AS one FROM conversations c
WHERE NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = c.contact)`},
		{breach: "open tickets without their conversation", rows: `
SELECT count(*) AS n, COALESCE(min(t.id), '') AS one FROM tickets t
WHERE t.state <> 'closed' AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.bot = t.bot AND c.chat = t.chat)`},
		states("updates", "inbox", "bot || '/' || id", "waiting", "done", "parked"),
		states("messages", "outbox", "bot || '/' || cause", storage.OutboxStates()...),
		states("tickets", "tickets", "id", string(bot.TicketWaiting), string(bot.TicketTaken), string(bot.TicketClosed)),
		states("articles", "articles", "id", string(bot.ArticleDraft), string(bot.ArticleReview), string(bot.ArticleApproved), string(bot.ArticleRetired)),
		states("changes", "changes", "id", bot.Choices(bot.ChangeStates())...),
		{breach: "messages being sent while nobody has the bot's lease (the service settles them when it starts)", rows: `
SELECT count(*) AS n, COALESCE(min(o.bot || '/' || o.cause), '') AS one FROM outbox o
WHERE o.state IN ('pending', 'sending') AND o.state = 'sending'
AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.bot = o.bot AND b.lease_until > {now})`},
		{breach: "rows of the ledger without their contact", rows: `
SELECT count(*) AS n, COALESCE(min(l.contact), '') AS one FROM ledger l
WHERE NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = l.contact)`},
		{breach: "rows of the ledger without their change", rows: `
SELECT count(*) AS n, COALESCE(min(l.change_id), '') AS one FROM ledger l
WHERE NOT EXISTS (SELECT 1 FROM changes c WHERE c.id = l.change_id)`},
		{breach: "changes whose counts are not those of their ledger", rows: `
SELECT count(DISTINCT x.change_id) AS n, COALESCE(min(x.change_id), '') AS one FROM (
	SELECT change_id FROM (
		SELECT change_id, standing, n FROM ledger_counts WHERE standing <> 'erased'
		UNION ALL SELECT change_id, standing, -count(*) FROM ledger WHERE standing <> '' GROUP BY change_id, standing
	) c GROUP BY change_id, standing HAVING sum(n) <> 0
) x`},
		{breach: "tellings on their way without a message that is", rows: `
SELECT count(*) AS n, COALESCE(min(t.bot || '/' || t.cause), '') AS one FROM tellings t
WHERE t.outcome = 'on its way' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.bot = t.bot AND o.chat = t.chat
	AND o.cause >= t.cause || '/' AND o.cause < t.cause || '0' AND o.state IN ('pending', 'sending'))`},
		{breach: "tellings without their contact", rows: `
SELECT count(*) AS n, COALESCE(min(t.contact), '') AS one FROM tellings t
WHERE t.contact <> '' AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = t.contact)`},
		{breach: "tellings without their rendering", rows: `
SELECT count(*) AS n, COALESCE(min(t.rendering), '') AS one FROM tellings t
WHERE NOT EXISTS (SELECT 1 FROM renderings r WHERE r.hash = t.rendering)`},
		states("broadcasts", "broadcasts", "id", bot.Choices(bot.BroadcastStates())...),
		states("recipients' outcomes", "(SELECT outcome AS state, broadcast FROM recipients) r", "broadcast", bot.Choices(bot.RecipientOutcomes())...),
		{breach: "broadcasts whose counts are not those of their recipients", rows: sums},
		{breach: "broadcasts that are sent while recipients wait", rows: `
SELECT count(*) AS n, COALESCE(min(b.id), '') AS one FROM broadcasts b
WHERE b.state = 'sent' AND EXISTS (SELECT 1 FROM recipients r WHERE r.broadcast = b.id AND r.outcome = 'pending')`},
		{breach: "messages of broadcasts whose recipients do not wait for them", rows: `
SELECT count(*) AS n, COALESCE(min(o.bot || '/' || o.cause), '') AS one FROM outbox o
WHERE o.state IN ('pending', 'sending') AND o.broadcast <> '' AND o.recipient <> '' AND NOT EXISTS (
	SELECT 1 FROM recipients r WHERE r.broadcast = o.broadcast AND r.key = o.recipient AND r.outcome = 'pending' AND r.released_at <> 0)`},
		{breach: "money spent on messages that surely did not arrive", rows: `
SELECT count(*) AS n, COALESCE(min(c.broadcast || '/' || c.key), '') AS one FROM charges c
LEFT JOIN recipients r ON r.broadcast = c.broadcast AND r.key = c.key
WHERE r.key IS NULL OR r.round = c.round AND (r.outcome IN ('skipped', 'failed') OR r.outcome = 'pending' AND r.released_at = 0)`},
		{breach: "recipients without their contact", rows: `
SELECT count(*) AS n, COALESCE(min(r.broadcast || '/' || r.key), '') AS one FROM recipients r
WHERE r.contact <> '' AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = r.contact)`},
		{breach: "joined addresses that are not of their contact", rows: `
SELECT count(*) AS n, COALESCE(min(m.bot || ':' || m.chat), '') AS one FROM merges m
WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.bot = m.bot AND c.chat = m.chat AND c.contact = m.contact)`},
		{breach: "offers to join without their contact", rows: `
SELECT count(*) AS n, COALESCE(min(o.contact), '') AS one FROM join_offers o
WHERE NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = o.contact)`},
		{breach: "pieces without their file", rows: `
SELECT count(*) AS n, COALESCE(min(p.bot || ':' || p.chat), '') AS one FROM file_pieces p
WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.bot = p.bot AND f.chat = p.chat AND f.key = p.key)
AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.bot = p.bot AND e.chat = p.chat)`},
		{breach: "files without all their pieces", rows: `
SELECT count(*) AS n, COALESCE(min(f.bot || ':' || f.chat), '') AS one FROM files f
WHERE f.state = 'kept' AND (f.size + 65535) / 65536 <>
	(SELECT count(*) FROM file_pieces p WHERE p.bot = f.bot AND p.chat = f.chat AND p.key = f.key)`},
		{breach: "tokens without their user", rows: `
SELECT count(*) AS n, COALESCE(min(t.user_id), '') AS one FROM tokens t
WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = t.user_id)`},
		{breach: "people erased more than a day ago of whom something is still here (the service lets it leave while it runs)", rows: `
SELECT count(*) AS n, '' AS one FROM erasures WHERE erased_at < {now} - $1`, values: []any{day}},
		{breach: "versions of the content besides the one", rows: `
SELECT abs(count(*) - 1) AS n, '' AS one FROM content`},
	}
}

// sums counts the broadcasts where any count differs from the rows that it counts.
var sums = func() string {
	counted := `SELECT broadcast, bot, language, outcome AS what, reason, count(*) AS n FROM recipients GROUP BY broadcast, bot, language, outcome, reason`
	for _, m := range bot.RecipientMarks() {
		counted += fmt.Sprintf(`
UNION ALL SELECT broadcast, bot, language, '%s', '', count(*) FROM recipients WHERE %[1]s_at <> 0 GROUP BY broadcast, bot, language`, m)
	}
	counted += `
UNION ALL SELECT broadcast, bot, language, 'spent', currency, sum(price) FROM charges GROUP BY broadcast, bot, language, currency`
	return `
SELECT count(DISTINCT x.broadcast) AS n, COALESCE(min(x.broadcast), '') AS one FROM (
	SELECT broadcast FROM (
		SELECT broadcast, bot, language, what, reason, n FROM broadcast_counts
		UNION ALL SELECT broadcast, bot, language, what, reason, -n FROM (` + counted + `) r
	) c GROUP BY broadcast, bot, language, what, reason HAVING sum(n) <> 0
) x`
}()

// states claims that the rows of a table are in one of the states.
func states(what, table, name string, legal ...string) claimed {
	c := claimed{breach: what + " in a state that does not exist"}
	places := make([]string, len(legal))
	for i, state := range legal {
		places[i] = fmt.Sprintf("$%d", i+1)
		c.values = append(c.values, state)
	}
	c.rows = fmt.Sprintf(`SELECT count(*) AS n, COALESCE(min(%s), '') AS one FROM %s WHERE state NOT IN (%s)`,
		name, table, strings.Join(places, ", "))
	return c
}

// Verify checks that the database has the schema of the newest migration and
// that its tables fit each other, and says what is wrong: nothing is nil. It
// reads every table, but not the audit; see Store.VerifyAudit.
func Verify(ctx context.Context, s *storage.Store) (problems []string, err error) {
	have, err := s.Version(ctx)
	if err != nil {
		return nil, doing("verify", err)
	}
	latest, err := s.DB().Latest(storage.Migrations())
	if err != nil {
		return nil, doing("verify", err)
	}
	if have < latest {
		return []string{fmt.Sprintf("the database is at migration %d of %d: run visnyk migrate", have, latest)}, nil
	}
	want, err := schemaAt(ctx, latest)
	if err != nil {
		return nil, doing("verify", err)
	}
	is, err := s.DB().Reader().Schema(ctx)
	if err != nil {
		return nil, doing("verify", err)
	}
	if problems := want.Lacks(is); len(problems) > 0 {
		return problems, nil // the rest speaks of what may not be there
	}
	return Breaches(ctx, s)
}

// Breaches says how the tables do not fit each other. It does not look at the
// schema.
func Breaches(ctx context.Context, s *storage.Store) (problems []string, err error) {
	for _, claim := range claims() {
		problem, err := breach(ctx, s.DB(), claim)
		if err != nil {
			return nil, doing("verify", fmt.Errorf("%s: %w", claim.breach, err))
		}
		if problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems, nil
}

// breach says how the claim is not true; "" when it is.
func breach(ctx context.Context, d *db.DB, claim claimed) (string, error) {
	var found struct {
		N   int    `db:"n"`
		One string `db:"one"`
	}
	err := d.Snapshot(ctx, func(c db.Conn) error { return c.Get(ctx, &found, claim.rows, claim.values...) })
	switch {
	case err != nil || found.N == 0:
		return "", err
	case found.One == "":
		return fmt.Sprintf("%s: %d", claim.breach, found.N), nil
	}
	return fmt.Sprintf("%s: %d, one is %s", claim.breach, found.N, found.One), nil
}

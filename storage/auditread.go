package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// AuditQuery chooses entries of the audit. A zero field chooses all.
type AuditQuery struct {
	Actor    string    // the user's id
	Action   string    // "change.approve", or with a dot at its end all of a noun: "change."
	Object   string    // "change/tariff-2027", or with a slash at its end all of a noun: "change/"
	From, To time.Time // To is left out
	Before   int64     // entries older than this one: the page that follows
}

// AuditLine is an entry of the audit as people read it. The names of the staff are
// those of now; "" where the entry is of no user.
type AuditLine struct {
	ID     int64
	At     time.Time
	Actor  bot.Actor // their role as it was then
	By     string    // what colleagues call the actor
	Action string
	Object string
	Whom   string // what colleagues call the user that the object is
	Detail string // JSON
}

const auditLines = `
SELECT a.id, a.at, a.actor, a.role, a.action, a.object, a.detail,
	COALESCE(u.login, '') AS login, COALESCE(u.name, '') AS name, COALESCE(o.login, '') AS whom, COALESCE(o.name, '') AS whom_name
FROM audit a LEFT JOIN users u ON u.id = a.actor
LEFT JOIN users o ON o.id = CASE WHEN substr(a.object, 1, 5) = 'user/' THEN substr(a.object, 6) ELSE '' END
WHERE `

// where is the condition of the query, with the values it takes.
func (q AuditQuery) where() (string, []any) {
	all, values := []string{"a.id > 0"}, []any(nil)
	also := func(condition string, value any) {
		values = append(values, value)
		all = append(all, strings.ReplaceAll(condition, "$", fmt.Sprint("$", len(values))))
	}
	if q.Before != 0 {
		also("a.id < $", q.Before)
	}
	if q.Actor != "" {
		also("a.actor = $", q.Actor)
	}
	for _, text := range []struct{ column, value, whole string }{{"a.action", q.Action, "."}, {"a.object", q.Object, "/"}} {
		switch {
		case text.value == "":
		case strings.HasSuffix(text.value, text.whole):
			also("substr("+text.column+", 1, length(CAST($ AS TEXT))) = CAST($ AS TEXT)", text.value)
		default:
			also(text.column+" = $", text.value)
		}
	}
	if !q.From.IsZero() {
		also("a.at >= $", q.From)
	}
	if !q.To.IsZero() {
		also("a.at < $", q.To)
	}
	return strings.Join(all, " AND "), values
}

// AuditLines returns at most limit entries that the query chooses, the newest
// first.
func (s *Store) AuditLines(ctx context.Context, q AuditQuery, limit int) ([]AuditLine, error) {
	return s.reading.auditLines(ctx, q, limit)
}

// LastEntry returns the newest entry of the action about the object, as it is in the
// transaction; the zero value where there is none.
func (t *Tx) LastEntry(ctx context.Context, object, action string) (AuditLine, error) {
	lines, err := t.auditLines(ctx, AuditQuery{Object: object, Action: action}, 1)
	if err != nil || len(lines) == 0 {
		return AuditLine{}, err
	}
	return lines[0], nil
}

func (c conn) auditLines(ctx context.Context, q AuditQuery, limit int) ([]AuditLine, error) {
	where, values := q.where()
	var records []struct {
		ID       int64    `db:"id"`
		At       micros   `db:"at"`
		Actor    string   `db:"actor"`
		Role     bot.Role `db:"role"`
		Action   string   `db:"action"`
		Object   string   `db:"object"`
		Detail   string   `db:"detail"`
		Login    string   `db:"login"`
		Name     string   `db:"name"`
		Whom     string   `db:"whom"`
		WhomName string   `db:"whom_name"`
	}
	query := fmt.Sprintf("%s%s ORDER BY a.id DESC LIMIT $%d", auditLines, where, len(values)+1)
	if err := c.sel(ctx, &records, query, append(values, limit)...); err != nil {
		return nil, doing("read the audit", err)
	}
	lines := make([]AuditLine, len(records))
	for i, r := range records {
		lines[i] = AuditLine{
			ID: r.ID, At: r.At.time(), Actor: bot.Actor{User: r.Actor, Login: r.Login, Role: r.Role},
			By: User{Login: r.Login, Name: r.Name}.Called(), Action: r.Action, Object: r.Object,
			Whom: User{Login: r.Whom, Name: r.WhomName}.Called(), Detail: r.Detail,
		}
	}
	return lines, nil
}

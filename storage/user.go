package storage

import (
	"cmp"
	"context"
	"time"

	"visnyk/bot"
)

// User is one person of the staff.
type User struct {
	ID, Login   string
	Role        bot.Role
	Lead        bool          // leads the desk
	Name        string        // what colleagues call them; "" where nobody has said: see Called
	Known       bot.Bilingual // what customers may know them by
	Language    bot.Language  // of their pages; bot.Unsure until somebody chooses
	Preferences Preferences
	Password    string // hashed; "" until an invitation is taken up; see bot/staff
	TOTP        string // the secret of the second factor, sealed; "" where there is none
	TOTPStep    int64  // the step of the last code that was taken
	Disabled    bool
}

// Called returns what colleagues call the user.
func (u User) Called() string { return cmp.Or(u.Name, u.Login) }

// Actor returns the user as one who acts with their own role.
func (u User) Actor() bot.Actor {
	return bot.Actor{User: u.ID, Login: u.Login, Name: u.Known, Role: u.Role, Lead: u.Lead}
}

// Preferences are how somebody wants their pages. Those that nobody has changed
// are UsualPreferences.
type Preferences struct {
	Theme   string `json:"theme"`    // "light", "dark", or "" as the machine has it
	Sound   string `json:"sound"`    // "on", "off", or "" until they were asked
	Undo    int    `json:"undo"`     // how many seconds a reply waits to be taken back: 0, 5 or 10
	KeysOff bool   `json:"keys_off"` // letters are no keys
}

// UsualPreferences are those of a user who has changed none.
func UsualPreferences() Preferences { return Preferences{Undo: 5} }

const userColumns = `u.id, u.login, u.role, u.desk_lead, u.name, u.name_uk, u.name_ru, u.language,
	u.preferences, u.password, u.totp, u.totp_step, u.disabled_at`

type userRecord struct {
	ID          string       `db:"id"`
	Login       string       `db:"login"`
	Role        bot.Role     `db:"role"`
	Lead        bool         `db:"desk_lead"`
	Name        string       `db:"name"`
	NameUK      string       `db:"name_uk"`
	NameRU      string       `db:"name_ru"`
	Language    bot.Language `db:"language"`
	Preferences string       `db:"preferences"`
	Password    string       `db:"password"`
	TOTP        string       `db:"totp"`
	TOTPStep    int64        `db:"totp_step"`
	DisabledAt  micros       `db:"disabled_at"`
}

func (r userRecord) user() User {
	p := UsualPreferences()
	_ = fromJSON(r.Preferences, &p) // ours; what cannot be read is as usual
	return User{
		ID: r.ID, Login: r.Login, Role: r.Role, Lead: r.Lead, Name: r.Name,
		Known: bot.Bilingual{UK: r.NameUK, RU: r.NameRU}, Language: r.Language, Preferences: p,
		Password: r.Password, TOTP: r.TOTP, TOTPStep: r.TOTPStep, Disabled: r.DisabledAt != 0,
	}
}

const addUser = `
INSERT INTO users (id, login, role, desk_lead, name, name_uk, name_ru, language, preferences, password, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, {now})
ON CONFLICT (login) DO NOTHING`

// AddUser adds a user; ErrConflict when the login is taken.
func (t *Tx) AddUser(ctx context.Context, u User) error {
	p := u.Preferences
	if p == (Preferences{}) {
		p = UsualPreferences()
	}
	n, err := t.exec(ctx, addUser, u.ID, u.Login, u.Role, u.Lead, u.Name, u.Known.UK, u.Known.RU, u.Language, toJSON(p), u.Password)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("add a user", err)
}

const userByLogin = `
SELECT ` + userColumns + ` FROM users u WHERE u.login = $1`

// User returns the user of the login; ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, login string) (User, error) {
	u, err := s.r.user(ctx, userByLogin, login)
	return u, doing("user", err)
}

const userByID = `
SELECT ` + userColumns + ` FROM users u WHERE u.id = $1`

// UserByID does what User does, by the user's id.
func (s *Store) UserByID(ctx context.Context, id string) (User, error) {
	u, err := s.r.user(ctx, userByID, id)
	return u, doing("user", err)
}

const lockUser = userByLogin + ` {update}`

// LockUser returns the user of the login, who cannot change before the commit.
func (t *Tx) LockUser(ctx context.Context, login string) (User, error) {
	u, err := t.user(ctx, lockUser, login)
	return u, doing("lock a user", err)
}

const lockUserByID = userByID + ` {update}`

// LockUserByID does what LockUser does, by the user's id.
func (t *Tx) LockUserByID(ctx context.Context, id string) (User, error) {
	u, err := t.user(ctx, lockUserByID, id)
	return u, doing("lock a user", err)
}

func (c conn) user(ctx context.Context, query, key string) (User, error) {
	var r userRecord
	err := c.only(ctx, &r, query, key)
	return r.user(), err
}

const lockAdmins = `
SELECT u.id FROM users u WHERE u.role = 'admin' AND u.disabled_at = 0 AND u.password <> '' ORDER BY u.id {update}`

// LockAdmins returns the ids of those who can sign in as admins. Until the commit
// none of them can cease to be one. Call it before LockUser.
func (t *Tx) LockAdmins(ctx context.Context) (ids []string, err error) {
	err = t.sel(ctx, &ids, lockAdmins)
	return ids, doing("lock the admins", err)
}

const hasUsers = `SELECT EXISTS (SELECT 1 FROM users) AS there`

// HasUsers reports whether the staff has any user, of any state.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	there, err := s.r.hasUsers(ctx)
	return there, doing("users", err)
}

// HasUsers reports the same as the transaction sees it.
func (t *Tx) HasUsers(ctx context.Context) (bool, error) {
	there, err := t.hasUsers(ctx)
	return there, doing("users", err)
}

func (c conn) hasUsers(ctx context.Context) (there bool, err error) {
	err = c.get(ctx, &there, hasUsers)
	return there, err
}

const putUser = `
UPDATE users SET role = $2, desk_lead = $3, name = $4, name_uk = $5, name_ru = $6, language = $7, preferences = $8,
	password = $9, totp = $10, totp_step = $11,
	disabled_at = CASE WHEN $12 = FALSE THEN 0 WHEN disabled_at = 0 THEN {now} ELSE disabled_at END
WHERE id = $1`

// PutUser writes everything of a user, whom the transaction has locked, but the login.
func (t *Tx) PutUser(ctx context.Context, u User) error {
	n, err := t.exec(ctx, putUser, u.ID, u.Role, u.Lead, u.Name, u.Known.UK, u.Known.RU, u.Language, toJSON(u.Preferences),
		u.Password, u.TOTP, u.TOTPStep, u.Disabled)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return doing("write a user", err)
}

// UserEntry is a user as a list shows one: what they may do, and since when.
type UserEntry struct {
	User
	CreatedAt  time.Time
	DisabledAt time.Time // zero while they may work
	Tokens     int       // those not revoked; none once the user is disabled
	UsedAt     time.Time // when one of their tokens was last used; zero: never
	SeenAt     time.Time // when they last used a page; zero: never, or long ago
	Invited    bool      // an invitation or a link for a new password is open
	Linked     bool      // their messenger is linked
}

const listUsers = `
SELECT ` + userColumns + `, u.created_at, COALESCE(k.used_at, 0) AS used_at, COALESCE(k.tokens, 0) AS tokens,
	COALESCE((SELECT max(s.used_at) FROM sessions s WHERE s.user_id = u.id), 0) AS seen_at,
	EXISTS (SELECT 1 FROM staff_codes c WHERE c.user_id = u.id AND c.kind IN ('invite', 'reset') AND c.open_until > {now}) AS invited,
	EXISTS (SELECT 1 FROM staff_addresses a WHERE a.user_id = u.id) AS linked
FROM users u LEFT JOIN (
	SELECT user_id, max(used_at) AS used_at, count(CASE WHEN revoked_at = 0 THEN 1 END) AS tokens FROM tokens GROUP BY user_id
) k ON k.user_id = u.id
ORDER BY u.login`

// Users lists the staff by login, those who are disabled too.
func (s *Store) Users(ctx context.Context) ([]UserEntry, error) {
	var records []struct {
		userRecord
		CreatedAt micros `db:"created_at"`
		UsedAt    micros `db:"used_at"`
		Tokens    int    `db:"tokens"`
		SeenAt    micros `db:"seen_at"`
		Invited   bool   `db:"invited"`
		Linked    bool   `db:"linked"`
	}
	if err := s.reading.sel(ctx, &records, listUsers); err != nil {
		return nil, doing("users", err)
	}
	list := make([]UserEntry, len(records))
	for i, r := range records {
		list[i] = UserEntry{
			User: r.user(), CreatedAt: r.CreatedAt.time(), DisabledAt: r.DisabledAt.time(), UsedAt: r.UsedAt.time(),
			SeenAt: r.SeenAt.time(), Tokens: r.Tokens, Invited: r.Invited, Linked: r.Linked,
		}
		if list[i].Disabled {
			list[i].Tokens = 0
		}
	}
	return list, nil
}

package change

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// ErrNothingProved: there is nothing of the person and the change that could be proved.
// Whoever was erased is one of these: what proved anything of them was theirs.
var ErrNothingProved = errors.New("the ledger has nothing of this person and this change")

// Retell makes the words of a message to many once more, as it was sent to somebody; false
// where they may have been others.
type Retell func(sent []storage.Sending) (words string, same bool, err error)

// Proving returns the changes where messages to many are told again by retell.
func (s *Changes) Proving(retell Retell) *Changes {
	proving := *s
	proving.retell = retell
	return &proving
}

// State returns what can be said of a person and a change, and its hash: what the sheet
// shows and a proof signs. *bot.ForbiddenError for who may not read the ledger's people,
// ErrNothingProved where there is nothing of them.
func (s *Changes) State(ctx context.Context, by bot.Actor, id, contact string) (bot.Statement, string, error) {
	for _, p := range []bot.Permission{bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return bot.Statement{}, "", err
		}
	}
	stated, err := s.state(ctx, id, contact)
	if err != nil {
		return bot.Statement{}, "", err
	}
	digest, err := stated.Digest()
	return stated, digest, err
}

// Prove signs what State says, and gives the file and its hash. It stands in the audit before anybody
// has it, and the file has the head of the audit as it was before.
func (s *Changes) Prove(ctx context.Context, by bot.Actor, id, contact string) (file []byte, digest string, err error) {
	for _, p := range []bot.Permission{bot.ExportContacts, bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return nil, "", err
		}
	}
	stated, err := s.state(ctx, id, contact)
	if err != nil {
		return nil, "", err
	}
	head, err := s.store.AuditHead(ctx)
	if err != nil {
		return nil, "", err
	}
	proof := bot.Proof{Statement: stated, Made: bot.Made{At: s.now().UTC().Truncate(time.Second), By: by.Login, AuditEntries: head.Entries, AuditHash: head.Hash}}
	if digest, err = stated.Digest(); err != nil {
		return nil, "", err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) (err error) {
		if file, err = tx.SignProof(ctx, proof); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "change.prove", Object: object(id), Detail: map[string]any{"contact": contact, "hash": digest}})
	})
	return file, digest, err
}

// ProofKey returns the key by which whoever gets a proof checks it; "" without a secret.
func (s *Changes) ProofKey(by bot.Actor) (string, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return "", err
	}
	return s.store.ProofPublic(), nil
}

func (s *Changes) state(ctx context.Context, id, contact string) (st bot.Statement, err error) {
	of, told, err := s.announcedOf(ctx, id)
	if err != nil {
		return st, err
	}
	row, err := s.store.LedgerRow(ctx, id, contact)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && !told:
		return st, ErrNothingProved
	case err != nil:
		return st, err
	}
	st = bot.Statement{
		Person:   bot.ProvedPerson{ID: row.Contact, External: row.External, Name: row.Name},
		Change:   bot.ProvedChange{ID: of.ID, Title: of.Title, Level: of.AtLevel(), From: moment(of.From)},
		Tellings: []bot.ProvedTelling{},
		Listed:   moment(row.Listed), Told: moment(row.Told), Acknowledged: moment(row.Acknowledged), Version: row.AcknowledgedVersion,
		Asked: moment(row.Asked), Complained: moment(row.Complained), Unreached: row.Reason, UnreachedAt: moment(row.Passed),
	}
	if st.Company, err = s.company(ctx); err != nil {
		return st, err
	}
	approvals := approvals{Changes: s, of: map[string]approval{}}
	for _, t := range row.Tellings {
		if t.Outcome == bot.OutcomeOnItsWay {
			continue
		}
		proved := bot.ProvedTelling{
			Version: t.Version, Part: t.Shown, Channel: t.Channel, Address: t.Address.String(), Language: t.Language,
			TextHash: t.TextHash, Template: t.Template, Rendering: t.Rendering,
			Outcome: t.Outcome, Message: t.MessageID, Sent: moment(t.Fate.Sent), Delivered: moment(t.Fate.Delivered), Seen: moment(t.Fate.Seen), TellsSeen: t.TellsSeen,
		}
		if proved.Text, err = s.said(ctx, contact, t); err != nil {
			return st, err
		}
		is, err := approvals.find(ctx, id, t)
		if err != nil {
			return st, err
		}
		proved.Approved, proved.ApprovedBy, proved.ApprovalHash = moment(is.at), is.by, is.hash
		st.Tellings = append(st.Tellings, proved)
	}
	return st, nil
}

func moment(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// company is what the company is called in both languages.
func (s *Changes) company(ctx context.Context) (bot.Bilingual, error) {
	set := map[bot.Language]string{}
	for _, l := range bot.Languages() {
		name, _, err := s.store.Setting(ctx, bot.CompanySetting(l))
		if err != nil {
			return bot.Bilingual{}, err
		}
		set[l] = name
	}
	return bot.Company(set), nil
}

// said returns the text of the telling where it is known to the letter: the words that
// have its hash; "" where none that are kept have.
func (s *Changes) said(ctx context.Context, contact string, t storage.ToldBy) (string, error) {
	words, sent, err := s.store.Said(ctx, contact, t)
	if err != nil {
		return "", err
	}
	if len(sent) > 0 && s.retell != nil {
		again, same, err := s.retell(sent)
		if err != nil || !same {
			return "", nil //nolint:nilerr // it cannot be filled any more, so nobody knows the words
		}
		words = again
	}
	// A message may say more than what it tells of the change, in paragraphs of its own.
	paragraphs := strings.Split(words, "\n\n")
	for from := range paragraphs {
		for to := len(paragraphs); to > from; to-- {
			if text := strings.Join(paragraphs[from:to], "\n\n"); bot.HashText(text) == t.TextHash {
				return text, nil
			}
		}
	}
	return "", nil
}

// approval is who approved what was told.
type approval struct {
	at       time.Time
	by, hash string
}

// approvals looks for approvals, each once.
type approvals struct {
	*Changes
	of map[string]approval
}

// find returns who approved what the telling said: the version of the change, which its
// news are of, or a message to many with words of its own. Of what was taken in as approved
// nobody did.
func (a approvals) find(ctx context.Context, id string, t storage.ToldBy) (is approval, err error) {
	action, what, hash := "change.approve", object(id), ""
	_, own := t.Shown.Broadcast()
	if own {
		action, what = "broadcast.approve", "broadcast/"+t.Broadcast
	}
	key := fmt.Sprint(what, "\x00", t.Version)
	if known, ok := a.of[key]; ok {
		return known, nil
	}
	if !own {
		v, err := a.store.SheetVersion(ctx, id, t.Version)
		if errors.Is(err, storage.ErrNotFound) {
			return is, nil
		}
		if err != nil {
			return is, err
		}
		if hash = v.Hash; hash == "" {
			a.of[key] = is
			return is, nil
		}
	}
	const most = 50 // approvals of one thing, of which the newest counts
	lines, err := a.store.AuditLines(ctx, storage.AuditQuery{Action: action, Object: what}, most)
	if err != nil {
		return is, err
	}
	for _, line := range lines {
		var detail struct {
			Hash string `json:"hash"`
		}
		if json.Unmarshal([]byte(line.Detail), &detail) == nil && (hash == "" || detail.Hash == hash) {
			is = approval{line.At, line.By, detail.Hash}
			break
		}
	}
	a.of[key] = is
	return is, nil
}

package storage

import (
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"strings"

	"visnyk/bot"
)

// proofs is the purpose of the key that signs proofs.
const proofs = "visnyk proofs v1"

// ProofKey returns the key behind the secret that signs proofs; nil without a secret.
func ProofKey(secret []byte) ed25519.PrivateKey {
	if len(secret) == 0 {
		return nil
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, proofs, ed25519.SeedSize)
	if err != nil {
		panic(fmt.Sprintf("storage: derive a key: %v", err)) // only of a length that no hash gives
	}
	return ed25519.NewKeyFromSeed(seed)
}

const (
	putProofKey = `
INSERT INTO proof_keys (id, public, used_at) VALUES ($1, $2, {now})
ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at`
	proofKeys = `SELECT public FROM proof_keys ORDER BY used_at DESC, id`
)

// SignProof signs a proof, notes the key for whoever checks it when the secret is another,
// and gives the file; ErrNoSecret without a secret.
func (t *Tx) SignProof(ctx context.Context, p bot.Proof) ([]byte, error) {
	private := ProofKey(t.secret)
	if private == nil {
		return nil, fmt.Errorf("sign a proof: %w", ErrNoSecret)
	}
	public := bot.ProofKeyOf(private)
	if _, err := t.exec(ctx, putProofKey, public.ID(), public.String()); err != nil {
		return nil, doing("note the key of proofs", err)
	}
	return p.Sign(private)
}

// ProofPublic returns the key by which proofs that are signed now are checked; "" without a
// secret.
func (s *Store) ProofPublic() string {
	private := ProofKey(s.secret)
	if private == nil {
		return ""
	}
	return bot.ProofKeyOf(private).String()
}

// ProofKeys returns the keys that have signed proofs, the newest first.
func (s *Store) ProofKeys(ctx context.Context) (all []bot.ProofKey, err error) {
	var found []string
	if err := s.reading.sel(ctx, &found, proofKeys); err != nil {
		return nil, doing("keys of proofs", err)
	}
	for _, text := range found {
		k, err := bot.ParseProofKey(text)
		if err != nil {
			return nil, doing("keys of proofs", err)
		}
		all = append(all, k)
	}
	return all, nil
}

const (
	saidIn = `SELECT text FROM history WHERE bot = $1 AND chat = $2 AND id = $3 AND outgoing`

	sentAs = sentColumns + `FROM recipients r JOIN contacts k ON k.id = r.contact
WHERE r.broadcast = $1 AND r.contact = $2 AND r.bot = $3 AND r.chat = $4 AND r.text_hash = $5 ORDER BY r.key LIMIT 1`
)

// Said returns the words of the message that told, as the history has them, and for a
// message to many what is known of how it was filled; neither where nothing of it is kept.
func (s *Store) Said(ctx context.Context, contact string, told ToldBy) (words string, sent []Sending, err error) {
	if told.history != 0 {
		var texts []string
		if err := s.reading.sel(ctx, &texts, saidIn, told.Bot, told.Chat, told.history); err != nil {
			return "", nil, doing("what was said", err)
		}
		return strings.Join(texts, "\n\n"), nil, nil
	}
	if told.Broadcast == "" {
		return "", nil, nil
	}
	var records []sentRecord
	if err := s.reading.sel(ctx, &records, sentAs, told.Broadcast, contact, told.Bot, told.Chat, told.TextHash); err != nil || len(records) == 0 {
		return "", nil, doing("what was said", err)
	}
	line := records[0].line()
	err = s.reading.sentOf(ctx, []TalkLine{line}, []string{told.Broadcast})
	return "", line.Sent, doing("what was said", err)
}

// AuditHead returns the end of the audit's chain.
func (s *Store) AuditHead(ctx context.Context) (AuditHead, error) {
	h, err := s.auditHead(ctx)
	return h, doing("head of the audit", err)
}

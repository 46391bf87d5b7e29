package bot

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Proof says what one person was told of a change: which text, of which version, approved
// by whom, when and by which message, and what they did. It is signed as a file; the sheet
// that is printed shows the same and bears the same hash.
type Proof struct {
	Statement Statement `json:"statement"`
	// Hash is the SHA-256 of the statement in hex, as the file has it without the spaces
	// between its parts.
	Hash string `json:"hash"`
	Made Made   `json:"made"`
	Key  string `json:"key"` // the id of the key that signs it; never the key
}

// Statement is what a proof says.
type Statement struct {
	Company  Bilingual       `json:"company"`
	Person   ProvedPerson    `json:"person"`
	Change   ProvedChange    `json:"change"`
	Tellings []ProvedTelling `json:"tellings"`
	// What they did, and what the ledger sums up; moments are left out where there is none.
	Listed       time.Time `json:"listed_at,omitzero"`
	Told         time.Time `json:"told_at,omitzero"` // the first time
	Acknowledged time.Time `json:"acknowledged_at,omitzero"`
	Version      int       `json:"acknowledged_version,omitempty"`
	Asked        time.Time `json:"asked_at,omitzero"`
	Complained   time.Time `json:"complained_at,omitzero"`
	Unreached    string    `json:"unreached,omitempty"` // why a message passed them by
	UnreachedAt  time.Time `json:"unreached_at,omitzero"`
}

// ProvedPerson is a person as the company names them.
type ProvedPerson struct {
	ID       string `json:"id"`
	External string `json:"external_id,omitempty"`
	Name     string `json:"name,omitempty"`
}

// ProvedChange is the change.
type ProvedChange struct {
	ID    string      `json:"id"`
	Title Bilingual   `json:"title"`
	Level ChangeLevel `json:"level"`
	From  time.Time   `json:"from,omitzero"`
}

// ProvedTelling is one message that told it, or may have.
type ProvedTelling struct {
	Version  int           `json:"version"`
	Part     RenderingPart `json:"part"`
	Channel  string        `json:"channel"` // the kind of messenger
	Address  string        `json:"address"` // bot:chat
	Language Language      `json:"language"`
	// Text is what they were told, where that is known to the letter: TextHash is its
	// SHA-256. Template is what was approved, in the messenger's own form with its places
	// open, and Rendering its hash.
	Text      string `json:"text,omitempty"`
	TextHash  string `json:"text_hash"`
	Template  string `json:"template"`
	Rendering string `json:"rendering"`
	// Outcome is how the message ended; Message its id at the messenger.
	Outcome   string    `json:"outcome"`
	Message   string    `json:"message_id,omitempty"`
	Sent      time.Time `json:"sent_at,omitzero"`
	Delivered time.Time `json:"delivered_at,omitzero"`
	Seen      time.Time `json:"seen_at,omitzero"`
	// TellsSeen tells whether the messenger says what is seen: where it does not, nobody
	// knows.
	TellsSeen bool `json:"messenger_tells_seen"`
	// Approved is when, ApprovedBy who, and ApprovalHash what; nothing of it where it was
	// imported as approved.
	Approved     time.Time `json:"approved_at,omitzero"`
	ApprovedBy   string    `json:"approved_by,omitempty"`
	ApprovalHash string    `json:"approval_hash,omitempty"`
}

// Made is when, by whom, and at which end of the audit the proof was made.
type Made struct {
	At           time.Time `json:"at"`
	By           string    `json:"by"`
	AuditEntries int64     `json:"audit_entries"`
	AuditHash    string    `json:"audit_hash"`
}

// Digest returns the hash that a sheet and a file of the statement bear.
func (s Statement) Digest() (string, error) {
	text, err := plainJSON(s)
	if err != nil {
		return "", err
	}
	return HashText(string(text)), nil
}

func plainJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false) // people read it
	if err := to.Encode(v); err != nil {
		return nil, fmt.Errorf("write a proof: %w", err)
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// A file begins with proofHead, which no other thing that is signed does, and ends with
// the signature of all before it.
const (
	proofHead      = "visnyk proof 1\n"
	proofSignature = "\nsignature "
	// ProofMost is how large a file may be, in bytes.
	ProofMost = 4 << 20
)

// Sign returns the file of the proof; its Hash and Key are filled in.
func (p Proof) Sign(with ed25519.PrivateKey) ([]byte, error) {
	var err error
	if p.Hash, err = p.Statement.Digest(); err != nil {
		return nil, err
	}
	p.Key = ProofKeyOf(with).ID()
	text, err := plainJSON(p)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBufferString(proofHead)
	if err := json.Indent(out, text, "", "  "); err != nil {
		return nil, fmt.Errorf("write a proof: %w", err)
	}
	signature := ed25519.Sign(with, out.Bytes())
	out.WriteString(proofSignature + base64.StdEncoding.EncodeToString(signature) + "\n")
	return out.Bytes(), nil
}

// Why a file is no proof.
var (
	ErrNoProof     = errors.New("this is no proof of Visnyk")
	ErrCutProof    = errors.New("the file is cut off, or something stands behind its signature: a proof ends with one whole signature")
	ErrProofForged = errors.New("the signature does not fit: something in the file was changed after it was signed, or another key signed it")
	ErrForeignKey  = errors.New("another key signed this file")
	ErrKeyInside   = errors.New("the file brings a key of its own, which proves nothing: whoever forges a file signs it with theirs")
	ErrUnproved    = errors.New("the file is signed, and what it says does not fit together")
)

// signed takes a file apart: what is signed, and the signature.
func signed(file []byte) (text, signature []byte, err error) {
	if len(file) > ProofMost || !bytes.HasPrefix(file, []byte(proofHead)) {
		return nil, nil, ErrNoProof
	}
	at := bytes.LastIndex(file, []byte(proofSignature))
	if at < 0 {
		return nil, nil, ErrCutProof
	}
	line := file[at+len(proofSignature):]
	encoded, ended := bytes.CutSuffix(line, []byte("\n"))
	signature, err = base64.StdEncoding.Strict().DecodeString(string(encoded))
	if !ended || err != nil || len(signature) != ed25519.SignatureSize || base64.StdEncoding.EncodeToString(signature) != string(encoded) {
		return nil, nil, ErrCutProof
	}
	return file[:at], signature, nil
}

// ProofSigner returns the id of the key that a file says signed it. It is for the choice
// of the key to check it with, and proves nothing.
func ProofSigner(file []byte) (string, error) {
	text, _, err := signed(file)
	if err != nil {
		return "", err
	}
	var said struct {
		Key string `json:"key"`
	}
	if err := json.Unmarshal(text[len(proofHead):], &said); err != nil {
		return "", ErrNoProof
	}
	return said.Key, nil
}

// OpenProof returns what a file proves. Whoever made it, the key is the reader's own,
// and nothing in the file is believed before the signature is.
func OpenProof(file []byte, with ProofKey) (Proof, error) {
	text, signature, err := signed(file)
	if err != nil {
		return Proof{}, err
	}
	var p Proof
	from := json.NewDecoder(bytes.NewReader(text[len(proofHead):]))
	from.DisallowUnknownFields()
	unread := from.Decode(&p)
	if !ed25519.Verify(ed25519.PublicKey(with.public), text, signature) {
		switch {
		case bringsKey(text[len(proofHead):]):
			return Proof{}, ErrKeyInside
		case unread == nil && p.Key != with.ID():
			return Proof{}, fmt.Errorf("%w: it names %q, and %q is the one it was checked with", ErrForeignKey, p.Key, with.ID())
		}
		return Proof{}, ErrProofForged
	}
	if unread != nil {
		return Proof{}, fmt.Errorf("%w: %w", ErrNoProof, unread)
	}
	return p, p.fits(with)
}

// bringsKey reports whether the text has a field that no proof has and that is called a
// key.
func bringsKey(text []byte) bool {
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil {
		return false
	}
	for name, value := range fields {
		known := name == "statement" || name == "hash" || name == "made" || name == "key"
		if strings.Contains(strings.ToLower(name), "key") && (!known || bytes.Contains(value, []byte(proofKeyScheme))) {
			return true
		}
	}
	return false
}

// fits checks what a signed proof says against itself.
func (p Proof) fits(with ProofKey) error {
	digest, err := p.Statement.Digest()
	switch {
	case err != nil:
		return err
	case digest != p.Hash:
		return fmt.Errorf("%w: its hash is not that of its statement", ErrUnproved)
	case p.Key != with.ID():
		return fmt.Errorf("%w: it names another key than the one that signed it", ErrUnproved)
	}
	for _, t := range p.Statement.Tellings {
		r := Rendering{Change: p.Statement.Change.ID, Version: t.Version, Channel: t.Channel, Language: t.Language, Part: t.Part, Template: t.Template}
		if t.Text != "" && HashText(t.Text) != t.TextHash {
			return fmt.Errorf("%w: the hash of a text is another", ErrUnproved)
		}
		if r.Hash() != t.Rendering {
			return fmt.Errorf("%w: the hash of a rendering is another", ErrUnproved)
		}
	}
	return nil
}

// ProofKey is the public key by which proofs are checked.
type ProofKey struct{ public string }

// ProofKeyOf returns the public key of the one that signs.
func ProofKeyOf(private ed25519.PrivateKey) ProofKey {
	return ProofKey{string(private.Public().(ed25519.PublicKey))}
}

const proofKeyScheme = "ed25519:"

// ParseProofKey reads a key as String writes it.
func ParseProofKey(text string) (ProofKey, error) {
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), proofKeyScheme)
	b, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(b) != ed25519.PublicKeySize {
		return ProofKey{}, errors.New("a key of proofs is written as ed25519: and 44 letters, as visnyk config shows it")
	}
	return ProofKey{string(b)}, nil
}

// String writes the key for whoever checks proofs.
func (k ProofKey) String() string {
	return proofKeyScheme + base64.StdEncoding.EncodeToString([]byte(k.public))
}

// ID names the key in the files that it signed.
func (k ProofKey) ID() string {
	sum := sha256.Sum256([]byte(k.public))
	return hex.EncodeToString(sum[:])[:16]
}

package bot

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func keyFrom(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// proved is a proof of a person who was told, and may have been.
func proved(t *testing.T) Proof {
	t.Helper()
	at := time.Date(2026, 11, 20, 9, 30, 0, 123456000, time.UTC)
	r := Rendering{Change: "x", Version: 2, Channel: "viber", Language: Ukrainian, Part: PartCard, Template: `[{"text":"<Тариф> & {{.FromSince}}\u2028"}]`}
	return Proof{
		Statement: Statement{
			Company: Bilingual{UK: "Ластівка", RU: "Ласточка"}, Person: ProvedPerson{ID: "a", External: "7", Name: "Олена"},
			Change: ProvedChange{ID: "x", Title: Bilingual{UK: "Тариф", RU: "Тариф"}, Level: LevelAcknowledge, From: at},
			Tellings: []ProvedTelling{{
				Version: 2, Part: PartCard, Channel: "viber", Address: "viber:1", Language: Ukrainian, Text: "Тариф\nіз 1 лютого", TextHash: HashText("Тариф\nіз 1 лютого"),
				Template: r.Template, Rendering: r.Hash(), Outcome: string(Sent), Message: "5", Sent: at, Seen: at.Add(time.Minute), TellsSeen: true, Approved: at, ApprovedBy: "Петро",
			}},
			Told: at, Acknowledged: at.Add(time.Hour), Version: 2,
		},
		Made: Made{At: at, By: "petro", AuditEntries: 4, AuditHash: strings.Repeat("a", 64)},
	}
}

func signedBy(t *testing.T, p Proof, key ed25519.PrivateKey) []byte {
	t.Helper()
	file, err := p.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// resigned is the file with something put in the place of something else, by who has the key.
func resigned(file []byte, key ed25519.PrivateKey, was, is string) []byte {
	text := bytes.Replace(file[:bytes.LastIndex(file, []byte(proofSignature))], []byte(was), []byte(is), 1)
	return append(bytes.Clone(text), proofSignature+base64.StdEncoding.EncodeToString(ed25519.Sign(key, text))+"\n"...)
}

// A genuine proof opens and says what was signed, whatever its texts hold.
func TestProofOpens(t *testing.T) {
	is := proved(t)
	file := signedBy(t, is, keyFrom(1))
	opened, err := OpenProof(file, ProofKeyOf(keyFrom(1)))
	if err != nil {
		t.Fatal(err)
	}
	is.Key, is.Hash = opened.Key, opened.Hash
	if diff := cmp.Diff(is, opened); diff != "" || opened.Hash == "" {
		t.Error(diff)
	}
	key, err := ParseProofKey(" " + ProofKeyOf(keyFrom(1)).String() + "\n")
	if err != nil || key != ProofKeyOf(keyFrom(1)) {
		t.Errorf("%v, %v", key, err)
	}
}

// A file that is changed in any byte, cut, lengthened, signed with another key or by one
// that it brings along proves nothing.
func TestProofRefuses(t *testing.T) {
	ours := ProofKeyOf(keyFrom(1))
	file := signedBy(t, proved(t), keyFrom(1))
	for i := range file {
		for _, put := range []byte{file[i] ^ 1, file[i] ^ 0x20, ' ', '\n', 0} {
			if put == file[i] {
				continue
			}
			forged := bytes.Clone(file)
			forged[i] = put
			if _, err := OpenProof(forged, ours); err == nil {
				t.Fatalf("byte %d may be %q", i, put)
			}
		}
	}
	for n := range len(file) {
		if _, err := OpenProof(file[:n], ours); err == nil {
			t.Fatalf("%d of %d bytes are enough", n, len(file))
		}
	}
	foreign := signedBy(t, proved(t), keyFrom(2))
	other := ProofKeyOf(keyFrom(2))
	inside := bytes.Replace(foreign[:bytes.LastIndex(foreign, []byte(proofSignature))], []byte(`"key": "`), []byte(`"public_key": "`+other.String()+`", "key": "`), 1)
	inside = append(inside, []byte(proofSignature+"AAAA\n")...)
	signature := foreign[bytes.LastIndex(foreign, []byte(proofSignature)):]
	twisted := proved(t)
	twisted.Statement.Tellings[0].TextHash = HashText("інше")
	r := proved(t).Statement.Tellings[0].Rendering
	restated := proved(t)
	restated.Statement.Tellings[0].Rendering = strings.Repeat("0", len(r))
	renamed := bytes.Replace(foreign, []byte(other.ID()), []byte(ours.ID()), 1)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"another key":               {foreign, ErrForeignKey},
		"another key, our name":     {renamed, ErrProofForged},
		"a key inside":              {append(inside[:bytes.LastIndex(inside, []byte(proofSignature))], signature...), ErrKeyInside},
		"lines behind":              {append(bytes.Clone(file), "x\n"...), ErrCutProof},
		"twice":                     {append(bytes.Clone(file), file...), ErrProofForged},
		"empty":                     {nil, ErrNoProof},
		"something else":            {[]byte("%PDF-1.7"), ErrNoProof},
		"huge":                      {bytes.Repeat([]byte("a"), ProofMost+1), ErrNoProof},
		"line ends of Windows":      {bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")), ErrNoProof},
		"signed, another text":      {signedBy(t, twisted, keyFrom(1)), ErrUnproved},
		"signed, another rendering": {signedBy(t, restated, keyFrom(1)), ErrUnproved},
		"signed, another statement": {resigned(file, keyFrom(1), "Олена", "Олеся"), ErrUnproved},
		"signed, in another's name": {resigned(file, keyFrom(1), ours.ID(), other.ID()), ErrUnproved},
		"signed, with more in it":   {resigned(file, keyFrom(1), `"hash":`, `"more": 1, "hash":`), ErrNoProof},
	} {
		if _, err := OpenProof(c.file, ours); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for _, text := range []string{"", "ed25519:", "ed25519:AAAA", ours.ID(), strings.TrimPrefix(ours.String(), proofKeyScheme), ours.String() + "A"} {
		if _, err := ParseProofKey(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
}

// The text of a standing is read as it was written.
func TestStandingText(t *testing.T) {
	for _, is := range []Standing{
		{Stance: StanceWaiting},
		{Stance: StanceUnreached, Reason: ReasonNoAddress, Late: true},
		{Stance: StanceAcknowledged, Bot: "telegram", Language: Russian, Version: 12, Delivered: true, Seen: true, Blind: true, Asked: true, Complained: true, Late: true},
	} {
		if read, ok := ParseStanding(is.String()); !ok || read != is {
			t.Errorf("%q: %+v", is.String(), read)
		}
	}
	for _, text := range []string{"", "erased", "told|telegram|uk|x||"} {
		if _, ok := ParseStanding(text); ok {
			t.Errorf("%q is a standing", text)
		}
	}
}

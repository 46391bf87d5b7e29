package broadcast

import (
	"context"
	"time"

	"visnyk/storage"
)

// Verdict is what the governor says of somebody who waits: the zero Verdict lets their
// message go.
type Verdict struct {
	Skip      string    // why they are not told at all
	NotBefore time.Time // until then they wait
	Why       string    // what they wait for
}

// Governor says who of those who wait may be told now, in the transaction that
// releases their messages.
type Governor interface {
	Judge(ctx context.Context, t *storage.Tx, m storage.Mailing, all []storage.Waiting) ([]Verdict, error)
}

// Governed is the governor of the service: see bot.Governor.
type Governed struct {
	Zone *time.Location // of whoever has not said another
}

// unservedRest is how long everybody waits where nobody may be told yet. The pulse
// halts the broadcast meanwhile.
const unservedRest = time.Minute

// Judge implements Governor.
func (g Governed) Judge(ctx context.Context, t *storage.Tx, m storage.Mailing, all []storage.Waiting) ([]Verdict, error) {
	served, now, err := t.MayRelease(ctx)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(all))
	if !served {
		for i := range verdicts {
			verdicts[i] = Verdict{NotBefore: now.Add(unservedRest)}
		}
		return verdicts, nil
	}
	push, err := t.Push(ctx, m)
	if err != nil {
		return nil, err
	}
	governor, err := t.Governor(ctx, g.Zone)
	if err != nil {
		return nil, err
	}
	candidates := make([]storage.Candidate, len(all))
	for i, w := range all {
		candidates[i] = storage.Candidate{Push: push, Broadcast: w.Broadcast, Key: w.Key, Contact: w.Contact.ID, Address: w.To}
	}
	judged, err := t.Govern(ctx, governor, candidates)
	if err != nil {
		return nil, err
	}
	for i, v := range judged {
		switch {
		case v.Ends():
			verdicts[i].Skip = string(v.Why)
		case !v.Goes():
			verdicts[i].NotBefore, verdicts[i].Why = v.Until, string(v.Why)
		}
	}
	return verdicts, nil
}

var _ Governor = Governed{}

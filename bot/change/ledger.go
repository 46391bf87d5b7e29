package change

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Sum is one number of a ledger: how many people of a change something is true of.
type Sum string

// The numbers of a ledger.
const (
	SumDue          Sum = "due"          // everybody whom it concerns, or was told
	SumTold         Sum = "told"         // a message that tells it was sent
	SumCurrent      Sum = "current"      // told the version in force
	SumDelivered    Sum = "delivered"    // the messenger says that it arrived
	SumSeen         Sum = "seen"         // the messenger says that it was seen
	SumAcknowledged Sum = "acknowledged" // the version in force
	SumKnows        Sum = "knows"        // see bot.ChangeLevel.Knows
	SumLate         Sum = "late"         // do not know, though they should by now
	SumAsked        Sum = "asked"
	SumComplained   Sum = "complained"
	SumUnsure       Sum = "unsure"    // a message may have arrived
	SumUnreached    Sum = "unreached" // a message passed them by, for a reason
	SumWaiting      Sum = "waiting"   // nothing of ours has tried yet
	SumJoined       Sum = "joined"    // came to the audience later
)

// Sums lists the numbers in the order in which they are shown.
func Sums() []Sum {
	return []Sum{
		SumDue, SumTold, SumCurrent, SumDelivered, SumSeen, SumAcknowledged, SumKnows, SumLate, SumAsked, SumComplained,
		SumUnsure, SumUnreached, SumWaiting, SumJoined,
	}
}

// LedgerFilter chooses people of a ledger. The zero value chooses all.
type LedgerFilter struct {
	Sum      Sum
	Bot      string       // they were told by
	Language bot.Language // they were told in
	Version  int          // they were told last
	Reason   string       // a message passed them by
}

// Ledger is who knows what of a change, as far as it is told.
type Ledger struct {
	Change    storage.Sheet // the version in force; of what is told no more, the last one that was
	Announced bool          // customers have heard of it; else the ledger has nobody
	Filter    LedgerFilter
	Sums      map[Sum]int // of those whom the filter chooses, whatever its Sum
	Erased    int         // who were among them and are forgotten; the filter does not choose them
	// Reasons is how many a message passed by, by the reason; Versions how many were told
	// each version last.
	Reasons  map[string]int
	Versions map[int]int
	Shares   []Share // by messenger and language, the most first
	// Deadline is by when they should know; zero where there is none.
	Deadline time.Time
	Passed   bool // it has
}

// Share is how far those are whom one bot told, in one language.
type Share struct {
	Bot                                              string
	Language                                         bot.Language
	Told, Delivered, Seen, Acknowledged, Knows, Late int
}

// deadline is by when people should know of the version.
func deadline(c bot.Change) time.Time {
	if c.AtLevel() == bot.LevelAcknowledge && !c.AcknowledgeBy.IsZero() {
		return c.AcknowledgeBy
	}
	return c.From
}

// announcedOf returns the version in force; of a change that is over, the last one that
// was, and of one that customers have never heard of, the newest: then announced is false.
func (s *Changes) announcedOf(ctx context.Context, id string) (of storage.Sheet, announced bool, err error) {
	all, err := s.store.SheetVersions(ctx, id)
	if err != nil {
		return of, false, err
	}
	for _, is := range []func(storage.Sheet) bool{
		func(v storage.Sheet) bool { return v.State == bot.ChangeAnnounced || v.State == bot.ChangeClosed },
		func(v storage.Sheet) bool { return !v.Announced.IsZero() },
	} {
		if i := slices.IndexFunc(all, is); i >= 0 {
			return all[i], true, nil
		}
	}
	return all[0], false, nil
}

// reader reads one ledger.
type reader struct {
	*Changes
	of       storage.Sheet
	told     bool // customers have heard of it
	counts   []storage.LedgerCount
	since    time.Time // who was told without a word for seen counts as having seen it if it was no later
	deadline time.Time
	now      time.Time
}

func (s *Changes) reader(ctx context.Context, id string) (r reader, err error) {
	r = reader{Changes: s, now: s.now()}
	if r.of, r.told, err = s.announcedOf(ctx, id); err != nil {
		return r, err
	}
	days, err := s.store.Number(ctx, bot.KnowsAfterSetting)
	if err != nil {
		return r, err
	}
	r.since, r.deadline = r.now.AddDate(0, 0, -int(days)), deadline(r.of.Change)
	r.counts, err = s.store.LedgerCounts(ctx, id)
	return r, err
}

func (r reader) passed() bool { return r.told && !r.deadline.IsZero() && !r.now.Before(r.deadline) }

// knows reports whether those of the standing know; where that is only true of those who
// have stood so for long enough, within is true.
func (r reader) knows(st bot.Standing) (knows, within bool) {
	level := r.of.AtLevel()
	if level == bot.LevelShouldKnow && st.Blind && st.Heard() {
		return false, true
	}
	return level.Knows(st.Heard(), st.Seen, st.Acknowledges(r.of.Version, r.of.Announced)), false
}

// holds reports whether the number counts those of the standing; with later, those of
// them who have stood so since later than that, and with sooner the others.
func (r reader) holds(sum Sum, st bot.Standing) (holds, later, sooner bool) {
	switch sum {
	case "", SumDue:
		return true, false, false
	case SumTold:
		return st.Heard(), false, false
	case SumCurrent:
		return st.Heard() && st.Version == r.of.Version, false, false
	case SumDelivered:
		return st.Delivered, false, false
	case SumSeen:
		return st.Seen, false, false
	case SumAcknowledged:
		return st.Acknowledges(r.of.Version, r.of.Announced), false, false
	case SumKnows:
		knows, within := r.knows(st)
		return knows || within, false, within
	case SumLate:
		knows, within := r.knows(st)
		return r.passed() && !knows, within, false
	case SumAsked:
		return st.Asked, false, false
	case SumComplained:
		return st.Complained, false, false
	case SumUnsure:
		return st.Stance == bot.StanceUnsure, false, false
	case SumUnreached:
		return st.Stance == bot.StanceUnreached, false, false
	case SumWaiting:
		return st.Stance == bot.StanceWaiting, false, false
	case SumJoined:
		return st.Late, false, false
	}
	return false, false, false
}

// chooses reports whether the filter chooses the standing, its number apart.
func (f LedgerFilter) chooses(st bot.Standing) bool {
	heard := st.Heard() || st.Stance == bot.StanceUnsure
	return (f.Bot == "" || heard && f.Bot == st.Bot) && (f.Language == "" || heard && f.Language == st.Language) &&
		(f.Version == 0 || st.Heard() && f.Version == st.Version) && (f.Reason == "" || f.Reason == st.Reason)
}

// Ledger returns the numbers of a change's ledger. They are sums, and name nobody.
// storage.ErrNotFound where there is no such change.
func (s *Changes) Ledger(ctx context.Context, by bot.Actor, id string, f LedgerFilter) (l Ledger, err error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return l, err
	}
	r, err := s.reader(ctx, id)
	l = Ledger{Change: r.of, Announced: r.told, Filter: f, Sums: map[Sum]int{}, Reasons: map[string]int{}, Versions: map[int]int{}, Deadline: r.deadline, Passed: r.passed()}
	if err != nil {
		return l, err
	}
	for _, sum := range Sums() { // each number is there, though it chooses nobody
		l.Sums[sum] = 0
	}
	shares := map[[2]string]*Share{}
	for _, c := range r.counts {
		if c.Stance == bot.StanceErased {
			l.Erased += c.N
			continue
		}
		if !f.chooses(c.Standing) {
			continue
		}
		late := 0 // of those whom time alone tells apart
		if _, within := r.knows(c.Standing); within {
			if late, err = s.store.CountStanding(ctx, id, c.Standing, r.since); err != nil {
				return l, err
			}
		}
		count := func(sum Sum) (n int) {
			switch holds, later, sooner := r.holds(sum, c.Standing); {
			case !holds:
				return 0
			case later:
				return late
			case sooner:
				return c.N - late
			}
			return c.N
		}
		for _, sum := range Sums() {
			l.Sums[sum] += count(sum)
		}
		if c.Stance == bot.StanceUnreached {
			l.Reasons[c.Reason] += c.N
		}
		if !c.Heard() {
			continue
		}
		l.Versions[c.Version] += c.N
		key := [2]string{c.Bot, string(c.Language)}
		if shares[key] == nil {
			shares[key] = &Share{Bot: c.Bot, Language: c.Language}
		}
		share := shares[key]
		for sum, to := range map[Sum]*int{
			SumTold: &share.Told, SumDelivered: &share.Delivered, SumSeen: &share.Seen, SumAcknowledged: &share.Acknowledged, SumKnows: &share.Knows, SumLate: &share.Late,
		} {
			*to += count(sum)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(shares), func(a, b [2]string) int {
		return cmp.Or(-cmp.Compare(shares[a].Told, shares[b].Told), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	}) {
		l.Shares = append(l.Shares, *shares[key])
	}
	return l, nil
}

// LedgerPeople returns at most limit of the people whom the filter chooses, behind the
// cursor; next is the cursor of the rest, "" where there is none.
func (s *Changes) LedgerPeople(ctx context.Context, by bot.Actor, id string, f LedgerFilter, cursor string, limit int) (all []storage.LedgerRow, next string, err error) {
	for _, p := range []bot.Permission{bot.ReadAudience, bot.ReadContacts} {
		if err := by.Require(p); err != nil {
			return nil, "", err
		}
	}
	r, err := s.reader(ctx, id)
	if err != nil {
		return nil, "", err
	}
	return s.store.LedgerRows(ctx, id, r.parts(f), cursor, limit)
}

// parts are what of the ledger the filter chooses.
func (r reader) parts(f LedgerFilter) (all []storage.LedgerPart) {
	for _, c := range r.counts {
		holds, later, sooner := r.holds(f.Sum, c.Standing)
		if !holds || c.Stance == bot.StanceErased || !f.chooses(c.Standing) {
			continue
		}
		part := storage.LedgerPart{Standing: c.Standing}
		if later {
			part.Later = r.since
		}
		if sooner {
			part.Until = r.since
		}
		all = append(all, part)
	}
	return all
}

package audience

import (
	"context"
	"strings"
	"time"
	"unicode"

	"visnyk/bot"
	"visnyk/storage"
)

// People returns the people in the segment by id, at most limit of those behind the
// cursor, as their records have them; next is the cursor of the rest, "" when there is none.
func (a *Audiences) People(ctx context.Context, by bot.Actor, q Question, cursor string, limit int) (all []bot.Person, next string, err error) {
	tree, err := a.asked(ctx, by, bot.ReadContacts, q, "segment.people")
	if err != nil {
		return nil, "", err
	}
	ids, err := a.store.InSegment(ctx, tree, a.calendar(), cursor, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(ids) > limit {
		ids = ids[:limit]
		next = ids[limit-1]
	}
	all, err = a.inOrder(ctx, ids, 0)
	return all, next, err
}

func (a *Audiences) inOrder(ctx context.Context, ids []string, needs bot.Needs) (all []bot.Person, err error) {
	people, err := a.store.Knowing(ctx, ids, needs)
	for _, id := range ids {
		if p, there := people[id]; there {
			all = append(all, p)
		}
	}
	return all, err
}

// Glimpse is a person as whoever may not read contacts sees one: initials, and the
// values that the segment asks about.
type Glimpse struct {
	Contact  string
	Initials string
	Why      bot.Explanation
}

// Sample returns some of the people in the segment.
func (a *Audiences) Sample(ctx context.Context, by bot.Actor, q Question, most int) ([]Glimpse, error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "segment.sample")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	return a.sample(ctx, tree, most)
}

func (a *Audiences) sample(ctx context.Context, tree bot.Segment, most int) ([]Glimpse, error) {
	now := a.calendar()
	ids, err := a.store.SampleOf(ctx, tree, now, most)
	if err != nil {
		return nil, err
	}
	people, err := a.inOrder(ctx, ids, tree.Needs())
	all := make([]Glimpse, len(people))
	for i, p := range people {
		why, _ := tree.Explain(p, now)
		all[i] = Glimpse{p.ID, initials(p.Name), why}
	}
	return all, err
}

// initials returns the first letters of the words of a name.
func initials(name string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(name) {
		first, _ := firstLetter(word)
		if first != 0 {
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(". ")
		}
	}
	return strings.TrimSpace(b.String())
}

func firstLetter(word string) (rune, bool) {
	for _, c := range word {
		if unicode.IsLetter(c) {
			return c, true
		}
	}
	return 0, false
}

// Explained is why a person is in a segment or is not.
type Explained struct {
	In  bool
	Why bot.Explanation
	// OnlyBlank says that they are in only because something is not known of them.
	OnlyBlank bool
}

// Explain says why the person is in the segment or is not, condition by condition, by
// the segment with those within it in their places; storage.ErrNotFound when there is
// no such person.
func (a *Audiences) Explain(ctx context.Context, by bot.Actor, q Question, contact string) (Explained, error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "segment.explain")
	if err != nil {
		return Explained{}, err
	}
	people, err := a.store.Knowing(ctx, []string{contact}, tree.Needs())
	if err != nil {
		return Explained{}, err
	}
	p, there := people[contact]
	if !there {
		return Explained{}, storage.ErrNotFound
	}
	why, blank := tree.Explain(p, a.calendar())
	return Explained{why.In, why, blank}, nil
}

// Reach is how many people of a segment can be told something now, and why the others
// cannot.
type Reach struct {
	Reachable int
	ForMoney  int // of them, those who cost
	Not       map[storage.Unreachable]int
}

// Charge is a bot whose messenger charges for what is sent so long after the customer
// last did something.
type Charge struct {
	Bots []string
	Free time.Duration
}

// Reach says who of the segment can be told of the topic now.
func (a *Audiences) Reach(ctx context.Context, by bot.Actor, q Question, topic bot.Topic, charge Charge) (Reach, error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "segment.count")
	if err != nil {
		return Reach{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	return a.reach(ctx, tree, topic, charge)
}

func (a *Audiences) reach(ctx context.Context, tree bot.Segment, topic bot.Topic, charge Charge) (Reach, error) {
	now := a.calendar()
	not, err := a.store.Unreached(ctx, tree, now, charge.reaching(topic, now))
	if err != nil {
		return Reach{}, err
	}
	r := Reach{Reachable: not[""] + not[storage.ForMoney], ForMoney: not[storage.ForMoney], Not: not}
	delete(not, "")
	delete(not, storage.ForMoney)
	return r, nil
}

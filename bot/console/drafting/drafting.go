// Package drafting is how pages have something written that several people write at
// once, an article, a change or a broadcast: it is kept as one writes, a button or leaving
// makes a version of it, and where a colleague's version came between both are shown, for
// the reader to choose. What is written and how it is laid out the pages say themselves.
package drafting

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/draft"
	"visnyk/storage"
)

// Pages are those of one noun: T is what is written, V what is read of it, F the form as
// a browser sends it.
type Pages[T, V, F any] struct {
	At string // the path before the id
	// Drafts keeps what is written; nil while the database is not there yet.
	Drafts func() *draft.Drafts[T, V]
	// Read reads the form that was sent into what is shown, with what was pressed done to
	// it; Rev, Seen and Do are the form's.
	Read func(v *console.Visit, s *Sent[T, V, F]) error
	// Show answers with the page.
	Show func(v *console.Visit, status int, s Sent[T, V, F]) error
	// Within are the verbs of buttons that keep what was written and make no version; Press
	// does what they say beside that, and returns where it leads, "" back to the page. It
	// may be nil.
	Within []string
	Press  func(v *console.Visit, s Sent[T, V, F]) (way string, err error)
	// Next goes on once a version stands there, and returns where it leads.
	Next func(v *console.Visit, s Sent[T, V, F]) (way string, err error)
	// Between says whose version stands there, and what it and what the reader wrote have
	// differently.
	Between func(v *console.Visit, is V, shown T) (by string, all []console.Difference, err error)
}

// Mine is a draft as the reader has it before them.
type Mine[T, V any] struct {
	Is     V    // what stands there
	Shown  T    // as the reader left it: what they have kept, or the version there is
	Rev    int  // of what they have kept
	Kept   bool // they have kept something
	Tabbed bool // another page of theirs has kept something newer
	Quick  bool // they are writing: what takes a while to find comes with the whole page
}

// Sent is what was sent of one.
type Sent[T, V, F any] struct {
	Mine[T, V]
	Form   F
	Seen   string         // the digest of what the page had before it was written in
	Do     string         // what was pressed: a verb, and what it is about; "": nothing but to save
	Faults console.Faults // what cannot be read, or is wrong
}

// Verb returns what was pressed and what it is about.
func (s Sent[T, V, F]) Verb() (verb, about string) {
	verb, about, _ = strings.Cut(s.Do, " ")
	return verb, about
}

// Mine reads the draft that the address names, as the reader left it.
func (p Pages[T, V, F]) Mine(v *console.Visit) (m Mine[T, V], err error) {
	drafts := p.Drafts()
	if drafts == nil {
		return m, console.ErrAway
	}
	id := v.Param("id")
	if m.Is, err = drafts.Read(v.Ctx(), v.Actor, id); err != nil {
		return m, err
	}
	m.Shown = drafts.Content(m.Is)
	if drafts.Writable(m.Is) != nil {
		return m, nil
	}
	own, err := drafts.Own(v.Ctx(), v.Actor, id)
	if own != nil {
		m.Shown, m.Rev, m.Kept = own.Content, own.Rev, true
	}
	return m, err
}

func (p Pages[T, V, F]) sent(v *console.Visit) (s Sent[T, V, F], err error) {
	if err = v.Form(&s.Form); err != nil {
		return s, err
	}
	if s.Mine, err = p.Mine(v); err != nil {
		return s, err
	}
	s.Faults = console.Faults{}
	if err = p.Read(v, &s); err == nil {
		p.follow(&s)
	}
	return s, err
}

// follow goes on from what stands there where that says what the page had before it was
// written in: a page that is opened anew comes before what was left by it is a version.
func (p Pages[T, V, F]) follow(s *Sent[T, V, F]) {
	drafts := p.Drafts()
	is := drafts.Content(s.Is)
	if s.Kept || s.Seen == "" || s.Seen != drafts.Digest(is) {
		return
	}
	_, stands := drafts.Names(&is)
	_, begun := drafts.Names(&s.Shown)
	*begun, s.Rev = *stands, 0
}

// Keep keeps what was written so far, does what a button says, and shows it.
func (p Pages[T, V, F]) Keep(v *console.Visit) error {
	s, err := p.sent(v)
	if err != nil {
		return err
	}
	s.Quick = true
	return p.keep(v, s)
}

func (p Pages[T, V, F]) keep(v *console.Visit, s Sent[T, V, F]) error {
	rev, err := p.Drafts().Keep(v.Ctx(), v.Actor, s.Shown, s.Rev)
	if err != nil {
		return p.again(v, s, err)
	}
	s.Rev, s.Kept = rev, true
	if p.Press == nil {
		return p.Show(v, http.StatusOK, s)
	}
	switch way, err := p.Press(v, s); {
	case err != nil && !s.Quick:
		return p.again(v, s, err)
	case err != nil: // the page asks by the status whether it was kept, and it was
		wrong, told := v.Faults(err)
		if !told {
			return err
		}
		maps.Copy(s.Faults, wrong)
	case way != "":
		return v.See(way)
	}
	return p.Show(v, http.StatusOK, s)
}

// Save does what was pressed: makes a version of what was written, and goes on; a button
// within the form keeps it.
func (p Pages[T, V, F]) Save(v *console.Visit) error {
	s, err := p.sent(v)
	if err != nil {
		return err
	}
	drafts := p.Drafts()
	id, version := drafts.Names(&s.Shown)
	switch verb, about := s.Verb(); {
	case slices.Contains(p.Within, verb):
		return p.keep(v, s)
	case verb == "theirs":
		if err := drafts.Discard(v.Ctx(), v.Actor, *id); err != nil {
			return err
		}
		return v.See(p.At + *id + "?done=discarded")
	case verb == "mine": // it goes on from the version that they have seen
		if *version, err = strconv.Atoi(about); err != nil {
			return console.ErrForm
		}
	}
	if len(s.Faults) > 0 {
		return p.again(v, s, nil)
	}
	if s.Is, err = p.settle(v, s); err != nil {
		return p.again(v, s, err)
	}
	made := drafts.Content(s.Is)
	_, is := drafts.Names(&made)
	*version = *is
	way, err := p.Next(v, s)
	if err != nil {
		return p.again(v, s, err)
	}
	return v.See(way)
}

func (p Pages[T, V, F]) settle(v *console.Visit, s Sent[T, V, F]) (is V, err error) {
	drafts := p.Drafts()
	if _, err := drafts.Keep(v.Ctx(), v.Actor, s.Shown, s.Rev); err != nil {
		return is, err
	}
	id, _ := drafts.Names(&s.Shown)
	return drafts.Settle(v.Ctx(), v.Actor, *id)
}

// again shows what could not be kept or saved, with what is wrong.
func (p Pages[T, V, F]) again(v *console.Visit, s Sent[T, V, F], why error) error {
	status := http.StatusUnprocessableEntity
	var stale *bot.StaleError
	s.Tabbed = errors.Is(why, storage.ErrConflict)
	switch wrong, told := v.Faults(why); {
	case s.Tabbed || errors.As(why, &stale):
		status = http.StatusConflict
	case told:
		maps.Copy(s.Faults, wrong)
	case why != nil:
		return why
	}
	now, err := p.Mine(v) // it may have moved on
	if err != nil {
		return err
	}
	s.Is, s.Kept = now.Is, now.Kept || s.Tabbed
	if !s.Tabbed {
		s.Rev = now.Rev
	}
	return p.Show(v, status, s)
}

// Leave makes a version of what is written as the reader leaves. Nobody reads what it
// answers, so what cannot be a version waits.
func (p Pages[T, V, F]) Leave(v *console.Visit) error {
	s, err := p.sent(v)
	if err != nil {
		return err
	}
	drafts := p.Drafts()
	switch id, _ := drafts.Names(&s.Shown); {
	case len(s.Faults) == 0 && (s.Kept || !drafts.Same(drafts.Content(s.Is), s.Shown)):
		_, err = p.settle(v, s)
	case s.Kept: // what cannot be read is not kept, what was before is
		_, err = drafts.Settle(v.Ctx(), v.Actor, *id)
	}
	if err != nil && !draft.Waits(err) {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

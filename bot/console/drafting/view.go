package drafting

import "visnyk/bot/console"

// View is what the parts "draft-form", "draft-state" and "draft-notes" of the frame show:
// a page that has it embedded gives itself.
type View struct {
	At     path // where the page stands, below the console
	Base   int  // the version that the form was begun from
	Rev    int
	Seen   string // the digest of what the page has
	Kept   bool
	Clash  *Clash
	Tabbed bool
	Faults console.Faults
}

type path string

// Clash is that a colleague's version came between, with what it and what the reader
// wrote have differently: before is the colleague's.
type Clash struct {
	By          string
	Version     int
	Differences []console.Difference
}

// View lays out what is to be known of a draft as a whole.
func (p Pages[T, V, F]) View(v *console.Visit, m Mine[T, V], faults console.Faults) (view View, err error) {
	drafts := p.Drafts()
	is := drafts.Content(m.Is)
	id, begun := drafts.Names(&m.Shown)
	_, stands := drafts.Names(&is)
	view = View{At: path(p.At + *id), Base: *begun, Rev: m.Rev, Seen: drafts.Digest(m.Shown), Kept: m.Kept, Tabbed: m.Tabbed, Faults: faults}
	if m.Kept && *begun != *stands {
		view.Clash = &Clash{Version: *stands}
		view.Clash.By, view.Clash.Differences, err = p.Between(v, m.Is, m.Shown)
	}
	return view, err
}

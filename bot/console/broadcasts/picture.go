package broadcasts

import (
	"io"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
)

// pictureMost is how many bytes a picture may have with the form around it; what
// messengers show is less, and is said where it is known.
const pictureMost = 64 << 20

// picture keeps the picture that was chosen, and all else that was written.
func (p pages) picture(v *console.Visit) error {
	all := p.Broadcasts()
	if all == nil {
		return console.ErrAway
	}
	var chosen *bot.Media
	wrong := console.Faults{"attachment": v.T("broadcasts.picture_none")}
	err := v.Files(func(field, name string, body io.Reader) (err error) {
		if field != "file" || chosen != nil {
			return console.ErrForm
		}
		chosen, err = all.AttachPicture(v.Ctx(), v.Actor, name, body)
		if why, told := v.Faults(err); told { // what was written is kept all the same
			wrong, err = why, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	w := p.writing()
	w.Read = func(v *console.Visit, r *request) error {
		if err := p.posted(v, r); err != nil {
			return err
		}
		if chosen == nil {
			r.Faults["attachment"] = wrong["attachment"]
			return nil
		}
		chosen.Alt = drafting.Both(r.Form.AltUK, r.Form.AltRU)
		r.Shown.Media = chosen
		return nil
	}
	return v.InTurn(func() error { return w.Keep(v) })
}

// pictureView is the picture of a broadcast: one that we keep, or its address.
type pictureView struct {
	Kept    mediaPath // where a colleague sees it; "" where it is not kept
	Address string    // as the form has it
	Name    string
	KiB     int64
	Most    int64 // how many MiB one may have
	Alt     []altView
}

// altView is what a picture shows, in one language.
type altView struct {
	Language bot.Language
	Text     string
}

// mediaPath is where colleagues see a kept file.
type mediaPath string

// pictureOf lays out what a draft shows, whose picture is kept where it was uploaded.
func (p pages) pictureOf(v *console.Visit, m *bot.Media) (view pictureView, err error) {
	most, err := p.Broadcasts().LargestPicture(v.Ctx())
	view.Most = most >> 20
	if m == nil {
		return view, err
	}
	view.Address, view.Name, view.KiB = broadcast.PictureURL(*m), m.Name, (m.Size+1023)>>10
	for _, l := range bot.Languages() {
		view.Alt = append(view.Alt, altView{l, m.Alt.In(l)})
	}
	if m.URL == "" {
		view.Kept = mediaPath(view.Address)
	}
	return view, err
}

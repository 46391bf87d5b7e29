package broadcasts

import "visnyk/bot/console"

// mend stops a broadcast in the middle, and leads to the draft that stands in its place.
func (p pages) mend(v *console.Visit) error {
	var form struct {
		Version int `form:"version"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	made, err := p.Broadcasts().Mend(v.Ctx(), v.Actor, v.Param("id"), form.Version, "")
	if err != nil {
		return err
	}
	return v.See("/broadcasts/" + made.Rest.ID + "?done=mended")
}

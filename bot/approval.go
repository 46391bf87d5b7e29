package bot

import "slices"

// SystemUser is the user that imports and samples act as: whoever has the
// database. It is no user of the staff, so it neither writes nor approves in
// anybody's name.
const SystemUser = "system"

// AloneSetting is the setting that lets one person approve what they wrote:
// SettingOn, or SettingOff, which it is unset. It counts only while nobody else
// could approve anything.
const AloneSetting = "approval.alone"

// The values of a setting that is on or off.
const (
	SettingOn  = "on"
	SettingOff = "off"
)

// Approval is what the approval of an article or a change is judged by: four eyes
// see what customers are told.
type Approval struct {
	// Writers are the users who wrote any part since it was made or last approved,
	// whether it still stands there or not, and who submitted it.
	Writers   []string
	Approvers []string // the enabled users whose role includes ApproveContent
	Alone     bool     // AloneSetting
}

// By returns whether who approves it alone, and a *ForbiddenError when who may not
// approve it. Users are compared: neither another token nor another role makes
// somebody else of them.
func (a Approval) By(who Actor) (alone bool, err error) {
	if err := who.Require(ApproveContent); err != nil {
		return false, err
	}
	if !slices.Contains(a.Writers, who.User) {
		return false, nil
	}
	if a.Alone && !slices.ContainsFunc(a.Approvers, func(user string) bool { return user != who.User }) {
		return true, nil
	}
	return false, &ForbiddenError{Permission: ApproveContent, Same: true}
}

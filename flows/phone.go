package flows

import "visnyk/bot"

// PhoneTexts are the keys of what is said to a number that somebody shares.
func PhoneTexts() []string {
	return []string{"phone.none", "phone.known", "phone.several", "phone.fresh", "phone.given"}
}

// PhoneShared is the arrow of a number that the person shares as their own, in any step,
// where the messenger vouches for it and one record of the company's has it: they are
// asked as by a join link. No other number joins anybody.
func PhoneShared() Transition {
	return Transition{
		Label: "a number of the company's records", To: "welcome/join",
		When: func(t Turn) bool {
			_, vouched, ok := t.Event.SharedPhone()
			return ok && vouched && !t.Facts.Known && t.Facts.Invite.State == InviteGood
		},
		Do: func(t Turn) []Effect {
			code := t.Facts.Invite.Code
			return []Effect{Offer{Code: code}, Set{Name: VarJoin, Value: code}}
		},
	}
}

// PhoneText is the key of what is said to a number that the person shares as their own
// and nobody is asked about; "" where the event brings none.
func PhoneText(t Turn) string {
	_, vouched, ok := t.Event.SharedPhone()
	switch {
	case !ok:
		return ""
	case t.Facts.Known:
		return "phone.known"
	case !vouched:
		return "phone.given"
	case t.Facts.Invite.State == InviteSeveral:
		return "phone.several"
	case t.Facts.Invite.State == InviteOnProbation:
		return "phone.fresh"
	}
	return "phone.none"
}

// PhoneForeign reports whether the event brings somebody else's number.
func PhoneForeign(t Turn) bool {
	_, _, own := t.Event.SharedPhone()
	a := t.Event.Attachment
	return t.Event.Kind == bot.Attached && a != nil && a.Kind == bot.Phone && a.Phone != "" && !own
}

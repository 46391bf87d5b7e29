package faq

import "visnyk/flows"

// varForeign says that the last question seems to be in neither of our languages.
const varForeign = "foreign"

// foreign notes whether the question is in neither of our languages.
func foreign(t flows.Turn) flows.Effect {
	if t.Facts.Foreign && !t.Forwarded() {
		return flows.Set{Name: varForeign, Value: "yes"}
	}
	return flows.Set{Name: varForeign}
}

// inEnglish tells those who write neither language, in words that many of them
// know, what to do.
func inEnglish(t flows.Turn) []flows.Text {
	if t.Var(varForeign) == "" {
		return nil
	}
	return []flows.Text{flows.T("faq.foreign")}
}

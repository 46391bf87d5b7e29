package faq

// A message of more subject words than story has its question in one of its
// clauses; the rest is the story around it.
const story = 8

// mostClauses is how many clauses of a story are searched by themselves.
const mostClauses = 10

// segments gives the message whole and, when it is a story, its clauses. Clauses
// of a word or two join the next one.
func segments(ts []token) [][]token {
	out := [][]token{ts}
	if weighty(ts) <= story {
		return out
	}
	from := 0
	for i := 1; i <= len(ts); i++ {
		if i < len(ts) && (ts[i].clause == ts[i-1].clause || weighty(ts[from:i]) < 2) {
			continue
		}
		if part := ts[from:i]; weighty(part) >= 1 && len(out) <= mostClauses {
			out = append(out, part)
		}
		from = i
	}
	return out
}

// weighty counts the words that say something of the subject.
func weighty(ts []token) int {
	n := 0
	for _, t := range ts {
		if t.weight == 1 {
			n++
		}
	}
	return n
}

// place notes where in a message of n segments a candidate was found.
func (c *candidate) place(i, n int) {
	if n > 1 {
		c.f[fStory] = 1
		if i > 0 {
			c.f[fClause] = 1
		}
	}
}

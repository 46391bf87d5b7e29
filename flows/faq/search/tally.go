package search

// tally is what the candidates of a message speak for, by entry of the index.
type tally struct {
	of   []tallied
	seen []int32 // the entries that anything speaks for
	room []int32 // for answers
}

type tallied struct {
	seen  bool
	odds  float64 // against nothing being meant; 0 where the entry is no answer
	most  float64 // of one candidate
	close float64 // how close the message is to the wordings, by that candidate
}

// touch returns what is noted of an entry, to be changed.
func (t *tally) touch(entry int32) *tallied {
	e := &t.of[entry]
	if !e.seen {
		e.seen = true
		t.seen = append(t.seen, entry)
	}
	return e
}

// see notes a candidate with its odds, and returns what is noted of its entry.
func (t *tally) see(c *candidate, odds float64) *tallied {
	e := t.touch(c.article)
	if odds >= e.most {
		e.most, e.close = odds, c.f[fProduct]
	}
	return e
}

// answers returns the entries that have odds; they are good until the next are asked for.
func (t *tally) answers() []int32 {
	t.room = t.room[:0]
	for _, a := range t.seen {
		if t.of[a].odds > 0 {
			t.room = append(t.room, a)
		}
	}
	return t.room
}

func (t *tally) clear() {
	for _, a := range t.seen {
		t.of[a] = tallied{}
	}
	t.seen = t.seen[:0]
}

package search

// said is a message as it was read, with the groups that it names, misspelt words too:
// all who judge it ask for them.
type said struct {
	text    string // as it was written; "" of a part
	words   []token
	matters []heard // of the general lexicon
	moods   []heard // of the words that the intents alone go by
}

// say makes out the groups that the words of a text name.
func say(text string, words []token) *said {
	return &said{text, words, general().hear(words, true), moodWords().hear(words, true)}
}

// part returns the words from one up to another, with what they name by themselves.
func (m *said) part(from, to int) *said {
	if from == 0 && to == len(m.words) {
		return m
	}
	return &said{"", m.words[from:to], within(m.matters, from, to), within(m.moods, from, to)}
}

// within returns the groups that the tokens from one up to another name by themselves.
func within(all []heard, from, to int) (some []heard) {
	for _, h := range all {
		if from <= h.from && h.to <= to {
			some = append(some, heard{h.concept, h.from - from, h.to - from})
		}
	}
	return some
}

// beginning returns at most so many of the first words.
func (m *said) beginning(most int) *said { return m.part(0, min(len(m.words), most)) }

package bot

// SegmentCopy is a segment within another as it was when that was put into its place.
type SegmentCopy struct {
	ID   string
	Tree Segment
}

// Copies returns the segments that a segment chooses people by, each once, as copies of
// them stand in whole: what Whole made of it then, whatever became of them since. Those
// that leave people out are none of them.
func (s Segment) Copies(whole Segment) (all []SegmentCopy) {
	seen := map[string]bool{}
	var walk func(named, whole Segment)
	walk = func(named, whole Segment) {
		for _, parts := range [][2][]Segment{{named.And, whole.And}, {named.Or, whole.Or}} {
			if len(parts[0]) == len(parts[1]) {
				for i := range parts[0] {
					walk(parts[0][i], parts[1][i])
				}
			}
		}
		if named.Field != SavedField {
			return
		}
		trees := whole.Or
		if len(named.Values) == 1 {
			trees = []Segment{whole}
		}
		for i, id := range named.Values {
			if i < len(trees) && !seen[id] {
				seen[id] = true
				all = append(all, SegmentCopy{id, trees[i]})
			}
		}
	}
	walk(s, whole)
	return all
}

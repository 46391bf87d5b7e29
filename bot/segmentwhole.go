package bot

import (
	"slices"
	"strings"
	"time"
)

// SavedSegment is a segment that has a name, for others to use.
type SavedSegment struct {
	ID        string
	Name      string
	Tree      Segment // a segment within it stands by its id
	MadeBy    string  // the id of the user
	Version   int64   // grows by one with every write
	MadeAt    time.Time
	ChangedAt time.Time
	CountedAt time.Time // zero: nobody has counted it yet
	Count     int       // of the people in it, when it was counted last
	OnlyBlank int       // of them, those who are in only because something is not known
}

// Whole returns the segment with every segment within it put in its place, as saved
// gives them by their ids. It returns an *InvalidError where one does not exist, is
// within itself, or makes the whole too large.
func (s Segment) Whole(at string, saved map[string]SavedSegment) (Segment, error) {
	w := whole{saved: saved}
	tree := w.node(s, nil)
	if w.fault != nil {
		w.fault.Field = at
		return Segment{}, &InvalidError{Faults: []Fault{*w.fault}}
	}
	return tree, nil
}

// ByID returns the segments by their ids.
func ByID(all []SavedSegment) map[string]SavedSegment {
	saved := make(map[string]SavedSegment, len(all))
	for _, s := range all {
		saved[s.ID] = s
	}
	return saved
}

// Still reports whether the segment with those within it in their places is the copy
// that was made of it.
func (s Segment) Still(copied Segment, saved map[string]SavedSegment) bool {
	tree, err := s.Whole("", saved)
	return err == nil && tree.text() == copied.text()
}

// whole puts segments in their places.
type whole struct {
	saved      map[string]SavedSegment
	fault      *Fault // the first
	conditions int
}

func (w *whole) fail(code FaultCode, data Data) Segment {
	if w.fault == nil {
		w.fault = &Fault{Code: code, Data: data}
	}
	return Segment{}
}

func (w *whole) node(s Segment, within []string) Segment {
	if w.fault != nil {
		return Segment{}
	}
	all := func(parts []Segment) (placed []Segment) {
		for _, part := range parts {
			placed = append(placed, w.node(part, within))
		}
		return placed
	}
	switch {
	case len(s.And) > 0:
		return Segment{And: all(s.And)}
	case len(s.Or) > 0:
		return Segment{Or: all(s.Or)}
	case s.Not != nil:
		return None(w.node(*s.Not, within))
	case s.Field != SavedField:
		if w.conditions++; w.conditions > MaxWholeConditions {
			return w.fail(FaultMany, Data{"Max": MaxWholeConditions})
		}
		return s
	}
	var placed []Segment
	for _, id := range s.Values {
		one, ok := w.saved[id]
		switch {
		case !ok:
			return w.fail(FaultNoSegment, Data{"Segment": id})
		case slices.Contains(within, id):
			return w.fail(FaultCycle, Data{"Segments": w.names(append(within[slices.Index(within, id):], id))})
		case len(within) >= MaxSegmentDepth:
			return w.fail(FaultDeep, Data{"Max": MaxSegmentDepth})
		}
		placed = append(placed, w.node(one.Tree, append(slices.Clone(within), id)))
	}
	if len(placed) == 1 {
		return placed[0]
	}
	return Segment{Or: placed}
}

func (w *whole) names(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = "«" + w.saved[id].Name + "»"
	}
	return strings.Join(names, " → ")
}

// Within returns the ids of the segments that stand in the tree, each once.
func (s Segment) Within() (ids []string) {
	s.Conditions(func(c Condition) {
		for _, id := range c.Values {
			if c.Field == SavedField && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	})
	return ids
}

// Attributes returns the names of the attributes that the tree asks about, each once.
func (s Segment) Attributes() (names []string) {
	s.Conditions(func(c Condition) {
		if field, name, _ := FieldOf(c.Field); field.Name == AttributeField && !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	return names
}

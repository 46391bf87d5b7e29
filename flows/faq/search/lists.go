package search

// lists are many lists by their numbers, in one: nothing of them points anywhere, for all
// that does is looked at whenever memory is collected.
type lists[T any] struct {
	all  []T
	from []int32 // by number: where its own begin; the next one's begin where they end
}

// flat puts lists into one.
func flat[T any](many [][]T) lists[T] {
	n := 0
	for _, own := range many {
		n += len(own)
	}
	l := lists[T]{make([]T, 0, n), make([]int32, 1, len(many)+1)}
	for _, own := range many {
		l.all = append(l.all, own...)
		l.from = append(l.from, int32(len(l.all)))
	}
	return l
}

// of returns the list of a number.
func (l *lists[T]) of(n int32) []T { return l.all[l.from[n]:l.from[n+1]] }

// holding says what a key weighs, and who hold it.
type holding struct {
	weight float64
	in     []int32
}

// shelf keeps holdings by their keys.
type shelf struct {
	keys   numbers
	weight []float64
	in     lists[int32]
}

func shelve(all map[uint32]holding) (s shelf) {
	keys := make([]uint64, 0, len(all))
	for key := range all {
		keys = append(keys, mix(trait(key)))
	}
	s.keys = newNumbers(keys)
	s.weight = make([]float64, len(all))
	in := make([][]int32, len(all))
	for key, h := range all {
		n, _ := s.keys.of(trait(key))
		s.weight[n], in[n] = h.weight, h.in
	}
	s.in = flat(in)
	return s
}

// of returns what is held of a key; ok is false where nothing is.
func (s *shelf) of(key uint32) (h holding, ok bool) {
	n, ok := s.keys.of(trait(key))
	if !ok {
		return h, false
	}
	return holding{s.weight[n], s.in.of(n)}, true
}

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

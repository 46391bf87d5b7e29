package outbox

import "sync"

// mailbox hands things to one reader in the order they came. Putting never
// blocks; what came while the reader was busy is taken at once, and that is
// what makes batches without waiting for them. Whoever takes is done with what they
// took before: its room is used again.
type mailbox[T any] struct {
	mail  chan struct{} // has room for a token, and gets it with what is put
	mu    sync.Mutex
	items []T
	taken []T
}

// newMailbox returns one that gives mail its token. Whoever reads several may have one mail
// for all of them, and is woken once.
func newMailbox[T any](mail chan struct{}) *mailbox[T] { return &mailbox[T]{mail: mail} }

// put returns how many things there are to take.
func (m *mailbox[T]) put(items ...T) (n int) {
	if len(items) == 0 {
		return 0
	}
	m.mu.Lock()
	m.items = append(m.items, items...)
	n = len(m.items)
	m.mu.Unlock()
	select {
	case m.mail <- struct{}{}:
	default:
	}
	return n
}

func (m *mailbox[T]) take() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.taken)
	m.items, m.taken = m.taken[:0], m.items
	return m.taken
}

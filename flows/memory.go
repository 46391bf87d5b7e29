package flows

import (
	"crypto/sha256"
	"sync"
)

// A Memory keeps what was made out last, of a bounded number, so that what many write in
// the same words is made out once: their thanks, «оператор», the question of an
// outage. Nothing may be kept but what its key alone decides, and nobody changes
// what it gives. Many may use it at once; a nil one keeps nothing.
type Memory[K comparable, V any] struct {
	mu           sync.Mutex
	newer, older map[K]V // each of at most most
	most         int
}

// NewMemory returns a memory of between most and twice as many: what was asked for
// longest ago is forgotten first.
func NewMemory[K comparable, V any](most int) *Memory[K, V] {
	return &Memory[K, V]{newer: map[K]V{}, most: most}
}

// Once returns what is remembered of the key, or else what read gives, which may be
// called by several at once.
func (m *Memory[K, V]) Once(of K, read func() V) V {
	if m == nil {
		return read()
	}
	v, known := m.recall(of)
	if !known {
		v = read()
		m.keep(of, v)
	}
	return v
}

func (m *Memory[K, V]) recall(of K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known := m.newer[of]
	if !known {
		if v, known = m.older[of]; known {
			m.put(of, v)
		}
	}
	return v, known
}

func (m *Memory[K, V]) keep(of K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(of, v)
}

func (m *Memory[K, V]) put(of K, v V) {
	if len(m.newer) >= m.most {
		m.newer, m.older = make(map[K]V, m.most), m.newer
	}
	m.newer[of] = v
}

// Words stand for a text in the key of a Memory, so that what people write is not kept.
type Words [sha256.Size]byte

// WordsOf returns what stands for the text, and for no other.
func WordsOf(text string) Words { return sha256.Sum256([]byte(text)) }

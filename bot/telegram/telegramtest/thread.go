package telegramtest

import (
	"maps"
	"strconv"
)

// OpenThread makes a thread in the chat with the person, as one may who has let a
// bot have them, and gives the person as they speak in it.
func (p *Person) OpenThread(id int64) *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	c := p.s.chat(p.ID)
	if c.threads == nil {
		c.threads = map[int64]bool{}
	}
	c.threads[id] = true
	in := *p
	in.thread = id
	return &in
}

// DeleteThread deletes the person's thread: nothing can be sent to it any more. Telegram
// tells no bot of it.
func (p *Person) DeleteThread(id int64) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	delete(p.s.chat(p.ID).threads, id)
}

// into reads the thread that a message of the bot goes into, 0 for the chat itself;
// false when the chat has none like it.
func (c *chat) into(v values) (id int64, ok bool) {
	said := v["message_thread_id"]
	if said == "" || said == "0" {
		return 0, true
	}
	id, err := strconv.ParseInt(said, 10, 64)
	return id, err == nil && c.threads[id]
}

// placed adds to a message's document where it stands.
func placed(doc map[string]any, thread int64) map[string]any {
	if thread != 0 {
		maps.Copy(doc, map[string]any{"message_thread_id": thread, "is_topic_message": true})
	}
	return doc
}

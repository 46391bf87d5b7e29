package webchat

import "strings"

// What replicas tell each other: "webchat:<bot>/<chat>" that the thread has a
// new line, "typing:<bot>/<chat>" that somebody writes there.
const (
	topicLines  = "webchat:"
	topicTyping = "typing:"
)

// woken tells of a new line, here and in the other replicas.
func (c *Channel) woken(chat string) { c.told(topicLines, chat) }

func (c *Channel) told(what, chat string) {
	c.hub.Tell(chat, what)
	c.tell(what + c.name + "/" + chat)
}

// Heard takes a topic that a replica told; "" when some may have been missed.
// Topics of others are nothing to it.
func (c *Channel) Heard(topic string) {
	if topic == "" {
		c.hub.TellAll()
		return
	}
	for _, what := range []string{topicLines, topicTyping} {
		rest, ok := strings.CutPrefix(topic, what)
		if name, chat, _ := strings.Cut(rest, "/"); ok && name == c.name {
			c.hub.Tell(chat, what)
		}
	}
}

package drafting

import "unicode/utf8"

// Room is how much room a text has left, as the part "room" of the frame shows it; the
// zero one is plenty, and shows nothing.
type Room struct {
	Most       int // how many characters there may be
	Near       bool
	Left, Over int
}

// near is from which part of a text on the room that is left is told.
const near = 10

// RoomIn returns the room in a text of at most so many characters.
func RoomIn(text string, most int) Room {
	switch left := most - utf8.RuneCountInString(text); {
	case left < 0:
		return Room{Most: most, Over: -left}
	case left <= most/near:
		return Room{Most: most, Near: true, Left: left}
	}
	return Room{}
}

package bot

import (
	"fmt"
	"strings"
)

// Address is where one person is reached: a chat of one bot. Bot is the name of
// our account: that of its messenger, or one from VISNYK_BOTS. Chat is the
// messenger's own chat or user id, compared byte for byte.
type Address struct {
	Bot  string `json:"bot"`
	Chat string `json:"chat"`
}

// String writes the address as "bot:chat".
func (a Address) String() string { return a.Bot + ":" + a.Chat }

// ParseAddress reads what String wrote.
func ParseAddress(s string) (Address, error) {
	name, chat, ok := strings.Cut(s, ":")
	if !ok || name == "" || chat == "" {
		return Address{}, fmt.Errorf("address %q: want bot:chat", s)
	}
	return Address{Bot: name, Chat: chat}, nil
}

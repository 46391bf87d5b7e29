package webchat

import (
	"slices"

	"visnyk/bot"
)

// Texts are the keys of the page's own words.
func Texts() []string {
	all := []string{
		"title", "thread", "write", "send", "attach", "language", "name", "close", "open", "unread",
		"join", "join_short", "join_ready", "join_failed", "earlier", "you", "reply", "pressed", "writes", "today", "yesterday",
		"sending", "sent", "waiting", "failed", "again", "drop", "offline", "long",
		"file_large", "file_empty", "file_failed", "download", "download_failed", "picture", "noscript",
	}
	for _, code := range problemCodes() {
		all = append(all, "problem_"+code)
	}
	return all
}

func known(l bot.Language) bool { return slices.Contains(bot.Languages(), l) }

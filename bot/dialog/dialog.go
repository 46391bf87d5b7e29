// Package dialog makes turns: it takes waiting rows of the inbox, decodes them,
// lets the flows decide, and commits everything a turn changes at once. What a
// turn says goes to the outbox; nothing here talks to a messenger.
package dialog

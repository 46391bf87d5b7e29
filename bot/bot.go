// Package bot is the glossary of the house: the nouns every other package
// speaks of, the legal moves of those nouns, and Channel, the one seam between
// Visnyk and a messenger.
//
// It imports the standard library alone and does nothing by itself: no
// database, no network, no clock, no words for customers.
package bot

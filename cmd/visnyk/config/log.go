package config

import (
	"io"
	"log/slog"
)

// NewLog returns the log of a checked configuration. Its keys are fixed (bot,
// update, outgoing, ticket, err); texts, names, phones and tokens never go in.
func (c Config) NewLog(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // checked with the configuration
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

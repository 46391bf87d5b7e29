package parked

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/parked"
	"visnyk/cmd/visnyk/cli"
	"visnyk/cmd/visnyk/config"
	"visnyk/storage"
)

// show prints one update: what is known about it, and the bytes that came.
func show(ctx context.Context, c cli.Call, name, id string) error {
	return c.ExistingStore(ctx, func(cfg config.Config, store *storage.Store, _ []byte) error {
		r, err := parked.New(store).Get(ctx, bot.System(), name, id)
		if err != nil {
			return inWords(err)
		}
		chat := visible(r.Chat)
		if chat == "" {
			chat = "(none: nobody knows whose it is)"
		}
		tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
		for _, line := range [][2]string{
			{"id", visible(r.Bot + "/" + r.ID)},
			{"chat", chat},
			{"source", string(r.Source)},
			{"received", cli.Moment(r.ReceivedAt, cfg.Zone)},
			{"parked", cli.Moment(r.ParkedAt, cfg.Zone)},
			{"tries", fmt.Sprint(r.Attempts)},
			{"reason", visible(r.Reason)},
			{"in the audit", parked.Object(r.Bot, r.ID)},
		} {
			fmt.Fprintf(tw, "%s\t%s\n", line[0], line[1])
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "\nWhat came, %s, as the person wrote it: it is theirs, keep it to yourself.\n%s\n",
			cli.Count(len(r.Payload), "byte", "bytes"), body(r.Payload))
		return nil
	})
}

// joinCode is a key to somebody's history, which is kept nowhere and shown to
// nobody; see flows.JoinPayload.
var joinCode = regexp.MustCompile(`join_[A-Za-z0-9_%-]+`)

// body is what came, readable and harmless to a terminal.
func body(payload []byte) string {
	var nice bytes.Buffer
	if json.Indent(&nice, payload, "", "  ") == nil {
		payload = nice.Bytes()
	}
	lines := strings.Split(joinCode.ReplaceAllString(string(payload), "join_xxxxx"), "\n")
	for i := range lines {
		lines[i] = visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// visible writes what does not show, or turns the writing round, as its code.
// Bytes that are no text become codes too.
func visible(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}

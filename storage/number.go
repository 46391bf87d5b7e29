package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// NumberSetting is a setting that is a whole number, or a word for no limit.
type NumberSetting struct {
	Name        string
	Usual       int64 // where nobody set it
	Least, Most int64
	Unit        string
	Unlimited   string // the word for no limit; "" where there has to be one
	Does        string // in English, for the command line
}

// NumberSettings returns every setting that is a number, by name. Most of them say
// for how many days rows are kept.
func NumberSettings() []NumberSetting {
	mebibytes := func(name string, usual int64, does string) NumberSetting {
		return NumberSetting{Name: name, Usual: usual, Most: 1 << 30, Unit: "MiB", Unlimited: "none", Does: does}
	}
	kept := func(what string, days int64, does string) NumberSetting {
		return NumberSetting{Name: "keep." + what, Usual: days, Least: 1, Most: 100_000, Unit: "days", Unlimited: "never", Does: does}
	}
	told := func(name string, usual int64, span string) NumberSetting {
		return NumberSetting{
			Name: name, Usual: usual, Least: 1, Most: 100, Unit: "messages", Unlimited: "none",
			Does: "at most are told unasked to one person in a " + span + ": broadcasts, stages and surveys together",
		}
	}
	notice := func(kind bot.ChangeKind) NumberSetting {
		return NumberSetting{
			Name: bot.ChangeNoticeSetting(kind), Most: 365, Unit: "days",
			Does: "before it takes effect a change of the kind " + string(kind) + " is approved, or why not is said",
		}
	}
	return []NumberSetting{
		notice(bot.Move), notice(bot.Outage), notice(bot.Product), notice(bot.Rules), notice(bot.Tariff),
		{Name: bot.ChangeReviewSetting, Usual: 14, Least: 1, Most: 365, Unit: "days", Does: "a change may wait for its review"},
		{Name: bot.ApprovalReminderSetting, Usual: 24, Least: 1, Most: 720, Unit: "hours", Does: "after whoever approves was called they are reminded, once"},
		{Name: bot.KnowsAfterSetting, Usual: 3, Most: 365, Unit: "days", Does: "after it was sent counts as seen what the messenger does not tell of"},
		told(bot.CapDaySetting, 1, "day"),
		told(bot.CapWeekSetting, 3, "week"),
		{Name: reserveSetting, Usual: 64, Most: 1 << 30, Unit: "MiB", Does: "of SQLite's disk stay free"},
		mebibytes(filesChat, 200, "of files are kept of what one chat of a messenger sent"),
		mebibytes(filesDaily, 100, "of files may come from one address on the net in a day"),
		{Name: filesLargest, Usual: 20, Least: 1, Most: 1024, Unit: "MiB", Does: "are the most of one file that is fetched from a messenger or sent by an operator"},
		mebibytes(filesTotal, 2048, "are for all files together"),
		kept("announcements", 400, "announcements that went out are kept"),
		kept("files", 400, "files that people sent, or were sent, are kept"),
		kept("history", 400, "what was said is kept"),
		kept("parked", 30, "updates that were put aside are kept"),
		kept("questions", 90, "how questions ended is kept"),
		kept("tickets", 400, "closed tickets are kept"),
		kept("visitors", 90, "strangers whom nobody can write to are kept"),
		kept("webchat", 400, "threads of the web chat are kept"),
	}
}

// NumberSettingOf returns the setting with the name; false when there is none.
func NumberSettingOf(name string) (NumberSetting, bool) {
	all := NumberSettings()
	i := slices.IndexFunc(all, func(n NumberSetting) bool { return n.Name == name })
	if i < 0 {
		return NumberSetting{}, false
	}
	return all[i], true
}

// Read returns the number that the value is; limited is false for the word for no
// limit. An error says what a value may be.
func (n NumberSetting) Read(value string) (number int64, limited bool, err error) {
	value = strings.TrimSpace(value)
	if value == n.Unlimited && value != "" {
		return 0, false, nil
	}
	number, err = strconv.ParseInt(value, 10, 64)
	if err != nil || number < n.Least || number > n.Most {
		return 0, false, fmt.Errorf("the setting %s is %q: want %s", n.Name, value, n.Wants())
	}
	return number, true, nil
}

// Number returns the setting that is a number, as it is set or as it usually is.
func (t *Tx) Number(ctx context.Context, name string) (int64, error) { return t.conn.number(ctx, name) }

// Number returns the setting that is a number, as it is set or as it usually is.
func (s *Store) Number(ctx context.Context, name string) (int64, error) { return s.r.number(ctx, name) }

func (c conn) number(ctx context.Context, name string) (int64, error) {
	n, _ := NumberSettingOf(name)
	value, ok, err := c.setting(ctx, name)
	if err != nil || !ok {
		return n.Usual, err
	}
	number, _, err := n.Read(value)
	return number, doing("read a setting", err)
}

// Wants says what a value may be.
func (n NumberSetting) Wants() string {
	wants := fmt.Sprintf("a number of %s from %d to %d", n.Unit, n.Least, n.Most)
	if n.Unlimited == "" {
		return wants
	}
	return fmt.Sprintf("%s, or %q", wants, n.Unlimited)
}

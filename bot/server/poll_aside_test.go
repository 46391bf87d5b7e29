package server

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

// broken is a source whose updates have no envelope.
type broken struct{ *source }

func (b broken) Poll(ctx context.Context, offset int64, wait time.Duration) ([]bot.Update, int64, error) {
	updates, next, err := b.source.Poll(ctx, offset, wait)
	for i := range updates {
		updates[i].Defect = "not one JSON document"
	}
	return updates, next, err
}

// TestPollingTellsOfParkedUpdates: what is fetched is put aside as loudly as what
// a webhook brings, once.
func TestPollingTellsOfParkedUpdates(t *testing.T) {
	var log bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		Polling{
			Channel: broken{&source{held: []int64{7, 8}}}, Inbox: &shelf{kept: []string{"8"}}, Wake: func(string) {},
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		}.Run(ctx)
	})
	if told := log.String(); strings.Count(told, "update parked") != 1 || !strings.Contains(told, "update=7") {
		t.Errorf("the log says\n%s", told)
	}
}

package search

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
)

// TestTrialsLeadWhereTheServiceLeads: what was looked up for one index is the same in the
// next, of fewer wordings, and as the service has it.
func TestTrialsLeadWhereTheServiceLeads(t *testing.T) {
	t.Parallel()
	at := NewAtlas(trades()[:3]...)
	trials := at.Trials()
	articles, queries := readBase(t, "gym")
	for range 2 {
		ours, service := trials.NewIndex(articles), at.NewIndex(articles)
		for _, q := range queries[:40] {
			if diff := cmp.Diff(service.Pulls(q.Text, time.Time{}), ours.Pulls(q.Text, time.Time{})); diff != "" {
				t.Fatalf("%q leads elsewhere (-service +trials):\n%s", q.Text, diff)
			}
		}
		articles[0].Aliases = bot.Aliases{}
	}
	if words := (&Trials{}).NewIndex(articles).Pulls(queries[0].Text, time.Time{}); !cmp.Equal(words, NewIndex(articles).Pulls(queries[0].Text, time.Time{})) {
		t.Error("without an atlas it is not by words alone")
	}
}

package dialog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// TestUnreadableUpdateIsPutAsideAtOnce: what the channel cannot read is put
// aside by the first turn, as its chat's, among the turns of others. An operator
// is called, also where nobody is known yet, and what the person writes next is
// answered.
func TestUnreadableUpdateIsPutAsideAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.receive("known", "привіт")
		r.receive("quiet", "привіт")
		r.run(true, "two people are known", r.idle)
		strange := []string{r.receive("known", "strange"), r.receive("stranger", "strange")}
		receipt := r.receive("quiet", "strange receipt")
		r.receive("known", "ще раз")
		r.receive("stranger", "привіт")
		for i := range 10 {
			r.receive(fmt.Sprint("other", i), "привіт")
		}
		r.run(true, "everything is settled", r.idle)
		if got := r.states(); got["parked"] != 3 || got["done"] != 14 {
			t.Fatalf("%v, want three parked and all others done", got)
		}
		var parked []struct {
			ID, Chat, Reason string
			Attempts         int
		}
		if err := r.db.Select(&parked, `SELECT id, chat, reason, attempts FROM inbox WHERE state = 'parked' ORDER BY id`); err != nil {
			t.Fatal(err)
		}
		for _, p := range parked {
			if p.Chat == "" || p.Attempts != 0 || !strings.Contains(p.Reason, "a field of the wrong type") ||
				!slices.Contains(append(strange, receipt), p.ID) {
				t.Errorf("parked %+v, want it at once, with its chat and a reason", p)
			}
		}
		tickets, err := r.store.OpenTickets(t.Context())
		if err != nil || len(tickets) != 2 {
			t.Fatalf("tickets %+v (%v), want an operator called to both chats, and to no receipt", tickets, err)
		}
		for _, k := range tickets {
			if k.Reason != bot.ReasonPoisoned || k.Contact == "" || k.Address.Chat != "known" && k.Address.Chat != "stranger" {
				t.Errorf("ticket %+v", k)
			}
			var said int
			if err := r.db.Get(&said, `SELECT count(*) FROM history WHERE chat = $1 AND outgoing`, k.Address.Chat); err != nil || said == 0 {
				t.Errorf("%s hears nothing (%v)", k.Address.Chat, err)
			}
		}
	})
}

// TestUnreadableUpdateIsExportedAndErased: it is the person's like all else.
func TestUnreadableUpdateIsExportedAndErased(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.receive("chat", "strange")
		r.run(true, "it is put aside", r.idle)
		at := bot.Address{Bot: "telegram", Chat: "chat"}
		loaded, err := r.store.LoadTurns(t.Context(), []bot.Address{at})
		if err != nil || loaded[at].Contact.ID == "" {
			t.Fatalf("the person is not known: %+v, %v", loaded[at], err)
		}
		id := loaded[at].Contact.ID
		all, err := r.store.Dossier(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		err = r.store.InTx(t.Context(), func(tx *storage.Tx) error { return tx.Erase(t.Context(), storage.Person{Contact: id}) })
		if err != nil {
			t.Fatal(err)
		}
		shown, err := json.Marshal(all["inbox"])
		if err != nil || !strings.Contains(string(shown), `"strange"`) || !strings.Contains(string(shown), `"received_at":"20`) {
			t.Errorf("the export shows %s (%v), want what came and when", shown, err)
		}
		var left []struct {
			State, Chat string
			Payload     []byte
		}
		if err := r.db.Select(&left, `SELECT state, chat, payload FROM inbox`); err != nil {
			t.Fatal(err)
		}
		if len(left) != 1 || left[0].State != "done" || left[0].Chat != "" || len(left[0].Payload) > 0 {
			t.Errorf("left is %+v, want the bare id, by which a redelivery is recognised", left)
		}
		// What the messenger still tells of them leaves nothing, read or not.
		r.receive("chat", "strange receipt")
		r.run(true, "it is settled", r.idle)
		var n int
		if err := r.db.Get(&n, `SELECT count(*) FROM inbox WHERE chat <> '' OR length(payload) > 0`); err != nil || n > 0 {
			t.Errorf("%d updates of somebody erased (%v)", n, err)
		}
	})
}

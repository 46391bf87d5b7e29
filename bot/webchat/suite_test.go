package webchat_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/bot/channeltest"
	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

// broken is a database that is not there.
type broken struct{ webchat.Threads }

func (broken) Append(context.Context, bot.Address, webchat.Line) (int64, error) {
	return 0, errors.New("no database")
}

func TestSuite(t *testing.T) {
	s := newSite(t, nil)
	token := s.comes(t, webchattest.Options{}).Token() // all worlds have one key
	channeltest.Run(t, channeltest.Case{
		New: func(t *testing.T) channeltest.World {
			s := newSite(t, nil)
			hook := channeltest.NewHook(t)
			v := s.comes(t, webchattest.Options{Locale: "uk", Messages: hook.URL})
			v.SetToken(token)
			fault := func(name string, err error, lost bool, want bot.Outcome) channeltest.Fault {
				return channeltest.Fault{Name: name, Want: want, Arrives: lost, Arm: func() {
					s.shelf.mu.Lock()
					defer s.shelf.mu.Unlock()
					s.shelf.fail, s.shelf.lost = err, lost
				}}
			}
			lines := func() []webchattest.Line {
				all, err := v.FetchAll(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return all
			}
			return channeltest.World{
				Channel: s.Channel, Chat: s.chat(t, v), Hook: hook,
				Write: func(text string) {
					if err := v.Write(t.Context(), text); err != nil {
						t.Error(err)
					}
				},
				Press:    func(label string) error { return v.PressOn(t.Context(), lines(), label) },
				PressOld: func(label string) error { all := lines(); return v.PressOn(t.Context(), all[:len(all)-1], label) },
				Shown: func() (shown []channeltest.Shown) {
					for _, l := range lines() {
						shown = append(shown, channeltest.Shown{Text: l.Text(), Labels: l.Labels()})
					}
					return shown
				},
				Refused: func() int { return 0 },
				Faults: []channeltest.Fault{
					fault("the database is away", errors.New("away"), false, bot.Later),
					fault("no answer, not written", fmt.Errorf("commit: %w", webchat.ErrUnanswered), false, bot.Unknown),
					fault("no answer, written", fmt.Errorf("commit: %w", webchat.ErrUnanswered), true, bot.Unknown),
				},
			}
		},
		Unreachable: func(t *testing.T) bot.Channel { return channel(t, config(broken{}, roomy())) },
		Auth:        "Authorization",
		Sign:        func([]byte) string { return "Bearer " + token },
		Secrets:     []string{token},
		Genuine:     genuine(),
	})
}

// genuine are bodies that the page sends.
func genuine() [][]byte {
	var all [][]byte
	for _, body := range []string{
		`{"id":"a-1","kind":"start","at":1700000000000,"locale":"uk"}`,
		`{"id":"a-2","kind":"start","at":1700000000000,"locale":"ru-UA","text":"change-tariff"}`,
		`{"id":"a_3","kind":"text","at":1700000000000,"text":"Привіт"}`,
		`{"id":"A4","kind":"press","at":1700000000000,"press":{"line":1700000000000001,"screen":7,"action":"faq:1","label":"Питання"}}`,
		`{"id":"5","kind":"file","at":1700000000000,"text":"ось","file":{"id":"f1","name":"рахунок.pdf","type":"application/pdf","size":12}}`,
		`{"id":"6","kind":"receipt","at":1700000000000,"delivered":[1700000000000001,1700000000000002],"seen":1700000000000002}`,
	} {
		all = append(all, []byte(body))
	}
	return all
}

package main

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/webchat"
	"visnyk/flows"
	"visnyk/storage"
)

// chatText is the key among the texts of a word of the web chat's page.
func chatText(key string) string { return "webchat." + key }

// newWebchat returns the web chat, whose messenger we are ourselves.
func (s *service) newWebchat(b botConfig) (siteChannel, error) {
	to, err := s.joinNames()
	if err != nil {
		return nil, err
	}
	words := map[bot.Language]map[string]string{}
	for _, l := range bot.Languages() {
		words[l] = map[string]string{}
		for _, key := range webchat.Texts() {
			text, err := s.engine.Texts.Text(l, chatText(key), map[string]any{"Channel": to[l]}, nil)
			if err != nil {
				return nil, err
			}
			words[l][key] = text
		}
	}
	ch, err := webchat.New(webchat.Config{
		Name: b.Name, Key: s.secret, Threads: threads{s}, Words: words, Origins: s.cfg.ChatOrigins,
		PublicURL: s.cfg.PublicURL, Company: s.companyName, Look: s.look, Join: s.joinFrom(), Tell: s.tell, Log: s.log, Limits: s.cfg.ChatLimits,
		Entrance: s.entrance,
	})
	if err != nil {
		return nil, err
	}
	s.registry.MustRegister(newDownloads(ch))
	return ch, nil
}

// newDownloads shows how many files of the web chat are going out.
func newDownloads(chat *webchat.Channel) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "visnyk_chat_downloads", Help: "Files of the web chat that are going out.",
	}, func() float64 { return float64(chat.Downloads()) })
}

// joinNames is what the messenger is called that visitors can go on in.
func (s *service) joinNames() (map[bot.Language]string, error) {
	kind := ""
	if to := s.linkables(); len(to) > 0 { // as join chooses
		kind = s.engine.Channels[to[0].Name()].Kind
	}
	names := map[bot.Language]string{}
	for _, l := range bot.Languages() {
		name, err := s.engine.Texts.Text(l, flows.ChannelText(kind), nil, nil)
		if err != nil {
			return nil, err
		}
		names[l] = name
	}
	return names, nil
}

// tell passes a notice on to the other replicas.
func (s *service) tell(topic string) {
	if store := s.store.Load(); store != nil {
		store.Notify(topic)
	}
}

// mountChat adds the web chat's own door, if there is one. receive puts what
// comes into the inbox.
func (s *service) mountChat(e *echo.Echo, receive func(context.Context, bot.Update) (bool, error)) {
	if s.chat != nil {
		s.chat.Mount(e, receive)
	}
}

// threads keeps the web chat's threads in the database, once there is one.
type threads struct{ s *service }

func (t threads) store() (*storage.Store, error) {
	if store := t.s.store.Load(); store != nil {
		return store, nil
	}
	return nil, errNotReady
}

// Append implements webchat.Threads.
func (t threads) Append(ctx context.Context, of bot.Address, l webchat.Line) (int64, error) {
	store, err := t.store()
	if err != nil {
		return 0, err
	}
	seq, err := store.AddChatLine(ctx, of, storage.ChatLine(l))
	if errors.Is(err, storage.ErrCommitUnknown) {
		err = errors.Join(webchat.ErrUnanswered, err)
	}
	return seq, err
}

// After implements webchat.Threads.
func (t threads) After(ctx context.Context, of bot.Address, seq int64, limit int) ([]webchat.Line, error) {
	store, err := t.store()
	if err != nil {
		return nil, err
	}
	return chatLines(store.ChatLinesAfter(ctx, of, seq, limit))
}

// Before implements webchat.Threads.
func (t threads) Before(ctx context.Context, of bot.Address, seq int64, limit int) ([]webchat.Line, error) {
	store, err := t.store()
	if err != nil {
		return nil, err
	}
	return chatLines(store.ChatLinesBefore(ctx, of, seq, limit))
}

func chatLines(stored []storage.ChatLine, err error) ([]webchat.Line, error) {
	lines := make([]webchat.Line, len(stored))
	for i, l := range stored {
		lines[i] = webchat.Line(l)
	}
	return lines, err
}

// Marks implements webchat.Threads.
func (t threads) Marks(ctx context.Context, of bot.Address) (webchat.Marks, error) {
	store, err := t.store()
	if err != nil {
		return webchat.Marks{}, err
	}
	m, err := store.ChatMarks(ctx, of)
	return webchat.Marks(m), err
}

// Mark implements webchat.Threads.
func (t threads) Mark(ctx context.Context, of bot.Address, m webchat.Marks) error {
	store, err := t.store()
	if err != nil {
		return err
	}
	return store.MarkChat(ctx, of, storage.ChatMarks(m))
}

package main

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/console"
	approvalpages "visnyk/bot/console/approvals"
	articlepages "visnyk/bot/console/articles"
	broadcastpages "visnyk/bot/console/broadcasts"
	changepages "visnyk/bot/console/changes"
	deskpages "visnyk/bot/console/desk"
	peoplepages "visnyk/bot/console/people"
	adminpages "visnyk/bot/console/settings"
	"visnyk/bot/contact"
	deskwork "visnyk/bot/desk"
	"visnyk/bot/media"
	"visnyk/bot/parked"
	"visnyk/bot/staff"
	"visnyk/flows"
	"visnyk/storage"
)

// mountConsole adds the pages of the company's people.
func (s *service) mountConsole(e *echo.Echo) {
	c := console.New(console.Config{
		Staff: s.staff, Texts: s.engine.Texts, Log: s.log, Zone: s.cfg.Zone, PublicURL: s.cfg.PublicURL, Entrance: s.entrance,
		Company: s.companyName, Look: s.look,
	})
	deskpages.Add(c, s.live, s.deskParts)
	approvalpages.Add(c, s.approvalPages())
	peoplepages.Add(c, peoplepages.Config{
		Contacts: s.contacts, Audiences: s.audiences, Charge: s.charge, Bots: s.botNames, Kind: s.kindOf, JoinPage: joinPage(s.cfg.PublicURL), Reads: deskwork.ReadsWords,
	})
	changepages.Add(c, s.changePages())
	broadcastpages.Add(c, s.broadcastPages())
	articlepages.Add(c, s.articlePages())
	adminpages.Add(c, adminpages.Config{Staff: s.staff, Address: s.cfg.Address(s.cfg.Listen), Zone: s.cfg.Zone, Parked: s.parked, ChatLinks: s.staffChats, ChatName: s.chatName})
	c.Mount(e)
	s.console = c
	s.mountMedia(e, s.reader)
}

// reader tells whose files the request may see; nil: nobody's.
func (s *service) reader(r *http.Request) media.Reader {
	a, signed := s.console.Actor(r)
	if !signed || !a.May(bot.ReadTalks) && !a.May(bot.ReadAudience) {
		return nil
	}
	return func(ctx context.Context, at bot.Address) error {
		if at == storage.Pictures() && a.May(bot.ReadAudience) {
			return nil
		}
		if !a.May(bot.ReadTalks) || at == storage.Pictures() {
			return storage.ErrNotFound
		}
		return s.parts.desk.MayRead(ctx, a, at)
	}
}

// deskParts are what the operators' pages call; nil while the database is not there
// yet.
func (s *service) deskParts() *deskpages.Parts {
	if s.store.Load() == nil {
		return nil
	}
	return &deskpages.Parts{Desk: s.parts.desk, Kind: s.kindOf}
}

// botNames lists the bots that are configured.
func (s *service) botNames() (names []string) {
	for _, b := range s.cfg.Bots {
		names = append(names, b.Name)
	}
	return names
}

// kindOf names the kind of messenger that a bot is of; "unknown" of one that is
// configured no more.
func (s *service) kindOf(name string) string {
	for _, b := range s.cfg.Bots {
		if b.Name == name {
			return b.Channel
		}
	}
	return "unknown"
}

// staff is who works here; nil while the database is not there yet.
func (s *service) staff() *staff.Staff {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Staff
}

// contacts are the people; nil while the database is not there yet.
func (s *service) contacts() *contact.Contacts {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Contacts
}

// audiences are the segments; nil while the database is not there yet.
func (s *service) audiences() *audience.Audiences {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Audiences
}

// charge says which bots charge for what is sent, and for how long they do not after a
// customer wrote.
func (s *service) charge() (c audience.Charge) {
	for i, b := range s.cfg.Bots {
		if free := s.channels[i].Capabilities().Session; free.Length > 0 && !free.Closed {
			c.Bots, c.Free = append(c.Bots, b.Name), free.Length
		}
	}
	return c
}

// parked keeps the updates that were put aside; nil while the database is not there
// yet.
func (s *service) parked() *parked.Parked {
	store := s.store.Load()
	if store == nil {
		return nil
	}
	return parked.New(store)
}

// staffChats are the links by which somebody of the staff makes a chat theirs.
func (s *service) staffChats(ctx context.Context, code string) (all []adminpages.ChatLink) {
	ctx, cancel := context.WithTimeout(ctx, joinWait)
	defer cancel()
	for _, ch := range s.linkables() {
		to, err := ch.DeepLink(ctx, flows.StaffPayload(code))
		if err != nil { // the others are still there
			s.log.Warn("the messenger does not tell where its chat is opened", "bot", ch.Name(), "err", err)
			continue
		}
		all = append(all, adminpages.ChatLink{Name: s.chatName(ch.Name()), URL: template.URL(to)})
	}
	return all
}

// chatName is the key of what a bot's messenger is called; "" of one that is
// configured no more.
func (s *service) chatName(bot string) string {
	if ch, ok := s.engine.Channels[bot]; ok {
		return flows.ChannelText(ch.Kind)
	}
	return ""
}

// offerSetUp tells whoever starts the service how the first admin is made, while
// nobody works here. The link is a secret: it goes to them and into no log.
func (s *service) offerSetUp(ctx context.Context, listen string) {
	link, err := s.parts.api.Staff.SetUpLink(ctx)
	switch {
	case errors.Is(err, staff.ErrOver): // somebody works here
	case err != nil:
		s.log.Warn("no link for the first admin: it is made with the next start", "err", err)
	default:
		fmt.Fprintf(s.terminal, "Nobody works here yet. Whoever opens this link before %s becomes the first admin:\n\n  %s\n\n",
			link.Until.In(s.cfg.Zone).Format("15:04"), s.cfg.Address(listen)+link.Path)
	}
}

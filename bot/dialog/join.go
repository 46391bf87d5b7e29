package dialog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// joinCodes returns the codes of the join links that the turn may follow: those
// opened now, one that was opened before we might write, and the one that the
// person is asked about.
func (s *TurnInput) joinCodes() (codes []string) {
	for _, e := range s.Events {
		if code, ok := flows.JoinCode(e.Text); ok && e.Kind == bot.Started {
			codes = append(codes, code)
		}
	}
	vars := s.Loaded.Conversation.State.Vars
	if code, ok := flows.JoinCode(vars.Get(varLink)); ok {
		codes = append(codes, code)
	}
	if code := vars.Get(flows.VarJoin); code != "" {
		codes = append(codes, code)
	}
	return codes
}

// joinCode returns the code of the join link that the event opens, or may answer
// what was asked about; "" when there is none.
func (t *turn) joinCode(e bot.Event) string {
	if code, ok := flows.JoinCode(e.Text); ok && e.Kind == bot.Started {
		return code
	}
	return t.variable(flows.VarJoin)
}

// chatsOf reads what only turns about the chats of a person need: what stands
// behind a join link, and the list of chats. An ordinary turn asks for neither.
func (w *Worker) chatsOf(ctx context.Context, inputs []*TurnInput) error {
	var codes, people []string
	for _, s := range inputs {
		codes = append(codes, s.joinCodes()...)
		if s.asksChats(w.Engine.Book) {
			people = append(people, s.Loaded.Contact.ID)
		}
	}
	if len(codes) > 0 {
		invites, err := w.Store.Invites(ctx, codes)
		if err != nil {
			return fmt.Errorf("read offers to join: %w", err)
		}
		for _, s := range inputs {
			s.Invites = invites
		}
	}
	if err := w.ownersOf(ctx, inputs); err != nil {
		return err
	}
	if len(people) > 0 {
		linked, err := w.Store.Linked(ctx, people)
		if err != nil {
			return fmt.Errorf("read chats: %w", err)
		}
		for _, s := range inputs {
			s.Chats = linked[s.Loaded.Contact.ID]
		}
	}
	return nil
}

// vouched returns the number of a stranger to the company that the turn brings and the
// messenger vouches for; "" where there is none.
func (s *TurnInput) vouched() (number string) {
	for _, e := range s.Events {
		if n, vouched, ok := e.SharedPhone(); ok && vouched && s.Loaded.Contact.External == "" {
			number = n
		}
	}
	return number
}

// ownersOf reads whose of the company's records the numbers are that strangers share.
func (w *Worker) ownersOf(ctx context.Context, inputs []*TurnInput) error {
	var numbers []string
	for _, s := range inputs {
		if n := s.vouched(); n != "" {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	owners, err := w.Store.PhoneOwners(ctx, numbers)
	if err != nil {
		return fmt.Errorf("read whose numbers they are: %w", err)
	}
	for _, s := range inputs {
		if s.Owners = owners[s.vouched()]; len(s.Owners) != 1 {
			continue
		}
		s.Offered = flows.PhoneCode(storage.NewJoinCode())
		s.Invites = maps.Clone(s.Invites) // of all turns
		if s.Invites == nil {
			s.Invites = map[string]storage.Invite{}
		}
		s.Invites[s.Offered] = storage.Invite{Contact: s.Owners[0], Valid: true}
	}
	return nil
}

// invite is what the flows may know of what stands behind the join link with the
// code.
func (t *turn) invite(code string) flows.Invite {
	o, ok := t.s.Invites[code]
	switch {
	case !ok:
		return flows.Invite{}
	case o.Contact.ID == t.contact.ID || o.From == t.conv.Address:
		return flows.Invite{State: flows.InviteJoined}
	case !o.Valid:
		return flows.Invite{}
	case o.Contact.External != "" && t.contact.External != "":
		return flows.Invite{State: flows.InviteOther}
	case o.OnProbation || slices.ContainsFunc(t.chats(), func(c flows.Chat) bool { return c.Here && c.New }):
		return flows.Invite{State: flows.InviteOnProbation}
	}
	invite := flows.Invite{
		State: flows.InviteGood, Personal: o.From == bot.Address{},
		Language: t.contact.Language, Chosen: t.contact.Chosen, Ticket: o.Ticket, Ahead: o.Ahead,
	}
	// As storage has it when it joins them.
	if o.Contact.Language.Known() && (o.Contact.Chosen || !t.contact.Chosen) {
		invite.Language, invite.Chosen = o.Contact.Language, o.Contact.Chosen
	}
	return invite
}

// joins reports whether the event is about joining another chat to this one, which
// an operator's conversation does not stand in the way of: it opens a good link,
// or answers what was asked about it.
func (t *turn) joins(e bot.Event) bool {
	if code, ok := flows.JoinCode(e.Text); ok && e.Kind == bot.Started {
		return t.invite(code).State == flows.InviteGood
	}
	return t.variable(flows.VarJoin) != "" && t.current(e)
}

// invited is what stands behind the link that the event opens or may answer, or behind
// the number that it brings.
func (t *turn) invited(e bot.Event) flows.Invite {
	if _, vouched, shared := e.SharedPhone(); !shared || !vouched || t.contact.External != "" {
		return t.invite(t.joinCode(e))
	}
	if len(t.s.Owners) > 1 {
		return flows.Invite{State: flows.InviteSeveral}
	}
	invite := t.invite(t.s.Offered)
	invite.Code = t.s.Offered
	return invite
}

// asksChats reports whether the turn needs the person's addresses: its flow shows
// them, one is so new that it decides what may be done, or it is about them.
func (s *TurnInput) asksChats(b flows.Book) bool {
	return s.Loaded.OnProbation || s.vouched() != "" || b.AsksChats(s.Loaded.Conversation.State) || slices.ContainsFunc(s.Events, func(e bot.Event) bool {
		return e.Kind == bot.Relayed || wished(e)
	})
}

// wished reports whether the time of what a newcomer asked for the whole person has
// come.
func wished(e bot.Event) bool {
	return e.Kind == bot.TimedOut && (e.Detail == flows.ToForget || e.Detail == flows.ToSilence)
}

// minds reports whether the event answers what another chat of the person did,
// which an operator's conversation does not stand in the way of either.
func (t *turn) minds(e bot.Event) bool {
	return t.conv.State.Flow+"/"+t.conv.State.Step == flows.Heard && t.current(e)
}

// stops reports whether the event is the word that ends all news, said by somebody who
// still gets them and not only passed on: neither an operator's conversation nor a limit of ours stands in
// its way.
func (t *turn) stops(e bot.Event) bool {
	if e.Kind != bot.Typed && e.Kind != bot.Attached || e.Forwarded != nil || t.contact.Stopped || t.conv.Hushed {
		return false
	}
	return t.heard.Command(e.Text) == flows.WantsStop
}

// farewell is the last that the person's other addresses hear: they are forgotten
// with this one.
func (t *turn) farewell() error {
	var here flows.Text
	for _, c := range t.chats() {
		if c.Here {
			here = c.Name()
		}
	}
	for _, c := range t.chats() {
		if c.Here || !c.Reached() { // a page that nobody looks at would only keep the words
			continue
		}
		text, err := t.words(flows.T(flows.ErasedElsewhere, "Channel", here), plain)
		if err != nil {
			return err
		}
		t.said = append(t.said, Said{Message: bot.Message{Text: text}, Language: t.language(), To: c.Address})
	}
	return nil
}

// stop leaves the person alone from now on, or this address of theirs.
func (t *turn) stop(e flows.Stop) {
	if e.Here {
		t.conv.Hushed, t.write.CancelBulk = true, true
		return
	}
	t.contact.Stopped, t.known, t.write.Silence = true, true, true
}

func (t *turn) join(e flows.Join) {
	invite := t.invite(e.Code)
	t.write.Join = &storage.Joining{Code: e.Code, To: t.conv.Address}
	t.spoken = invite.Language
	t.write.Relays = append(t.write.Relays, storage.Relay{What: flows.HeardJoin})
	if invite.Ticket != nil && (t.ticket == nil || invite.Ticket.Prevails(*t.ticket)) {
		t.ticket = invite.Ticket
	}
}

// chats are the person's chats as the flows see them.
func (t *turn) chats() []flows.Chat {
	var all []flows.Chat
	for _, l := range t.s.Chats {
		all = append(all, flows.Chat{
			Address: l.Address, Messenger: t.d.Channels[l.Address.Bot], Since: l.Since, Here: l.Address == t.conv.Address,
			New: l.OnProbation, Blocked: l.Reach == bot.Blocked || l.Reach == bot.Opened,
		})
	}
	return all
}

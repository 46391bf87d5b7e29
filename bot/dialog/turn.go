package dialog

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/flows"
	"visnyk/locales"
	"visnyk/storage"
)

// Engine decides turns. It holds no state and touches no database, so the
// same situation always gives the same result.
type Engine struct {
	Book  flows.Book
	Texts *locales.Bundle
	Zone  *time.Location // how dates are shown
	NewID func() string  // ids of contacts and tickets
	// Channels are the messengers of the bots, by bot.
	Channels map[string]flows.Messenger
	// Render puts a message into the form of the bot's messenger, as its channel
	// does; nil leaves it as it is.
	Render func(bot string, m bot.Message) ([]bot.Part, error)
	// Fetches reports whether the bot's messenger keeps the bytes of an attachment for
	// us to fetch; nil: none does.
	Fetches func(bot string, a bot.Attachment) bool
}

// TurnInput is everything a turn may know.
type TurnInput struct {
	Inbox string // the update's id
	// Received is when the update came in, and Waited how long it waited for its
	// turn, by the database's clock; zero is Now.
	Received  time.Time
	Waited    time.Duration
	Events    []bot.Event
	Greeted   bool  // the answer to the delivery has already greeted
	Defect    error // why the update cannot be read, which then has no Events; nil when it can
	Loaded    storage.Loaded
	StaffLink string                    // the code of a link of the staff that the turn follows, if it is good
	Invites   map[string]storage.Invite // what stands behind the join links that the turn may follow, by code
	// Owners are the company's records that have the number which the turn brings, where
	// the messenger vouches for it; where there is one, Offered is the code of its Invites
	// that can be offered.
	Owners  []bot.Contact
	Offered string
	// Renderings are those whose lasting buttons the turn may be about, by their ids.
	Renderings map[string]bot.Rendering
	Told       []bot.Button     // those under the broadcast that was told last, where the turn's words may name one
	Opens      *Opened          // by the press on a line of a digest; nil when it is gone, or none was pressed
	Chats      []storage.Linked // the person's addresses, where the turn may need them
	Person     *bot.Person      // what segments may ask about besides the contact; nil unless a change is being expanded, or tells groups apart
	// Desk is what may be told of the operators; how long the line before the person is,
	// once Counted: turns that do not tell it have nobody count.
	Desk    bot.Desk
	Counted bool
	Content library.Snapshot
	Now     time.Time
}

// Opened is what the press on a line of a digest shows, and the rendering of that.
type Opened struct {
	Message bot.Message
	As      bot.Rendering
}

// Said is one message of a turn, with its language.
type Said struct {
	Message  bot.Message
	Language bot.Language
	To       bot.Address // another of the person's addresses; zero: the turn's own
}

// Result is what a turn wants written. Said is not yet rendered for a channel.
type Result struct {
	Write  storage.TurnWrite
	To     bot.Address // whom Said is for
	Thread string      // of that chat, where it is said
	Said   []Said
	Place  bool // it tells the person's place in the queue, from TurnInput.Desk
}

// Turn applies the events of one update to one conversation.
func (d *Engine) Turn(s *TurnInput) (Result, error) {
	t := &turn{d: d, s: s, conv: s.Loaded.Conversation, contact: s.Loaded.Contact, ticket: s.Loaded.Ticket}
	t.write.InboxID = s.Inbox
	for _, e := range s.Events {
		t.write.Bot = e.From.Bot
		if err := t.apply(e); err != nil {
			return Result{}, fmt.Errorf("%s event: %w", e.Kind, err)
		}
	}
	t.finish()
	return Result{Write: t.write, To: t.conv.Address, Thread: t.conv.Thread, Said: t.said, Place: t.place}, nil
}

// turn is the working copy of one conversation while its events are applied.
type turn struct {
	d       *Engine
	s       *TurnInput
	heard   flows.Hearing // of what the events say
	conv    bot.Conversation
	contact bot.Contact
	ticket  *bot.Ticket
	opened  *bot.Ticket // by this turn
	write   storage.TurnWrite
	said    []Said
	done    []flows.Effect  // by earlier events of this turn
	pressed string          // the action of the event
	line    bool            // the person has written
	notice  *flows.Text     // to answer the press with
	amend   *bot.Message    // the buttons of the message that was pressed, from now on
	touched bool            // the conversation is part of this turn
	known   bool            // the contact changed
	place   bool            // a place in the queue was told
	choice  bool            // the screen was said, and is nothing but a choice
	press   bool            // it is a press that is responded to
	erased  bool            // the person asked to be forgotten
	update  string          // whose words are acted on; "": those of the turn's own
	before  *before         // nil: nothing was acted on that had waited
	telling []flows.Telling // what the message being made tells, or stands under
	spoken  bot.Language    // instead of the contact's own: of one message, or once the turn has joined two chats
}

// meet makes sure that the address has a contact and a conversation.
func (t *turn) meet(e bot.Event) {
	t.touched = true
	if t.conv.Version == 0 && t.conv.Address == (bot.Address{}) {
		t.conv.Address, t.conv.Reach = e.From, bot.Reachable
	}
	if t.contact.ID == "" {
		t.contact = bot.Contact{ID: t.d.NewID()}
		t.known = true
	}
	t.conv.Contact = t.contact.ID
	// What the company calls a person outweighs their profile.
	if name := e.Profile.Name; name != "" && name != t.contact.Name && (t.contact.External == "" || t.contact.Name == "") {
		t.contact.Name = name
		t.known = true
	}
}

// finish puts what was touched into the write.
func (t *turn) finish() {
	if !t.touched {
		return
	}
	if t.erased { // with all that this turn would have added
		person := storage.Person{Contact: t.contact.ID, Addresses: []bot.Address{t.conv.Address}}
		t.write = storage.TurnWrite{Bot: t.write.Bot, InboxID: t.write.InboxID, Erase: &person, Seen: t.s.Loaded.Conversation.Version}
		return
	}
	if screen := t.conv.State.Screen; screen != t.s.Loaded.Conversation.State.Screen {
		t.setVar(varChoice, map[bool]string{true: strconv.Itoa(screen)}[t.choice])
	}
	t.conv.Version++
	t.write.Conversation = &t.conv // nothing changes it any more
	if t.known {
		t.write.Contact, t.write.Consents = &t.contact, t.consents()
	}
	t.write.Open = t.opened
	t.write.Reactions = t.reactions()
	if was := t.s.Loaded.Ticket; was != nil && t.ticket != nil && t.ticket.ID == was.ID {
		t.write.Shown = &storage.TicketShown{Ticket: was.ID, State: was.State, Line: t.line}
	}
	if t.s.Loaded.Elsewhere {
		t.write.Elsewhere = t.contact.ID
	}
}

// facts gathers what the flows may know as the event happens.
func (t *turn) facts(e bot.Event) *flows.Facts {
	f := &flows.Facts{
		Now:      t.s.Now,
		Zone:     t.d.Zone,
		Update:   cmp.Or(t.update, t.s.Inbox),
		Name:     t.contact.Name,
		Language: t.language(),
		Chosen:   t.contact.Chosen,
		Guessed:  !t.contact.Language.Known(),
		Foreign:  locales.Foreign(e.Text),
		Person:   t.contact.ID,
		Stopped:  t.contact.Stopped,
		Hushed:   t.conv.Hushed,
		Wishes:   t.contact.Wishes,
		Known:    t.contact.External != "",
		Ticket:   t.ticket,
		Desk:     t.s.Desk,
		Barred:   t.barred(),
		Ledger:   t.ledgerEntries(),
		Company:  t.s.Content.Signature,
		Greeting: t.s.Content.Greeting,
		Chats:    t.chats(),

		Messenger: t.d.Channels[t.conv.Address.Bot],
	}
	f.FAQ = flows.Knowing(t.s.Content.FAQ, f.Ledger)
	if f.Newcomer() { // whoever lured a person into a join does not learn their name by it
		f.Name = ""
	}
	f.Lasting = t.lasting(e)
	for _, done := range t.done {
		f = f.After(done)
	}
	f.Invite = t.invited(e) // of this event, whatever was joined before it
	return f
}

// ledgerEntries are the changes that concern the person. Where their ledger may not
// have its rows yet, the audience tells: that of a contact who is only now being
// met is written with this turn's commit, from every change that may be told, and
// of a change that is being expanded everybody's is.
func (t *turn) ledgerEntries() []bot.LedgerEntry {
	if len(t.s.Content.Changes) == 0 {
		return nil
	}
	ledger := map[string]storage.Known{}
	for _, k := range t.s.Loaded.Known {
		ledger[k.Change] = k
	}
	fresh := t.s.Loaded.Contact.ID == ""
	var entries []bot.LedgerEntry
	kind := t.d.Channels[t.conv.Address.Bot].Kind
	for _, c := range t.s.Content.Changes {
		if !t.s.Content.Bound[c.ID].On(kind) {
			continue // nothing of it was approved for this messenger
		}
		k, concerns := ledger[c.ID]
		if fresh || t.s.Content.Expanding[c.ID] {
			concerns = k.Heard() || c.Audience.Matches(t.person(), bot.Calendar{Now: t.s.Now, Zone: t.d.Zone})
		}
		if !concerns {
			continue
		}
		entries = append(entries, bot.LedgerEntry{
			Change: t.forMe(c), Mentioned: k.Mentioned, MentionedAt: k.MentionedAt, OnItsWay: k.OnItsWay, Told: k.Told, Unsure: k.Unsure,
			Acknowledged: k.Acknowledged, Followed: k.Followed,
		})
	}
	return entries
}

// forMe returns the change as it is told to the person's group.
func (t *turn) forMe(c bot.Change) bot.Change {
	if len(c.Groups) == 0 {
		return c
	}
	return c.For(t.person(), bot.Calendar{Now: t.s.Now, Zone: t.d.Zone})
}

// version returns the version of the change that this turn may tell; 0: none.
func (t *turn) version(change string) int {
	for _, c := range t.s.Content.Changes {
		if c.ID == change {
			return c.Version
		}
	}
	return 0
}

// person is all that is known of the contact, for segments to judge.
func (t *turn) person() bot.Person {
	var p bot.Person
	if t.s.Person != nil {
		p = *t.s.Person
	}
	p.Contact = t.contact
	if !slices.Contains(p.Addresses, t.conv.Address) { // by this turn's commit it is theirs
		p.Addresses = append(slices.Clone(p.Addresses), t.conv.Address)
	}
	return p
}

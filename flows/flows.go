// Package flows holds the conversation flows as state machines. A turn is a
// pure function: a state, an event and facts give a new state and effects.
// Nothing here knows a clock, a network, a database or a channel; texts are
// keys, and effects only describe. The only words of Ukrainian or Russian are
// those that ParseCommand listens for.
package flows

import (
	"time"
	"unicode"

	"visnyk/bot"
)

// Turn is one event about to be applied to one conversation. Every arrow is handed one,
// so it is small: nobody writes to what it points at.
type Turn struct {
	State bot.State
	Event *bot.Event
	Facts *Facts
	Heard *Hearing // what is made of the event's words; nil keeps none of it
	own   bool     // State.Vars are the turn's own, and may be written to
}

// Facts are what a turn may know, read before it begins.
type Facts struct {
	Now      time.Time
	Zone     *time.Location // in which a day is a day; nil: UTC
	Update   string         // names the update that is applied
	Name     string         // the person's name; "" when not known
	Language bot.Language   // the language of the answer; always known
	Chosen   bool           // the person chose that language by a button
	Guessed  bool           // nothing told us the language yet
	Foreign  bool           // the words of the event seem to be in neither of our languages
	Person   string         // names the person; another one once the chat is joined or parted
	Stopped  bool           // asked to be sent nothing but answers
	Hushed   bool           // asked for that in this chat alone
	Wishes   bot.Wishes     // how they want to be told of changes
	Known    bool           // the company knows the person by a number of its own
	Ticket   *bot.Ticket    // the open ticket; nil when there is none
	Desk     bot.Desk
	Barred   time.Time         // until when the person gets no operator; zero: they do
	Ledger   []bot.LedgerEntry // changes that concern the person and may be told, the nearest date first
	FAQ      Finder            // never nil
	Company  bot.Bilingual     // whose bot it is, as it stands within «»; zero where nobody has told it
	Greeting bot.Bilingual     // what the bot says of itself instead of our own text; "" in a language that has none
	// Messenger is the one of the chat.
	Messenger Messenger
	Invite    Invite  // what stands behind the join link that was opened, or that the person is asked about
	Lasting   Lasting // the lasting button that was pressed
	Chats     []Chat  // the person's chats; where one came within Probation, or the flow asks for them
}

// Signed is the text behind the key in the wording that names the company, key and
// "_company", where its name is known; otherwise in the one that does without.
func (f *Facts) Signed(key string) Text {
	if !f.Company.Complete() {
		return T(key)
	}
	return T(key+"_company", "Company", f.Company)
}

// About is what the bot says of itself to whom it meets.
func (f *Facts) About() Text {
	if f.Greeting.In(f.Language) != "" {
		return Own(f.Greeting)
	}
	return f.Signed("welcome.about")
}

// Quiet reports whether nothing but answers is to be sent to this chat.
func (f *Facts) Quiet() bool { return f.Stopped || f.Hushed }

// Chat is one of the addresses of a person.
type Chat struct {
	Address   bot.Address
	Messenger Messenger
	Since     time.Time // when it was joined to the others; zero: it is the person's own
	New       bool      // it was joined within Probation
	Blocked   bool      // we cannot write there
	Here      bool      // the turn is about this one
}

// Messenger is what a flow may know of the messenger of a chat.
type Messenger struct {
	Kind string // its key among the texts; "" when it has no name there
	bot.Capabilities
}

// Finder looks for approved articles that answer a text.
type Finder interface {
	// Find says what the text is and which articles, valid at the moment, may
	// answer it. l is the person's language, Unsure where nothing told it.
	Find(text string, l bot.Language, now time.Time) Finding
	// Article returns an approved article that is valid at the moment.
	Article(id string, now time.Time) (bot.Article, bool)
}

// Teller is a Finder that finds changes too, by those who may know of them.
type Teller interface {
	Finder
	// Knowing returns the finder of a person who may know of the changes with the
	// ids. To it no other change is there.
	Knowing(changes []string) Finder
}

// Knowing returns the finder of the person whose ledger it is: f beside the
// changes that concern them.
func Knowing(f Finder, ledger []bot.LedgerEntry) Finder {
	t, ok := f.(Teller)
	if !ok || len(ledger) == 0 {
		return f
	}
	ids := make([]string, len(ledger))
	for i, n := range ledger {
		ids[i] = n.Change.ID
	}
	return t.Knowing(ids)
}

// Outcome is what to do with a text in a person's own words.
type Outcome string

// The outcomes. Nothing is a question without an answer.
const (
	Nothing    Outcome = ""
	Sure       Outcome = "sure"    // the first match answers it
	Unclear    Outcome = "unclear" // the first matches may be meant
	AsksHuman  Outcome = "human"   // asks for a person
	Complains  Outcome = "complaint"
	SaysThanks Outcome = "thanks"
	SaysHello  Outcome = "hello"
	Insults    Outcome = "insult" // the bot; who insults people complains
	Chats      Outcome = "chat"   // small talk

	Threatens    Outcome = "threat"   // with a court, the police, the public
	WantsRefund  Outcome = "refund"   // demands money back
	FindsDear    Outcome = "dear"     // complains about a price
	Unhelped     Outcome = "unhelped" // an answer did not help
	WondersWho   Outcome = "who"      // this is, a bot or a person, and what it can do
	WantsContact Outcome = "contact"  // asks how to reach the company
	SaysBye      Outcome = "bye"
	SaysYes      Outcome = "yes" // or approves
	SaysNo       Outcome = "no"

	WondersWhoAmI Outcome = "whoami" // whether we know their name
)

// Finding is what a Finder makes of a text.
type Finding struct {
	Outcome Outcome
	Matches []Match // candidates, best first
	// Doubtful is set where the text may be for a person: they are offered one.
	Doubtful bool
	// Weak is set where little speaks for the matches.
	Weak bool
	// Elsewhere is set where the text names a matter of which no match says a word.
	Elsewhere bool
	// Language is the one whose wordings of the first match hold the text, where
	// the language was not known; Unsure where neither does more than the other.
	Language bot.Language
	// Parts are the parts of changes that hold what the text asks, by the change, of
	// those that the person may know of.
	Parts map[string]bot.RenderingPart
}

// Undecided reports whether the text is a question that the search does not decide.
func (f Finding) Undecided() bool { return f.Outcome == Nothing || f.Outcome == Unclear }

// ForHuman reports whether the text is for a person at once, whatever articles
// there are.
func (o Outcome) ForHuman() bool {
	return o == AsksHuman || o == Complains || o == Threatens || o == WantsRefund
}

// offered is how many matches of an unclear Finding the person chooses from, fewer
// where they are weak: many guesses that miss annoy more than one that is not there.
const offered, offeredWeak = 3, 2

// beside is the part of the first match's score below which another is noise.
const beside = 1. / 15

// Offered returns the matches that the person of an unclear Finding chooses from: the
// first, and the others that are not far behind it.
func (f Finding) Offered() []Match {
	most := offered
	if f.Weak || f.Doubtful {
		most = offeredWeak
	}
	n := min(len(f.Matches), most)
	for n > 1 && f.Matches[n-1].Score < beside*f.Matches[0].Score {
		n--
	}
	return f.Matches[:n]
}

// Match is one candidate answer.
type Match struct {
	// Article is the answer; of a change, what the search reads of it, without an id.
	// Nobody changes it.
	Article *bot.Article
	Change  string // the id of the change that answers; "" for an article
	// Score is the confidence that the article answers, from 0 to 1.
	Score float64
}

// Var returns a variable of the conversation; "" when it is not set.
func (t Turn) Var(name string) string { return t.State.Vars.Get(name) }

// Pressed reports whether the event is a press of the action on the current
// screen. The engine lets no other press reach a flow.
func (t Turn) Pressed(action string) bool {
	return t.Event.Kind == bot.Tapped && t.Event.Press != nil && t.Event.Press.Action == action
}

// Typed reports whether the person wrote something, or sent a thing with a
// caption. Spaces and invisible marks alone are not writing.
func (t Turn) Typed() bool {
	return (t.Event.Kind == bot.Typed || t.Event.Kind == bot.Attached) && !blank(t.Event.Text)
}

// Forwarded reports whether the words are somebody's from elsewhere, which the
// person shows us and does not say.
func (t Turn) Forwarded() bool { return t.Event.Forwarded != nil }

// Command returns the command that the person wrote. None is in words that they
// forward.
func (t Turn) Command() Command {
	if !t.Typed() || t.Forwarded() {
		return None
	}
	return t.Heard.Command(t.Event.Text)
}

// Agrees reports whether the person says yes to a question of ours in words of their
// own; answered is false where they say neither yes nor no.
func (t Turn) Agrees() (yes, answered bool) {
	if !t.Typed() || t.Forwarded() {
		return false, false
	}
	return Agrees(t.Event.Text)
}

// Wordless reports whether the person sent something without a word: a sticker,
// a photo, empty text.
func (t Turn) Wordless() bool {
	return (t.Event.Kind == bot.Typed || t.Event.Kind == bot.Attached) && blank(t.Event.Text)
}

// blank reports whether nothing of s can be seen.
func blank(s string) bool {
	for _, r := range s {
		if bot.IsLetter(r) || !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) {
			return false
		}
	}
	return true
}

// Barred reports whether the person gets no operator for now.
func (t Turn) Barred() bool { return t.Facts.Ticket == nil && !t.Facts.Barred.IsZero() }

// Afterwards is how long after a talk with an operator what the bot cannot surely
// answer goes to an operator again.
const Afterwards = time.Hour

// Follows reports whether an operator has just closed a talk with the person.
func (t Turn) Follows() bool {
	closed, err := time.Parse(time.RFC3339, t.Var(VarClosed))
	return err == nil && t.Facts.Ticket == nil && t.Facts.Now.Sub(closed) < Afterwards
}

// Waiting reports whether the person's ticket waits for an operator.
func (t Turn) Waiting() bool {
	return t.Facts.Ticket != nil && t.Facts.Ticket.State == bot.TicketWaiting
}

// TimedOut reports whether the named timer is due.
func (t Turn) TimedOut(name string) bool {
	return t.Event.Kind == bot.TimedOut && t.Event.Detail == name
}

// Entry returns the notice of a change that concerns the person.
func (t Turn) Entry(change string) (bot.LedgerEntry, bool) {
	for _, n := range t.Facts.Ledger {
		if n.Change.ID == change {
			return n, true
		}
	}
	return bot.LedgerEntry{}, false
}

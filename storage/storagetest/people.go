package storagetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
)

// crowdAtOnce is how many people are one commit.
const crowdAtOnce = 2000

// Crowd fills an empty database with so many people as a company has: names, phones,
// tags, regions of three levels and ten declared attributes, some of them not known
// or misfits; six in ten have a chat in Telegram, one in ten in Viber. The same
// number makes the same people, so that measurements can be compared.
func Crowd(ctx context.Context, s *storage.Store, people int) error {
	err := s.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		for _, a := range CrowdAttributes() {
			if err := tx.PutAttribute(ctx, a); err != nil {
				return err
			}
		}
		return tx.PutRegions(ctx, CrowdRegions())
	})
	for first := 0; first < people && err == nil; first += crowdAtOnce {
		batch := CrowdPeople(first, min(crowdAtOnce, people-first))
		err = s.InTx(ctx, func(tx *storage.Tx) error {
			_, err := tx.ImportContacts(ctx, batch)
			return err
		})
	}
	if err != nil {
		return err
	}
	return crowdChats(ctx, s)
}

// crowdChats gives people chats.
func crowdChats(ctx context.Context, s *storage.Store) error {
	for _, c := range []struct{ bot, whose string }{
		{"telegram", "substr(k.external_id, -1, 1) < '6'"}, {"viber", "substr(k.external_id, -1, 1) = '7'"},
	} {
		whose := c.whose
		if !s.DB().Reader().SQLite() {
			whose = `right(k.external_id, 1)` + whose[len("substr(k.external_id, -1, 1)"):]
		}
		err := s.DB().InTx(ctx, func(sql db.Conn) error {
			_, err := sql.Exec(ctx, `
INSERT INTO conversations (bot, chat, contact, version, reach, last_at, joined_at)
SELECT CAST($1 AS TEXT), k.external_id, k.id, 1, 'open', k.created_at, k.created_at FROM contacts k WHERE `+whose, c.bot)
			if err == nil && !sql.SQLite() {
				_, err = sql.Exec(ctx, `ANALYZE`)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("chats of %s: %w", c.bot, err)
		}
	}
	return nil
}

// CrowdAttributes are what is declared of a crowd.
func CrowdAttributes() []bot.Attribute {
	of := func(name string, kind bot.AttributeType, choices ...string) bot.Attribute {
		return bot.Attribute{Name: name, Type: kind, Label: bot.Bilingual{UK: name, RU: name}, Choices: choices}
	}
	all := []bot.Attribute{
		of("plan", bot.AttributeChoice, crowdPlans()...), of("source", bot.AttributeChoice, "сайт", "офіс", "друзі", "реклама"),
		of("balance", bot.AttributeNumber), of("speed", bot.AttributeNumber), of("debt", bot.AttributeNumber),
		of("contract", bot.AttributeDate), of("birth", bot.AttributeDate), of("paperless", bot.AttributeYesNo),
		of("street", bot.AttributeText), of("manager", bot.AttributeText),
	}
	for i := range all {
		all[i].Position = i
	}
	all[4].Sensitive = true
	return all
}

func crowdPlans() []string {
	plans := make([]string, 12)
	for i := range plans {
		plans[i] = fmt.Sprint("тариф ", i+1)
	}
	return plans
}

// CrowdRegions are where a crowd lives: 24 of the first level with 10 towns each,
// of which the first has 10 districts.
func CrowdRegions() []bot.Region {
	var all []bot.Region
	add := func(id, parent, name string) {
		all = append(all, bot.Region{ID: id, Parent: parent, Name: bot.Bilingual{UK: name, RU: name + "ъ"}})
	}
	for o := range 24 {
		oblast := fmt.Sprint("o", o)
		add(oblast, "", fmt.Sprint("Область ", o))
		for c := range 10 {
			town := fmt.Sprint(oblast, "c", c)
			add(town, oblast, fmt.Sprint("Місто ", o, "-", c))
			for d := range 10 {
				if c == 0 {
					add(fmt.Sprint(town, "d", d), town, fmt.Sprint("Район ", o, "-", d))
				}
			}
		}
	}
	return all
}

// CrowdPeople are some people of a crowd, by their numbers.
func CrowdPeople(first, n int) []storage.ContactRow {
	all := make([]storage.ContactRow, n)
	for i := range all {
		all[i] = crowdPerson(first + i)
	}
	return all
}

// Surnames grow out of roots and endings, so that three letters find a few in a
// hundred, and few people share a whole one.
var (
	crowdRoots   = []string{"шев", "ков", "бонд", "ткач", "крав", "олі", "пол", "сав", "рудь", "мель", "гри", "дани", "зай", "кли", "лис", "мор", "пав", "ром", "сид", "тим"}
	crowdMiddles = []string{"ч", "аль", "ар", "ен", "ій", "ор", "ук", "ин", "ець", "ісь"}
	crowdEnds    = []string{"енко", "чук", "ський", "ів", "ко", "юк", "ець", "ак", "ян", "ий"}
	crowdNames   = []string{"Олена", "Тарас", "Ганна", "Іван", "Оксана", "Петро", "Марія", "Андрій", "Юлія", "Сергій", "Наталія", "Дмитро", "Світлана", "Богдан", "Ірина", "Максим"}
)

func crowdPerson(i int) storage.ContactRow {
	r := rand.New(rand.NewPCG(uint64(i), 14))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	p := storage.ContactRow{Contact: bot.Contact{
		ID: storage.NewID(), External: fmt.Sprintf("K%07d", i),
		Name: one(crowdRoots) + one(crowdMiddles) + one(crowdEnds) + " " + one(crowdNames),
		Tier: one([]string{"", "", "new", "regular", "regular", "vip"}), Kind: one([]string{"", "", "", "", "client", "partner"}),
		Language: bot.Languages()[min(r.IntN(5), 4)/4],
	}}
	if r.IntN(1000) == 0 {
		p.Kind = "staff"
	}
	switch o := r.IntN(24); r.IntN(10) {
	case 0:
	case 1:
		p.Region = "Невідоме " + strconv.Itoa(o)
	case 2, 3:
		p.Region = fmt.Sprintf("Область %d / Район %d-%d", o, o, r.IntN(10))
	default:
		p.Region = fmt.Sprintf("Місто %d-%d", o, r.IntN(10))
	}
	if r.IntN(10) < 8 {
		p.Phones = []string{fmt.Sprintf("+38067%07d", i%10_000_000)}
	}
	for _, tag := range []string{"борг", "юрособа", "оптика", "рекомендує"} {
		if r.IntN(8) == 0 {
			p.Tags = append(p.Tags, tag)
		}
	}
	p.Attributes = crowdValues(r, one)
	return p
}

func crowdValues(r *rand.Rand, one func([]string) string) map[string]string {
	day := func(from, days int) string {
		return time.Date(from, 1, 1+r.IntN(days), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	values := map[string]string{
		"plan": one(crowdPlans()), "source": one([]string{"сайт", "офіс", "друзі", "реклама"}),
		"balance": fmt.Sprintf("%d.%02d", r.IntN(2000)-500, r.IntN(100)), "speed": strconv.Itoa(100 * (1 + r.IntN(10))),
		"debt": strconv.Itoa(r.IntN(5000)), "contract": day(2015, 4200), "birth": day(1945, 22_000),
		"paperless": one([]string{"true", "false", "так"}), "street": fmt.Sprint("вулиця ", r.IntN(3000)), "manager": fmt.Sprint("Менеджер ", r.IntN(60)),
	}
	for name := range values {
		if r.IntN(20) == 0 {
			delete(values, name)
		}
	}
	if r.IntN(200) == 0 {
		values["contract"] = "давно"
	}
	return values
}

package main

import (
	"context"
	"fmt"
	"log/slog"

	"visnyk/bot"
	"visnyk/bot/embed"
	"visnyk/cmd/visnyk/articles"
	"visnyk/cmd/visnyk/broadcasts"
	"visnyk/cmd/visnyk/cli"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/cmd/visnyk/contacts"
	"visnyk/cmd/visnyk/database"
	"visnyk/cmd/visnyk/parked"
	"visnyk/cmd/visnyk/users"
	"visnyk/storage"
)

// What the commands of this package are made of.
type (
	config    = settings.Config
	botConfig = settings.Bot
)

func commands() []cli.Command {
	faqs := articles.Commands{Embed: func(c config, log *slog.Logger) *embed.Client { return newEmbed(c, nil, log) }}
	return []cli.Command{
		{Name: "demo", Args: "[-listen ADDRESS] [-data DIR]", Does: "everything on this machine, with sandbox messengers and sample content; a page to play with", Run: runDemo},
		{Name: "serve", Does: "the service, configured by the environment", Run: runServe},
		{Name: "migrate", Does: "bring the database up to date", Run: database.Migrate},
		{Name: "webhook", Args: "set | info | delete [-bot NAME]", Does: "tell the messengers where we are, or ask how delivery stands", Run: runWebhook},
		{Name: "user", Args: "add -login L -role R | list | link -login L [-factor] | disable -login L", Does: "people of the staff; link is for who cannot sign in; add takes a password from the standard input, or else prints a link by which they choose one, once", Run: users.Run},
		{Name: "token", Args: "add -user L -name N [-role R] | list | revoke -user L -name N", Does: "tokens for programs; add prints the token once", Run: users.RunTokens},
		{Name: "setting", Args: "list | set NAME VALUE", Does: "what people decide while the service runs", Run: users.RunSettings},
		{Name: "parked", Args: "list [-n N] | show ID | replay ID | drop ID", Does: "updates that were put aside: what they are, back into the line, or given up; show prints what the person wrote", Run: parked.Run},
		{Name: "broadcast", Args: "list | show ID | report ID | start|pause|resume|cancel [-note NOTE] ID | stop", Does: "messages to many: how far they are, and the moves that need no second person; stop pauses all at once", Run: broadcasts.Run},
		{Name: "faq", Args: "import [-approve] [-replace] FILE | export | check | wanted | offers | starter [-trade T] | eval -kb FILE -queries FILE", Does: "articles in and out, as JSON; starter gives a new company the first ones of its trade, as drafts with blanks; what is wrong with them, what people miss, how well questions find them", Run: faqs.Run},
		{Name: "contacts", Args: "import FILE | export", Does: "people in and out, as CSV; import names every rejected row with its line", Run: contacts.Run},
		{Name: "flows", Args: "[-format mermaid|dot]", Does: "draw the conversation flows", Run: runFlows},
		{Name: "chat", Args: "[-lang uk|ru] [-each FILE]", Does: "talk to the bot in this terminal, without a messenger; -each answers every line of a file", Run: runChat},
		{Name: "backup", Args: "FILE", Does: "a consistent copy of the database in a new SQLite file; the service may run", Run: untilStopped(database.Backup)},
		{Name: "copy", Args: "-from URL -to URL", Does: "a whole database, or a backup, into one without data; the service must not run", Run: untilStopped(database.Copy)},
		{Name: "verify", Args: "[-known NUMBER:HASH] | -proof FILE [-key KEY]", Does: "check the schema, the rows, the audit chain and what was approved, recount broadcasts and ledgers, and say what is wrong; or check a file that proves what one person was told", Run: database.Verify},
		{Name: "config", Does: "the settings in force, secrets masked", Run: runConfig},
		{Name: "version", Does: "version, commit and Go version", Run: runVersion},
	}
}

// run carries out a command line and returns the exit code.
func run(ctx context.Context, args, env []string, s cli.Streams) int {
	return cli.Line{Streams: s, Args: args, Env: env, Read: readConfig}.Run(ctx, commands())
}

// runConfig shows the settings in force.
func runConfig(_ context.Context, c cli.Call) error {
	if err := c.Parse(c.Flags("config"), 0); err != nil {
		return err
	}
	cfg, err := c.Config()
	if err != nil {
		return err
	}
	if err := cfg.Show(c.Out); err != nil {
		return err
	}
	secret, err := cfg.ExistingSecretKey()
	if private := storage.ProofKey(secret); err == nil && private != nil {
		fmt.Fprintf(c.Out, "\nThe key by which others check proofs (visnyk verify -proof FILE -key KEY):\n%s\n", bot.ProofKeyOf(private))
	}
	return err
}

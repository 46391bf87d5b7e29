package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"visnyk/bot/telegram/telegramtest"
)

// declared writes our own table as a description of the package's kind, so that
// the command is tried on all of it and nothing foreign is kept.
func declared(t *telegramtest.Table) map[string]string {
	var objects, params, methods strings.Builder
	objects.WriteString("import type { APIMethods } from \"./methods\"\n")
	objects.WriteString("export interface TelegramAPIResponseOk<\n  M extends keyof APIMethods,\n> {\n  ok: true\n}\n")
	for _, name := range slices.Sorted(maps.Keys(t.Types)) {
		if typ := t.Types[name]; typ.OneOf != nil {
			fmt.Fprintf(&objects, "export type Telegram%s =\n    | %s\n\n", name, kindsIn(typ.OneOf, "Telegram", "\n    | "))
		} else {
			fmt.Fprintf(&objects, "/**\n * A type, 1-9 characters.\n */\nexport interface Telegram%s {\n%s}\n", name, fieldsIn(typ.Fields, "Telegram"))
		}
	}
	methods.WriteString("/** All. */\nexport interface APIMethods {\n")
	for _, name := range slices.Sorted(maps.Keys(t.Methods)) {
		m := t.Methods[name]
		result := kindsIn(m.Result, "Objects.Telegram", " | ")
		if len(m.Params) == 0 {
			fmt.Fprintf(&methods, "    /** Says it. */\n    %s: CallAPIWithoutParams<%s>\n", name, result)
			continue
		}
		fmt.Fprintf(&params, "export interface %sParams {\n%s}\n", name, fieldsIn(m.Params, "Objects.Telegram"))
		fmt.Fprintf(&methods, "    %s: CallAPI<\n        Params.%sParams,\n        %s\n    >\n", name, name, result)
	}
	for _, name := range t.Uncalled {
		fmt.Fprintf(&methods, "    %s: CallAPIWithoutParams<true>\n", name)
	}
	methods.WriteString("}\n")
	return map[string]string{objectsFile: objects.String(), paramsFile: params.String(), methodsFile: methods.String()}
}

func fieldsIn(fields []telegramtest.Field, prefix string) string {
	var all strings.Builder
	for _, f := range fields {
		doc := "It is [so](https://example.com/1-7 characters)"
		if l := f.Limit; l.Max > 0 && !l.Ours {
			of := map[bool]string{true: "bytes", false: "characters"}[l.Bytes]
			switch {
			case strings.HasSuffix(f.Kinds[0], "[]"):
				doc += fmt.Sprintf(". A list of %d-%d of them", l.Min, l.Max)
			case f.Kinds[0] == "int" || f.Kinds[0] == "float":
				doc += fmt.Sprintf("; must be between %d and %d", l.Min, l.Max)
			default:
				doc += fmt.Sprintf(", %d-%d %s after all", l.Min, l.Max, of)
			}
		}
		mark := map[bool]string{true: "?", false: ""}[f.Optional]
		fmt.Fprintf(&all, "    /**\n     * %s.\n     */\n    %s%s: %s\n", doc, f.Name, mark, kindsIn(f.Kinds, prefix, " | "))
	}
	return all.String()
}

func kindsIn(kinds telegramtest.Kinds, prefix, between string) string {
	var all []string
	for _, kind := range kinds {
		base := telegramtest.Base(kind)
		lists := strings.TrimPrefix(kind, base)
		switch {
		case strings.HasPrefix(kind, "+"):
			continue
		case base == "int", base == "float":
			base = "number"
		case base == "words":
			base = "string | { toString(): string }"
		case base == "bool":
			base = "boolean"
		case base == "file":
			base = prefix + "InputFile"
		case base != "true" && base != "string" && base[0] != '"':
			base = prefix + base
		}
		switch {
		case lists == "[]" && prefix == "Telegram" && base != "string": // the same, otherwise said
			base, lists = "Array<"+base+">", ""
		case lists != "" && strings.Contains(base, " "):
			base = "(" + base + ")"
		}
		all = append(all, base+lists)
	}
	return strings.Join(all, between)
}

// unpacked writes a description's files.
func unpacked(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "package", "out")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Dir(dir)
}

// packed writes them as npm pack does.
func packed(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for name, text := range files {
		if err := archive.WriteHeader(&tar.Header{Name: "package/out/" + name, Size: int64(len(text)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(t.TempDir(), "types.tgz")
	if err := os.WriteFile(at, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNothingDiffersFromItself(t *testing.T) {
	files := declared(telegramtest.API())
	for _, at := range []string{unpacked(t, files), packed(t, files)} {
		var out, errs bytes.Buffer
		if code := run([]string{at}, &out, &errs); code != 0 || out.Len() > 0 || !strings.Contains(errs.String(), "nothing differs") {
			t.Errorf("%s: code %d\n%s%s", filepath.Base(at), code, out.String(), errs.String())
		}
	}
}

// Every kind of difference is one line, and the exit code tells of it.
func TestDifferences(t *testing.T) {
	for _, tt := range []struct {
		name, file, owner, old, new string
		want                        string
	}{
		{
			"new field", objectsFile, "interface TelegramUser", "{\n", "{\n    shoe_size?: number\n",
			"new      User.shoe_size? number",
		},
		{
			"gone field", objectsFile, "interface TelegramUser", "    username?: string\n    /**\n     * It is [so](https://example.com/1-7 characters).\n     */\n    language_code?: string\n",
			"    language_code?: string\n",
			"gone     User.username? string",
		},
		{"required now", objectsFile, "interface TelegramUser", "    language_code?: string", "    language_code: string", "changed  User.language_code? string -> language_code string"},
		{"other kind", objectsFile, "interface TelegramUser", "    language_code?: string", "    language_code?: number[]", "changed  User.language_code? string -> language_code? number[]"},
		{
			"a word more", objectsFile, "interface TelegramSticker", `type: "regular" | "mask"`, `type: "regular" | "round" | "mask"`,
			`changed  Sticker.type "regular"|"mask"|"custom_emoji" -> type "regular"|"round"|"mask"|"custom_emoji"`,
		},
		{
			"new type", objectsFile, "interface TelegramMessage", "    text?: string | { toString(): string }\n", "    text?: string\n    hologram?: TelegramHologram\n",
			"new      Hologram: light number",
		},
		{
			"of a union", objectsFile, "type TelegramChatMember", "    | TelegramChatMemberLeft\n", "    | TelegramChatMemberAway\n",
			"changed  ChatMember = ChatMemberOwner|ChatMemberAdministrator|ChatMemberMember|ChatMemberRestricted|ChatMemberLeft|ChatMemberBanned" +
				" -> ChatMemberOwner|ChatMemberAdministrator|ChatMemberMember|ChatMemberRestricted|ChatMemberAway|ChatMemberBanned",
		},
		{"limit of a text", paramsFile, "interface sendMessageParams", "1-4096 characters", "1-8192 characters", "changed  sendMessage.text words 1..4096 -> text string 1..8192"},
		{
			"limit in bytes", objectsFile, "interface TelegramInlineKeyboardButton", "1-64 bytes", "1-128 bytes",
			"changed  InlineKeyboardButton.callback_data? string 1..64 bytes -> callback_data? string 1..128 bytes",
		},
		{"limit of a number", paramsFile, "interface getUpdatesParams", "between 1 and 100", "between 1 and 50", "changed  getUpdates.limit? int 1..100 -> limit? number 1..50"},
		{"no limit", objectsFile, "interface TelegramPoll", ", 1-300 characters after all", "", "changed  Poll.question words 1..300 -> question string"},
		{"new parameter", paramsFile, "interface getFileParams", "{\n", "{\n    how?: string\n", "new      getFile.how? string"},
		{"other result", methodsFile, "interface APIMethods", "Params.getFileParams,\n        Objects.TelegramFile", "Params.getFileParams,\n        string", "changed  getFile -> File -> string"},
		{"new method", methodsFile, "interface APIMethods", "    sendPoll: CallAPIWithoutParams<true>\n", "    sendPoll: CallAPIWithoutParams<true>\n    sendSmell: CallAPIWithoutParams<true>\n", "new      method sendSmell"},
		{"gone method", methodsFile, "interface APIMethods", "    sendPoll: CallAPIWithoutParams<true>\n", "", "gone     method sendPoll"},
		{"gone method of ours", methodsFile, "interface APIMethods", "    getMe: CallAPIWithoutParams<Objects.TelegramUser>\n", "", "gone     getMe -> User"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := declared(telegramtest.API())
			files[objectsFile] += "export interface TelegramHologram {\n    light: number\n}\nexport interface TelegramNobodys {\n    x: number\n}\n"
			before, owner, found := strings.Cut(files[tt.file], tt.owner+" ")
			if !found || !strings.Contains(owner, tt.old) {
				t.Fatalf("%q is not in %s of %s", tt.old, tt.owner, tt.file)
			}
			files[tt.file] = before + tt.owner + " " + strings.Replace(owner, tt.old, tt.new, 1)
			var out, errs bytes.Buffer
			code := run([]string{unpacked(t, files)}, &out, &errs)
			if code != 1 || !strings.Contains("\n"+out.String(), "\n"+tt.want+"\n") {
				t.Errorf("code %d, %q is not in\n%s%s", code, tt.want, out.String(), errs.String())
			}
			if n := strings.Count(out.String(), "\n"); n > 3 { // of a type of a union, two more
				t.Errorf("%d lines:\n%s", n, out.String())
			}
		})
	}
}

func TestWhatIsNoDescription(t *testing.T) {
	whole := declared(telegramtest.API())
	broken := maps.Clone(whole)
	broken[objectsFile] = strings.Replace(broken[objectsFile], "update_id:", "update_id", 1)
	empty := maps.Clone(whole)
	empty[methodsFile] = "export interface APIMethods {\n}\n"
	for name, tt := range map[string]struct{ at, want string }{
		"nothing there": {filepath.Join(t.TempDir(), "none"), "no such file"},
		"no archive":    {filepath.Join(unpacked(t, whole), "out", objectsFile), "invalid header"},
		"a file less":   {unpacked(t, map[string]string{objectsFile: whole[objectsFile]}), "there is no params.d.ts"},
		"broken":        {unpacked(t, broken), "Update: line"},
		"no methods":    {unpacked(t, empty), "no methods"},
	} {
		var out, errs bytes.Buffer
		if code := run([]string{tt.at}, &out, &errs); code != 2 || !strings.Contains(errs.String(), tt.want) || out.Len() > 0 {
			t.Errorf("%s: code %d, %q, want 2 and %q", name, code, errs.String(), tt.want)
		}
	}
	if code := run(nil, &bytes.Buffer{}, &bytes.Buffer{}); code != 2 {
		t.Errorf("without a path: code %d", code)
	}
}

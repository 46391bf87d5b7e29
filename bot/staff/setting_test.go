package staff

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// logo is a picture of that side.
func logo(t *testing.T, side int) *bot.Logo {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	l, err := bot.NewLogo(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Every setting there is holds what it may, and says what is wrong with the rest.
func TestSettingValues(t *testing.T) {
	picture := logo(t, 8).Setting()
	for name, c := range map[string]struct {
		good  []string
		wrong map[string]bot.FaultCode
	}{
		bot.ReturnSetting: {[]string{"0", "30", "10080"}, map[string]bot.FaultCode{"-1": bot.FaultNumber, "10081": bot.FaultNumber, "": bot.FaultNumber, "soon": bot.FaultNumber}},
		bot.HoursSetting: {[]string{`{"days":[]}`, bot.Hours{}.Setting()}, map[string]bot.FaultCode{
			"": bot.FaultHours, "9-18": bot.FaultHours, `{"days":[[{"from":"18:00","to":"09:00"}]]}`: bot.FaultHours,
		}},
		bot.ColourSetting: {[]string{"", "#0B6161", "#ffffff"}, map[string]bot.FaultCode{
			"red": bot.FaultColour, "#fff": bot.FaultColour, "#+1234a": bot.FaultColour, "#12345g": bot.FaultColour, "#000000;}": bot.FaultColour,
		}},
		bot.GreetingSetting(bot.Ukrainian): {[]string{"", "Два рядки\nслів", "*як є* <b>"}, map[string]bot.FaultCode{
			" ": bot.FaultSpaces, "а\u202eб": bot.FaultNotText, strings.Repeat("а", 501): bot.FaultLong, "а\x00": bot.FaultNotText,
		}},
		bot.LogoSetting: {[]string{"", picture}, map[string]bot.FaultCode{
			"logo.png": bot.FaultLogoKind, "base64:PHN2Zz48L3N2Zz4=": bot.FaultLogoKind, "base64:?": bot.FaultLogoKind, picture + "=": bot.FaultLogoKind,
		}},
	} {
		s := of(t, name)
		for _, v := range c.good {
			if err := s.good(v); err != nil {
				t.Errorf("%s %q: %v", name, v, err)
			}
		}
		for v, code := range c.wrong {
			var invalid *bot.InvalidError
			if err := s.good(v); !errors.As(err, &invalid) || invalid.Faults[0].Code != code {
				t.Errorf("%s %q: %v, want %s", name, v, err, code)
			}
		}
	}
}

func of(t *testing.T, name string) Setting {
	t.Helper()
	for _, s := range settings() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no setting %s", name)
	return Setting{}
}

// Two who look at the same values: what one saves the other does not undo unseen, and
// what neither touched is no matter between them.
func TestNobodysSettingIsOverwrittenUnseen(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		s := New(store)
		ctx, by := t.Context(), bot.Actor{User: "a", Role: bot.Admin}
		edit := func(name, was, value string) Edit { return Edit{Name: name, Value: value, Was: &was} }
		price, back := bot.PriceSetting, bot.ReturnSetting
		if err := s.SetAll(ctx, by, edit(price, "", "0,02 €"), edit(back, "15", "15")); err != nil {
			t.Fatal(err)
		}
		err := s.SetAll(ctx, by, edit(back, "15", "20"), edit(price, "", "1 €"))
		var meanwhile *MeanwhileError
		var invalid *bot.InvalidError
		if !errors.As(err, &meanwhile) || !errors.As(err, &invalid) || len(invalid.Faults) != 1 || invalid.Faults[0].Field != price || invalid.Faults[0].Data["Now"] != "0,02 €" {
			t.Fatalf("%v", err)
		}
		value := func(name string) string {
			v, _, err := s.store.Setting(ctx, name)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if value(price) != "0,02 €" || value(back) != "" {
			t.Errorf("price %q, return %q: half of it was set", value(price), value(back))
		}
		for _, edits := range [][]Edit{
			{edit(price, "", "0,02 €")},                   // the same as another wants
			{edit(price, "", ""), edit(back, "15", "20")}, // left alone
			{{Name: price, Value: "2 €"}},                 // by who looked at nothing
		} {
			if err := s.SetAll(ctx, by, edits...); err != nil {
				t.Errorf("%+v: %v", edits, err)
			}
		}
		if err := s.SetAll(ctx, by, edit(bot.ColourSetting, "", "red"), edit(back, "20", "x")); !errors.As(err, &invalid) || len(invalid.Faults) != 2 {
			t.Errorf("not all that is wrong is said: %v", err)
		}
	})
}

// A picture is no text of the audit, nor of the list.
func TestAuditNamesALogo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		s := New(store)
		ctx, by, picture := t.Context(), bot.Actor{User: "a", Role: bot.Admin}, logo(t, 16)
		if err := s.Set(ctx, by, bot.LogoSetting, picture.Setting()); err != nil {
			t.Fatal(err)
		}
		lines, err := s.Audit(ctx, by, storage.AuditQuery{}, 5)
		if err != nil || len(lines) == 0 || !strings.Contains(lines[0].Detail, picture.Name) || strings.Contains(lines[0].Detail, "base64") {
			t.Errorf("%+v, %v", lines, err)
		}
		all, err := s.Settings(ctx, by)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			if strings.Contains(one.Shown(), "base64") {
				t.Errorf("%s shows %.40s", one.Name, one.Shown())
			}
		}
	})
}

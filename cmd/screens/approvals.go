package main

import "fmt"

// approvals takes the pages of whoever approves: what waits, what there is to decide about,
// how a return looks to the author, and what is different after it.
func (s shift) approvals(b browser, whole photograph) error {
	const decides = "/console/changes/e-contract/approval"
	sends := func(do, more string) act {
		return act{decides, `{ ` + more + ` document.querySelector(".decision [value=` + do + `]").click(); }`, fmt.Sprintf(drawn, ".notice.done")}
	}
	remark := map[string]string{"uk": "Назвіть, які саме підписи підійдуть.", "ru": "Назовите, какие именно подписи подойдут."}[s.lang]
	if err := b.play(visits("?as="+s.as+"&lang="+s.lang), enters("taras")); err != nil {
		return err
	}
	for _, p := range []struct{ page, path, what string }{{"approvals", "/console/approvals", ".rows"}, {"approval", decides, ".decision"}} {
		if err := whole(p.page, p.path, p.what); err != nil {
			return err
		}
	}
	if err := b.play(
		sends("return", fmt.Sprintf(`document.querySelector("#at-to_do textarea").value = %q;`, remark)),
		visits("?as="+s.as+"&lang="+s.lang), enters("sofiia"),
	); err != nil {
		return err
	}
	if err := whole("change-returned", "/console/changes/e-contract", ".note-at"); err != nil {
		return err
	}
	mends := `{ const put = (name, text) => { const f = document.querySelector("[name=" + name + "]"); f.value = text; };
	put("to_do_uk", "Щоб підписувати вдома, потрібен електронний підпис: Дія.Підпис або BankID. Його безкоштовно дає більшість банків.");
	put("to_do_ru", "Чтобы подписывать дома, нужна электронная подпись: Дія.Підпис или BankID. Её бесплатно даёт большинство банков.");
	document.querySelector("[value=submit]").click(); }`
	if err := b.play(
		act{"/console/changes/e-contract", mends, fmt.Sprintf(drawn, ".notice.done")},
		visits("?as="+s.as+"&lang="+s.lang), enters("taras"),
	); err != nil {
		return err
	}
	if err := whole("approval-again", decides, ".decision"); err != nil {
		return err
	}
	return b.play(sends("approve", `for (const tick of document.querySelectorAll("[name=read]")) tick.checked = true;`))
}

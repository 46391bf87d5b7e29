package bot

// Answering is what a broadcast answers: the questions of those who asked before an
// article was there that answers them, and who have no answer since. The article was
// approved to be told to them, so nobody approves it once more; whom it is for follows
// from their questions.
type Answering struct {
	Article string `json:"article"`
	Hash    string `json:"hash"` // what was approved of it: see Article.ApprovedHash
}

// AskedVariable is the variable of such a broadcast that stands for what its reader
// asked. No attribute of people begins so.
const AskedVariable = "_asked"

// AnsweringID returns the id of the broadcast that tells what was approved of the article
// to those who asked: of one approval there is one.
func AnsweringID(a Article) string { return newsID("answer", a.ID, a.ApprovedHash()) }

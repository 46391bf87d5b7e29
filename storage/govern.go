package storage

// governed is what must be true of a recipient r of the broadcast $1 at the bot $2
// for their message to be released now, besides that they wait. All of it is judged
// with the rows in hand, see Tx.Govern: whoever is put off is put off until a moment.
const governed = ``

package bot

// What the people whom something concerns may become more or fewer by between its
// approval and its telling, unless somebody says that it is meant: both have to be passed.
const (
	guardShare  = 10 // per cent of the people it was approved for
	guardPeople = 50
)

// Beyond reports whether so many people are too different from those who were approved
// for anybody to be told without being asked.
func Beyond(approved, now int) bool {
	d := now - approved
	if d < 0 {
		d = -d
	}
	return d > guardPeople && d*100 > approved*guardShare
}

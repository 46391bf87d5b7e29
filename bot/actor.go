package bot

// Role is what a user may do.
type Role string

// The roles of staff.
const (
	Operator Role = "operator"
	Marketer Role = "marketer"
	Approver Role = "approver"
	Admin    Role = "admin"
)

// Permission is one kind of thing that only some roles may do.
type Permission string

// The permissions.
const (
	ReadContent    Permission = "content.read"    // articles and changes, in any state
	WriteContent   Permission = "content.write"   // drafts of articles and changes
	ApproveContent Permission = "content.approve" // let customers be told; never what they wrote
	ReadQuestions  Permission = "questions.read"  // what customers asked, as a list without names
	ReadContacts   Permission = "contacts.read"
	WriteContacts  Permission = "contacts.write"
	EraseContacts  Permission = "contacts.erase"
	WorkTickets    Permission = "tickets.work"
	ManageUpdates  Permission = "updates.manage" // updates that were put aside
	ManageStaff    Permission = "staff.manage"
	WriteSettings  Permission = "settings.write"  // how the whole service behaves
	ReadAudience   Permission = "audience.read"   // how many a change or a broadcast is for, and a sample without names
	ReadTalks      Permission = "talks.read"      // what customers and we said to each other
	ExportContacts Permission = "contacts.export" // files with people in them
	LeadDesk       Permission = "desk.lead"       // return what a colleague holds to the queue
)

// rights is the one table of who may do what.
func rights() map[Permission][]Role {
	return map[Permission][]Role{
		ReadContent:    {Operator, Marketer, Approver, Admin},
		WriteContent:   {Marketer, Admin},
		ApproveContent: {Approver, Admin},
		ReadQuestions:  {Marketer, Approver, Admin},
		ReadContacts:   {Operator, Marketer, Admin},
		WriteContacts:  {Marketer, Admin},
		EraseContacts:  {Admin},
		WorkTickets:    {Operator, Admin},
		ManageUpdates:  {Admin},
		ManageStaff:    {Admin},
		WriteSettings:  {Admin},
		ReadAudience:   {Marketer, Approver, Admin},
		ReadTalks:      {Operator, Admin},
		ExportContacts: {Admin},
		LeadDesk:       {Admin}, // and whoever bears the flag: see Actor.May
	}
}

// Known reports whether r is a role.
func (r Role) Known() bool { return r == Operator || r == Marketer || r == Approver || r == Admin }

// May reports whether the role includes the permission.
func (r Role) May(p Permission) bool {
	for _, allowed := range rights()[p] {
		if r == allowed {
			return true
		}
	}
	return false
}

// Within reports whether everything r may do, max may do too: a token has at most
// its user's role.
func (r Role) Within(max Role) bool {
	for p := range rights() {
		if r.May(p) && !max.May(p) {
			return false
		}
	}
	return r.Known() && max.Known()
}

// Actor is who does something: a user, acting with a role. Four-eyes checks
// compare users, never tokens or sessions.
type Actor struct {
	User  string // the user's id
	Login string
	Name  Bilingual // what customers may know them by; "" when nobody has said
	Role  Role
	Lead  bool // they lead the desk, if their role works there
}

// SystemUser is the user that imports and samples act as: whoever has the
// database. It is no user of the staff, so it neither writes nor approves in
// anybody's name.
const SystemUser = "system"

// System returns the actor of the command line and of what goes by time: whoever
// has the database has every right. It is no user, so it has no token and no
// password.
func System() Actor { return Actor{User: SystemUser, Login: SystemUser, Role: Admin} }

// ForbiddenError says that the actor's role does not include a permission, or
// that somebody else must do it.
type ForbiddenError struct {
	Permission Permission
	Same       bool // the actor wrote some of it or submitted it, so somebody else must approve it
}

// Error implements error.
func (e *ForbiddenError) Error() string {
	if e.Same {
		return "somebody else must do this: " + string(e.Permission)
	}
	return "not allowed: " + string(e.Permission)
}

// May reports whether the actor may: by their role, or as one who leads the desk.
func (a Actor) May(p Permission) bool {
	return a.Role.May(p) || p == LeadDesk && a.Lead && a.Role.May(WorkTickets)
}

// Require returns a *ForbiddenError unless the actor may.
func (a Actor) Require(p Permission) error {
	if a.May(p) {
		return nil
	}
	return &ForbiddenError{Permission: p}
}

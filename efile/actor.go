package efile

import "slices"

// ActorKind says what kind of someone acts.
type ActorKind string

// The kinds of actors.
const (
	Applicant ActorKind = "applicant" // holds an access code; sees one case
	Staff     ActorKind = "staff"     // a signed-in user
	Service   ActorKind = "service"   // a machine with a token
	System    ActorKind = "system"    // the product itself: workers, periodic care, the operator's command
)

// Role is what a user may be in an office.
type Role string

// The roles.
const (
	Caseworker Role = "caseworker"
	Archivist  Role = "archivist"
	Admin      Role = "admin"    // users, endpoints, codes; no case contents by itself
	Security   Role = "security" // may reach withheld (infected) originals
)

// Scope is what a service token may do, named as in the API contract.
type Scope string

// The scopes.
const (
	ScopeEventsRead    Scope = "events:read"
	ScopeDocumentsRead Scope = "documents:read"
	ScopeCasesWrite    Scope = "cases:write"
	ScopeRequestsWrite Scope = "requests:write"
	ScopeSubmit        Scope = "submissions:write"
	ScopeAdmin         Scope = "admin"
)

// Actor says who acts, for whom and where. Every call on records names one; row-level security holds Office and Case,
// Action.allowed holds the rest.
type Actor struct {
	Kind   ActorKind
	ID     ID // the user, access code or token; zero for System
	Office ID
	Case   ID // set for an applicant: the only case it may see
	Roles  []Role
	Scopes []Scope
}

// SystemIn is the product itself acting in one office.
func SystemIn(office ID) Actor { return Actor{Kind: System, Office: office} }

// Action is something an actor may or may not do. The table below is the one place that says who may what.
type Action string

// The actions.
const (
	ReadCases        Action = "read_cases"    // cases, matters, documents, pages, fields
	ReadWithheld     Action = "read_withheld" // originals held back for malware
	WriteCases       Action = "write_cases"   // open and change cases, matters, parties, facts
	Submit           Action = "submit"        // open a submission, upload
	Correct          Action = "correct"       // type, place, fields of a document; resolve a review
	RequestDocuments Action = "request"       // ask the applicant for documents
	ReadEvents       Action = "read_events"   // the feed
	ManageEndpoints  Action = "manage_endpoints"
	ManageUsers      Action = "manage_users" // users, access codes, tokens
	Process          Action = "process"      // what stations and periodic care write
	Archive          Action = "archive"      // retention, appraisal, export
)

var byRole = map[Role][]Action{
	Caseworker: {ReadCases, WriteCases, Submit, Correct, RequestDocuments},
	Archivist:  {ReadCases, Archive},
	Admin:      {ManageUsers, ManageEndpoints, ReadEvents},
	Security:   {ReadWithheld},
}

var byScope = map[Scope][]Action{
	ScopeEventsRead:    {ReadEvents},
	ScopeDocumentsRead: {ReadCases},
	ScopeCasesWrite:    {ReadCases, WriteCases, Correct},
	ScopeRequestsWrite: {RequestDocuments},
	ScopeSubmit:        {Submit},
	ScopeAdmin:         {ManageUsers, ManageEndpoints, ReadEvents},
}

// May reports whether the actor may do a. What it may do it to is row-level security's part.
func (a Actor) May(action Action) bool {
	switch a.Kind {
	case System:
		return true
	case Applicant:
		return action == ReadCases || action == Submit
	case Staff:
		return slices.ContainsFunc(a.Roles, func(r Role) bool { return slices.Contains(byRole[r], action) })
	case Service:
		return slices.ContainsFunc(a.Scopes, func(s Scope) bool { return slices.Contains(byScope[s], action) })
	}
	return false
}

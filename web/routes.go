package web

import (
	"net/http"
	"slices"

	"github.com/eakte/eakte/efile"
)

// who says which kinds of callers an address is for. The finer question, what an actor may do, is route.action's; which
// rows it may touch is row-level security's.
type who uint8

const (
	applicant who = 1 << iota // an access code, as a session or as a bearer
	staff                     // a session of a user
	service                   // a service token
	public                    // everyone, signed in or not
	signedIn  = applicant | staff | service
	machine   = staff | service
)

// face says what an address looks like to its caller: how errors are told and what a missing sign-in leads to.
type face uint8

const (
	api      face = iota // JSON; problems as application/problem+json
	page                 // HTML; errors as a page; without sign-in to the sign-in page
	contents             // a document's bytes: errors as a page for browsers, which ask for HTML, else as for api
	plain                // health, assets: text
)

// route is one line of the table.
type route struct {
	method  string // HEAD is served with GET
	pattern string // of http.ServeMux, without method
	who     who
	action  efile.Action // the actor must be allowed to; empty: records decides, where one of several actions will do
	class   class        // of the rate limiter
	face    face
	body    body
	answer  func(*Server, http.ResponseWriter, *Request) error
}

// body says how the request's body is read.
type body uint8

const (
	small    body = iota // at most maxSmall bytes, within Times.Request
	streamed             // the handler reads it to the end, however long, as long as bytes flow
)

// routes returns the table. It is the only place where addresses are declared; the authorisation matrix of the tests and
// the comparison with openapi.json are generated from it.
func routes() []route { return slices.Concat(apiRoutes(), pageRoutes()) }

func apiRoutes() []route {
	return []route{
		{"GET", "/healthz", public, "", free, plain, small, (*Server).healthz},
		{"GET", "/readyz", public, "", free, plain, small, (*Server).readyz},
		{"GET", "/v1/openapi.json", public, "", reading, api, small, (*Server).openAPI},

		{"POST", "/v1/submissions", signedIn, efile.Submit, writing, api, small, (*Server).openSubmission},
		{"GET", "/v1/submissions/{submission}", signedIn, "", status, api, small, (*Server).getSubmission},
		{"POST", "/v1/submissions/{submission}/complete", signedIn, efile.Submit, writing, api, small, (*Server).completeSubmission},
		{"GET", "/v1/submissions/{submission}/stream", signedIn, "", status, api, small, (*Server).streamSubmission},
		{"POST", "/v1/submissions/{submission}/documents", signedIn, efile.Submit, uploading, api, streamed, (*Server).postDocuments},
		{"POST", "/v1/submissions/{submission}/uploads", signedIn, efile.Submit, uploading, api, streamed, (*Server).createUpload},
		{"OPTIONS", "/v1/submissions/{submission}/uploads", public, "", free, api, small, (*Server).describeUploads},
		{"OPTIONS", "/v1/uploads/{upload}", public, "", free, api, small, (*Server).describeUploads},
		{"HEAD", "/v1/uploads/{upload}", signedIn, efile.Submit, uploading, api, small, (*Server).headUpload},
		{"GET", "/v1/uploads/{upload}", signedIn, efile.Submit, uploading, api, small, (*Server).getUpload},
		{"PATCH", "/v1/uploads/{upload}", signedIn, efile.Submit, uploading, api, streamed, (*Server).patchUpload},
		{"DELETE", "/v1/uploads/{upload}", signedIn, efile.Submit, uploading, api, small, (*Server).deleteUpload},

		{"GET", "/v1/cases", machine, efile.ReadCases, reading, api, small, (*Server).listCases},
		{"GET", "/v1/cases/{case}", signedIn, efile.ReadCases, reading, api, small, (*Server).getCase},
		{"GET", "/v1/cases/{case}/documents", signedIn, efile.ReadCases, reading, api, small, (*Server).listDocuments},
		{"GET", "/v1/cases/by-ref/{system}/{ref}", machine, efile.ReadCases, reading, api, small, (*Server).getCaseByRef},
		{"PUT", "/v1/cases/by-ref/{system}/{ref}", machine, efile.WriteCases, writing, api, small, (*Server).putCaseByRef},
		{"POST", "/v1/cases/{case}/document-requests", machine, efile.RequestDocuments, writing, api, small, (*Server).postRequest},
		{"DELETE", "/v1/cases/{case}/document-requests/{request}", machine, efile.RequestDocuments, writing, api, small, (*Server).deleteRequest},

		{"GET", "/v1/documents/{document}", signedIn, efile.ReadCases, reading, api, small, (*Server).getDocument},
		{"GET", "/v1/documents/{document}/content", signedIn, "", reading, contents, small, (*Server).getContent},
		{"GET", "/v1/documents/{document}/pages/{page}/image", signedIn, efile.ReadCases, reading, contents, small, (*Server).getPageImage},
		{"PUT", "/v1/documents/{document}/classification", machine, efile.Correct, writing, api, small, (*Server).putClassification},
		{"POST", "/v1/documents/{document}/withdraw", signedIn, efile.Submit, writing, api, small, (*Server).withdrawDocument},

		{"GET", "/v1/events", machine, efile.ReadEvents, reading, api, small, (*Server).feed},
		{"PUT", "/v1/consumers/{consumer}/checkpoint", machine, efile.ReadEvents, writing, api, small, (*Server).putCheckpoint},
		{"GET", "/v1/endpoints", machine, efile.ManageEndpoints, reading, api, small, (*Server).listEndpoints},
		{"POST", "/v1/endpoints", machine, efile.ManageEndpoints, writing, api, small, (*Server).postEndpoint},
		{"POST", "/v1/endpoints/{endpoint}/rotate", machine, efile.ManageEndpoints, writing, api, small, (*Server).rotateEndpoint},
		{"POST", "/v1/endpoints/{endpoint}/replay", machine, efile.ManageEndpoints, writing, api, small, (*Server).replayEndpoint},
		{"POST", "/v1/endpoints/{endpoint}/test", machine, efile.ManageEndpoints, writing, api, small, (*Server).testEndpoint},
		{"GET", "/v1/endpoints/{endpoint}/deliveries", machine, efile.ManageEndpoints, reading, api, small, (*Server).listDeliveries},
	}
}

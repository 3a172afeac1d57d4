package web

import "net/http"

func (s *Server) completeSubmission(w http.ResponseWriter, r *Request) error {
	return notFound(s, w, r)
}
func (s *Server) createUpload(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) deleteRequest(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) deleteUpload(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) describeUploads(w http.ResponseWriter, r *Request) error   { return notFound(s, w, r) }
func (s *Server) feed(w http.ResponseWriter, r *Request) error              { return notFound(s, w, r) }
func (s *Server) getCase(w http.ResponseWriter, r *Request) error           { return notFound(s, w, r) }
func (s *Server) getCaseByRef(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) getContent(w http.ResponseWriter, r *Request) error        { return notFound(s, w, r) }
func (s *Server) getDocument(w http.ResponseWriter, r *Request) error       { return notFound(s, w, r) }
func (s *Server) getPageImage(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) getSubmission(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) getUpload(w http.ResponseWriter, r *Request) error         { return notFound(s, w, r) }
func (s *Server) headUpload(w http.ResponseWriter, r *Request) error        { return notFound(s, w, r) }
func (s *Server) listCases(w http.ResponseWriter, r *Request) error         { return notFound(s, w, r) }
func (s *Server) listDeliveries(w http.ResponseWriter, r *Request) error    { return notFound(s, w, r) }
func (s *Server) listDocuments(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) listEndpoints(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) openAPI(w http.ResponseWriter, r *Request) error           { return notFound(s, w, r) }
func (s *Server) openSubmission(w http.ResponseWriter, r *Request) error    { return notFound(s, w, r) }
func (s *Server) patchUpload(w http.ResponseWriter, r *Request) error       { return notFound(s, w, r) }
func (s *Server) postDocuments(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) postEndpoint(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) postRequest(w http.ResponseWriter, r *Request) error       { return notFound(s, w, r) }
func (s *Server) putCaseByRef(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) putCheckpoint(w http.ResponseWriter, r *Request) error     { return notFound(s, w, r) }
func (s *Server) putClassification(w http.ResponseWriter, r *Request) error { return notFound(s, w, r) }
func (s *Server) replayEndpoint(w http.ResponseWriter, r *Request) error    { return notFound(s, w, r) }
func (s *Server) rotateEndpoint(w http.ResponseWriter, r *Request) error    { return notFound(s, w, r) }
func (s *Server) streamSubmission(w http.ResponseWriter, r *Request) error  { return notFound(s, w, r) }
func (s *Server) testEndpoint(w http.ResponseWriter, r *Request) error      { return notFound(s, w, r) }
func (s *Server) withdrawDocument(w http.ResponseWriter, r *Request) error  { return notFound(s, w, r) }

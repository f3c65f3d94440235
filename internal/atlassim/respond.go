// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is a response as the world decided it.
type answer struct {
	status  int
	header  http.Header
	body    []byte    // nil if there is none
	err     *apiError // what body is made of in the end; nil if it is no error of the API
	untyped bool      // it has no Content-Type
	// unpublished says that a script or an option wants what no description has.
	unpublished bool
}

// action is what a request would do, decided and not yet done.
type action struct {
	answer       answer
	did          string // for the log: "accepted the cutover"
	accepted     bool
	servedStatus string
	servedReady  *bool
	servedLag    *int64
	made         made

	commit func(n int) // does it, as the n-th request; nil where nothing changes
	report func(n int) // counts n more clients as having been told; nil if it is nobody's concern
}

// made is what an action makes, for the log.
type made struct {
	liveMigrationID, jobID string
	token                  int
}

// enter notes in a request's entry what it made.
func (m made) enter(e *Entry) {
	if m.liveMigrationID != "" {
		e.LiveMigrationID = m.liveMigrationID
	}
	if m.jobID != "" {
		e.JobID = m.jobID
	}
	if m.token != 0 {
		e.TokenNumber = m.token
	}
}

// apiError is an error in JSON, with every field that is published.
type apiError struct {
	BadRequestDetail *badRequestDetail `json:"badRequestDetail,omitempty"`
	Detail           string            `json:"detail"`
	Error            int               `json:"error"`
	ErrorCode        string            `json:"errorCode,omitempty"`
	Parameters       []any             `json:"parameters,omitempty"`
	Reason           string            `json:"reason"`

	// unauthenticated says that nobody knows who asked.
	unauthenticated bool
}

type badRequestDetail struct {
	Fields []fieldError `json:"fields"`
}

type fieldError struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

// unexpected is the code of an error for which no other one is known.
const unexpected = "UNEXPECTED_ERROR"

// refuse is the action of a request that gets an error. An empty code is the
// one that Atlas has for everything else.
func refuse(status int, code, detail, why string) action {
	object := &apiError{Detail: detail, Error: status, ErrorCode: cmp.Or(code, unexpected), Reason: http.StatusText(status)}
	if status == http.StatusBadRequest {
		object.BadRequestDetail = &badRequestDetail{Fields: []fieldError{}}
	}
	return action{answer: answer{status: status, header: http.Header{}, err: object}, did: "refused: " + why}
}

// refuseFields is the 400 that names the fields that are wrong.
func refuseFields(code, detail, why string, fields badRequestDetail) action {
	a := refuse(http.StatusBadRequest, code, detail, why)
	a.answer.err.BadRequestDetail = &fields
	return a
}

// writeError makes the body of an error, and the header that goes with it.
func (s *Sim) writeError(a *answer, in *request) {
	if a.err == nil {
		return
	}
	object := *a.err
	if s.options.ErrorParameters {
		object.Parameters = []any{in.path, a.status}
	}
	if object.unauthenticated {
		if s.options.ChallengeWithoutCode {
			object.ErrorCode, a.unpublished = "", true
		}
	} else if !s.options.NoErrorCodeHeader {
		a.header.Set("X-Error-Code", object.ErrorCode)
	}
	written := jsonAnswer(a.status, object)
	a.body = written.body
	a.header.Set("Content-Type", written.header.Get("Content-Type"))
}

func jsonAnswer(status int, object any) answer {
	body, err := json.Marshal(object)
	if err != nil { // every object is a plain struct of this package
		panic(err)
	}
	return answer{status: status, body: body, header: http.Header{"Content-Type": {"application/json"}}}
}

// finish gives an answer the form that the request asked for.
func (s *Sim) finish(a *answer, in *request) {
	if a.header == nil {
		a.header = http.Header{}
	}
	s.writeError(a, in)
	switch {
	case a.status >= http.StatusMultipleChoices, a.untyped:
	case in.apiVersion == v2:
		a.header.Set("Content-Type", versioned(in.version)+";charset=utf-8")
	default:
		a.header.Set("Content-Type", "application/json")
	}
	if !s.options.NoDeprecation {
		markDeprecated(a.header, in)
	}
	if in.query.Get("envelope") == "true" {
		a.wrap(s.options.EnvelopeInEnvelope)
	}
	if in.query.Get("pretty") == "true" && a.body != nil {
		var pretty bytes.Buffer
		if json.Indent(&pretty, a.body, "", "  ") == nil {
			a.body = pretty.Bytes()
		}
	}
}

// wrap puts an answer into an envelope, which hides its status.
func (a *answer) wrap(inEnvelope bool) {
	content := json.RawMessage(a.body)
	if content == nil {
		content = []byte("null")
	}
	object := struct {
		Status   int             `json:"status"`
		Content  json.RawMessage `json:"content,omitempty"`
		Envelope json.RawMessage `json:"envelope,omitempty"`
	}{Status: a.status}
	if inEnvelope {
		object.Envelope = content
	} else {
		object.Content = content
	}
	wrapped := jsonAnswer(http.StatusOK, object)
	a.body, a.status = wrapped.body, http.StatusOK
	a.header.Set("Content-Type", wrapped.header.Get("Content-Type"))
}

// frame adds the headers that tell where the body ends.
func (a *answer) frame() {
	if a.header == nil {
		a.header = http.Header{}
	}
	if a.status != http.StatusNoContent { // which may not have the header
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
}

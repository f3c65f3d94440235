// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is a response as the world decided it.
type answer struct {
	status int
	header http.Header
	body   []byte // nil where there is none
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
	report func(n int) // counts n more clients as having been told; nil where it is nobody's concern
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

// errorObject is an error in JSON, with every field that is published.
type errorObject struct {
	BadRequestDetail *badRequestDetail `json:"badRequestDetail,omitempty"`
	Detail           string            `json:"detail"`
	Error            int               `json:"error"`
	ErrorCode        string            `json:"errorCode,omitempty"`
	Parameters       []string          `json:"parameters"`
	Reason           string            `json:"reason"`
}

type badRequestDetail struct {
	Fields []fieldError `json:"fields"`
}

type fieldError struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

// unauthorizedObject is the shorter error that a failed authentication gets, as recorded.
type unauthorizedObject struct {
	Detail string `json:"detail"`
	Error  int    `json:"error"`
	Reason string `json:"reason"`
}

// refuse is the action of a request that gets an error. An empty code leaves
// errorCode out, which Atlas does as well.
func refuse(status int, code, detail, why string) action {
	object := errorObject{Detail: detail, Error: status, ErrorCode: code, Reason: http.StatusText(status)}
	if status == http.StatusBadRequest {
		object.BadRequestDetail = &badRequestDetail{Fields: []fieldError{}}
	}
	return action{answer: jsonAnswer(status, object), did: "refused: " + why}
}

// refuseFields is the 400 that names the fields that are wrong.
func refuseFields(code, detail, why string, fields badRequestDetail) action {
	status := http.StatusBadRequest
	return action{did: "refused: " + why, answer: jsonAnswer(status, errorObject{
		BadRequestDetail: &fields, Detail: detail, Error: status, ErrorCode: code, Reason: http.StatusText(status),
	})}
}

func jsonAnswer(status int, object any) answer {
	body, err := json.Marshal(object)
	if err != nil { // every object is a plain struct of this package
		panic(err)
	}
	return answer{status: status, body: body, header: http.Header{"Content-Type": {"application/json"}}}
}

// finish gives an answer the form that the request asked for.
func (a *answer) finish(in *request) {
	if a.header == nil {
		a.header = http.Header{}
	}
	if in.dialect == v2 && a.status < 300 && a.body != nil {
		a.header.Set("Content-Type", "application/vnd.atlas."+in.version+"+json;charset=utf-8")
	}
	if in.query.Get("envelope") == "true" {
		content := a.body
		if content == nil {
			content = []byte("null")
		}
		wrapped := jsonAnswer(http.StatusOK, struct {
			Status  int             `json:"status"`
			Content json.RawMessage `json:"content"`
		}{a.status, content})
		a.body, a.status = wrapped.body, http.StatusOK
		a.header.Set("Content-Type", wrapped.header.Get("Content-Type"))
	}
	if in.query.Get("pretty") == "true" && a.body != nil {
		var pretty bytes.Buffer
		if json.Indent(&pretty, a.body, "", "  ") == nil {
			a.body = pretty.Bytes()
		}
	}
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

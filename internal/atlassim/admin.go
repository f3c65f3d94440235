// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

// adminPrefix is where the simulator itself is talked to, rather than Atlas.
const adminPrefix = "/_sim/"

func isAdmin(path string) bool { return strings.HasPrefix(path, adminPrefix) }

// administer answers an admin call: without credentials, and only to this machine.
func (s *Sim) administer(r *http.Request) answer {
	if !fromLoopback(r.RemoteAddr) {
		return adminError(http.StatusForbidden, errors.New("only callers on this machine may do that"))
	}
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, adminPrefix) {
	case "GET log":
		return jsonAnswer(http.StatusOK, append([]Entry{}, s.Log()...))
	case "POST migrations":
		return s.postMigration(r.Body)
	case "POST template":
		return postScript(r.Body, s.SetTemplate)
	case "POST validation":
		return postScript(r.Body, s.SetValidation)
	case "POST projects":
		return postScript(r.Body, func(p AvailableProject) { s.AddProject(p) })
	case "POST faults":
		return s.postFault(r.Body)
	case "DELETE faults":
		s.ClearFaults()
		return answer{status: http.StatusNoContent}
	}
	return adminError(http.StatusNotFound, errors.New("there are: GET log, POST migrations, POST template, POST validation, POST projects, POST faults, DELETE faults"))
}

// fromLoopback reports whether a request comes from this machine. In memory there is no address.
func fromLoopback(address string) bool {
	if address == "" {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	return err == nil && net.ParseIP(host).IsLoopback()
}

func (s *Sim) postMigration(body io.Reader) answer {
	var m Migration
	if err := decodeScript(body, &m); err != nil {
		return adminError(http.StatusBadRequest, err)
	}
	for _, id := range []string{m.ID, m.ProjectID, m.SourceProjectID} {
		if id != "" && !idForm.MatchString(id) {
			return adminError(http.StatusBadRequest, errors.New("an ID is 24 lower-case hex digits"))
		}
	}
	return jsonAnswer(http.StatusCreated, map[string]string{"live_migration_id": s.Add(m)})
}

// postScript hands over a script that is answered with nothing.
func postScript[T any](body io.Reader, use func(T)) answer {
	var script T
	if err := decodeScript(body, &script); err != nil {
		return adminError(http.StatusBadRequest, err)
	}
	use(script)
	return answer{status: http.StatusNoContent}
}

func (s *Sim) postFault(body io.Reader) answer {
	var f Fault
	if err := decodeScript(body, &f); err != nil {
		return adminError(http.StatusBadRequest, err)
	}
	if err := f.Do.servable(); err != nil {
		return adminError(http.StatusBadRequest, err)
	}
	s.Inject(f)
	return answer{status: http.StatusNoContent}
}

// servable reports whether an effect is one effect, and one that a socket can have.
func (e Effect) servable() error {
	effects := 0
	for _, set := range []bool{e.Status != 0, e.Wire != NoWire, e.Garble != "", e.Delay != 0} {
		if set {
			effects++
		}
	}
	switch {
	case effects != 1:
		return errors.New("do takes exactly one of status, wire, garble and delay")
	case e.Status != 0 && (e.Status < 200 || e.Status > 599):
		return errors.New("a status is between 200 and 599")
	case e.Wire.dials():
		return errors.New("what goes wrong before a connection is there cannot be simulated on a socket")
	}
	return nil
}

func adminError(status int, err error) answer {
	return jsonAnswer(status, map[string]string{"error": err.Error()})
}

// decodeScript reads the JSON of a script; a name that is not known is an error.
func decodeScript(body io.Reader, script any) error {
	if body == nil {
		return errors.New("a JSON object is missing")
	}
	data, err := io.ReadAll(io.LimitReader(body, maxBody))
	if err != nil {
		return err
	}
	if data, err = durationsInNumbers(data, script); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(script)
}

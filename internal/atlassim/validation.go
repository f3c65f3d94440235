// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "time"

// ValidationScript is how the validations go that are started from then on. The
// zero value succeeds at once.
type ValidationScript struct {
	// Takes is how long a validation is PENDING, on the simulated clock; Forever never ends.
	Takes time.Duration `json:"takes"`
	// Fails makes it fail, for the Reason that is its errorMessage.
	Fails  bool   `json:"fails"`
	Reason string `json:"reason"`
	// FailTimes is for how many validations, from then on, Fails holds; 0 means for all.
	FailTimes int `json:"fail_times"`
	// AppearsAfter is how long after its start a validation's reads are answered 404.
	AppearsAfter time.Duration `json:"appears_after"`
}

// validation is one validation that was started.
type validation struct {
	object jobObject
	script ValidationScript
	at     time.Time // simulated
}

// SetValidation changes how validations go that are started from now on.
func (s *Sim) SetValidation(script ValidationScript) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.validation = script
}

// postValidation starts a validation, or refuses to. Any number of them may run.
func postValidation(s *Sim, in *request) action {
	form, refusal := s.readMigrationRequest(in)
	if refusal != nil {
		return *refusal
	}
	v := &validation{script: s.validation, at: s.Now(), object: jobObject{
		ID: s.peekID("validation"), GroupID: in.projectID, SourceGroupID: form.Source.GroupID, Status: statusPending,
	}}
	return action{
		answer: jsonAnswer(200, v.object), accepted: true, did: "started a validation", made: made{jobID: v.object.ID},
		commit: func(int) { s.addValidation(v) },
	}
}

// addValidation sets a validation going. The caller holds s.mu.
func (s *Sim) addValidation(v *validation) {
	s.validations[s.nextID("validation")] = v
	if s.validation.FailTimes == 0 {
		return
	}
	if s.validation.FailTimes--; s.validation.FailTimes == 0 {
		s.validation.Fails = false
	}
}

// serve answers how the validation goes; false while it is not to be seen.
func (v *validation) serve(now time.Time) (action, bool) {
	elapsed := now.Sub(v.at)
	if elapsed < v.script.AppearsAfter {
		return action{}, false
	}
	object := v.object
	if elapsed >= v.script.Takes {
		object.Status = statusSuccess
		if v.script.Fails {
			object.Status, object.ErrorMessage = statusFailed, v.script.reason()
		}
	}
	return action{answer: jsonAnswer(200, object), servedStatus: object.Status, did: "served the validation " + object.Status}, true
}

// reason returns the errorMessage; a pointer since the field is null otherwise.
func (v *ValidationScript) reason() *string {
	text := v.Reason
	if text == "" {
		text = "The source cluster could not be reached."
	}
	return &text
}

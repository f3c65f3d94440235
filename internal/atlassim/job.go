// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "fmt"

// job is what an accepted PUT makes.
type job struct {
	id         string
	migration  *liveMigration
	cutover    int // index of its cutover; -1 where it belongs to none
	acceptance int // index of the acceptance that made it
}

// jobObject is a job in JSON.
type jobObject struct {
	ID            string  `json:"_id,omitempty"`
	ErrorMessage  *string `json:"errorMessage"`
	GroupID       string  `json:"groupId"`
	SourceGroupID string  `json:"sourceGroupId"`
	Status        string  `json:"status"`
}

// newJob returns the job that a PUT accepted now would make. It exists once it is in s.jobs.
func (l *liveMigration) newJob(s *Sim, begins bool) *job {
	cutover := len(l.begun)
	if !begins {
		cutover-- // that of the cutover which is already there, if any
	}
	return &job{id: objectID("job", len(s.jobs)+1), migration: l, cutover: cutover}
}

// getJob answers how a job goes. The path says validation, since cutovers and
// validations share their jobs.
func getJob(s *Sim, in *request) action {
	if v, ok := s.validations[in.jobID]; ok && v.object.GroupID == in.projectID {
		if a, seen := v.serve(s.Now()); seen {
			return a
		}
	}
	j, ok := s.jobs[in.jobID]
	if !ok || j.migration.script.ProjectID != in.projectID {
		return refuse(404, "RESOURCE_NOT_FOUND", fmt.Sprintf("Cannot find resource %s.", in.path), "unknown job")
	}
	if status := j.migration.script.Job.Status; status != 0 {
		return refuse(status, "", "The job cannot be read.", "the script says so")
	}
	status, reason := j.at(s)
	a := action{answer: jsonAnswer(200, j.object(status, reason)), servedStatus: status, did: "served the job " + status}
	a.report = func(n int) {
		if status == statusFailed {
			j.migration.acceptances[j.acceptance].failedReported += n
		}
	}
	return a
}

// at returns a job's status now, and why it failed.
func (j *job) at(s *Sim) (status, reason string) {
	l, now := j.migration, s.Now()
	if j.cutover >= 0 {
		c := l.begun[j.cutover]
		elapsed, succeeds := now.Sub(c.at), l.script.Job.SucceedsAfter
		switch {
		case c.failed(elapsed):
			return statusFailed, l.script.reason()
		case succeeds > 0 && elapsed >= succeeds:
			return statusSuccess, ""
		}
	}
	switch l.at(now).status {
	case statusComplete:
		return statusSuccess, ""
	case statusFailed, statusExpired:
		return statusFailed, l.script.reason()
	}
	return statusPending, ""
}

func (m *Migration) reason() string {
	if m.FailReason == "" {
		return "The cutover could not be finished."
	}
	return m.FailReason
}

func (j *job) object(status, reason string) jobObject {
	script := &j.migration.script
	object := jobObject{ID: j.id, GroupID: script.ProjectID, SourceGroupID: script.SourceProjectID, Status: status}
	if reason != "" {
		object.ErrorMessage = &reason
	}
	return object
}

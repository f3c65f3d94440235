// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import "cmp"

// putCutover starts the cutover, or refuses to. Nothing undoes an acceptance.
func putCutover(s *Sim, in *request) action {
	l, refusal := s.find(in)
	if refusal != nil {
		return *refusal
	}
	if len(in.body) > 0 {
		return refuse(400, "", "This request takes no body.", "the request has a body")
	}
	v := l.at(s.Now())
	switch {
	case v.phase != before:
		return l.unwanted(s, in, cmp.Or(l.script.SecondPut, Conflict409),
			"A cutover was already requested for this live migration, or it is over.",
			"a cutover was already requested, or it is over")
	case !v.ready:
		return l.unwanted(s, in, cmp.Or(l.script.EarlyPut, BadRequest400),
			"The live migration is not ready for cutover.", "not ready")
	}
	return l.accept(s, in, true)
}

// unwanted answers a PUT that should not have been sent.
func (l *liveMigration) unwanted(s *Sim, in *request, r Refusal, detail, why string) action {
	if status := r.status(); status != 0 {
		return refuse(status, "", detail, why)
	}
	// Only one that comes too early sets a cutover going.
	return l.accept(s, in, l.at(s.Now()).phase == before)
}

// accept answers an accepted PUT. Its commit is what makes it accepted.
func (l *liveMigration) accept(s *Sim, in *request, begins bool) action {
	j := l.newJob(s, begins)
	a := action{accepted: true, did: "accepted the cutover", made: made{jobID: j.id}}
	if !begins {
		a.did = "accepted a further PUT, which changes nothing"
	}
	form := cmp.Or(l.script.PutAnswer, published(in))
	a.answer = l.putAnswer(form, j)
	a.answer.unpublished = form != published(in)
	a.commit = func(n int) { l.commit(s, n, j, begins) }
	return a
}

// published is what the description of the API's version has for an accepted PUT.
func published(in *request) PutAnswer {
	if in.apiVersion == v2 {
		return Accepted202
	}
	return JobAnswer
}

func (l *liveMigration) putAnswer(form PutAnswer, j *job) answer {
	switch form {
	case Accepted202:
		return answer{status: 202}
	case NoContent204:
		return answer{status: 204}
	case EmptyObject200:
		return jsonAnswer(200, struct{}{})
	case JobAnswer, PutAnswerDefault:
	}
	object := j.object(statusPending, "")
	if l.script.HideJobID {
		object.ID = ""
	}
	return jsonAnswer(200, object)
}

// commit enters an accepted PUT, the n-th request, in the ledger and sets the
// cutover going. The caller holds s.mu.
func (l *liveMigration) commit(s *Sim, n int, j *job, begins bool) {
	now := s.Now()
	reported, failed := len(l.acceptances) > 0, len(l.acceptances) > 0
	for _, earlier := range l.acceptances {
		reported = reported && earlier.failedReported > 0
		failed = failed && l.cutoverFailed(s.jobs[earlier.JobID].cutover, now)
	}
	l.acceptances = append(l.acceptances, Acceptance{
		N: n, At: now, JobID: j.id, FailedReportedBefore: reported, FailedBefore: failed,
	})
	j.acceptance = len(l.acceptances) - 1
	s.jobs[j.id] = j
	if s.firstPut.IsZero() {
		s.firstPut = now
	}
	if begins {
		l.begin(now)
	}
}

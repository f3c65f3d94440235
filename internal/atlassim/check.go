// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"net/http"
)

// check refuses what no call of the API could answer, and what the sender has
// no role for, in a real server's order. It returns the refusal, or nil.
func (s *Sim) check(in *request) *action {
	if refusal := checkPath(in); refusal != nil || in.apiVersion == "" {
		return refusal
	}
	for _, step := range []func(*request) *action{s.checkVersion, s.checkContentType, s.checkOrg, s.checkProject, s.checkRole} {
		if refusal := step(in); refusal != nil {
			return refusal
		}
	}
	return nil
}

func checkPath(in *request) *action {
	switch {
	case len(in.allowed) == 0:
		a := refuse(http.StatusNotFound, "RESOURCE_NOT_FOUND", fmt.Sprintf("Cannot find resource %s.", in.path), "unknown path")
		return &a
	case in.route == nil:
		a := refuse(http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "The method is not allowed for this resource.", "method not allowed")
		a.answer.header["Allow"] = in.allowed
		return &a
	}
	return nil
}

func (s *Sim) checkOrg(in *request) *action {
	var a action
	switch {
	case !in.route.ofOrg():
		return nil
	case !idForm.MatchString(in.orgID):
		a = refuse(http.StatusNotFound, "INVALID_ORG_ID", fmt.Sprintf("An invalid organization ID %s was specified.", in.orgID), "malformed organization ID")
	case in.orgID != s.Credentials().OrgID:
		a = refuse(http.StatusNotFound, "ORG_NOT_FOUND", fmt.Sprintf("No organization with ID %s exists.", in.orgID), "unknown organization")
	default:
		return nil
	}
	return &a
}

func (s *Sim) checkProject(in *request) *action {
	var a action
	switch {
	case in.route.ofOrg():
		return nil
	case !idForm.MatchString(in.projectID):
		a = refuse(http.StatusNotFound, "INVALID_GROUP_ID", fmt.Sprintf("An invalid group ID %s was specified.", in.projectID), "malformed project ID")
	case !s.hasProject(in.projectID):
		a = refuse(http.StatusNotFound, "GROUP_NOT_FOUND", fmt.Sprintf("No group with ID %s exists.", in.projectID), "unknown project")
	default:
		return nil
	}
	return &a
}

func (s *Sim) checkRole(in *request) *action {
	var a action
	switch {
	case in.route.owner && (!s.key.OrgOwner || !s.key.Member):
		a = refuse(http.StatusUnauthorized, "NOT_ORG_OWNER", "The current user is not an owner of the organization.", "not an Organization Owner")
	case !s.key.Member:
		a = refuse(http.StatusUnauthorized, "NOT_IN_GROUP", "The current user is not in the group, or the group does not exist.", "not a member of the organization")
	default:
		return nil
	}
	return &a
}

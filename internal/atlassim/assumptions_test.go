// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"reflect"
	"testing"
)

// An option that is set to the default in another way than by being left out.
var spelledOut = map[string]Options{
	"second-cutover":    {Replies: Replies{SecondPut: Conflict409}},
	"early-cutover":     {Replies: Replies{EarlyPut: BadRequest400}},
	"start-status":      {Start: StartScript{Status: 201}},
	"link-token-status": {Link: LinkScript{CreatedStatus: 201}},
	"nonce-life":        {NonceLife: 60e9},
}

func TestTheFirstAnswerToAnAssumptionIsTheDefaultAndEachOtherIsAnother(t *testing.T) {
	names := map[string]bool{}
	for _, a := range Assumptions() {
		if names[a.Name] || a.Question == "" || len(a.Answers) == 0 {
			t.Errorf("%+v", a)
		}
		names[a.Name] = true
		if len(a.Answers) == 1 {
			continue
		}
		var seen []Options
		for i, answer := range a.Answers {
			var o Options
			if err := a.Set(&o, answer); err != nil {
				t.Fatal(err)
			}
			if i == 0 && !reflect.DeepEqual(o, spelledOut[a.Name]) {
				t.Errorf("%s=%s is not the default but %+v", a.Name, answer, o)
			}
			for _, earlier := range seen {
				if reflect.DeepEqual(o, earlier) {
					t.Errorf("%s=%s is the same as another answer", a.Name, answer)
				}
			}
			seen = append(seen, o)
		}
		if a.Set(&Options{}, "neither") == nil {
			t.Errorf("%s takes any answer", a.Name)
		}
	}
}
